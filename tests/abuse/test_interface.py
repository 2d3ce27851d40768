"""The interface under everything that a generator of requests can think of: no 500, nothing undocumented.

The gate asks the same every time: what is left to chance there fails for somebody who has changed nothing, and is then
started again instead of read. `CONSILIUM_FUZZ_SEED=<number>` asks something else, and much more of it. What the single
values can be is held without chance in `tests/unit/http/test_values.py`.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from server.commands.environment import program
from tests.integration.house import API
from tests.parts.demo import running_demo

# What a schema cannot say: rules between several fields, and which answer fits which fact of the policy in force.
# Their refusal is 422, with the field's path.
BETWEEN_FIELDS = ("PUT /cases/{case}/opinion", "POST /cases/{case}/answers")
ANSWERS = ["2xx", "401", "403", "404", "409", "422", "429"]
SAME_EVERY_TIME = ("--generation-deterministic", "--max-examples", "12", "--max-time", "75")
A_SEED = "CONSILIUM_FUZZ_SEED"


@pytest.mark.slow
@pytest.mark.parametrize("person", ["patient", "specialist", "scheduler"])
def test_schemathesis_finds_nothing(tmp_path: Path, person: str) -> None:
    with running_demo(tmp_path / "hospital") as demo:
        command = [
            str(program("schemathesis")),
            "run",
            f"{demo['url']}{API}/openapi.json",
            "--header",
            f"Authorization: Bearer {demo['accounts'][person]['token']}",
            "--generation-with-security-parameters",
            "false",
            "--phases",
            "examples,coverage,fuzzing",
            *how_much(),
            "--no-shrink",
            "--no-color",
            "--warnings",
            "off",
        ]
        (tmp_path / "schemathesis.toml").write_text(settings(demo))
        found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        broken = [line for line in demo["log"].read_text().splitlines() if "request.broken" in line]

    assert found.returncode == 0, found.stdout[-8000:]
    assert not broken, broken[0][:3000]


def how_much() -> tuple[str, ...]:
    """Say which requests to make, and how many."""
    seed = os.environ.get(A_SEED)
    if seed is None:
        return SAME_EVERY_TIME
    return ("--seed", seed, "--generation-database", "none", "--max-examples", "100", "--max-time", "600")


def settings(demo: dict[str, Any]) -> str:
    """Name what there is, for nothing lies behind other names; allow 422 between fields, and nowhere else."""
    named = "".join(f'"{name}" = "{value}"\n' for name, value in names(demo).items())
    allowed = "".join(
        f'[[operations]]\ninclude-name = "{name}"\nchecks.positive_data_acceptance.expected-statuses = {ANSWERS}\n'
        for name in BETWEEN_FIELDS
    )
    return f"[parameters]\n{named}{allowed}"


def names(demo: dict[str, Any]) -> dict[str, str]:
    """Look up the names of what the demo's case holds."""
    case, visit = demo["case_id"], demo["visit_id"]
    documents = ask(demo, "specialist", f"/cases/{case}/documents")["documents"]
    return {
        "path.case": case,
        "query.case": case,
        "path.visit": visit,
        "path.appointment": ask(demo, "patient", f"/visits/{visit}")["appointment_id"],
        "path.document": documents[0]["id"],
        "path.page": "1",
        "path.item": ask(demo, "patient", f"/cases/{case}/checklist")["items"][0]["key"],
        "path.specialist": ask(demo, "specialist", "/me")["id"],
    }


def ask(demo: dict[str, Any], person: str, path: str) -> Any:
    token = demo["accounts"][person]["token"]
    with urlopen(Request(f"{demo['url']}{API}{path}", headers={"Authorization": f"Bearer {token}"})) as response:
        return json.load(response)

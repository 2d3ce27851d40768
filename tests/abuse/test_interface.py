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

from server.app import API as RESOURCES
from server.commands.environment import program
from server.domain.actors import Role
from server.domain.permissions import ALLOWED
from server.http.api import Route
from server.http.openapi import operation_id
from tests.integration.house import API
from tests.parts.demo import running_demo

# What a schema cannot say: rules between several fields, and which answer fits which fact of the policy in force.
# Their refusal is 422, with the field's path.
BETWEEN_FIELDS = (
    "PUT /cases/{case}/opinion",
    "PUT /cases/{case}/coverage",
    "POST /cases/{case}/answers",
    "POST /visits/{visit}/events",
    "POST /visits/{visit}/whereabouts",
    "POST /visits/{visit}/answers",
    "POST /policies",
    "PATCH /policies/{policy}",
    "POST /policies/{policy}/signatures",
    "POST /policies/{policy}/activate",
)
ANSWERS = ["2xx", "401", "403", "404", "409", "422", "429"]
SAME_EVERY_TIME = ("--generation-deterministic", "--max-examples", "12")
A_SEED = "CONSILIUM_FUZZ_SEED"
PEOPLE = ("patient", "specialist", "scheduler", "compliance", "admin")


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
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
            *how_much(person),
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


def test_somebody_asks_for_every_operation() -> None:
    asked = {operation_id(route) for person in PEOPLE for route in theirs(person)}

    assert asked == {operation_id(route) for route in everything()}


def how_much(person: str) -> list[str]:
    """Say which requests to make, and how many: the gate asks people what they may do, a seed everything."""
    seed = os.environ.get(A_SEED)
    if seed is None:
        only = [word for route in theirs(person) for word in ("--include-operation-id", operation_id(route))]
        return [*SAME_EVERY_TIME, *only]
    return ["--seed", seed, "--generation-database", "none", "--max-examples", "100", "--max-time", "600"]


def theirs(person: str) -> list[Route]:
    """List the operations that this person may use."""
    return [route for route in everything() if is_allowed(Role(person), route)]


def everything() -> list[Route]:
    return [route for resource in RESOURCES for route in resource]


def is_allowed(role: Role, route: Route) -> bool:
    return route.action is None or route.action in ALLOWED[role]


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
        "path.policy": ask(demo, "admin", "/policies")["policies"][0]["id"],
        "query.against": ask(demo, "admin", "/policies")["policies"][0]["id"],
    }


def ask(demo: dict[str, Any], person: str, path: str) -> Any:
    token = demo["accounts"][person]["token"]
    with urlopen(Request(f"{demo['url']}{API}{path}", headers={"Authorization": f"Bearer {token}"})) as response:
        return json.load(response)

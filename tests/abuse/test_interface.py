"""The interface under everything that a generator of requests can think of: no 500, nothing undocumented."""

import subprocess
from pathlib import Path

import pytest

from server.commands.environment import program
from tests.parts.demo import running_demo

# What a schema cannot say: rules between several fields of one body. Their refusal is 422, with the field's path.
BETWEEN_FIELDS = ("POST /authorisations", "PUT /specialists/{specialist}/hours", "PUT /cases/{case}/opinion")
ANSWERS = ["2xx", "401", "403", "404", "409", "422", "429"]
EXAMPLES = "12"
SECONDS = "75"


@pytest.mark.slow
@pytest.mark.parametrize("person", ["patient", "specialist", "scheduler"])
def test_schemathesis_finds_nothing(tmp_path: Path, person: str) -> None:
    with running_demo(tmp_path / "hospital") as demo:
        token = demo["accounts"][person]["token"]
        command = [
            str(program("schemathesis")),
            "run",
            f"{demo['url']}/api/v1/openapi.json",
            "--header",
            f"Authorization: Bearer {token}",
            "--generation-with-security-parameters",
            "false",
            "--phases",
            "examples,coverage,fuzzing",
            "--max-examples",
            EXAMPLES,
            "--max-time",
            SECONDS,
            "--no-shrink",
            "--no-color",
            "--warnings",
            "off",
            "--generation-database",
            "none",
        ]
        (tmp_path / "schemathesis.toml").write_text(settings())
        found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        broken = [line for line in demo["log"].read_text().splitlines() if "request.broken" in line]

    assert found.returncode == 0, found.stdout[-8000:]
    assert not broken, broken[0][:3000]


def settings() -> str:
    """Allow 422 where rules between fields are refused, and nowhere else."""
    return "".join(
        f'[[operations]]\ninclude-name = "{name}"\nchecks.positive_data_acceptance.expected-statuses = {ANSWERS}\n'
        for name in BETWEEN_FIELDS
    )

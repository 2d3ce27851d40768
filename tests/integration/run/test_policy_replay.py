"""`policy replay` over what a real demo has decided: it comes out as it is kept, and whatever was changed is found."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from server.commands.environment import ROOT
from tests.parts.demo import running_demo


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("town") / "hospital"
    with running_demo(data):
        pass
    return data


@pytest.fixture
def data(tmp_path: Path, decided: Path) -> Path:
    """What was decided, to be damaged."""
    return Path(shutil.copytree(decided, tmp_path / "hospital"))


def replay(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "server.commands", "policy", "replay", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)


def found(data: Path, *words: str) -> dict[str, Any]:
    done = replay("--data", data, "--json", *words)
    assert done.stderr == ""
    answer = dict(json.loads(done.stdout))
    assert done.returncode == (1 if answer["differ"] else 0)
    return answer


def change(data: Path, statement: str, *values: Any) -> None:
    with closing(sqlite3.connect(data / "consilium.db")) as connection, connection:
        assert connection.execute(statement, values).rowcount


def rows(data: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(data / "consilium.db")) as connection:
        return connection.execute(query).fetchall()


def booked(data: Path) -> str:
    """Name one decision that allowed a video visit."""
    return str(rows(data, "SELECT id FROM decisions WHERE outcome = 'video_ok' ORDER BY id")[0][0])


def test_every_decision_comes_out_as_it_is_kept(decided: Path) -> None:
    ((count,),) = rows(decided, "SELECT count(*) FROM decisions")

    done = replay("--data", decided)

    assert count > 0
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"{count} of {count} decisions come out as they are kept\n",
        "",
    )


def test_nothing_is_written(decided: Path) -> None:
    before = (decided / "consilium.db").read_bytes()

    replay("--data", decided)

    assert (decided / "consilium.db").read_bytes() == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("outcome", "'in_person_required'"),
        ("fired", "'[\"C04\"]'"),
        ("unknown_rules", "'[\"C04\"]'"),
        ("asks", "'[\"ecog\"]'"),
        ("safety_screen_incomplete", "NOT safety_screen_incomplete"),
        ("provisional", "NOT provisional"),
        ("facts_mac", "replace(facts_mac, substr(facts_mac, 1, 1), '')"),
    ],
)
def test_a_changed_column_is_found(data: Path, column: str, value: str) -> None:
    decision = booked(data)
    change(data, f"UPDATE decisions SET {column} = {value} WHERE id = ?", decision)

    assert found(data)["differ"] == {decision: [column]}


def test_a_rule_that_nobody_approved_is_found(data: Path) -> None:
    decision = booked(data)
    change(data, "UPDATE decisions SET resolved = '[\"C07\"]' WHERE id = ?", decision)

    assert found(data)["differ"][decision] == ["resolved", "approvals"]


@pytest.mark.parametrize("column", ["facts", "words"])
def test_a_changed_byte_of_what_is_sealed_is_found(data: Path, column: str) -> None:
    decision = booked(data)
    ((sealed,),) = rows(data, f"SELECT {column} FROM decisions WHERE id = '{decision}'")
    change(data, f"UPDATE decisions SET {column} = ? WHERE id = ?", sealed[:-1] + bytes([sealed[-1] ^ 1]), decision)

    assert found(data)["differ"] == {decision: ["seal"]}


@pytest.mark.parametrize(("table", "what"), [("policies", "policy"), ("fact_sheets", "sheet")])
def test_changed_bytes_of_a_policy_or_a_sheet_are_found_in_all_that_stands_on_them(
    data: Path, table: str, what: str
) -> None:
    ((body,),) = rows(data, f"SELECT body FROM {table}")
    change(data, f"UPDATE {table} SET body = ?", body.replace(b"draft1", b"draft2"))

    answer = found(data)

    assert len(answer["differ"]) == answer["decisions"]
    assert all(what in differs for differs in answer["differ"].values())


def test_another_engine_is_refused_loudly(data: Path) -> None:
    decision = booked(data)
    change(data, "UPDATE decisions SET engine = '2' WHERE id = ?", decision)

    assert found(data)["differ"] == {decision: ["engine"]}
    assert f"  {decision}: engine\n" in replay("--data", data).stdout


def test_one_case_can_be_asked_for(data: Path) -> None:
    cases = rows(data, "SELECT case_id, count(*) FROM decisions GROUP BY case_id")
    decision = booked(data)
    change(data, "UPDATE decisions SET provisional = NOT provisional WHERE id = ?", decision)

    answers = {case: found(data, "--case", case) for case, _ in cases}

    assert {case: answer["decisions"] for case, answer in answers.items()} == dict(cases)
    assert sum(bool(answer["differ"]) for answer in answers.values()) == 1


def test_what_cannot_be_made_again_is_said_in_one_line(tmp_path: Path, data: Path) -> None:
    nowhere = replay("--data", tmp_path / "nothing")
    no_case = replay("--data", data, "--case", "nobody")

    for done in (nowhere, no_case):
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert not (tmp_path / "nothing").exists()

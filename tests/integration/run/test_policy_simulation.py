"""`policy simulate` over what a real demo has decided, while it runs."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from server.commands.environment import ROOT
from tests.parts.demo import running_demo

SHIPPED = ROOT / "config/policy/in-person.toml"
MOST_ADULTS = "adult_age = 18"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("town") / "hospital"
    with running_demo(data):
        yield data


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """A policy by which only the very old are adults, and everybody else needs a guardian."""
    text = SHIPPED.read_text()
    assert MOST_ADULTS in text
    policy = tmp_path / "stricter.toml"
    policy.write_text(text.replace(MOST_ADULTS, "adult_age = 120"))
    return policy


def simulate(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "server.commands", "policy", "simulate", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True)


def found(*words: str | Path) -> dict[str, Any]:
    done = simulate(*words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


def decisions_in(data: Path) -> dict[str, str]:
    """The outcome of each decision that is stored."""
    with sqlite3.connect(f"file:{data / 'consilium.db'}?mode=ro", uri=True) as connection:
        return dict(connection.execute("SELECT id, outcome FROM decisions").fetchall())


def settings(folder: Path, data: Path) -> Path:
    file = folder / "settings.toml"
    file.write_text(f'data = "{data}"\nkey_file = "{data / "keys.json"}"\n')
    return file


def ask(
    demo: dict[str, Any], person: str, method: str, path: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Ask the running demo for something."""
    headers = {"Authorization": f"Bearer {demo['accounts'][person]['token']}", "Content-Type": "application/json"}
    sent = None if method == "GET" else json.dumps(body or {}).encode()
    with urlopen(Request(f"{demo['url']}/api/v1{path}", sent, headers, method=method)) as response:
        return dict(json.load(response))


def bring_into_force(demo: dict[str, Any], edits: dict[str, Any]) -> None:
    """Let the office draft, check, sign and activate a version."""
    [current] = [one for one in ask(demo, "admin", "GET", "/policies")["policies"] if one["in_force"]]
    today = current["active_from"]
    draft = {"based_on": current["id"], "version": "2027.1", "effective_from": today}
    begun = ask(demo, "compliance", "POST", "/policies", draft)["id"]
    version = f"/policies/{ask(demo, 'compliance', 'PATCH', f'/policies/{begun}', edits)['id']}"
    ask(demo, "compliance", "POST", f"{version}/check")
    for person in ("compliance", "admin"):
        ask(demo, person, "POST", f"{version}/signatures", {"reason": "It is right."})
    ask(demo, "admin", "POST", f"{version}/activate", {"on": today})


def test_the_same_policy_moves_nobody_and_decides_as_is_stored(data: Path) -> None:
    stored = decisions_in(data)

    simulation = found("--policy", SHIPPED, "--data", data)

    assert simulation["decisions"] == len(stored) > 0
    assert simulation["matrix"] == {
        outcome: {outcome: list(stored.values()).count(outcome)} for outcome in stored.values()
    }
    assert (simulation["toward_video"], simulation["toward_caution"], simulation["loosens"]) == ([], [], False)


def test_a_stricter_policy_names_whom_it_takes_the_video_from(data: Path, stricter: Path) -> None:
    by_video = {decision for decision, outcome in decisions_in(data).items() if outcome == "video_ok"}

    simulation = found("--policy", stricter, "--data", data)

    booked = set(simulation["toward_caution"])
    assert booked
    assert booked <= by_video
    assert sum(count for new, count in simulation["matrix"]["video_ok"].items() if new != "video_ok") == len(booked)


def test_it_is_held_against_what_the_office_brought_into_force(tmp_path: Path, stricter: Path) -> None:
    data = tmp_path / "hospital"
    with running_demo(data) as demo:
        stricter_than_it_is = set(found("--policy", stricter, "--data", data)["toward_caution"])
        bring_into_force(demo, {"numbers": {"adult_age": 120}})

        simulation = found("--policy", SHIPPED, "--config", settings(tmp_path, data))

    assert stricter_than_it_is
    assert (set(simulation["toward_video"]), simulation["loosens"]) == (stricter_than_it_is, True)
    assert simulation["old"]["policy"] == "modality-starter 2027.1"


def test_people_read_it_as_a_table(data: Path, stricter: Path) -> None:
    done = simulate("--policy", stricter, "--data", data)

    assert done.returncode == 0
    assert "video_ok" in done.stdout
    assert all(
        f"  {decision}" in done.stdout for decision in found("--policy", stricter, "--data", data)["toward_caution"]
    )


def test_what_cannot_be_simulated_is_said_in_one_line(tmp_path: Path, data: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(SHIPPED.read_text().replace(MOST_ADULTS, "adult_age = true"))

    faulty = simulate("--policy", broken, "--data", data)
    nowhere = simulate("--policy", SHIPPED, "--data", tmp_path / "nothing")

    assert (faulty.returncode, faulty.stdout) == (1, "")
    assert "adult_age" in faulty.stderr
    assert (nowhere.returncode, nowhere.stdout, nowhere.stderr.count("\n")) == (1, "", 1)
    assert not (tmp_path / "nothing").exists()

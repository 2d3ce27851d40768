"""The demo, started as people start it: what it says of itself, and what it keeps."""

import json
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.parts.demo import running_demo

PEOPLE = {
    "patient",
    "other_patient",
    "companion",
    "interpreter",
    "specialist",
    "other_specialist",
    "scheduler",
    "admin",
    "compliance",
}
CANARIES = (b"Kowalska", b"patient@demo.example", b"313 555 0142", b"Adenocarcinoma", b"pathology-report.pdf")


def ask(described: dict[str, Any], person: str, path: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {described['accounts'][person]['token']}"}
    request = urllib.request.Request(f"{described['url']}/api/v1{path}", headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.slow
def test_the_demo_describes_itself_and_goes_on_where_it_was(tmp_path: Path) -> None:
    data = tmp_path / "hospital"
    with running_demo(data) as first:
        assert set(first) >= {"url", "accounts", "case_id", "visit_id", "join_urls"}
        assert set(first["accounts"]) == PEOPLE
        assert all(set(person) == {"name", "email", "sign_in_url", "token"} for person in first["accounts"].values())
        assert set(first["join_urls"]) == {"patient", "companion", "interpreter", "specialist"}
        assert re.fullmatch(r"http://localhost:\d+", first["url"])

        assert ask(first, "patient", f"/cases/{first['case_id']}")[0] == 200
        assert ask(first, "other_patient", f"/cases/{first['case_id']}")[0] == 404
        status, visit = ask(first, "companion", f"/visits/{first['visit_id']}")
        assert (status, visit["status"]) == (200, "planned")
        status, check_in = ask(first, "patient", f"/visits/{first['visit_id']}/check-in")
        assert (status, check_in["outcome"], check_in["admissible"]) == (200, "video_ok", True)
        assert check_in["whereabouts"]["state"] == "MI"
        theirs = ask(first, "other_patient", "/cases")[1]["cases"][0]["id"]
        assert len(ask(first, "other_patient", f"/cases/{theirs}/documents")[1]["documents"]) == 3

    with running_demo(data) as again:
        assert (again["case_id"], again["visit_id"]) == (first["case_id"], first["visit_id"])
        assert ask(again, "patient", "/me")[0] == 200
        stale = first["accounts"]["patient"]["token"]
        again["accounts"]["patient"]["token"] = stale
        assert ask(again, "patient", "/me")[0] == 401

    written = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert [canary for canary in CANARIES if canary in written] == []
    logged = first["log"].read_bytes()
    assert [canary for canary in CANARIES if canary in logged] == []

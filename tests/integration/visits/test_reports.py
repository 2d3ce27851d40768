"""What a page sends of a visit that did not work: who may send and read it, what it holds, how long it stays."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from server.domain.ids import CaseId
from server.keys import RETENTION
from server.storage import audit
from tests.integration.booking.pages import opened
from tests.integration.house import Answer, Clock, House
from tests.integration.visits.meeting import a_visit_tomorrow

CODE = "7K4M-QX2B"
LINES = [
    {"at_ms": 0, "peer": None, "what": "signal connecting"},
    {"at_ms": 1234, "peer": 1, "what": "gen 1 up"},
    {"at_ms": 61_000, "peer": 1, "what": "level 0 > 2"},
]


def a_report(**changed: Any) -> dict[str, Any]:
    return {"code": CODE, "age_ms": 90_000, "lines": LINES} | changed


@pytest.fixture
async def visit(api: House) -> dict[str, Any]:
    """A booked visit of the patient."""
    return await a_visit_tomorrow(api)


async def send(api: House, visit: dict[str, Any], person: str | None = "patient", **changed: Any) -> Answer:
    return await api.post(person, f"/visits/{visit['visit_id']}/reports", a_report(**changed))


async def find(api: House, code: str = CODE, person: str = "admin") -> list[dict[str, Any]]:
    answer = await api.get(person, f"/reports?code={code}")
    assert answer.status == 200, answer.body
    reports: list[dict[str, Any]] = answer.body["reports"]
    return reports


async def test_what_a_page_sent_is_found_by_its_code_and_does_not_say_who_it_was(
    api: House, visit: dict[str, Any]
) -> None:
    receipt = await send(api, visit)
    (found,) = await find(api)

    assert receipt.status == 201
    assert receipt.body == {"code": CODE, "received_at": "2026-11-23T14:00:00Z", "kept_until": "2026-12-23T14:00:00Z"}
    assert found == receipt.body | {
        "visit_id": visit["visit_id"],
        "role": "patient",
        "began_at": "2026-11-23T13:58:30Z",
        "lines": LINES,
    }


async def test_specialist_and_patient_send_their_own_and_each_keeps_their_newest(
    api: House, visit: dict[str, Any], clock: Clock
) -> None:
    await send(api, visit)
    clock.advance(timedelta(minutes=1))
    await send(api, visit, "specialist")
    clock.advance(timedelta(minutes=1))
    await send(api, visit, lines=LINES[:1])

    assert [(one["role"], len(one["lines"])) for one in await find(api)] == [("patient", 1), ("specialist", 3)]
    assert await find(api, "7K4M-QX2C") == []


async def test_sending_and_reading_stand_in_the_audit(api: House, visit: dict[str, Any]) -> None:
    await send(api, visit)
    await find(api)

    async with api.database.read() as connection:
        events = [event async for event in audit.every(connection)]
        of_case = await audit.of_case(connection, CaseId(visit["case_id"]))
    about = [(event.actor_id, event.action) for event in events if "report" in event.action]
    assert about == [
        (api.people["patient"].id, "visit.report-sent"),
        (api.people["admin"].id, "visit.report-read"),
    ]
    assert of_case[0].action == "visit.report-sent"


async def test_a_request_that_is_sent_twice_is_one_report(api: House, visit: dict[str, Any], clock: Clock) -> None:
    address = f"/visits/{visit['visit_id']}/reports"
    first = await api.post("patient", address, a_report(), Idempotency_Key="once-and-again")
    clock.advance(timedelta(minutes=1))
    again = await api.post("patient", address, a_report(), Idempotency_Key="once-and-again")

    assert (again.status, again.body) == (201, first.body)


async def test_after_a_month_it_is_gone(api: House, visit: dict[str, Any], clock: Clock) -> None:
    await send(api, visit)
    clock.advance(timedelta(days=29, hours=23))
    await api.app[RETENTION].tidy()
    async with api.database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM visit_reports"))).scalar_one() == 1

    clock.advance(timedelta(hours=1, minutes=1))
    await api.app[RETENTION].tidy()

    async with api.database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM visit_reports"))).scalar_one() == 0


async def test_what_it_says_cannot_be_read_on_the_disk(demo: House, tmp_path: Path) -> None:
    await send(demo, await a_visit_tomorrow(demo), lines=[{"at_ms": 0, "peer": None, "what": "a-canary"}])

    kept = b"".join(path.read_bytes() for path in tmp_path.glob("consilium.db*"))
    assert CODE.encode() in kept
    assert b"a-canary" not in kept


async def test_the_admin_finds_it_on_a_page_however_the_code_is_written(demo: House) -> None:
    await send(demo, await a_visit_tomorrow(demo))
    admin = await opened(demo, "admin", "/reports")
    assert f'href="/reports?code={CODE}"' in admin.page

    page = await admin.get("/reports?code=7k4m%20qx2b")

    assert "gen 1 up" in page.body
    assert "1:01.000" in page.body
    assert "Person 1" in page.body
    assert "Maria" not in page.body


async def test_a_code_that_is_none_or_unknown_is_answered_with_what_to_do(demo: House) -> None:
    admin = await demo.browser_session("admin")

    nonsense = await admin.get("/reports?code=O0-%3Cscript%3E")
    unknown = await admin.get(f"/reports?code={CODE}")

    assert nonsense.status == 422
    assert "Write the code as the page shows it" in nonsense.body
    assert "<script>" not in nonsense.body.partition("<main")[2]
    assert unknown.status == 200
    assert "Then ask for the file" in unknown.body
    assert "Nobody has sent anything." in unknown.body

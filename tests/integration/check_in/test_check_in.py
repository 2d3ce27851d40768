"""Check-in over the wire: what is asked on the day, who may answer, and what is decided from it."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.ids import CaseId
from server.domain.whereabouts import OF_THE_PLACE
from server.storage import audit, schema
from tests import builders
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import a_visit_tomorrow, an_open_visit

HERE = {"country": "US", "state": "MI", "address": "12 Elm Street, Detroit", "callback": "313 555 0142"}
OPEN_IN = timedelta(hours=23, minutes=45)
CALM = {name: value for name, value in builders.PATIENT_SAYS.items() if name not in OF_THE_PLACE}


@pytest.fixture
async def visit(api: House, clock: Clock) -> str:
    """A visit whose door has just opened: nobody has said anything today."""
    booked = await a_visit_tomorrow(api)
    clock.advance(OPEN_IN)
    return str(booked["visit_id"])


async def look(api: House, visit: str, person: str = "patient") -> dict[str, Any]:
    answer = await api.get(person, f"/visits/{visit}/check-in")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found


def states(found: dict[str, Any]) -> dict[str, str]:
    return {part["part"]: part["state"] for part in found["parts"]}


async def test_on_the_day_place_safety_privacy_device_line_and_identity_are_asked(api: House, visit: str) -> None:
    found = await look(api, visit)

    assert (found["stage"], found["outcome"], found["admissible"]) == ("check_in", "needs_information", False)
    assert {part for part, state in states(found).items() if state == "open"} == {
        "where",
        "safety",
        "privacy",
        "device",  # tried before booking, and more than half an hour ago
        "line",
        "identity",
    }
    assert found["whereabouts"] is None
    assert OF_THE_PLACE.isdisjoint(one["fact"] for one in found["questions"])


async def test_when_everything_is_said_the_patient_may_be_let_in(api: House, visit: str) -> None:
    where = await api.post("patient", f"/visits/{visit}/whereabouts", HERE)
    answers = {**CALM, "setting_safe_private": True, "phone_reachable": True}
    told = await api.post("patient", f"/visits/{visit}/answers", {"answers": answers})
    device = {"camera": True, "microphone": True, "browser": True}
    await api.post("patient", f"/visits/{visit}/checks", device)
    before = await look(api, visit)
    await builders.say(api, visit, bandwidth_kbps=4000, packet_loss_pct=0.2)
    after = await look(api, visit)

    assert (where.status, told.status) == (200, 200)
    assert {part for part, state in states(before).items() if state != "done"} == {"line"}
    assert (after["outcome"], after["admissible"], after["reason"]) == ("video_ok", True, "")
    assert after["whereabouts"] == HERE | {"said_at": after["whereabouts"]["said_at"]}


async def test_every_answer_is_decided_for_the_visit_its_specialist_and_its_time(api: House, visit: str) -> None:
    await api.post("patient", f"/visits/{visit}/whereabouts", HERE)
    case = (await api.get("patient", f"/visits/{visit}")).body
    asked = await api.post("patient", f"/cases/{case['case_id']}/decisions", {"stage": "check_in"})

    assert asked.body["slot_start"] == case["start"]
    async with api.database.read() as connection:
        kept = (await connection.execute(schema.decisions.select())).mappings().all()
    on_the_day = [one for one in kept if one["stage"] == "check_in"]
    assert {one["visit_id"] for one in on_the_day} == {visit}
    assert {one["specialist_id"] for one in on_the_day} == {api.people["specialist"].id}
    assert on_the_day[0]["facts"]["visit_date"]["value"] == "2026-11-24"


async def test_where_somebody_is_holds_for_half_an_hour_and_safety_for_two(
    api: House, visit: str, clock: Clock
) -> None:
    await builders.checked_in(api, visit)
    assert (await look(api, visit))["admissible"]

    clock.advance(timedelta(minutes=31))
    soon = states(await look(api, visit))
    clock.advance(timedelta(minutes=90))
    later = states(await look(api, visit))

    assert (soon["where"], soon["privacy"], soon["device"], soon["safety"]) == ("open", "open", "open", "done")
    assert later["safety"] == "open"


async def test_another_state_than_booked_is_decided_anew_and_has_words_and_a_way_back(
    api: House, visit: str, clock: Clock
) -> None:
    await builders.checked_in(api, visit)

    away = await api.post("patient", f"/visits/{visit}/whereabouts", HERE | {"state": "OH"})
    clock.advance(builders.A_MOMENT)
    back = await api.post("patient", f"/visits/{visit}/whereabouts", HERE)

    assert (away.body["outcome"], away.body["admissible"], away.body["fired"]) == ("in_person_required", False, ["L02"])
    assert "state you are in" in away.body["words"][0]
    assert states(away.body)["where"] == "stops"
    assert back.body["admissible"]


async def test_a_licence_in_the_other_state_is_enough(api: House, visit: str) -> None:
    await builders.checked_in(api, visit)
    await builders.license_in(api, "specialist", "OH")

    away = await api.post("patient", f"/visits/{visit}/whereabouts", HERE | {"state": "OH"})

    assert away.body["admissible"]


async def test_abroad_no_state_is_asked_and_none_stands_from_before(api: House, visit: str) -> None:
    await builders.checked_in(api, visit)

    abroad = await api.post("patient", f"/visits/{visit}/whereabouts", HERE | {"country": "CA", "state": None})

    assert (abroad.body["outcome"], abroad.body["fired"]) == ("in_person_required", ["L01"])
    assert abroad.body["whereabouts"]["state"] is None


@pytest.mark.parametrize(
    ("change", "field"),
    [({"state": None}, "state"), ({"state": "ZZ"}, "state"), ({"country": "XX"}, "country")],
)
async def test_a_place_that_nobody_can_choose_is_refused_by_its_field(
    api: House, visit: str, change: dict[str, Any], field: str
) -> None:
    answer = await api.post("patient", f"/visits/{visit}/whereabouts", HERE | change)

    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)


async def test_an_address_cannot_be_called_right_before_one_was_said(api: House, visit: str, clock: Clock) -> None:
    confirm = {"answers": {"callback_and_address_confirmed": True}}

    too_soon = await api.post("patient", f"/visits/{visit}/answers", confirm)
    await api.post("patient", f"/visits/{visit}/whereabouts", HERE)
    clock.advance(builders.A_MOMENT)
    then = await api.post("patient", f"/visits/{visit}/answers", confirm)

    assert (too_soon.status, then.status) == (422, 200)


async def test_only_the_patient_says_where_they_are_and_their_team_reads_it(api: House, visit: str) -> None:
    told = [await api.post(person, f"/visits/{visit}/whereabouts", HERE) for person in ("scheduler", "specialist")]
    await api.post("patient", f"/visits/{visit}/whereabouts", HERE)

    assert [answer.status for answer in told] == [403, 403]
    for person in ("scheduler", "specialist"):
        assert (await look(api, visit, person))["whereabouts"]["address"] == HERE["address"]
    async with api.database.read() as connection:
        events = await audit.of_case(connection, CaseId(await case_of(api, visit)))
    readers = [one.actor_id for one in reversed(events) if one.action == "whereabouts.read"]
    assert readers == [api.people[person].id for person in ("scheduler", "specialist")]


@pytest.mark.parametrize(
    ("person", "status"),
    [("other_patient", 404), ("other_specialist", 404), ("companion", 403), ("admin", 403), (None, 401)],
)
async def test_nobody_else_sees_or_says_anything(api: House, visit: str, person: str | None, status: int) -> None:
    seen = await api.get(person, f"/visits/{visit}/check-in")
    said = await api.post(person, f"/visits/{visit}/answers", {"answers": {"rf_cord": False}})

    assert (seen.status, said.status) == (status, status)


async def test_a_warning_sign_is_an_emergency_and_calls_the_desk(api: House, visit: str) -> None:
    await builders.checked_in(api, visit)

    said = await api.post("patient", f"/visits/{visit}/answers", {"answers": {"rf_bleeding": True}})
    tasks = (await api.get("scheduler", f"/cases/{await case_of(api, visit)}/tasks")).body["tasks"]

    assert (said.body["outcome"], said.body["emergency"], said.body["admissible"]) == ("emergency_now", True, False)
    assert said.body["words"] == ["Bleeding that is heavy or does not stop is an emergency. Call 911 now."]
    assert [task["kind"] for task in tasks] == ["emergency-call"]


async def test_a_device_of_somebody_else_says_nothing(api: House, visit: str) -> None:
    await builders.checked_in(api, visit)
    none = {"camera": False, "microphone": False, "browser": False}

    answer = await api.post("specialist", f"/visits/{visit}/checks", none)

    assert answer.status == 204
    assert (await look(api, visit))["admissible"]


async def test_joining_that_fails_twice_today_needs_support_and_is_forgotten_when_the_visit_moves(
    api: House, visit: str, clock: Clock
) -> None:
    await builders.checked_in(api, visit)
    await builders.say(api, visit, audio_clinically_ok=False)
    for _ in range(2):
        assert (await api.post("patient", f"/visits/{visit}/checks", {"attempt": "failed"})).status == 204
        clock.advance(builders.A_MOMENT)
    failed = await look(api, visit)

    appointment = (await api.get("patient", f"/visits/{visit}")).body["appointment_id"]
    case = await case_of(api, visit)
    later = (await api.get("scheduler", f"/slots?case={case}")).body["slots"][-1]
    moved = await api.post("scheduler", f"/appointments/{appointment}/reschedule", {"slot": later["token"]})
    clock.now = clock.now.fromisoformat(moved.body["start"]) - timedelta(minutes=5)
    await builders.checked_in(api, visit)

    assert (failed["outcome"], failed["fired"], states(failed)["line"]) == ("needs_support", ["T03"], "stops")
    assert (await look(api, visit))["admissible"]


async def test_the_desk_may_say_who_somebody_is_and_a_sign_in_does_not_overrule_them(
    api: House, visit: str, clock: Clock
) -> None:
    await builders.checked_in(api, visit, without=frozenset({"identity_verified"}))
    said = await api.post("scheduler", f"/visits/{visit}/answers", {"answers": {"identity_verified": False}})
    joined = await api.post("patient", f"/visits/{visit}/join")
    refused = await look(api, visit)
    clock.advance(builders.A_MOMENT)
    await api.post("scheduler", f"/visits/{visit}/answers", {"answers": {"identity_verified": True}})

    assert (said.status, joined.status) == (200, 200)
    assert (refused["outcome"], states(refused)["identity"]) == ("needs_information", "stops")
    assert (await look(api, visit))["admissible"]


async def test_what_is_over_takes_no_answers(api: House, clock: Clock) -> None:
    booked = await an_open_visit(api, clock)
    await api.post("patient", f"/appointments/{booked['id']}/cancel", {"reason": "I am ill."})

    answer = await api.post("patient", f"/visits/{booked['visit_id']}/answers", {"answers": {"rf_cord": False}})

    assert (answer.status, answer.body["code"]) == (409, "visit-moved-on")


async def case_of(api: House, visit: str) -> str:
    return str((await api.get("patient", f"/visits/{visit}")).body["case_id"])

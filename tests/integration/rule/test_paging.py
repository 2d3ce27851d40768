"""An emergency pages the staff at once and again until somebody says that they call, however it has come up."""

from datetime import timedelta
from typing import Any

import pytest

from server.domain.ids import CaseId
from server.domain.messages import Message
from server.domain.paging import A_CLAIM_COUNTS_FOR, AGAIN_AFTER
from server.keys import PAGER, POST
from server.services.pager import Pager
from tests import builders
from tests.integration.cases.a_request import COMPLETE, a_draft
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import an_open_visit

MOMENT = timedelta(seconds=1)


async def pages(house: House) -> list[Message]:
    """Page as the running service does, and return every page that was written."""
    await house.app[PAGER].page()
    written = [message for box in (await house.mailbox()).values() for message in box]
    return [message for message in written if message.dedupe_key.startswith("page:")]


async def paged(house: House) -> set[str]:
    """Name by the demo's keys who was paged."""
    keys = {person.id: key for key, person in house.people.items()}
    return {keys[message.account_id] for message in await pages(house)}


async def the_call(house: House) -> dict[str, Any]:
    (task,) = [one for one in (await house.get("scheduler", "/tasks")).body["tasks"] if one["kind"] == "emergency-call"]
    found: dict[str, Any] = task
    return found


async def an_emergency(house: House, clock: Clock) -> CaseId:
    case_id = await builders.a_bookable_case(house)
    clock.advance(MOMENT)
    await house.post("patient", f"/cases/{case_id}/answers", {"answers": {"rf_bleeding": True}})
    return case_id


async def test_an_emergency_pages_by_sms_and_mail_with_the_number_first(api: House, clock: Clock) -> None:
    case_id = await an_emergency(api, clock)

    written = await pages(api)

    assert {message.channel for message in written} == {"sms", "mail"}
    task = await the_call(api)
    for message in written:
        number, what, link = message.body.splitlines()
        assert number == "+1 313 555 0142"
        assert what == f"Emergency call. Case {case_id}"
        assert link.endswith(f"/calls/{task['id']}")
        assert "bleeding" not in message.subject + message.body
        assert "Kowalska" not in message.subject + message.body


async def test_while_nobody_is_on_call_the_desk_and_the_cases_specialist_are_paged(demo: House, clock: Clock) -> None:
    await an_emergency(demo, clock)

    assert await paged(demo) == {"scheduler", "specialist"}


async def test_who_is_on_call_is_paged_first_and_more_people_until_somebody_calls(demo: House, clock: Clock) -> None:
    other = demo.people["other_specialist"].id
    assert (await demo.put("admin", "/on-call", {"people": [other]})).status == 200
    await an_emergency(demo, clock)

    assert await paged(demo) == {"other_specialist"}
    clock.advance(AGAIN_AFTER)
    assert await paged(demo) == {"other_specialist", "scheduler", "specialist"}


async def test_everybody_is_paged_once_a_round_also_by_a_service_that_began_anew(demo: House, clock: Clock) -> None:
    await an_emergency(demo, clock)
    first = await pages(demo)
    anew = Pager(demo.database, demo.app[POST], lambda _: demo.url, clock)

    await anew.page()

    assert len(await pages(demo)) == len(first)
    clock.advance(AGAIN_AFTER)
    assert len(await pages(demo)) > len(first)


async def test_who_says_that_they_call_ends_the_paging_and_is_named(api: House, clock: Clock) -> None:
    await an_emergency(api, clock)
    before = await pages(api)
    task = await the_call(api)

    claimed = await api.post("specialist", f"/tasks/{task['id']}/claim")  # paged, though it is the desk's task
    late = await api.post("scheduler", f"/tasks/{task['id']}/claim")
    again = await api.post("specialist", f"/tasks/{task['id']}/claim")

    assert (claimed.status, claimed.body["claimed_by"]["name"]) == (200, "Dr Amara Osei")
    assert (late.status, late.body["code"]) == (409, "task-claimed")
    assert again.status == 200
    clock.advance(AGAIN_AFTER)
    assert len(await pages(api)) == len(before)
    assert (await the_call(api))["claimed_by"]["name"] == "Dr Amara Osei"


async def test_a_call_that_was_promised_and_not_ticked_off_pages_again_and_may_be_taken_over(
    api: House, clock: Clock
) -> None:
    await an_emergency(api, clock)
    before = await pages(api)
    task = await the_call(api)
    await api.post("specialist", f"/tasks/{task['id']}/claim")
    clock.advance(A_CLAIM_COUNTS_FOR - MOMENT)
    assert len(await pages(api)) == len(before)

    clock.advance(MOMENT)
    after = await pages(api)
    taken_over = await api.post("scheduler", f"/tasks/{task['id']}/claim")

    assert len(after) > len(before)
    assert (taken_over.status, taken_over.body["claimed_by"]["name"]) == (200, "Dana Whitfield")
    clock.advance(AGAIN_AFTER)
    assert len(await pages(api)) == len(after)


async def test_a_call_that_is_done_pages_nobody_any_more(api: House, clock: Clock) -> None:
    case_id = await an_emergency(api, clock)
    before = await pages(api)
    task = await the_call(api)

    assert (await api.post("scheduler", f"/cases/{case_id}/tasks/{task['id']}/finish")).status == 204
    clock.advance(AGAIN_AFTER)

    assert len(await pages(api)) == len(before)
    assert (await api.post("scheduler", f"/tasks/{task['id']}/claim")).status == 404


async def test_who_was_not_paged_knows_nothing_of_the_call(api: House, clock: Clock) -> None:
    await an_emergency(api, clock)
    await pages(api)
    task = await the_call(api)

    for person, status in (("other_specialist", 404), ("patient", 403), ("admin", 403), ("companion", 403)):
        assert (await api.get(person, f"/tasks/{task['id']}")).status == status, person
        assert (await api.post(person, f"/tasks/{task['id']}/claim")).status == status, person


async def test_an_emergency_in_a_request_that_is_not_sent_pages_too(demo: House) -> None:
    await a_draft(demo, {**COMPLETE, "rf_breathing": "yes"})

    assert await paged(demo) == {"scheduler"}


async def test_an_emergency_at_check_in_and_in_the_visit_pages_too(demo: House, clock: Clock) -> None:
    for stage in ("check_in", "during_visit"):
        case_id = await builders.a_bookable_case(demo, patient="patient" if stage == "check_in" else "other_patient")
        clock.advance(MOMENT)
        person = "patient" if stage == "check_in" else "other_patient"

        await demo.post(person, f"/cases/{case_id}/answers", {"stage": stage, "answers": {"rf_cord": True}})

        assert case_id in {message.case_id for message in await pages(demo)}, stage


async def test_a_clinician_who_says_emergency_in_the_visit_pages_too(demo: House, clock: Clock) -> None:
    visit = await an_open_visit(demo, clock)

    await demo.post("specialist", f"/visits/{visit['visit_id']}/events", {"event": "clinician_emergency"})

    assert await paged(demo) == {"scheduler", "specialist"}


async def test_at_a_visit_the_number_and_the_address_are_those_of_where_the_patient_is(
    demo: House, clock: Clock
) -> None:
    visit = await an_open_visit(demo, clock)
    place = {"country": "US", "state": "MI", "address": "5 Elm Street, Ann Arbor", "callback": "734 555 0199"}
    said = await demo.post("patient", f"/visits/{visit['visit_id']}/whereabouts", place)
    assert said.status in (200, 201), said.body

    await demo.post("specialist", f"/visits/{visit['visit_id']}/events", {"event": "clinician_emergency"})

    note = (await the_call(demo))["note"].splitlines()
    assert note[0] == "Call 734 555 0199."
    assert "They said they are at 5 Elm Street, Ann Arbor." in note
    assert {message.body.splitlines()[0] for message in await pages(demo)} == {"734 555 0199"}


async def test_an_emergency_that_was_called_about_is_new_only_when_it_is_said_again(demo: House, clock: Clock) -> None:
    case_id = await an_emergency(demo, clock)
    task = await the_call(demo)
    await demo.post("scheduler", f"/cases/{case_id}/tasks/{task['id']}/finish")
    clock.advance(MOMENT)

    await demo.post("patient", f"/cases/{case_id}/answers", {"answers": {"age_years": 59}})
    assert (await demo.get("scheduler", "/tasks")).body["tasks"] == []
    clock.advance(MOMENT)
    await demo.post("patient", f"/cases/{case_id}/answers", {"answers": {"rf_bleeding": True}})

    assert (await the_call(demo))["id"] != task["id"]


async def test_more_signs_are_one_call_until_somebody_has_taken_it_on(demo: House, clock: Clock) -> None:
    case_id = await an_emergency(demo, clock)
    clock.advance(MOMENT)

    await demo.post("patient", f"/cases/{case_id}/answers", {"answers": {"rf_breathing": True}})

    assert "trouble breathing" in (await the_call(demo))["note"]


@pytest.mark.parametrize("person", ["patient", "specialist", "compliance", "companion"])
async def test_the_desk_and_the_admin_alone_say_who_is_on_call(demo: House, person: str) -> None:
    assert (await demo.get(person, "/on-call")).status == 403
    assert (await demo.put(person, "/on-call", {"people": []})).status == 403


async def test_only_those_who_can_call_are_on_call(api: House) -> None:
    refused = await api.put("scheduler", "/on-call", {"people": [api.people["patient"].id]})

    assert refused.status == 404
    assert not any(one["on_call"] for one in (await api.get("scheduler", "/on-call")).body["people"])


async def test_pages_work_without_script_for_call_and_for_who_is_on_call(demo: House, clock: Clock) -> None:
    desk = await demo.browser_session("scheduler")
    await desk.get("/on-call")
    saved = await desk.post("/on-call", {"people": [demo.people["scheduler"].id]})
    assert "1 person is on call." in saved.body
    await an_emergency(demo, clock)
    (message, *_) = await pages(demo)
    address = message.body.splitlines()[2].partition("/calls/")[2]

    page = await desk.get(f"/calls/{address}")
    assert 'href="tel:+13135550142"' in page.body
    claimed = await desk.post(f"/tasks/{address}/claim", {"back": f"/calls/{address}"})

    assert "You are calling, since" in claimed.body
    assert "I am calling now" not in claimed.body

"""The link of a visit that is in person lets nobody in, and says where to come."""

import asyncio
from datetime import timedelta
from typing import Any

from server.domain.facts import Party
from server.keys import DOORKEEPER
from tests import builders
from tests.integration.booking.test_booking import booked, offered
from tests.integration.booking.test_in_person import say
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import a_ticket, an_open_visit, in_the_room, socket_with

AT_MOST_SECONDS = 2


async def move_to_clinic(api: House, appointment: dict[str, Any]) -> dict[str, Any]:
    case_id = appointment["case_id"]
    await say(api, case_id, Party.PATIENT, **{**builders.PATIENT_SAYS, "prefers_in_person": True})
    slot = (await offered(api, case_id))[0]
    answer = await api.post("scheduler", f"/appointments/{appointment['id']}/reschedule", {"slot": slot["token"]})
    assert answer.status == 200, answer.body
    moved: dict[str, Any] = answer.body
    return moved


async def test_nobody_gets_a_ticket_for_a_visit_in_person(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api, exam_needed=True)
    appointment = await booked(api, case_id)
    clock.advance(timedelta(hours=23, minutes=45))

    for person in ("patient", "specialist"):
        answer = await api.post(person, f"/visits/{appointment['visit_id']}/join")
        assert (answer.status, answer.body["code"]) == (409, "visit-elsewhere")
        assert answer.body["title"].startswith("Do not join here. This visit is in person.")


async def test_a_ticket_from_before_lets_nobody_in(api: House, clock: Clock) -> None:
    appointment = await an_open_visit(api, clock)
    entry = await a_ticket(api, "patient", appointment["visit_id"])
    await move_to_clinic(api, appointment)

    async with socket_with(api, entry) as page:
        assert await page.end() == 4403


async def test_who_waits_when_the_visit_goes_to_the_clinic_hears_it(api: House, clock: Clock) -> None:
    appointment = await an_open_visit(api, clock)
    async with (
        socket_with(api, await a_ticket(api, "specialist", appointment["visit_id"])) as specialist,
        socket_with(api, await a_ticket(api, "patient", appointment["visit_id"])) as patient,
    ):
        await patient.hear("lobby.state")
        await specialist.hear("snapshot")
        await move_to_clinic(api, appointment)

        async with asyncio.timeout(AT_MOST_SECONDS):
            assert [await patient.end(), await specialist.end()] == [4403, 4403]
    assert (await api.get("patient", f"/visits/{appointment['visit_id']}")).body["mode"] == "in-person"


async def test_who_talks_when_the_visit_goes_to_the_clinic_may_finish(api: House, clock: Clock) -> None:
    appointment = await an_open_visit(api, clock)
    async with (
        socket_with(api, await a_ticket(api, "specialist", appointment["visit_id"])) as specialist,
        in_the_room(api, appointment["visit_id"], "patient", specialist) as (patient, _),
    ):
        await move_to_clinic(api, appointment)
        await api.app[DOORKEEPER].look()
        await patient.ping()
        await specialist.ping()

        await patient.say("bye", {})

        async with asyncio.timeout(AT_MOST_SECONDS):
            assert await patient.end() == 1000
            assert await specialist.end() == 4403  # nobody comes any more


async def test_the_old_link_says_where_to_come_and_when(demo: House) -> None:
    appointment = await booked(demo, await builders.a_bookable_case(demo))
    visit = f"/visits/{appointment['visit_id']}"
    browser = await demo.browser_session("patient")
    assert "Stay where you are: this visit is by video." in (await browser.get(visit)).body

    await move_to_clinic(demo, appointment)
    page = (await browser.get(visit)).body

    assert "Do not join here, come to 1 Lakeside Drive, Detroit, MI 48201" in page
    assert "in person, on Tuesday 24 November 2026, 10:00 am (Detroit time)" in page
    assert "Come in by the main entrance" in page
    assert 'href="tel:+13135550100"' in page
    assert f'href="/appointments/{appointment["id"]}"' in page


async def test_the_old_link_says_it_to_everybody_in_the_visit_in_their_own_zone(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, patient="other_patient", exam_needed=True)
    slot = (await offered(demo, case_id, "other_patient"))[0]
    appointment = (await demo.post("other_patient", "/appointments", {"slot": slot["token"]})).body

    for person, zone in (("other_patient", "New York"), ("specialist", "Detroit")):
        browser = await demo.browser_session(person)
        page = (await browser.get(f"/visits/{appointment['visit_id']}")).body
        assert "Do not join here, come to 1 Lakeside Drive" in page
        assert f"9:00 am ({zone} time)" in page


async def test_the_link_is_good_again_when_the_visit_is_by_video_again(api: House, clock: Clock) -> None:
    appointment = await booked(api, await builders.a_bookable_case(api))
    moved = await move_to_clinic(api, appointment)
    await say(api, moved["case_id"], Party.PATIENT, prefers_in_person=False)
    slot = (await offered(api, moved["case_id"]))[0]
    back = await api.post("patient", f"/appointments/{moved['id']}/reschedule", {"slot": slot["token"]})
    assert back.status == 200
    clock.advance(timedelta(hours=23, minutes=30))

    assert (await api.post("patient", f"/visits/{moved['visit_id']}/join")).status == 200

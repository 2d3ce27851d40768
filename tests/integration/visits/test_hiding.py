"""A visit of somebody who must not be found: staff hide addresses in it, and from then on nobody is told any."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.settings import Turn
from server.domain.ids import CaseId, VisitId
from server.storage import appointments, audit
from tests import builders
from tests.integration.booking.pages import opened
from tests.integration.conftest import running_house
from tests.integration.house import Answer, Clock, House
from tests.integration.visits.meeting import Socket, a_ticket, a_visit_tomorrow, an_open_visit, in_the_room, socket_with

AT_MOST_SECONDS = 2
RELAY = Turn(urls=("turn:turn.example.org:3478?transport=udp",), secret="a secret that the service shares with it")
HIDDEN = {"relay_only": True}
HIDE = "Hide addresses in this visit"
SHOW = "Do not hide addresses any more"


@pytest.fixture
async def api(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    """A hospital with a relay: the test runs once on SQLite and once on PostgreSQL."""
    async with running_house(database_url, tmp_path, clock, turn=RELAY) as house:
        yield house


async def hide(api: House, visit: str, *, hidden: bool = True, person: str = "scheduler") -> Answer:
    return await api.patch(person, f"/visits/{visit}", {"relay_only": hidden})


async def told(page: Socket) -> dict[str, Any]:
    """The next snapshot, which has to come soon."""
    async with asyncio.timeout(AT_MOST_SECONDS):
        snapshot: dict[str, Any] = (await page.hear("snapshot"))["data"]
    return snapshot


@pytest.mark.parametrize("person", ["scheduler", "specialist"])
async def test_desk_and_specialist_hide_them_and_it_stands_in_the_audit(api: House, clock: Clock, person: str) -> None:
    booked = await a_visit_tomorrow(api)
    visit = booked["visit_id"]

    on = await hide(api, visit, person=person)
    again = await hide(api, visit, person=person)
    seen = await api.get("patient", f"/visits/{visit}")
    off = await hide(api, visit, hidden=False, person=person)

    assert [answer.body["relay_only"] for answer in (on, again, seen, off)] == [True, True, True, False]
    async with api.database.read() as connection:
        events = await audit.of_case(connection, CaseId(booked["case_id"]))
    about = [(one.actor_id, one.action, one.object_id) for one in events if "addresses" in one.action]
    who = api.people[person].id
    assert about == [(who, "visit.addresses-shown", visit), (who, "visit.addresses-hidden", visit)]


async def test_nobody_else_can(api: House) -> None:
    visit = (await a_visit_tomorrow(api))["visit_id"]
    people = ("patient", "other_patient", "companion", "interpreter", "other_specialist", "admin", "compliance", None)

    answers = [(await hide(api, visit, person=person)).status for person in people]

    assert answers == [403, 403, 403, 403, 404, 403, 403, 401]
    assert (await hide(api, "no-such-visit", person="specialist")).status == 404
    assert (await api.get("patient", f"/visits/{visit}")).body["relay_only"] is False


async def test_whoever_comes_then_is_given_relays_only_also_when_they_ask_again_or_come_back(
    api: House, clock: Clock
) -> None:
    visit = str((await an_open_visit(api, clock))["visit_id"])
    await hide(api, visit)

    entry = await a_ticket(api, "specialist", visit)
    async with socket_with(api, entry) as specialist:
        welcome = (await specialist.hear("welcome"))["data"]
        first = (await specialist.hear("snapshot"))["data"]["ice"]
        await specialist.say("ice.get", {})
        asked = (await specialist.hear("ice.config"))["data"]
    async with api.http.ws_connect(entry["signal_url"], protocols=["consilium.visit.v1"]) as raw:
        key = {"session_id": welcome["session_id"], "resume_key": welcome["resume_key"], "last_s": 2}
        await raw.send_json({"type": "resume", "data": key})
        resumed = (await Socket(raw).hear("resumed"))["data"]["ice"]

    assert entry["ice_transport_policy"] == "relay"
    assert [ice["iceTransportPolicy"] for ice in (first, asked, resumed)] == ["relay"] * 3


async def test_who_is_in_the_visit_already_gets_other_paths_within_two_seconds(api: House, clock: Clock) -> None:
    visit = str((await an_open_visit(api, clock))["visit_id"])
    async with (
        socket_with(api, await a_ticket(api, "specialist", visit)) as specialist,
        in_the_room(api, visit, "patient", specialist) as (patient, _),
    ):
        await specialist.hear("link.open")
        await hide(api, visit, person="specialist")

        for page in (specialist, patient):
            snapshot = await told(page)
            assert snapshot["ice"]["iceTransportPolicy"] == "relay"
            assert [link["gen"] for link in snapshot["links"]] == [2]

        await hide(api, visit, hidden=False)
        entry = await a_ticket(api, "patient", visit)
        assert entry["ice_transport_policy"] == "all"


async def test_what_another_process_wrote_holds_within_two_seconds_too(api: House, clock: Clock) -> None:
    visit = VisitId(str((await an_open_visit(api, clock))["visit_id"]))
    async with socket_with(api, await a_ticket(api, "specialist", visit)) as specialist:
        assert (await told(specialist))["ice"]["iceTransportPolicy"] == "all"
        async with api.database.write() as connection:
            await appointments.hide_addresses(connection, visit, hidden=True)

        assert (await told(specialist))["ice"]["iceTransportPolicy"] == "relay"


async def test_they_stay_hidden_when_the_visit_moves_and_when_it_begins(api: House, clock: Clock) -> None:
    booked = await a_visit_tomorrow(api)
    visit = booked["visit_id"]
    await hide(api, visit)
    later = (await api.get("patient", f"/slots?case={booked['case_id']}")).body["slots"][-1]
    moved = await api.post("patient", f"/appointments/{booked['id']}/reschedule", {"slot": later["token"]})
    clock.now = datetime.fromisoformat(moved.body["start"]) - timedelta(minutes=5)
    await builders.checked_in(api, visit)

    async with (
        socket_with(api, await a_ticket(api, "specialist", visit)) as specialist,
        in_the_room(api, visit, "patient", specialist),
    ):
        await api.settle()
        begun = (await api.get("specialist", f"/visits/{visit}")).body

    assert (begun["status"], begun["relay_only"]) == ("in-progress", True)


async def test_a_note_of_the_meeting_that_was_begun_before_does_not_show_them_again(api: House, clock: Clock) -> None:
    visit = VisitId(str((await an_open_visit(api, clock))["visit_id"]))
    async with api.database.read() as connection:
        before = await appointments.visit(connection, visit)
    await hide(api, visit)

    async with api.database.write() as connection:
        await appointments.save_visit(connection, before, before=before)

    assert (await api.get("specialist", f"/visits/{visit}")).body["relay_only"] is True


async def test_a_visit_that_is_over_stays_as_it_was(api: House) -> None:
    booked = await a_visit_tomorrow(api)
    await api.post("patient", f"/appointments/{booked['id']}/cancel", {"reason": "I am ill."})

    answer = await hide(api, booked["visit_id"])

    assert (answer.status, answer.body["code"]) == (409, "visit-moved-on")


async def test_without_a_relay_it_is_refused_with_what_to_do_and_the_page_has_no_switch(demo: House) -> None:
    booked = await a_visit_tomorrow(demo)

    answer = await hide(demo, booked["visit_id"])
    desk = await opened(demo, "scheduler", f"/appointments/{booked['id']}")

    assert (answer.status, answer.body["code"]) == (409, "no-relay")
    assert "Ask whoever runs this service to set one up" in answer.body["title"]
    assert HIDE not in desk.page
    assert "this hospital has none" in desk.page
    assert (await demo.get("patient", f"/visits/{booked['visit_id']}")).body["relay_only"] is False
    refused = await desk.post(f"/appointments/{booked['id']}/addresses", {"hide": "yes"})
    assert refused.status == 409
    assert "Ask whoever runs this service to set one up" in refused.body


async def test_where_no_visit_tells_addresses_there_is_nothing_to_switch(
    sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    turn = RELAY.model_copy(update={"relay_only": True})
    async with running_house(sqlite_url, tmp_path, clock, turn=turn) as house:
        booked = await a_visit_tomorrow(house)
        desk = await opened(house, "scheduler", f"/appointments/{booked['id']}")

        assert "in every visit of this hospital" in desk.page
        assert HIDE not in desk.page


async def test_a_relay_that_is_gone_tells_no_address_and_staff_read_that_video_does_not_work(
    sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    async with running_house(sqlite_url, tmp_path, clock) as house:
        booked = await an_open_visit(house, clock)
        visit = VisitId(booked["visit_id"])
        async with house.database.write() as connection:
            await appointments.hide_addresses(connection, visit, hidden=True)

        entry = await a_ticket(house, "patient", visit)
        desk = await opened(house, "scheduler", f"/appointments/{booked['id']}")
        stuck = desk.page
        done = await desk.post(f"/appointments/{booked['id']}/addresses")

    assert (entry["ice_servers"], entry["ice_transport_policy"]) == ([], "relay")
    assert "The video of this visit does not work now" in stuck
    assert "Addresses are not hidden any more" in done.body


async def test_the_desk_hides_them_on_the_page_of_the_visit_and_people_read_it_before_they_go_in(
    api: House, clock: Clock
) -> None:
    booked = await an_open_visit(api, clock)
    address, visit = f"/appointments/{booked['id']}", f"/visits/{booked['visit_id']}"
    desk = await opened(api, "scheduler", address)
    patient = await opened(api, "patient", address)
    assert "Internet addresses" not in patient.page

    on = await desk.post(f"{address}/addresses", {"hide": "yes"})
    preview = await patient.get(visit)

    assert "Addresses are hidden in this visit" in on.body
    assert SHOW in on.body
    assert HIDE not in on.body
    assert 'id="preview-hide"' not in preview.body
    assert "Nobody in this visit is shown anybody" in preview.body

    off = await desk.post(f"{address}/addresses")
    preview = await patient.get(visit)

    assert HIDE in off.body
    assert 'id="preview-hide"' in preview.body


async def test_a_patient_cannot_switch_it_by_sending_the_desks_form(api: House) -> None:
    booked = await a_visit_tomorrow(api)
    patient = await opened(api, "patient", f"/appointments/{booked['id']}")

    answer = await patient.post(f"/appointments/{booked['id']}/addresses", {"hide": "yes"})

    assert answer.status == 403
    assert (await api.get("patient", f"/visits/{booked['visit_id']}")).body["relay_only"] is False

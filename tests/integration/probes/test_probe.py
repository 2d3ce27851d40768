"""A patient's line is measured by a process of its own, and what comes of it are facts of the visit."""

import os
import signal
from dataclasses import replace
from datetime import timedelta

import pytest

from server.domain.actors import Actor
from server.domain.errors import NotFoundError
from server.domain.ids import AccountId, VisitId
from server.domain.line_probes import ProbesBusyError
from server.keys import PROBES
from server.services.probes import MOST_AT_ONCE
from tests.integration.house import Clock, House
from tests.integration.probes.line import a_peer, all_ended, begin, end_of, processes, refusal, said_in, until
from tests.integration.visits.meeting import a_visit_tomorrow, an_open_visit

pytestmark = pytest.mark.slow


async def an_open_one(house: House, clock: Clock) -> str:
    return str((await an_open_visit(house, clock))["visit_id"])


async def test_a_patients_line_is_measured_written_down_and_decided_on(api: House, clock: Clock) -> None:
    appointment = await an_open_visit(api, clock)
    visit_id = appointment["visit_id"]
    async with a_peer() as peer:
        address = await begin(api, "patient", visit_id, peer)
        under_way = await until(api, "patient", address, "measuring")
        found = await end_of(api, "patient", address)

    assert (under_way["results"], found["state"], found["failure"]) == (None, "done", None)
    results = found["results"]
    assert results["rtt_ms"] < 1000
    assert 0 < min(results["down_kbps"], results["up_kbps"]) <= 1500
    assert await said_in(api, visit_id) == [
        ("bandwidth_kbps", min(results["down_kbps"], results["up_kbps"]), "device"),
        ("packet_loss_pct", results["loss_pct"], "device"),
    ]
    case_id = (await api.get("patient", f"/visits/{visit_id}")).body["case_id"]
    newest = (await api.get("patient", f"/cases/{case_id}/decisions")).body["decisions"][0]
    assert (newest["stage"], newest["slot_start"]) == ("check_in", appointment["start"])
    assert not {"bandwidth_kbps", "packet_loss_pct"} & set(newest["asks"])


async def test_a_line_that_does_not_open_is_a_failed_attempt_until_it_opens(demo: House, clock: Clock) -> None:
    visit_id = await an_open_one(demo, clock)
    async with a_peer() as peer:
        offer = {"offer": await peer.offer()}
        begun = await demo.post("patient", f"/visits/{visit_id}/probe", offer)  # and nobody takes the answer
        address = f"/visits/{visit_id}/probe/{begun.body['id']}"
        failed = await end_of(demo, "patient", address)
    first = await said_in(demo, visit_id)
    clock.advance(timedelta(seconds=30))
    async with a_peer() as peer:
        opened = await end_of(demo, "patient", await begin(demo, "patient", visit_id, peer))

    assert (failed["state"], failed["failure"], failed["results"]) == ("failed", "never-opened", None)
    assert first == [("failed_attempts", 1, "system")]
    assert opened["state"] == "done"
    assert ("failed_attempts", 0, "system") in await said_in(demo, visit_id)


async def test_a_process_that_is_killed_says_nothing_about_the_line(demo: House, clock: Clock) -> None:
    visit_id = await an_open_one(demo, clock)
    async with a_peer() as peer:
        address = await begin(demo, "patient", visit_id, peer)
        await until(demo, "patient", address, "measuring")
        [process] = processes()
        os.kill(process, signal.SIGKILL)
        found = await end_of(demo, "patient", address)
    async with a_peer() as peer:
        again = await begin(demo, "patient", visit_id, peer)
        await until(demo, "patient", again, "measuring")

    assert (found["state"], found["failure"]) == ("failed", "ours")
    assert await said_in(demo, visit_id) == []


@pytest.mark.parametrize("goes", [True, False], ids=["away", "silent"])
async def test_an_other_end_that_is_lost_in_the_middle_says_nothing(demo: House, clock: Clock, goes: bool) -> None:
    visit_id = await an_open_one(demo, clock)
    async with a_peer() as peer:
        peer.silent = not goes
        address = await begin(demo, "patient", visit_id, peer)
        await until(demo, "patient", address, "measuring")
        if goes:
            await peer.close()
        found = await end_of(demo, "patient", address)

    assert (found["state"], found["failure"]) == ("failed", "broken-off")
    assert await said_in(demo, visit_id) == []


async def test_a_page_that_is_left_gives_its_probe_up_and_may_begin_anew(demo: House, clock: Clock) -> None:
    visit_id = await an_open_one(demo, clock)
    async with a_peer() as peer:
        address = await begin(demo, "patient", visit_id, peer)
        second = await demo.post("patient", f"/visits/{visit_id}/probe", {"offer": await peer.offer()})
        gone = await demo.delete("patient", address)
        found = await demo.get("patient", address)
        await all_ended()
    async with a_peer() as peer:
        await begin(demo, "patient", visit_id, peer)

    assert refusal(second) == (409, "probe-running")
    assert gone.status == 204
    assert (found.body["state"], found.body["failure"]) == ("failed", "broken-off")
    assert await said_in(demo, visit_id) == []


async def test_a_probe_is_its_persons_alone_and_a_specialists_says_nothing(demo: House, clock: Clock) -> None:
    visit_id = await an_open_one(demo, clock)
    async with a_peer() as peer:
        address = await begin(demo, "specialist", visit_id, peer)
        looked = [await demo.get(person, address) for person in ("patient", "other_patient")]
        ended = [await demo.delete(person, address) for person in ("patient", "other_patient")]
        begun = await demo.post("other_patient", f"/visits/{visit_id}/probe", {"offer": await peer.offer()})
        ways = await demo.get("other_patient", f"/visits/{visit_id}/probe")
        found = await end_of(demo, "specialist", address)

    assert [answer.status for answer in (*looked, *ended, begun, ways)] == [404] * 6
    assert found["state"] == "done"
    assert await said_in(demo, visit_id) == []


async def test_a_line_is_tested_while_the_door_is_open(demo: House, clock: Clock) -> None:
    visit_id = (await a_visit_tomorrow(demo))["visit_id"]
    async with a_peer() as peer:
        early = await demo.post("patient", f"/visits/{visit_id}/probe", {"offer": await peer.offer()})
    ways = await demo.get("patient", f"/visits/{visit_id}/probe")

    assert [refusal(answer) for answer in (early, ways)] == [(409, "visit-not-open")] * 2


async def test_without_a_relay_a_page_is_told_of_no_servers(demo: House, clock: Clock) -> None:
    visit_id = await an_open_one(demo, clock)

    ways = await demo.get("patient", f"/visits/{visit_id}/probe")

    assert ways.body == {"ice_servers": [], "ice_transport_policy": "all"}


async def test_a_person_may_begin_six_in_ten_minutes(demo: House, clock: Clock) -> None:
    visit_id = await an_open_one(demo, clock)

    answers = [await demo.post("patient", f"/visits/{visit_id}/probe", {"offer": "nonsense"}) for _ in range(7)]
    clock.advance(timedelta(seconds=100))
    later = await demo.post("patient", f"/visits/{visit_id}/probe", {"offer": "nonsense"})

    assert [refusal(answer) for answer in answers] == [(409, "offer-unusable")] * 6 + [(429, "too-many-requests")]
    assert answers[-1].headers["Retry-After"] == "100"
    assert later.status == 409


async def test_only_so_many_are_measured_at_once(demo: House, clock: Clock) -> None:
    visit_id = VisitId(await an_open_one(demo, clock))
    desk = demo.people["scheduler"]  # who knows every case
    people = [Actor(replace(desk, id=AccountId(f"desk-{number}")), None, None) for number in range(MOST_AT_ONCE + 1)]
    probes = demo.app[PROBES]
    async with a_peer() as peer:
        offer = await peer.offer()
        begun = [await probes.begin(person, visit_id, offer) for person in people[:-1]]
        with pytest.raises(ProbesBusyError):
            await probes.begin(people[-1], visit_id, offer)
        await probes.give_up(people[0], visit_id, begun[0].id)
        await probes.begin(people[-1], visit_id, offer)
        with pytest.raises(NotFoundError):
            await probes.look(people[1], visit_id, begun[2].id)
        assert len(processes()) == MOST_AT_ONCE
        await probes.close()

    await all_ended()

"""What the embedding application may ask of the endpoint, and what it is told."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import WSServerHandshakeError
from structlog.testing import capture_logs

from signaling.ids import MemberId, VisitId
from signaling.journal import Said
from tests.integration.signaling.theatre import COMPANION, HOST, PATIENT, SDP, VISIT, Theatre

VISIT_ID = VisitId(VISIT)


def news(house: Theatre) -> list[tuple[str, str | None, str]]:
    return [(notice.news.value, notice.member, notice.why) for _, notice in house.notices]


async def test_the_application_hears_of_every_step(house: Theatre) -> None:
    _, patient = await house.host_and_patient()
    await patient.send("bye")
    await patient.close_code()

    assert news(house) == [
        ("admitted", HOST.id, ""),
        ("waiting", PATIENT.id, ""),
        ("admitted", PATIENT.id, ""),
        ("started", None, ""),
        ("left", PATIENT.id, "bye"),
    ]
    assert {visit for visit, _ in house.notices} == {VISIT}


async def test_presence_tells_who_waits_and_who_is_in(house: Theatre) -> None:
    await house.join(HOST)
    await house.join(PATIENT)

    places = house.endpoint.presence(VISIT_ID)

    assert [(place.member, place.state, place.away) for place in places] == [
        ("m_host", "in", False),
        ("m_patient", "waiting", False),
    ]
    assert house.endpoint.presence(VisitId("v_none")) == ()


async def test_the_gate_opens_while_somebody_waits(house: Theatre) -> None:
    host = await house.join(HOST)
    patient = await house.join(replace(PATIENT, admissible=False, reason="Please tell us where you are."))
    answer = await host.ask("lobby.admit", {"member": PATIENT.id})
    assert answer["error"]["message"] == "Please tell us where you are."

    house.endpoint.update_member(VISIT_ID, PATIENT.id, admissible=True)
    house.endpoint.update_member(VisitId("v_none"), PATIENT.id, admissible=True)

    assert (await host.ask("lobby.admit", {"member": PATIENT.id}))["ok"] is True
    await patient.expect("snapshot")


async def test_a_revoked_member_is_cut_off_at_once_in_every_visit_or_in_one(house: Theatre) -> None:
    host, patient = await house.host_and_patient()
    elsewhere = await house.join(PATIENT, visit="v_2")

    house.endpoint.revoke(PATIENT.id, VISIT_ID)
    assert await patient.close_code() == 4403
    assert (await host.expect("member.left"))["data"]["why"] == "revoked"
    await elsewhere.ping()

    house.endpoint.revoke(PATIENT.id)
    assert await elsewhere.close_code() == 4403


async def test_the_application_ends_a_visit_with_the_usual_grace(house: Theatre) -> None:
    host, _ = await house.host_and_patient()

    await house.endpoint.end(VISIT_ID)
    assert (await host.expect("visit.changed"))["data"]["state"] in ("active", "ending")
    house.clock.skip(10)

    assert await host.close_code() == 4440
    assert news(house)[-1] == ("ended", None, "")


async def test_a_visit_that_nobody_is_in_can_be_ended_too(house: Theatre) -> None:
    await house.endpoint.end(VISIT_ID)

    guest = await house.socket()
    await guest.hello(ticket=house.ticket(HOST))

    assert await guest.close_code() == 4440
    assert "Ended" in house.journal.kinds(VISIT)


async def test_a_drained_server_says_so_closes_at_once_and_takes_nobody(house: Theatre) -> None:
    host, patient = await house.host_and_patient()
    unknown = await house.socket()
    loop = asyncio.get_running_loop()
    reading = [asyncio.create_task(guest.close_code()) for guest in (host, patient, unknown)]
    began = loop.time()

    await house.endpoint.drain()

    assert loop.time() - began < 2
    assert await asyncio.gather(*reading) == [1012, 1012, 1012]
    for guest in (host, patient):
        assert guest.received[-1]["type"] == "going_away"
    with pytest.raises(WSServerHandshakeError) as refused:
        await house.socket()
    assert refused.value.status == 503


async def test_what_nobody_waits_for_is_written_down_soon(house: Theatre) -> None:
    _, patient = await house.host_and_patient()
    await patient.send("bye")
    await patient.close_code()

    await house.journal.until(lambda: "Left" in house.journal.kinds(VISIT))


async def test_a_link_is_written_down_before_its_maker_is_heard_again(house: Theatre) -> None:
    host, patient = await house.join(HOST), await house.join(PATIENT)
    await host.ask("lobby.admit", {"member": PATIENT.id})
    await host.ping()
    assert house.journal.kinds(VISIT).count("Linked") == 1

    await patient.send("link.reset", {"peer": host.session, "gen": 2})
    await patient.ping()
    assert house.journal.kinds(VISIT).count("Linked") == 2


async def test_while_nothing_can_be_written_down_nothing_is_promised_and_the_visit_goes_on(house: Theatre) -> None:
    host, patient = await house.host_and_patient()
    house.journal.works = False

    answer = await host.ask("chat.send", {"id": "1", "text": "Hello."})
    assert answer["error"]["code"] == "try_again"
    newcomer = await house.socket()
    await newcomer.hello(ticket=house.ticket(COMPANION))
    assert await newcomer.close_code() == 1013
    elsewhere = await house.socket("v_2")
    await elsewhere.hello(ticket=house.ticket(HOST, "v_2"))
    assert await elsewhere.close_code() == 1013
    await patient.send("link.reset", {"peer": host.session, "gen": 2})
    await patient.send("rtc.offer", {"gen": 2, "neg": 1, "sdp": SDP}, to=host.session)
    await host.expect("rtc.offer")
    refusals = house.journal.refusals
    await house.journal.until(lambda: house.journal.refusals > refusals)

    house.journal.works = True
    assert (await host.ask("chat.send", {"id": "1", "text": "Hello."}))["ok"] is True
    assert [entry.text for entry in house.journal.entries[VISIT_ID] if isinstance(entry, Said)] == ["Hello."]
    assert house.journal.kinds(VISIT).count("Linked") == 2


async def test_logs_name_nobody_and_hold_no_secret(house: Theatre) -> None:
    with capture_logs() as lines:
        host, patient = await house.host_and_patient()
        await patient.send("rtc.offer", {"gen": 1, "neg": 1, "sdp": SDP}, to=host.session)
        await host.ask("chat.send", {"id": "1", "text": "Chat canary"})
        await host.ask("member.kick", {"member": PATIENT.id, "reason": "Reason canary"})
        assert await patient.close_code() == 4441
        forged = await house.socket()
        await forged.hello(ticket="forged-canary")
        assert await forged.close_code() == 4401
        await house.endpoint.drain()

    text = str(lines)
    assert "canary" not in text.lower()
    assert "a=fingerprint" not in text
    assert host.welcome["resume_key"] not in text
    assert {line["event"] for line in lines} >= {"visit", "socket closed"}
    assert MemberId("m_patient") in text

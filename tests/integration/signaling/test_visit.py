"""Two people meet over real sockets."""

import asyncio

from signaling.ids import VisitId
from tests.integration.signaling.theatre import COMPANION, HOST, PATIENT, SDP, VISIT, Theatre, theatre

CANDIDATE = {
    "candidate": "candidate:1 1 udp 1 192.0.2.7 5000 typ host",
    "sdpMid": "0",
    "sdpMLineIndex": 0,
    "usernameFragment": "a1",
}


async def test_two_people_get_from_hello_to_offer_answer_and_candidates(house: Theatre) -> None:
    host = await house.join(HOST)
    patient = await house.join(PATIENT)
    assert (await patient.expect("lobby.state"))["data"]["host_present"] is True
    await host.expect("lobby.list")

    await host.ask("lobby.admit", {"member": PATIENT.id})
    link = (await patient.expect("snapshot"))["data"]["links"][0]
    assert link == {"peer": host.session, "gen": 1, "polite": True, "initiator": True}

    await patient.send("rtc.offer", {"gen": 1, "neg": 1, "sdp": SDP}, to=host.session)
    offer = await host.expect("rtc.offer")
    await host.send("rtc.answer", {"gen": 1, "neg": 1, "sdp": SDP}, to=offer["from"])
    assert (await patient.expect("rtc.answer"))["data"]["sdp"] == SDP
    await patient.send("rtc.ice", {"gen": 1, "ufrag": "a1", "cands": [CANDIDATE], "eoc": True}, to=host.session)
    assert (await host.expect("rtc.ice"))["data"]["cands"] == [CANDIDATE]


async def test_the_subprotocol_is_agreed_and_nothing_is_compressed(house: Theatre) -> None:
    guest = await house.socket(compress=15)

    assert guest.websocket.protocol == "consilium.visit.v1"
    assert guest.websocket.compress == 0


async def test_a_line_that_is_torn_loses_nothing(house: Theatre) -> None:
    host, patient = await house.host_and_patient()
    await patient.send("rtc.restart", {"gen": 1, "why": "before"}, to=host.session)
    await host.expect("rtc.restart")
    seen = patient.last_seq

    patient.cut()
    await host.expect_away()
    for number in range(5):
        await host.ask("chat.send", {"id": str(number), "text": f"Line {number}"})
    back = await patient.resume()

    resumed = (await back.expect("resumed"))["data"]
    replayed = [await back.next() for _ in range(resumed["to_s"] - seen)]
    assert [message["seq"] for message in replayed] == list(range(seen + 1, resumed["to_s"] + 1))
    said = [message["data"]["text"] for message in replayed if message["type"] == "chat.msg"]
    assert said == [f"Line {number}" for number in range(5)]
    assert resumed["resend_from_c"] == 2
    await back.send("rtc.restart", {"gen": 1, "why": "after"}, to=host.session)
    assert (await host.expect("rtc.restart"))["data"]["why"] == "after"


async def test_a_second_device_takes_the_visit_over_on_the_socket_that_asked(house: Theatre) -> None:
    host, patient = await house.host_and_patient()
    other = await house.socket()
    await other.hello(ticket=house.ticket(PATIENT), tab_id="tab-0002")
    assert (await other.expect("error"))["data"]["code"] == "already_here"

    await other.hello(tab_id="tab-0002", take_over=True)

    assert (await other.expect("welcome"))["data"]["state"] == "in"
    assert await patient.close_code() == 4410
    assert (await host.expect("member.changed"))["data"]["session"] == other.session


async def test_after_a_restart_everybody_finds_the_same_visit() -> None:
    async with theatre() as before:
        host, patient = await before.host_and_patient()
        pcs = [{"peer": host.session, "gen": 1, "state": "connected"}]
        sessions = (host.session, patient.session)
    async with theatre(journal=before.journal) as after:
        late = await after.socket()
        await late.whisper("resume", {"session_id": sessions[1], "resume_key": "k", "last_s": 1})
        assert (await late.expect("resume.denied"))["data"]["code"] == "unknown"
        await late.hello(ticket=after.ticket(PATIENT), pcs=pcs)
        await late.expect("welcome")
        snapshot = (await late.expect("snapshot"))["data"]

    assert late.welcome["epoch"] == 2
    assert late.session == sessions[1]
    assert snapshot["visit"]["state"] == "recovering"
    assert snapshot["links"] == [{"peer": sessions[0], "gen": 1, "polite": True, "initiator": True}]


async def test_a_visit_is_loaded_once_however_many_come_at_once(house: Theatre) -> None:
    await asyncio.gather(house.join(HOST), house.join(PATIENT), house.join(COMPANION))

    assert house.journal.loads == 1
    assert len(house.endpoint.presence(VisitId(VISIT))) == 3

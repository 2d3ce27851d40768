"""Hostile clients in a visit: refused with their code, while the pair beside them and the next visit notice nothing.

The rows are those of the threat model's test table (AB-…).
"""

import asyncio
import json
import struct
from contextlib import AsyncExitStack
from typing import Any

import pytest

from server.keys import SIGNALING
from signaling.limits import MESSAGES
from signaling.wire import Patience
from tests.abuse.raw_socket import BINARY, CLOSE, PING, TEXT, RawSocket, RefusedError, code_of, frame, raw_socket
from tests.abuse.visits_at_once import OUR_PAGES, SDP, Hospital, Scene, hello, on_stage, signal_url
from tests.integration.signaling.theatre import COMPANION, PATIENT, theatre
from tests.integration.visits.meeting import a_ticket

ADDRESS_MAY = 30  # sockets a minute that prove nothing
OF_ITS_OWN = 10  # messages that the server sends without being asked


async def test_ab19_a_forged_sender_is_replaced_by_the_real_one(scene: Scene) -> None:
    villain, here = scene.villain, scene.here

    forged = {"from": here.specialist.session, "sender": here.specialist.session, "member": "m_host"}
    villain.socket.send("rtc.restart", {"gen": 1, "why": "forged", **forged}, to=here.patient.session, **forged)
    villain.socket.send("chat.send", {"id": "1", "text": "It is me, your doctor.", **forged}, **forged)

    heard = await here.patient.socket.hear("rtc.restart")
    said = (await here.patient.socket.hear("chat.msg"))["data"]
    assert (heard["from"], heard["data"]["why"]) == (villain.session, "forged")
    assert (said["member"], said["label"]) == (COMPANION.id, COMPANION.label)
    await scene.is_unharmed()


@pytest.mark.parametrize("kind", ["rtc.offer", "rtc.answer", "rtc.ice", "rtc.restart", "link.reset"])
async def test_ab20_nobody_signals_to_a_stranger(scene: Scene, kind: str) -> None:
    villain = scene.villain
    data: dict[str, Any] = {"rtc.ice": {"cands": []}, "rtc.restart": {}, "link.reset": {}}.get(
        kind, {"neg": 1, "sdp": SDP}
    )
    for target in (scene.elsewhere.patient.session, scene.elsewhere.specialist.session, "s_nobody", villain.session):
        seq = villain.socket.send(kind, {"gen": 2, "peer": target, **data}, to=target)

        assert (await villain.socket.answer(seq))["error"]["code"] == "no_such_peer"
    await scene.is_unharmed()


@pytest.mark.parametrize("kind", ["lobby.admit", "lobby.deny", "member.kick", "member.mute", "visit.lock", "visit.end"])
async def test_nobody_uses_rights_they_do_not_have(scene: Scene, kind: str) -> None:
    data = {"member": PATIENT.id, "kind": "audio", "confirm": True}

    seq = scene.villain.socket.send(kind, data)

    assert (await scene.villain.socket.answer(seq))["error"]["code"] == "not_allowed"
    await scene.is_unharmed()


FRAMES = {
    "not json": (frame(b"hello"), 4400),
    "not an object": (frame(b"[]"), 4400),
    "no number": (frame(b'{"type": "bye"}'), 4400),
    "a number from the future": (frame(b'{"type": "bye", "seq": 100}'), 4409),
    "an acknowledgement of what was never sent": (frame(b'{"type": "ack", "ack": 1000000}'), 4409),
    "hello again": (frame(b'{"type": "hello", "data": {"versions": ["1"], "tab_id": "tab-0001"}}'), 4409),
    "nested deep": (frame(b'{"type": "chat.send", "seq": 1, "data": ' + b"[" * 30_000), 4400),
    "a huge number": (frame(b'{"type": "bye", "seq": ' + b"9" * 5_000 + b"}"), 4400),
    "bad UTF-8": (frame(b'{"type": "\xff\xfe"}'), 1007),
    "half a character": (frame(b'{"type": "ping", "data": {"ts": "\xe2\x82"}}'), 1007),
    "binary": (frame(b"{}", BINARY), 4400),
    "a byte too many": (frame(b" " * 65_537), 1009),
    "a length of 2^63": (bytes([0x81, 0xFF]) + struct.pack(">Q", 2**63) + bytes(4), 1009),
    "a megabyte in pieces": (
        frame(b" " * 60_000, TEXT, first=0) + frame(b" " * 60_000, 0, first=0) * 17 + frame(b"{}", 0),
        1009,
    ),
    "a reserved bit": (frame(b"{}", first=0xC0), 1002),
    "a reserved opcode": (frame(b"{}", 0x3), 1002),
    "a ping in pieces": (frame(b"x", PING, first=0), 1002),
    "a ping too long": (frame(b"x" * 126, PING), 1002),
    "an answer to nothing": (frame(b"{}", 0), 1002),
}


@pytest.mark.parametrize("name", FRAMES)
async def test_frames_that_break_the_rules_close_their_own_socket_only(scene: Scene, name: str) -> None:
    sent, code = FRAMES[name]

    scene.villain.socket.write(sent)

    assert await scene.villain.socket.close_code() == code
    await scene.is_unharmed()


UNSAFE = {
    "none": SDP.replace("a=fingerprint", "a=finger"),
    "a weak one": SDP.replace("sha-256", "sha-1"),
    "two different ones": SDP + SDP.splitlines()[-1].replace("00:", "FF:", 1) + "\r\n",
    "half of one": SDP.replace(":1F", ""),
    "an unknown one beside it": SDP + "a=fingerprint:md2 00\r\n",
    "no description at all": "hello",
    "a hidden line": SDP.replace("s=-", "s=-\ra=fingerprint:sha-256 11"),
    "a NUL": SDP + "a=x:\0\r\n",
}


@pytest.mark.parametrize("kind", ["rtc.offer", "rtc.answer"])
@pytest.mark.parametrize("name", UNSAFE)
async def test_ab21_a_description_that_binds_no_certificate_is_refused(scene: Scene, name: str, kind: str) -> None:
    data = {"gen": 1, "neg": 1, "sdp": UNSAFE[name]}

    scene.villain.socket.send(kind, data, to=scene.here.patient.session)

    assert await scene.villain.socket.close_code() == 4400
    await scene.is_unharmed()


@pytest.mark.parametrize(("size", "code"), [(32_768, 4413), (65_536, 1009), (1 << 20, 1009)])
async def test_ab21_a_description_that_is_too_big_is_refused(scene: Scene, size: int, code: int) -> None:
    sdp = SDP + "a=x:" + "y" * size + "\r\n"

    scene.villain.socket.send("rtc.offer", {"gen": 1, "neg": 1, "sdp": sdp}, to=scene.here.patient.session)

    assert await scene.villain.socket.close_code() == code
    await scene.is_unharmed()


async def test_ab24_a_socket_that_floods_is_cut_at_once(scene: Scene) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    heard = 0

    for number in range(2_000):
        scene.villain.socket.say("ping", {"ts": number})
    while (read := await scene.villain.socket.read())[0] != CLOSE:
        heard += 1

    assert code_of(read[1]) == 4429
    assert heard <= MESSAGES.burst + MESSAGES.per_second * (loop.time() - began) + OF_ITS_OWN
    await scene.is_unharmed()


async def test_ab24_ten_sockets_flood_while_the_visits_go_on(visits: Hospital) -> None:
    async with AsyncExitStack() as sockets:
        flooding = [
            await sockets.enter_async_context(raw_socket(signal_url(visits.house, visits.here.visit)))
            for _ in range(10)
        ]
        for socket in flooding:
            for _ in range(300):
                socket.frame(b"x" * 1_000)
        await visits.is_unharmed()
        assert [await socket.close_code() for socket in flooding] == [4400] * 10  # the first frame is one too many


async def test_ab24_two_hundred_connects_of_one_address_are_too_many(visits: Hospital) -> None:
    refused: list[RefusedError] = []
    began = asyncio.get_running_loop().time()
    async with AsyncExitStack() as sockets:
        for _ in range(200):
            try:
                await sockets.enter_async_context(raw_socket(signal_url(visits.house, visits.here.visit)))
            except RefusedError as error:
                refused.append(error)
        seconds = asyncio.get_running_loop().time() - began
        await visits.is_unharmed()

    assert ADDRESS_MAY <= 200 - len(refused) <= ADDRESS_MAY + seconds * ADDRESS_MAY / 60
    assert {error.status for error in refused} == {429}
    assert all(int(error.headers["Retry-After"]) >= 1 for error in refused)


async def test_ab26_a_thousand_tries_to_join_stop_at_the_tenth_and_nobody_else_is_held_up(visits: Hospital) -> None:
    house, visit = visits.house, visits.here.visit

    tries = [(await house.post("other_patient", f"/visits/{visit}/join")).status for _ in range(100)]

    assert tries[:9] == [404] * 9
    assert set(tries[10:]) == {429}
    await a_ticket(house, "patient", visit)
    await visits.is_unharmed()


async def test_ab26_a_second_device_takes_over_after_it_was_asked_and_the_room_shows_one(visits: Hospital) -> None:
    house, visit = visits.house, visits.here.visit
    async with AsyncExitStack() as sockets:
        entry = await a_ticket(house, "companion", visit)
        second = await sockets.enter_async_context(raw_socket(entry["signal_url"]))
        hello(second, entry["ticket"], "tab-of-another-device")
        assert (await second.hear("error"))["data"]["code"] == "already_here"
        visits.villain.socket.say("ping", {"ts": 1})
        await visits.villain.socket.hear("pong")

        hello(second, "", "tab-of-another-device", take_over=True)

        await second.hear("welcome")
        members = (await second.hear("snapshot"))["data"]["members"]
        assert await visits.villain.socket.close_code() == 4410
        assert len(members) == len({one["member"] for one in members}) == 3
        await visits.is_unharmed()


async def test_ab26_the_specialist_sees_only_people_who_were_invited(visits: Hospital) -> None:
    house = visits.house
    for person in ("other_patient", "other_specialist", "interpreter", "scheduler", "admin"):
        assert (await house.post(person, f"/visits/{visits.here.visit}/join")).status in (403, 404)
    strangers = signal_url(house, visits.here.visit)
    async with raw_socket(strangers) as stranger:
        hello(stranger, "eyJhbGciOiJub25lIn0.e30.")
        assert await stranger.close_code() == 4401

    seen = {str(place.member) for place in house.app[SIGNALING].presence(visits.here.visit)}

    assert seen == {house.people[person].id for person in ("patient", "specialist", "companion")}
    await visits.is_unharmed()


async def test_ab25_what_is_dripped_into_a_socket_holds_nobody_up() -> None:
    async with (
        theatre(patience=Patience(hello=2)) as opened,
        on_stage(opened) as scene,
        raw_socket(opened.url(), Origin=OUR_PAGES) as slow,
    ):
        await drip(slow, json.dumps({"type": "ping", "data": {"ts": 1}}).encode()[:20])

        await scene.is_unharmed()

        assert await slow.close_code() == 4408


async def drip(socket: RawSocket, start: bytes) -> None:
    """Begin a frame of four kilobytes and write a byte now and then."""
    socket.write(bytes([0x81, 0xFE]) + struct.pack(">H", 4_096) + bytes(4))
    for byte in start:
        socket.write(bytes([byte]))
        await asyncio.sleep(0)

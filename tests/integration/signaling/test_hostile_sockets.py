"""Sockets that break the rules are closed with their code; the others notice nothing."""

import asyncio
import base64
import json
import os

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from signaling.ids import VisitId
from signaling.wire import Patience
from tests.integration.signaling.theatre import COMPANION, HOST, PATIENT, SDP, WAIT_SECONDS, Theatre, theatre


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_a_page_of_another_origin_is_refused_before_the_upgrade(house: Theatre, origin: str | None) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await house.socket(origin=origin)

    assert refused.value.status == 403


async def test_nothing_may_stand_in_the_query(house: Theatre) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await house.session.ws_connect(house.url() + "?ticket=t", origin="https://hospital.example")

    assert refused.value.status == 400


async def test_without_a_hello_the_socket_is_closed() -> None:
    async with theatre(patience=Patience(hello=0.1)) as house:
        guest = await house.socket()

        assert await guest.close_code() == 4408


async def test_a_delay_of_the_application_is_not_taken_for_a_silent_page(house: Theatre) -> None:
    house.journal.fault = TimeoutError("no connection to the database came free")
    guest = await house.socket()

    await guest.hello(ticket=house.ticket(HOST))

    assert await guest.close_code() != 4408


async def test_a_ticket_opens_once(house: Theatre) -> None:
    ticket = house.ticket(HOST)
    first, second = await house.socket(), await house.socket()
    await first.hello(ticket=ticket)
    await first.expect("welcome")

    await second.hello(ticket=ticket)

    assert await second.close_code() == 4401


async def test_a_ticket_of_another_visit_opens_nothing(house: Theatre) -> None:
    guest = await house.socket("v_2")

    await guest.hello(ticket=house.ticket(HOST, "v_1"))

    assert await guest.close_code() == 4401
    assert house.journal.loads == 0


async def test_the_application_says_why_somebody_is_refused(house: Theatre) -> None:
    guest = await house.socket()

    await guest.hello(ticket=house.ticket(HOST, "denied"))

    assert await guest.close_code() == 4403


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ('{"type": "ping", "data": {"ts": 1}}', 4409),
        ('{"type": "lobby.admit", "seq": 1, "data": {"member": "m_patient"}}', 4409),
        ("not json", 4400),
        ('{"type": "hello", "data": {}}', 4400),
    ],
)
async def test_something_else_before_hello_is_refused(house: Theatre, frame: str, code: int) -> None:
    guest = await house.socket()

    await guest.raw(frame)

    assert await guest.close_code() == code


async def test_a_resume_of_a_visit_that_is_not_going_on_touches_no_journal(house: Theatre) -> None:
    guest = await house.socket("v_nowhere")
    await guest.whisper("resume", {"session_id": "s_x", "resume_key": "k", "last_s": 0})

    assert (await guest.expect("resume.denied"))["data"]["code"] == "unknown"
    assert house.journal.loads == 0


async def test_a_binary_frame_is_refused(house: Theatre) -> None:
    host = await house.join(HOST)

    await host.websocket.send_bytes(b"{}")

    assert await host.close_code() == 4400


async def test_bad_utf8_is_refused_by_the_transport(house: Theatre) -> None:
    host, patient = await house.host_and_patient()

    await patient.websocket.send_frame(b'{"type": "\xff"}', WSMsgType.TEXT)

    assert await patient.close_code() == 1007
    await host.expect_away()
    await host.ping()


async def test_a_frame_of_64_kib_is_taken_and_one_byte_more_is_not(house: Theatre) -> None:
    host = await house.join(HOST)
    frame = json.dumps({"type": "ping", "data": {"ts": 1}, "x": ""})

    await host.raw(frame[:-2] + "y" * (65_536 - len(frame)) + frame[-2:])
    await host.expect("pong")
    await host.raw(frame[:-2] + "y" * (65_537 - len(frame)) + frame[-2:])

    assert await host.close_code() == 1009


async def test_a_forged_sender_is_replaced_and_another_visit_is_out_of_reach(house: Theatre) -> None:
    host, patient = await house.host_and_patient()
    elsewhere = await house.join(HOST, visit="v_2")

    await patient.send("rtc.restart", {"gen": 1}, to=host.session, **{"from": host.session})
    assert (await host.expect("rtc.restart"))["from"] == patient.session

    answer = await patient.ask("rtc.offer", {"gen": 1, "neg": 1, "sdp": SDP}, to=elsewhere.session)
    assert answer["error"]["code"] == "no_such_peer"
    await elsewhere.ping()
    assert not any(message["type"].startswith("rtc.") for message in elsewhere.received)


async def test_a_gap_in_the_numbers_is_refused_and_the_session_can_be_resumed(house: Theatre) -> None:
    host, patient = await house.host_and_patient()
    patient.seq += 1

    await patient.send("rtc.restart", {"gen": 1}, to=host.session)

    assert await patient.close_code() == 4409
    assert (await (await patient.resume()).expect("resumed"))["data"]["resend_from_c"] == 1


async def test_an_unsafe_description_is_refused(house: Theatre) -> None:
    host, patient = await house.host_and_patient()

    await patient.send("rtc.offer", {"gen": 1, "neg": 1, "sdp": "v=0\r\n"}, to=host.session)

    assert await patient.close_code() == 4400
    await host.ping()


async def test_a_flood_is_cut_and_the_others_are_served(house: Theatre) -> None:
    host, patient = await house.host_and_patient()

    for _ in range(400):
        await patient.whisper("ping", {"ts": 1})

    assert await patient.close_code() == 4429
    await host.ping()


async def test_a_flood_of_websocket_pings_is_cut(house: Theatre) -> None:
    host = await house.join(HOST)

    for _ in range(400):
        await host.websocket.ping(b"x")

    assert await host.close_code() == 4429


async def test_a_page_that_stops_reading_is_cut_and_the_others_are_served() -> None:
    async with theatre(patience=Patience(dead_after=1e9, ping_after=1e9)) as house:
        host, patient = await house.host_and_patient()
        companion = await house.join(COMPANION)
        await host.ask("lobby.admit", {"member": COMPANION.id})
        await companion.expect("snapshot")
        offer = {"gen": 1, "sdp": SDP + "a=x:" + "y" * 30_000 + "\r\n"}

        for number in range(1, 400):
            house.clock.skip(1)
            await host.send("rtc.offer", {**offer, "neg": number}, to=patient.session)
            await host.send("rtc.restart", {"gen": 1, "why": str(number)}, to=companion.session)
            assert (await companion.expect("rtc.restart"))["data"]["why"] == str(number)
            if not_here(house, PATIENT.id):
                break

        assert await patient.close_code() == 4408
        await host.ping()


def not_here(house: Theatre, member: str) -> bool:
    return any(place.member == member and place.away for place in house.endpoint.presence(VisitId("v_1")))


async def test_frames_that_never_end_are_cut() -> None:
    async with theatre(patience=Patience(ping_after=0.1, dead_after=0.4, close=0.2)) as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            (
                "GET /visits/v_1/signal HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
                "Origin: https://hospital.example\r\n\r\n"
            ).encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x81\xfe\x10\x00\x00\x00\x00\x00")  # a text frame of 4 KiB, of which a byte comes now and then
        drip = asyncio.create_task(dripping(writer))
        read = b""
        async with asyncio.timeout(WAIT_SECONDS):
            while (4408).to_bytes(2, "big") not in read:
                read += await reader.read(1000)
        drip.cancel()
        writer.close()


async def dripping(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(0.02)


async def test_a_silent_page_that_answers_pings_stays() -> None:
    async with theatre(patience=Patience(ping_after=0.05, dead_after=0.4, close=0.2)) as house:
        host = await house.join(HOST)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await host.expect("never")

        await host.ping()


async def test_who_is_kept_waiting_by_a_busy_server_is_not_cut_off_for_it() -> None:
    async with theatre(patience=Patience(ping_after=0.1, dead_after=0.3, close=0.2)) as house:
        house.journal.load_seconds = 1
        host = await house.join(HOST)

        await host.ping()


async def test_a_page_whose_machine_is_gone_is_away() -> None:
    async with theatre(patience=Patience(ping_after=0.1, dead_after=0.3, close=0.2)) as house:
        host, patient = await house.host_and_patient()
        listening = asyncio.create_task(host.expect_away())
        connection = patient.websocket._response.connection
        assert connection is not None
        assert isinstance(connection.transport, asyncio.Transport)
        connection.transport.pause_reading()

        await listening

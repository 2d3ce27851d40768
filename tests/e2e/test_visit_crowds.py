"""Visits bear what people and pages do to them: everything changed at once, nobody reading, two tabs, six people."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from itertools import count

import pytest
from structlog.testing import capture_logs

from tests.e2e.visit_house import PEOPLE, VisitHouse, running_visit
from tests.e2e.visit_people import PATIENCE_MS, at, in_the_room
from tests.e2e.visit_program import Program, a_program
from tests.e2e.visit_town import SMALL_PICTURE
from tests.e2e.visit_watch import WATCH, Watched
from tests.parts.browser import Pages

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNNOTICED_SECONDS = 2
READER = 3  # the third socket
CHANGES = 200
CHANGE = """async ([times, everyMs]) => {
  const [connection] = window.watch.connections;
  const [, camera, share] = connection.getTransceivers();
  const { track } = camera.sender;
  for (let turn = 0; turn < times; turn += 1) {
    share.direction = turn % 2 ? "sendrecv" : "sendonly";
    await camera.sender.replaceTrack(turn % 2 ? track : null);
    if (turn % 10 === 9) connection.restartIce();
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}"""
SETTLED = """(patienceMs) => window.watch.until(
  () => window.watch.connections.every(({ signalingState, connectionState }) =>
    signalingState === "stable" && connectionState === "connected"),
  patienceMs, () => window.watch.connections.map(({ signalingState }) => signalingState).join())"""
SEES_EACH = """async ([others, frames, patienceMs]) => {
  const pictures = () => [...document.querySelectorAll(":is(#room-main, #room-strip) video")];
  const moving = () => pictures().filter((one) => one.getVideoPlaybackQuality().totalVideoFrames >= frames).length;
  await window.watch.until(() => moving() === others, patienceMs, () => `${moving()} of ${others} move`);
}"""
FRAMES = 10
SPARING = """
const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
const picture = { width: 160, height: 120 };
const sound = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
navigator.mediaDevices.getUserMedia = ({ audio, video }) =>
  asked({ audio: audio && { ...audio, ...sound }, video: video && { ...video, ...picture } });
const take = RTCPeerConnection.prototype.setRemoteDescription;
RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
  return take.call(this, { type, sdp: sdp.replace(/^m=audio.*\\r\\n(c=.*\\r\\n)?/m, "$&a=ptime:120\\r\\n") });
};
"""  # six people make, send, hear and show everything five times over on two cores
FINGERPRINT = ":".join(["AB"] * 32)
MOST_BYTES_A_SECOND = 220_000
KERNEL_BYTES = 65_536  # for who does not read; left alone it takes megabytes, and half a minute to fill
LONG_SDP = f"v=0\r\ns=-\r\na=fingerprint:sha-256 {FINGERPRINT}\r\n".ljust(32_000, "x")


@pytest.fixture
async def house() -> AsyncIterator[VisitHouse]:
    door = socket.create_server(("127.0.0.1", 0))
    door.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)  # what it accepts has the same
    async with running_visit(listening=door) as running:
        yield running


async def two_who_see_each_other(house: VisitHouse, new_page: Pages) -> tuple[Watched, Watched]:
    patient, specialist = await in_the_room(house, new_page, scripts=(WATCH, SMALL_PICTURE))
    for person in (patient, specialist):
        await person.sees_more()
    return Watched(patient.page), Watched(specialist.page)


async def somebody(house: VisitHouse, name: str, new_page: Pages) -> Watched:
    """Bring somebody before the door."""
    person = await at(house, name, await new_page(viewport={"width": 480, "height": 480}), WATCH, SPARING)
    await person.go_in()
    return Watched(person.page)


async def until(is_true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            if is_true():
                return
            await asyncio.sleep(0.05)


async def flood(writer: Program, reader: Program) -> None:
    """Send as much as the writer may to a reader who is heard all the time."""
    for number in count(1):
        offer = {"gen": 1, "neg": number, "sdp": LONG_SDP}
        await writer.socket.say("rtc.offer", offer, to=reader.session)
        await reader.is_heard()
        await asyncio.sleep(len(LONG_SDP) / MOST_BYTES_A_SECOND)


async def test_two_hundred_changes_on_both_sides_at_once_end_in_the_same_call(
    house: VisitHouse, new_page: Pages
) -> None:
    people = await two_who_see_each_other(house, new_page)
    marks = [await person.mark() for person in people]

    await asyncio.gather(*(person.page.evaluate(CHANGE, [CHANGES, 20]) for person in people))

    for person, mark in zip(people, marks, strict=True):
        await person.page.evaluate(SETTLED, PATIENCE_MS)
        await person.sees_more()
        assert "new" not in await person.negotiated(mark)
        assert not [frame for frame in await person.heard(mark) if frame["type"].startswith("link.")]


@pytest.mark.alone
async def test_who_does_not_read_is_cut_off_and_the_others_notice_nothing(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await two_who_see_each_other(house, new_page)
    async with AsyncExitStack() as stack:
        log = stack.enter_context(capture_logs())
        reader = await a_program(house, "companion", specialist.page, stack, buffer=4096)
        writer = await a_program(house, "interpreter", specialist.page, stack)
        marks = [await person.mark() for person in (patient, specialist)]

        flooding = asyncio.create_task(flood(writer, reader))
        await specialist.hears_of(marks[1], {PEOPLE["companion"].label: "away"})
        flooding.cancel()
        await until(lambda: (READER, 4408) in [(entry.get("conn"), entry.get("code")) for entry in log])

        await patient.writes("Good morning")
        await specialist.sees("Good morning")
        for person, mark in zip((patient, specialist), marks, strict=True):
            assert await person.still_seconds() < UNNOTICED_SECONDS
            assert await person.closes(mark) == []
            assert set(await person.negotiated(mark)) <= {"new"}  # for programs, which never offer anything


async def test_a_duplicated_tab_asks_takes_the_visit_over_and_gives_it_back(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await two_who_see_each_other(house, new_page)
    await patient.page.context.add_init_script(WATCH)
    async with patient.page.context.expect_page() as opened:
        await patient.page.evaluate("() => void window.open(location.href)")  # takes a copy of sessionStorage along
    copy = Watched(await opened.value)
    await copy.sees("Do you want to have it here?")
    for person in (patient, specialist):
        await person.sees_more()

    await copy.page.click("#here-move")
    await copy.is_at("room")
    await patient.sees("The visit goes on in your other window")
    for person in (copy, specialist):
        await person.sees_more()

    await patient.page.click("#over-move")
    await patient.is_at("room")
    await copy.sees("The visit goes on in your other window")
    for person in (patient, specialist):
        await person.sees_more()


@pytest.mark.alone
async def test_six_people_see_each_other(house: VisitHouse, slow_camera_page: Pages) -> None:
    host = await somebody(house, "specialist", slow_camera_page)
    everybody = [host]
    for name in ("patient", "companion", "interpreter"):
        everybody.append(await somebody(house, name, slow_camera_page))
        await host.page.click("[data-act=admit]", timeout=PATIENCE_MS)
        await everybody[-1].is_at("room")
    for name in ("colleague", "registrar"):
        everybody.append(await somebody(house, name, slow_camera_page))
        await everybody[-1].is_at("room")

    others = len(everybody) - 1
    await asyncio.gather(*(person.page.evaluate(SEES_EACH, [others, FRAMES, 4 * PATIENCE_MS]) for person in everybody))

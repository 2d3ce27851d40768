"""Visits survive what happens to servers and lines. All tests go on with one call; its people have hosts of their own.

The deadlines are those of the promise: a picture is back three seconds after the line, and six after another address.
"""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Playwright

from tests.e2e.visit_town import Call, Town, running_call, running_town
from tests.e2e.visit_watch import Mark, Watched
from tests.parts.network import Network

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DOWN_SECONDS = 10
UNNOTICED_SECONDS = 2
BACK_WITHIN_SECONDS = 3
MOVED_WITHIN_SECONDS = 6
GONE_WITHIN_SECONDS = 10
SECOND_OF_SOUND = 48_000
MADE_ANEW = {"member.left", "link.open", "link.reset", "link.close"}


@pytest.fixture(scope="module")
def town(net: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running_town(net, tmp_path_factory.mktemp("town")) as running:
        yield running


@pytest.fixture(scope="module")
async def call(town: Town, driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Call]:
    async with running_call(town, driver, tmp_path_factory.mktemp("call")) as running:
        yield running


@pytest.fixture(autouse=True)
async def marks(call: Call) -> AsyncIterator[dict[Watched, Mark]]:
    """What had happened before the test, to a call that is well; afterwards both still see each other."""
    for person in call.people:
        await person.sees_more()
    yield {person: await person.mark() for person in call.people}
    for person in call.people:
        await person.sees_more()
    assert call.town.errors == []


async def seconds_until_both_see(call: Call) -> float:
    """Wait for pictures on both sides; how long it took."""
    start = time.monotonic()
    await asyncio.gather(*(person.sees_more() for person in call.people))
    return time.monotonic() - start


async def assert_unnoticed(call: Call, marks: dict[Watched, Mark]) -> None:
    """See that both are back at the server, pictures went on, nothing was agreed anew and nobody was lost."""
    for person, mark in marks.items():
        await person.hears_of(mark, dict.fromkeys(call.names, "ok"))
    await call.patient.writes("Are you still here?")
    await call.specialist.sees("Are you still here?")
    for person, mark in marks.items():
        assert await person.still_seconds() < UNNOTICED_SECONDS
        assert await made_anew(person, mark) == []


async def made_anew(person: Watched, since: Mark) -> list[object]:
    """What was agreed anew, and what the server and the page said of it."""
    told = [*await person.heard(since), *await person.said(since)]
    return [*await person.negotiated(since), *(frame for frame in told if frame["type"] in MADE_ANEW)]


async def test_nobody_notices_that_the_server_was_killed_and_started_again(
    call: Call, marks: dict[Watched, Mark]
) -> None:
    call.town.demo.end(signal.SIGKILL)
    await asyncio.sleep(DOWN_SECONDS)
    await call.town.start_again()

    await assert_unnoticed(call, marks)


async def test_nobody_notices_that_the_server_was_replaced(call: Call, marks: dict[Watched, Mark]) -> None:
    told = time.monotonic()
    status = await asyncio.to_thread(call.town.demo.end, signal.SIGTERM)
    gone = time.monotonic()
    await call.town.start_again()

    await assert_unnoticed(call, marks)
    assert (status, gone - told < GONE_WITHIN_SECONDS) == (0, True)
    for person, mark in marks.items():
        assert "going_away" in [frame["type"] for frame in await person.heard(mark)]
        assert 1012 in await person.closes(mark)


@pytest.mark.alone
@pytest.mark.parametrize("seconds", [5, 20, 40])
async def test_after_an_outage_both_see_each_other_within_three_seconds(
    call: Call, marks: dict[Watched, Mark], seconds: int, request: pytest.FixtureRequest
) -> None:
    with call.patients_host.cut():
        await asyncio.sleep(seconds)
    back = await seconds_until_both_see(call)

    request.node.user_properties.append(("seconds", back))
    assert back < BACK_WITHIN_SECONDS
    for person in call.people:
        assert await person.still_seconds() > seconds - 1  # or nothing was tried


@pytest.mark.alone
@pytest.mark.parametrize("who", ["patient", "specialist"])
async def test_after_a_change_of_address_both_see_each_other_within_six_seconds(
    call: Call, who: str, request: pytest.FixtureRequest
) -> None:
    moved = time.monotonic()
    call.hosts[who].move()
    for person in call.people:
        await person.sees_nothing_for(1)
    await seconds_until_both_see(call)

    back = time.monotonic() - moved
    request.node.user_properties.append(("seconds", back))
    assert back < MOVED_WITHIN_SECONDS


async def test_who_cannot_reach_the_server_goes_on_with_the_call_and_comes_back(
    call: Call, marks: dict[Watched, Mark]
) -> None:
    patient, specialist = call.people
    with call.patients_host.without(call.town.server):
        await specialist.hears_of(marks[specialist], {call.names[0]: "away"})
        await patient.writes("Can you hear me?")
        for person in call.people:
            await person.sees_more()
    await specialist.hears_of(marks[specialist], {call.names[0]: "ok"})
    await specialist.sees("Can you hear me?")

    for person, mark in marks.items():
        assert await person.still_seconds() < UNNOTICED_SECONDS
        assert await made_anew(person, mark) == []


@pytest.mark.parametrize("percent", [5, 10])
async def test_a_lossy_line_carries_pictures_sound_and_words(
    call: Call, marks: dict[Watched, Mark], percent: int
) -> None:
    with call.patients_host.losing(percent):
        before = [await person.sound() for person in call.people]
        await call.patient.writes(f"At {percent} percent")
        await call.specialist.sees(f"At {percent} percent")
        await call.specialist.writes(f"Here too, at {percent} percent")
        await call.patient.sees(f"Here too, at {percent} percent")
        for person, sound in zip(call.people, before, strict=True):
            await person.hears_so_much(sound["played"] + 3 * SECOND_OF_SOUND)
            await person.sees_more()
        after = [await person.sound() for person in call.people]

    for was, now in zip(before, after, strict=True):
        assert now["concealed"] - was["concealed"] < (now["played"] - was["played"]) / 2
    for person, mark in marks.items():
        assert await person.still_seconds() < BACK_WITHIN_SECONDS
        assert {"new", "restartIce"}.isdisjoint(await person.negotiated(mark))

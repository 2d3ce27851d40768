"""A visit between Firefox and Chromium, each on a host of its own with a line of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Playwright

from signaling.journal import MemoryJournal
from tests.e2e.firefox_town import UNTIL, Town, running_town
from tests.e2e.visit_people import PATIENCE_MS
from tests.parts.network import Network

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OUTAGE_SECONDS = 8  # long enough for both to look for a new path
STANDS_BELOW = f"""(patience) => ({UNTIL})({{
  isTrue: () => {{
    const tile = [...document.querySelectorAll(".tile")].find((tile) => tile.checkVisibility());
    const [picture, name] = [tile.querySelector("video"), tile.querySelector("figcaption")];
    return name.checkVisibility() && picture.getBoundingClientRect().bottom <= name.getBoundingClientRect().top + 0.5;
  }}, patience,
}})"""


@pytest.fixture(scope="module")
async def town(net: Network, driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with running_town(net, driver, tmp_path_factory.mktemp("town")) as running:
        yield running


@pytest.mark.parametrize(("patient", "specialist"), [("firefox", "chromium"), ("chromium", "firefox")])
async def test_both_see_hear_and_write_whoever_has_which(town: Town, patient: str, specialist: str) -> None:
    async with town.visit() as house, town.meeting(house, patient, specialist) as (one, other):
        await one.writes("Can you hear me?")
        await other.reads("#room-messages-log", "Can you hear me?")
        await other.writes("Very well.")
        await one.reads("#room-messages-log", "Very well.")

        assert (await one.negotiations(), await other.negotiations()) == ([1], [1])


async def test_the_picture_covers_no_name(town: Town) -> None:
    async with town.visit() as house, AsyncExitStack() as stack:
        patient = await town.visitor(house, "patient", "firefox", stack)
        await patient.is_at("waiting")

        await patient.page.evaluate(STANDS_BELOW, PATIENCE_MS)


async def test_two_firefoxes_meet(town: Town) -> None:
    async with town.visit() as house, town.meeting(house, "firefox", "firefox") as people:
        for person in people:
            await person.sees_more()


@pytest.mark.parametrize(("patient", "specialist"), [("firefox", "chromium"), ("chromium", "firefox")])
async def test_sound_and_picture_go_off_and_on_without_a_new_connection(
    town: Town, patient: str, specialist: str
) -> None:
    async with town.visit() as house, town.meeting(house, patient, specialist) as (one, other):
        await one.presses("#room-mute")
        await other.reads("#room-main [data-sign=muted]", "")
        await one.presses("#room-mute")
        await other.hears_more()

        await one.presses("#room-camera")
        await other.waits_for("#room-main .tile", "data-picture", "off")
        await one.presses("#room-camera")
        await other.waits_for("#room-main .tile", "data-picture", "on")
        await other.sees_more()

        assert (await one.negotiations(), await other.negotiations()) == ([1], [1])


async def test_a_server_that_is_started_again_interrupts_no_picture(town: Town) -> None:
    journal = MemoryJournal()
    async with AsyncExitStack() as first:
        house = await first.enter_async_context(town.visit(journal=journal))
        async with town.meeting(house) as people:
            await first.aclose()
            for person in people:
                await person.sees_more()
            async with town.visit(journal=journal):
                await people[0].writes("Still here")
                await people[1].reads("#room-messages-log", "Still here")
                for person in people:
                    await person.sees_more()
                    assert await person.negotiations() == [1]


@pytest.mark.parametrize(("patient", "specialist"), [("firefox", "chromium"), ("chromium", "firefox")])
async def test_a_line_that_was_cut_brings_both_back(town: Town, patient: str, specialist: str) -> None:
    async with town.visit() as house, town.meeting(house, patient, specialist) as people:
        with town.firefox_host.cut():
            for person in people:
                await person.sees_nothing()
            await asyncio.sleep(OUTAGE_SECONDS)
        for person in people:
            await person.sees_more()
            await person.hears_more()


async def test_firefox_moves_to_another_address(town: Town) -> None:
    async with town.visit() as house, town.meeting(house) as people:
        town.firefox_host.move()
        for person in people:
            await person.sees_nothing()
        for person in people:
            await person.sees_more()
            await person.hears_more()

"""What the visit's engine does with a real browser's connections and a page does not show: two people in one page."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, Route

from tests.e2e.visit_house import running_visit
from tests.e2e.visit_people import PATIENCE_MS
from tests.parts.browser import Pages

pytestmark = pytest.mark.browser

PAIR = Path(__file__).with_name("engine_pair.js")
BEGIN = """async () => {
  const { href } = document.querySelector('link[rel=modulepreload][href*="js/visit/"]');
  window.engine = await import("/engine_pair.js");
  window.pair = await engine.aPair(href.slice(0, href.lastIndexOf("/")));
}"""
# What a browser would count on a worse line than loopback; the rest is as it counts it.
WORSE = """(changes) => {
  for (const { connections: [connection] } of pair.people) {
    const count = connection.getStats.bind(connection);
    connection.getStats = async () =>
      new Map([...(await count())].map(([id, stat]) => [id, { ...stat, ...changes[stat.type] }]));
  }
}"""


@pytest.fixture
async def page(new_page: Pages) -> AsyncIterator[Page]:
    """Two people who see each other."""

    async def serve(route: Route) -> None:
        await route.fulfill(path=PAIR, content_type="text/javascript")

    async with running_visit() as house:
        page = await new_page()
        await page.route("**/engine_pair.js", serve)
        await page.goto(f"{house.url}/specialist")
        await page.evaluate(BEGIN)
        await until(page, "pair.people.every((one) => engine.linkOf(one)?.state === 'up')")
        yield page
        assert await of_both(page, "one.troubles") == [[], []]


async def until(page: Page, what: str) -> None:
    """Wait until it is so."""
    await page.wait_for_function(f"() => {what}", timeout=PATIENCE_MS)


async def of_both(page: Page, what: str) -> list[Any]:
    """Say it of `one` person and the other."""
    return list(await page.evaluate(f"() => Promise.all(pair.people.map(async (one) => {what}))"))


async def test_both_see_the_same_four_words(page: Page) -> None:
    await until(page, "pair.people.every((one) => engine.linkOf(one).safety?.state === 'ready')")

    specialists, patients = await of_both(page, "engine.linkOf(one).safety.words")

    assert specialists == patients
    assert len(specialists) == 4


async def test_another_network_is_agreed_upon_while_the_server_is_away(page: Page) -> None:
    before = await of_both(page, "engine.fragmentOf(one)")

    await page.evaluate("() => pair.server.goAway()")
    await page.evaluate("() => pair.people[0].call.networkChanged({ otherNetwork: true })")

    for index in (0, 1):
        await until(page, f"engine.fragmentOf(pair.people[{index}]) !== {before[index]!r}")
    await until(page, "pair.people.every(({ connections: [one] }) => one.iceConnectionState === 'connected')")
    await until(page, "pair.people.every(({ connections: [one] }) => one.signalingState === 'stable')")
    seen = await of_both(page, "engine.framesOf(one)")
    await page.wait_for_function(
        "async (seen) => (await Promise.all(pair.people.map(engine.framesOf))).every((now, one) => now > seen[one])",
        arg=seen,
        timeout=PATIENCE_MS,
    )
    assert await of_both(page, "[one.call.view.reconnecting, one.connections.length]") == [[True, 1], [True, 1]]


async def test_sound_is_sent_twice_on_a_lossy_line(page: Page) -> None:
    await page.evaluate(WORSE, {"remote-inbound-rtp": {"fractionLost": 0.04}})

    await until(page, "pair.people.every((one) => engine.soundOf(one) === 'audio/red')")

    assert await of_both(page, "engine.linkOf(one).level") == [0, 0]


async def test_a_weak_line_makes_the_picture_small_for_the_other_side(page: Page) -> None:
    await page.evaluate(
        WORSE,
        {
            "candidate-pair": {"availableOutgoingBitrate": 300_000},
            "outbound-rtp": {"qualityLimitationReason": "bandwidth"},
        },
    )

    await until(page, "pair.people.every((one) => engine.linkOf(one).level === 2)")
    await until(page, "pair.people.every((one) => engine.cameraOf(one).maxBitrate === 160_000)")
    await page.wait_for_function(
        "async () => (await Promise.all(pair.people.map(engine.heightOf))).every((height) => height <= 180)",
        timeout=PATIENCE_MS,
    )

"""Firefox in a visit that goes through a real relay, in the way its line lets through."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Playwright

from server.commands.parts import COTURN
from signaling.ice import IceServers
from tests.e2e.firefox_town import PORT, Town, running_town
from tests.parts.certificate import self_signed
from tests.parts.coturn import TLS_PORT, running_relay
from tests.parts.missing import require
from tests.parts.network import ADDRESSES, Network

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TLS_SESSION = re.compile(r"lifetime=[1-9]\d*(?:, cipher=.*method=(TLS)v1)?")  # coturn says so of each allocation
CANDIDATES = """async () => {
  const types = new Set();
  for (const connection of window.connections) {
    const stats = await connection.getStats();
    for (const pair of stats.values())
      if (pair.type === "candidate-pair" && pair.nominated && pair.state === "succeeded")
        types.add(stats.get(pair.localCandidateId).candidateType);
  }
  return [...types];
}"""


@pytest.fixture(scope="module")
async def town(net: Network, driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with running_town(net, driver, tmp_path_factory.mktemp("town")) as running:
        yield running


async def test_firefox_goes_through_the_relay(town: Town, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with running_relay(require(COTURN), tmp_path, certificate, at=town.server, allowed=[ADDRESSES]) as relay:
        ice = IceServers(turn=(relay.url("udp"), relay.url("tcp")), secret=relay.secret.encode(), relay_only=True)
        async with town.visit(ice) as house, town.meeting(house) as people:
            assert [await person.page.evaluate(CANDIDATES) for person in people] == [["relay"], ["relay"]]


async def test_firefox_goes_through_the_relay_over_tls_where_the_line_lets_nothing_else_out(
    town: Town, tmp_path: Path
) -> None:
    certificate = self_signed(tmp_path)
    town.firefox_host.opens(TLS_PORT, at=town.server)
    by_name = f"turns:localhost:{TLS_PORT}?transport=tcp"  # Firefox goes over TLS to a name, and to no address
    options = ("--verbose", "--listening-ip=127.0.0.1")
    with running_relay(require(COTURN), tmp_path, certificate, *options, at=town.server, allowed=[ADDRESSES]) as relay:
        ice = IceServers(turn=(by_name,), secret=relay.secret.encode(), relay_only=True)
        with town.firefox_host.only_to(TLS_PORT, PORT):
            async with town.visit(ice) as house, town.meeting(house, "firefox", "firefox") as people:
                found = [await person.page.evaluate(CANDIDATES) for person in people]
        ways = TLS_SESSION.findall(relay.log.read_text(errors="replace"))

    assert found == [["relay"], ["relay"]]
    assert ways
    assert set(ways) == {"TLS"}


async def test_firefox_without_udp_finds_the_relay_by_itself(town: Town, tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    with running_relay(require(COTURN), tmp_path, certificate, at=town.server, allowed=[ADDRESSES]) as relay:
        ice = IceServers(turn=(relay.url("udp"), relay.url("tcp")), secret=relay.secret.encode())
        with town.firefox_host.without_udp():
            async with town.visit(ice) as house, town.meeting(house) as (patient, _):
                assert await patient.page.evaluate(CANDIDATES) == ["relay"]

"""A visit goes through a real relay where it has to, in the way the line lets through, and with names that last."""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Browser, Playwright

from server.commands.parts import CHROMIUM, COTURN
from signaling.ice import IceServers
from tests.e2e.visit_house import PEOPLE, VISIT, VisitHouse, running_visit
from tests.e2e.visit_people import Person, at
from tests.parts.browser import running_browser
from tests.parts.certificate import Certificate, self_signed
from tests.parts.coturn import TLS_PORT, Relay, running_relay
from tests.parts.missing import require
from tests.parts.network import ADDRESSES, Host, Network

pytestmark = [pytest.mark.browser]

PORT = 8080
PATHS = """async () => {
  const paths = [];
  for (const connection of window.connections) {
    const stats = await connection.getStats();
    for (const transport of stats.values()) {
      const pair = transport.type === "transport" && stats.get(transport.selectedCandidatePairId);
      if (!pair) continue;
      const [local, remote] = [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
      paths.push({ local: local.candidateType, over: local.relayProtocol ?? "", remote: remote.candidateType });
    }
  }
  return paths;
}"""
SEES_NOTHING = """async () => {
  const decoded = async () => {
    let frames = 0;
    for (const connection of window.connections) {
      const stats = [...(await connection.getStats()).values()];
      for (const stat of stats) if (stat.type === "inbound-rtp") frames += stat.framesDecoded ?? 0;
    }
    return frames;
  };
  for (let [before, now] = [-1, 0]; before !== now; [before, now] = [now, await decoded()])
    await new Promise((resolve) => setTimeout(resolve, 500));
}"""
KNOWN = """async () => {
  const addresses = [];
  for (const connection of window.connections)
    for (const stat of (await connection.getStats()).values())
      if (stat.type === "remote-candidate") addresses.push(stat.address);
  return addresses;
}"""
GOES_BY_RELAY = """() => window.connections.some((each) =>
  each.connectionState === "connected" && each.getConfiguration().iceTransportPolicy === "relay")"""
FOUND = """async () => {
  const found = { own: [], others: [] };
  for (const connection of window.connections)
    if (connection.connectionState === "connected")
      for (const stat of (await connection.getStats()).values())
        if (stat.type === "local-candidate") found.own.push(stat.candidateType);
        else if (stat.type === "remote-candidate") found.others.push(stat.address);
  return found;
}"""
NAMES = "() => window.connections.map((each) => each.getConfiguration().iceServers[0].username)"


@dataclass(frozen=True, slots=True)
class Town:
    """Three hosts: one with the service and the relay, and one for each of two people with their browsers."""

    server: Host
    patient: Host
    specialist: Host
    patients_browser: Browser
    specialists_browser: Browser
    certificate: Certificate
    folder: Path

    def relay(self) -> AbstractContextManager[Relay]:
        """Start the relay."""
        return running_relay(require(COTURN), self.folder, self.certificate, at=self.server, allowed=[ADDRESSES])

    @asynccontextmanager
    async def visit(self, ice: IceServers) -> AsyncIterator[VisitHouse]:
        """Serve a visit whose pages get these servers."""
        async with running_visit(listening=self.server.listen(PORT), ice=ice) as house:
            yield house

    @asynccontextmanager
    async def meeting(self, house: VisitHouse) -> AsyncIterator[tuple[Person, Person]]:
        """Bring patient and specialist together; they see each other."""
        async with AsyncExitStack() as stack:
            patient = await self.visitor(house, "patient", self.patients_browser, stack)
            await patient.is_at("waiting")
            specialist = await self.visitor(house, "specialist", self.specialists_browser, stack)
            await specialist.page.click("[data-act=admit]")
            for person in (patient, specialist):
                await person.is_at("room")
                await person.sees_more()
            yield patient, specialist

    async def visitor(
        self, house: VisitHouse, name: str, browser: Browser, stack: AsyncExitStack, *, before: str = ""
    ) -> Person:
        """Bring somebody in front of the page, who may choose something before going in."""
        page = await browser.new_page()
        stack.push_async_callback(page.close)
        person = await at(house, name, page)
        if before:
            await page.check(before)
        await person.go_in()
        return person


@pytest.fixture(scope="module")
async def town(net: Network, driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    server, patient, specialist = (net.host(name) for name in ("server", "patient", "specialist"))
    certificate = self_signed(folder, server.address)
    trusted = f"--ignore-certificate-errors-spki-list={fingerprint(certificate)}"
    programs = [host.program(require(CHROMIUM), folder) for host in (patient, specialist)]
    for host in (patient, specialist):
        host.opens(PORT, at=server)
    async with (
        running_browser(driver, programs[0], trusted, loopback=False) as patients,
        running_browser(driver, programs[1], trusted, loopback=False) as specialists,
    ):
        yield Town(server, patient, specialist, patients, specialists, certificate, folder)


def fingerprint(certificate: Certificate) -> str:
    """The hash of a certificate's key, as Chromium wants it."""
    key = x509.load_pem_x509_certificate(certificate.file.read_bytes()).public_key()
    return base64.b64encode(
        hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    ).decode()


def servers(relay: Relay, *urls: str, **options: Any) -> IceServers:
    return IceServers(turn=urls or relay.urls, secret=relay.secret.encode(), **options)


async def paths(*people: Person) -> list[dict[str, str]]:
    return [path for person in people for path in await person.page.evaluate(PATHS)]


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_where_only_the_relay_may_be_used_it_carries_both(town: Town, way: str) -> None:
    with town.relay() as relay:
        ice = servers(relay, relay.url(way), relay_only=True)
        async with town.visit(ice) as house, town.meeting(house) as (patient, specialist):
            found = await paths(patient, specialist)

    assert found == [{"local": "relay", "over": way, "remote": "relay"}] * 2


async def test_without_need_nothing_goes_through_the_relay(town: Town) -> None:
    with town.relay() as relay:
        async with town.visit(servers(relay)) as house, town.meeting(house) as (patient, specialist):
            found = await paths(patient, specialist)

    assert {path["local"] for path in found} == {"host"}


async def test_somebody_hides_their_address_and_nobody_is_told_it_also_after_a_reload(town: Town) -> None:
    with town.relay() as relay:
        async with town.visit(servers(relay)) as house, AsyncExitStack() as stack:
            patient = await town.visitor(house, "patient", town.patients_browser, stack, before="#preview-hide")
            await patient.is_at("waiting")
            specialist = await town.visitor(house, "specialist", town.specialists_browser, stack)
            await specialist.page.click("[data-act=admit]")
            await goes_unknown(patient, specialist, town)
            await patient.page.reload()
            await goes_unknown(patient, specialist, town)


async def goes_unknown(patient: Person, specialist: Person, town: Town) -> None:
    await patient.is_at("room")
    for person in (patient, specialist):
        await person.sees_more()
    known = await specialist.page.evaluate(KNOWN)
    assert known
    assert town.patient.address not in known
    assert [path["local"] for path in await paths(patient)] == ["relay"]


async def test_a_visit_of_somebody_who_must_not_be_found_has_relay_candidates_alone(town: Town) -> None:
    with town.relay() as relay:
        async with town.visit(servers(relay)) as house:
            house.people = {name: replace(person, relay_only=True) for name, person in PEOPLE.items()}
            async with town.meeting(house) as people:
                for person in people:
                    await told_no_address(person, town)


async def test_addresses_that_are_hidden_in_mid_visit_are_told_no_more_and_pictures_come_back(town: Town) -> None:
    with town.relay() as relay:
        async with town.visit(servers(relay)) as house, town.meeting(house) as people:
            assert {path["local"] for path in await paths(*people)} == {"host"}

            house.endpoint.hide_addresses(VISIT, hidden=True)

            for person in people:
                await person.page.wait_for_function(GOES_BY_RELAY)
            for person in people:
                await person.sees_more()
                await told_no_address(person, town)


async def told_no_address(person: Person, town: Town) -> None:
    """See that this page found nothing but places at the relay, its own and the other's."""
    found = await person.page.evaluate(FOUND)
    assert set(found["own"]) == {"relay"}
    assert set(found["others"]) == {town.server.address}


def strict(host: Host) -> AbstractContextManager[None]:
    """The line of a hospital that lets nothing out but the web."""
    return host.only_to(TLS_PORT, PORT)


@pytest.mark.parametrize("line", [Host.without_udp, strict], ids=["no UDP", "the web alone"])
async def test_a_line_without_udp_finds_the_relay_by_itself(
    town: Town, line: Callable[[Host], AbstractContextManager[None]]
) -> None:
    with town.relay() as relay, line(town.patient):
        async with town.visit(servers(relay)) as house, town.meeting(house) as (patient, _):
            [path] = await paths(patient)

    assert path["local"] == "relay"
    assert path["over"] in ("tcp", "tls")


async def test_names_that_end_in_mid_call_are_fresh_when_every_path_is_lost(town: Town) -> None:
    with ExitStack() as first:
        relay = first.enter_context(town.relay())
        ice = servers(relay, relay.url("udp"), relay_only=True, ttl=timedelta(seconds=4))
        async with town.visit(ice) as house, town.meeting(house) as people:
            before = [await ends_at(person) for person in people]
            await asyncio.sleep(max(0, max(before) - time.time()))  # noqa: TID251 - the relay has the real clock
            for person in people:
                await person.sees_more()

            first.close()  # every address at the relay is gone with it, and the names that would get others have ended
            for person in people:
                await person.page.evaluate(SEES_NOTHING)
            with town.relay():
                for person in people:
                    await person.sees_more()
                found = await paths(*people)
                after = [await ends_at(person) for person in people]

    assert found == [{"local": "relay", "over": "udp", "remote": "relay"}] * 2
    assert all(later > max(before) for later in after)


async def ends_at(person: Person) -> int:
    """When the name ends under which this page gets addresses at the relay, in seconds since 1970."""
    [name] = await person.page.evaluate(NAMES)
    return int(name.partition(":")[0])

"""Lines of known kind, each end on a host of its own: what is measured is what the line is."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from server.commands.environment import ROOT
from server.commands.parts import COTURN
from server.integrations.probes import ProbeWorkers
from signaling.ice import IceServers
from signaling.ids import MemberId
from signaling.payloads import IceConfig
from signaling.probe_frames import Frame, Job, Measured, NeverOpened
from tests.parts.certificate import self_signed
from tests.parts.coturn import Relay, running_relay
from tests.parts.missing import require
from tests.parts.network import ADDRESSES, Host, Network

pytestmark = pytest.mark.slow

PYTHON = (sys.executable, "-s", "-P", "-m")
ENVIRONMENT = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
NOTHING = IceConfig()
MOST_TRIES = 8  # a line that loses so much does not always open in time, or stay


@dataclass(frozen=True, slots=True)
class Ends:
    """The host of the service, a patient's, and one for a relay."""

    server: Host
    patient: Host
    relay: Host

    async def measure(self, line: AbstractContextManager[None] | None, ice: IceConfig = NOTHING) -> Measured | None:
        """Probe the patient's line while it is like that; None if it did not open."""
        last = await self.probe(line, ice)
        assert isinstance(last, Measured | NeverOpened)
        return last if isinstance(last, Measured) else None

    async def probe(self, line: AbstractContextManager[None] | None, ice: IceConfig = NOTHING) -> Frame:
        """Say what a probe of the patient's line comes to while it is like that."""
        async with self._peer(ice) as peer:
            assert peer.stdin is not None
            assert peer.stdout is not None
            offer = json.loads(await peer.stdout.readline())
            running = await self._workers().start(Job(offer, ice, loopback=False))
            peer.stdin.write(json.dumps(running.sdp).encode() + b"\n")
            with line or nullcontext():
                told = [frame async for frame in running.frames()]
            await running.end()
        return told[-1]

    def _workers(self) -> ProbeWorkers:
        return ProbeWorkers(
            command=self.server.command("env", "PATH=" + os.environ["PATH"], *PYTHON, "signaling.probe")
        )

    @asynccontextmanager
    async def _peer(self, ice: IceConfig) -> AsyncIterator[asyncio.subprocess.Process]:
        given = json.dumps({"servers": msgspec.to_builtins(ice.ice_servers), "policy": ice.ice_transport_policy})
        command = self.patient.command(*PYTHON, "tests.parts.line_peer", given)
        pipe = asyncio.subprocess.PIPE
        peer = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=ENVIRONMENT, stdin=pipe, stdout=pipe)
        try:
            yield peer
        finally:
            if peer.returncode is None:
                peer.kill()
            await peer.wait()


@pytest.fixture(scope="module")
def ends(net: Network) -> Ends:
    return Ends(*(net.host(name) for name in ("server", "patient", "relay")))


@pytest.fixture
def relay(ends: Ends, tmp_path: Path) -> Iterator[Relay]:
    certificate = self_signed(tmp_path, ends.relay.address)
    with running_relay(require(COTURN), tmp_path, certificate, at=ends.relay, allowed=[ADDRESSES]) as running:
        yield running


def ways(relay: Relay, *, relay_only: bool) -> IceConfig:
    """What both ends are told, with names that last for a minute."""
    servers = IceServers(turn=(relay.url("udp"),), secret=relay.secret.encode(), ttl=timedelta(minutes=1))
    return servers(MemberId("patient"), datetime.now(UTC), relay_only=relay_only)  # noqa: TID251 - the relay's clock


async def test_a_good_line_is_found_good(ends: Ends) -> None:
    found = await ends.measure(None)

    assert found is not None
    assert found.loss_pct < 2
    assert min(found.down_kbps, found.up_kbps) > 1000


@pytest.mark.alone
async def test_a_narrow_line_is_found_narrow_in_both_directions(ends: Ends) -> None:
    found = await ends.measure(ends.patient.slow(kbit=300))

    assert found is not None
    assert 150 < found.down_kbps <= 330
    assert 100 < found.up_kbps <= 330


async def test_a_line_that_loses_packets_is_found_losing_them(ends: Ends) -> None:
    for _ in range(MOST_TRIES):
        found = await ends.probe(ends.patient.losing(15))
        if isinstance(found, Measured):
            break

    assert isinstance(found, Measured)
    assert 8 < found.loss_pct < 25  # six standard deviations around 15


async def test_a_line_without_udp_does_not_open_without_a_relay(ends: Ends) -> None:
    assert await ends.measure(ends.patient.without_udp()) is None


async def test_where_only_relays_may_be_used_both_ends_come_by_the_relay(ends: Ends, relay: Relay) -> None:
    ice = ways(relay, relay_only=True)
    found = await ends.measure(None, ice)

    assert found is not None
    assert found.loss_pct < 2


async def test_two_ends_that_do_not_reach_each_other_meet_at_the_relay(ends: Ends, relay: Relay) -> None:
    with ends.server.without(ends.patient):
        assert await ends.measure(None) is None
        found = await ends.measure(None, ways(relay, relay_only=False))

    assert found is not None

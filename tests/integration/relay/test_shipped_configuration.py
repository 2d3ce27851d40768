"""With the configuration that is shipped, coturn lets nobody in without a fresh name and passes nothing inside."""

import asyncio
import base64
import hashlib
import hmac
import ssl
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.commands.parts import COTURN
from server.integrations.turn import Allocation, Door, RelayRefusedError, allocation
from tests.parts.certificate import Certificate, self_signed
from tests.parts.coturn import Relay, running_relay
from tests.parts.missing import require

INSIDE = """
127.0.0.1 127.8.8.8 0.0.0.0 0.1.2.3 10.0.0.0 10.0.0.5 10.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1
100.100.100.200 169.254.0.1 169.254.169.254 168.63.129.16 192.0.0.192 192.0.2.1 198.51.100.1 203.0.113.1 198.18.0.1
198.19.255.255 192.88.99.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
"""
INSIDE_6 = """
:: ::1 ::127.0.0.1 ::10.0.0.5 ::169.254.169.254 ::ffff:127.0.0.1 ::ffff:10.0.0.5 ::ffff:169.254.169.254 ::ffff:8.8.8.8
::ffff:0:10.0.0.5 64:ff9b::10.0.0.5 64:ff9b::a9fe:a9fe 64:ff9b:1::10.0.0.5 2002:7f00:1:: 2002:a00:5:: 2001:0:a00:5::1
2001:db8::1 3fff::1 5f00::1 100::1 fc00::1 fd00:ec2::254 fe80::1 febf::1 fec0::1 ff02::1 ff0e::1
"""
OUTSIDE = ("8.8.8.8", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "223.255.255.255")
OUTSIDE_6 = ("2606:4700::1", "2a00:1450::1", "64:ff9c::1")
FORBIDDEN, UNAUTHORIZED, QUOTA_REACHED = 403, 401, 486


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("certificate"), "127.0.0.1")


@pytest.fixture
def relay(tmp_path: Path, certificate: Certificate) -> Iterator[Relay]:
    both = ("--listening-ip=::1", "--relay-ip=::1")  # besides 127.0.0.1, so that it can be asked about IPv6
    with running_relay(require(COTURN), tmp_path, certificate, *both) as running:
        yield running


@pytest.fixture(scope="module")
def tls(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate.file))


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the relay has the real clock


def door(relay: Relay, *, way: str = "udp", member: str = "m_patient", seconds: int = 600, secret: str = "") -> Door:
    name = f"{int(now().timestamp()) + seconds}:{member}"
    digest = hmac.new((secret or relay.secret).encode(), name.encode(), hashlib.sha1).digest()
    port = relay.tls_port if way == "tls" else relay.plain_port
    return Door(relay.address, port, way, name, base64.b64encode(digest).decode())


async def passes_on(to: Allocation, host: str) -> bool:
    try:
        await to.permit(host)
    except RelayRefusedError as refused:
        return refused.number != FORBIDDEN
    return True


async def test_nothing_is_passed_on_to_what_is_inside(relay: Relay, tls: ssl.SSLContext) -> None:
    async with allocation(door(relay), tls) as one:
        assert [host for host in INSIDE.split() if await passes_on(one, host)] == []
    async with allocation(door(relay), tls, family=6) as one:
        assert [host for host in INSIDE_6.split() if await passes_on(one, host)] == []


async def test_everything_else_is_passed_on(relay: Relay, tls: ssl.SSLContext) -> None:
    async with allocation(door(relay), tls) as one:
        assert [host for host in OUTSIDE if not await passes_on(one, host)] == []
    async with allocation(door(relay), tls, family=6) as one:
        assert [host for host in OUTSIDE_6 if not await passes_on(one, host)] == []


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_it_answers_in_every_way_and_refuses_inside_in_each(relay: Relay, tls: ssl.SSLContext, way: str) -> None:
    async with allocation(door(relay, way=way), tls) as one:
        assert not await passes_on(one, "127.0.0.1")
        assert await passes_on(one, "8.8.8.8")


@pytest.mark.parametrize("wrong", [{"secret": "another secret"}, {"seconds": -5}])
async def test_who_has_no_good_name_is_refused(relay: Relay, tls: ssl.SSLContext, wrong: dict[str, str | int]) -> None:
    with pytest.raises(RelayRefusedError) as refused:
        async with allocation(door(relay, **wrong), tls):
            pass

    assert refused.value.number == UNAUTHORIZED


async def test_a_name_that_ends_does_not_end_what_it_got(relay: Relay, tls: ssl.SSLContext) -> None:
    async with allocation(door(relay, seconds=1), tls) as one:
        ended = now() + timedelta(seconds=2)
        while now() < ended:
            assert await passes_on(one, "8.8.8.8")
            await asyncio.sleep(0.1)


async def test_one_person_has_sixty_four_addresses_whatever_their_names(relay: Relay, tls: ssl.SSLContext) -> None:
    async with AsyncExitStack() as stack:
        for number in range(64):
            await stack.enter_async_context(allocation(door(relay, seconds=600 + number), tls))
        with pytest.raises(RelayRefusedError) as refused:
            await stack.enter_async_context(allocation(door(relay, seconds=900), tls))
        await stack.enter_async_context(allocation(door(relay, member="m_other"), tls))

    assert refused.value.number == QUOTA_REACHED

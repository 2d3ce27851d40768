"""The relay that tests start is a real one: it relays by UDP, TCP and TLS, and to this machine only if told."""

import asyncio
import base64
import hashlib
import hmac
import ssl
from pathlib import Path

import pytest
from aioice import stun, turn

from server.commands.parts import COTURN
from tests.parts.certificate import self_signed
from tests.parts.coturn import Relay, running_relay
from tests.parts.missing import require

AT_ONCE_SECONDS = 5
NAME = f"{2**31 - 1}:patient"


class Ear(asyncio.DatagramProtocol):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes | Exception] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.heard.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        self.heard.put_nowait(exc)


async def allocate(relay: Relay, transport: str) -> tuple[turn.TurnTransport, Ear]:
    """Get an address at the relay."""
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    password = base64.b64encode(hmac.new(relay.secret.encode(), NAME.encode(), hashlib.sha1).digest()).decode()
    return await turn.create_turn_endpoint(
        Ear,
        (relay.address, relay.tls_port if transport == "tls" else relay.plain_port),
        NAME,
        password,
        ssl=unchecked if transport == "tls" else None,
        transport="udp" if transport == "udp" else "tcp",
    )


async def through(relay: Relay, transport: str) -> bytes | Exception:
    """What comes out of one allocation after something went into another."""
    one, said = await allocate(relay, transport)
    other, heard = await allocate(relay, transport)
    try:
        other.sendto(b"lets the answer in", one.get_extra_info("sockname"))
        one.sendto(b"hello", other.get_extra_info("sockname"))
        async with asyncio.timeout(AT_ONCE_SECONDS):
            done, left = await asyncio.wait(
                [asyncio.ensure_future(ear.heard.get()) for ear in (heard, said)], return_when=asyncio.FIRST_COMPLETED
            )
            for task in left:
                task.cancel()
            return done.pop().result()
    finally:
        one.close()
        other.close()


@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
async def test_it_relays(tmp_path: Path, transport: str) -> None:
    with running_relay(require(COTURN), tmp_path, self_signed(tmp_path), allowed=["127.0.0.1"]) as relay:
        assert await through(relay, transport) in (b"hello", b"lets the answer in")


async def test_it_does_not_relay_to_this_machine_by_itself(tmp_path: Path) -> None:
    with running_relay(require(COTURN), tmp_path, self_signed(tmp_path)) as relay:
        refused = await through(relay, "udp")

    assert isinstance(refused, stun.TransactionFailed)
    assert refused.response.error_code == 403

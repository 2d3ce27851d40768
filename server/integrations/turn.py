"""A client of a TURN relay (RFC 8656) over UDP, TCP or TLS: gets relayed addresses and sends through them.

Only for proving that a relay relays, and refuses: browsers have their own client.
"""

import asyncio
import secrets
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from server.integrations.stun import (
    HEADER_BYTES,
    Address,
    Attribute,
    Kind,
    Message,
    Method,
    decode,
    key_of,
    pack_address,
)

UDP = bytes([17, 0, 0, 0])  # REQUESTED-TRANSPORT, RFC 8656 section 18.8
FAMILIES = {4: bytes([1, 0, 0, 0]), 6: bytes([2, 0, 0, 0])}  # REQUESTED-ADDRESS-FAMILY, section 18.9
UNAUTHORIZED, STALE_NONCE = 401, 438
SEND_AGAIN_SECONDS = (0.5, 1.0, 1.5)  # RFC 8489 section 6.2.1, but giving up sooner: somebody is waiting
GOODBYE_SECONDS = 0.5


class Silence(StrEnum):
    """Why nothing is heard of a relay."""

    NAME = "name"
    CERTIFICATE = "certificate"
    NO_ANSWER = "no answer"


class RelaySilentError(Exception):
    """Nothing, or nothing of TURN, answers at this address."""

    def __init__(self, why: Silence = Silence.NO_ANSWER) -> None:
        super().__init__(why.value)
        self.why = why


class RelayRefusedError(Exception):
    """The relay says no; `number` is that of RFC 8656 section 19."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the relay refuses with {number}")
        self.number = number


@dataclass(frozen=True, slots=True)
class Door:
    """Where a relay is, how one speaks to it, and who one says to be."""

    host: str
    port: int
    way: str
    username: str
    password: str


class Line(Protocol):
    """A way to the relay."""

    def send(self, data: bytes) -> None:
        """Send one message."""

    def close(self) -> None:
        """Hang up."""


class Allocation:
    """An address at the relay. What arrives there waits in `heard`."""

    def __init__(self, door: Door) -> None:
        self.relayed: Address = ("", 0)
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self._door = door
        self._line: Line | None = None
        self._realm, self._nonce, self._key = b"", b"", b""
        self._answers: dict[bytes, asyncio.Future[Message]] = {}

    async def open(self, line: Line, family: int) -> None:
        """Ask the relay for an address.

        Raises:
            RelaySilentError: no answer.
            RelayRefusedError: it gives none.
        """
        self._line = line
        wanted: dict[int, bytes] = {
            Attribute.REQUESTED_TRANSPORT: UDP,
            Attribute.REQUESTED_ADDRESS_FAMILY: FAMILIES[family],
        }
        answer = await self._ask(Method.ALLOCATE, wanted)
        try:
            self.relayed = answer.address(Attribute.XOR_RELAYED_ADDRESS)
        except ValueError as error:
            raise RelaySilentError from error

    async def permit(self, host: str) -> None:
        """Let what comes from a host in, and be let send to it.

        Raises:
            RelaySilentError: no answer.
            RelayRefusedError: the relay does not pass anything on to that host.
        """
        transaction = secrets.token_bytes(12)
        peer = pack_address((host, 0), transaction)
        await self._ask(Method.CREATE_PERMISSION, {Attribute.XOR_PEER_ADDRESS: peer}, transaction)

    def send(self, data: bytes, to: Address) -> None:
        """Have the relay send something; nobody says whether it arrived."""
        transaction = secrets.token_bytes(12)
        said: dict[int, bytes] = {Attribute.XOR_PEER_ADDRESS: pack_address(to, transaction), Attribute.DATA: data}
        self._say(Message(Method.SEND, Kind.INDICATION, transaction, said).encode())

    async def give_back(self) -> None:
        """Let the address go, if the relay still hears."""
        with suppress(RelaySilentError, RelayRefusedError, TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._ask(Method.REFRESH, {Attribute.LIFETIME: bytes(4)})

    def take(self, data: bytes) -> None:
        """Take in what the relay sent."""
        with suppress(ValueError):
            message = decode(data)
            if message.kind is Kind.INDICATION and message.method == Method.DATA:
                self.heard.put_nowait(message.attributes.get(Attribute.DATA, b""))
            answer = self._answers.get(message.transaction)
            if answer and not answer.done():
                answer.set_result(message)

    async def _ask(self, method: Method, wanted: dict[int, bytes], transaction: bytes | None = None) -> Message:
        """Ask; when the relay wants to know who asks, or the answer has grown old, ask again with what it needs."""
        transaction = transaction or secrets.token_bytes(12)
        answer = await self._ask_once(Message(method, Kind.REQUEST, transaction, {**wanted, **self._identity()}))
        if answer.error == STALE_NONCE or (answer.error == UNAUTHORIZED and not self._key):
            self._learn(answer)
            answer = await self._ask_once(Message(method, Kind.REQUEST, transaction, {**wanted, **self._identity()}))
        if answer.kind is Kind.ERROR:
            raise RelayRefusedError(answer.error)
        return answer

    async def _ask_once(self, request: Message) -> Message:
        answer = self._answers[request.transaction] = asyncio.get_running_loop().create_future()
        try:
            for seconds in SEND_AGAIN_SECONDS:
                self._say(request.encode(self._key))
                with suppress(TimeoutError):
                    return await asyncio.wait_for(asyncio.shield(answer), seconds)
            raise RelaySilentError
        finally:
            del self._answers[request.transaction]

    def _learn(self, refusal: Message) -> None:
        self._realm = refusal.attributes.get(Attribute.REALM, self._realm)
        self._nonce = refusal.attributes.get(Attribute.NONCE, b"")
        self._key = key_of(self._door.username, self._realm.decode(errors="replace"), self._door.password)

    def _identity(self) -> dict[int, bytes]:
        if not self._key:
            return {}
        name = self._door.username.encode()
        return {Attribute.USERNAME: name, Attribute.REALM: self._realm, Attribute.NONCE: self._nonce}

    def _say(self, data: bytes) -> None:
        if self._line:
            self._line.send(data)


@asynccontextmanager
async def allocation(door: Door, tls: ssl.SSLContext, *, family: int = 4) -> AsyncIterator[Allocation]:
    """Have an address at a relay for a while; `family` 4 or 6.

    Raises:
        RelaySilentError: it does not answer.
        RelayRefusedError: it does not give one.
    """
    made = Allocation(door)
    line = await _connect(door, tls, made.take)
    try:
        await made.open(line, family)
        yield made
        await made.give_back()
    finally:
        line.close()


async def _connect(door: Door, tls: ssl.SSLContext, take: Callable[[bytes], None]) -> Line:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(sum(SEND_AGAIN_SECONDS)):
            if door.way == "udp":
                _, datagrams = await loop.create_datagram_endpoint(
                    lambda: _Datagrams(take), remote_addr=(door.host, door.port)
                )
                return datagrams
            context = tls if door.way == "tls" else None
            _, stream = await loop.create_connection(lambda: _Stream(take), door.host, door.port, ssl=context)
            return stream
    except socket.gaierror as error:
        raise RelaySilentError(Silence.NAME) from error
    except ssl.SSLCertVerificationError as error:
        raise RelaySilentError(Silence.CERTIFICATE) from error
    except (OSError, TimeoutError) as error:
        raise RelaySilentError from error


class _Datagrams(asyncio.DatagramProtocol):
    """TURN over UDP: a datagram is a message."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._take(data)

    def send(self, data: bytes) -> None:
        if self._transport:
            self._transport.sendto(data)

    def close(self) -> None:
        if self._transport:
            self._transport.close()


class _Stream(asyncio.Protocol):
    """TURN over TCP or TLS: messages say how long they are (RFC 8656 section 3.1)."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._transport: asyncio.Transport | None = None
        self._begun = b""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._begun += data
        while len(self._begun) >= HEADER_BYTES:
            end = HEADER_BYTES + int(struct.unpack_from("!H", self._begun, 2)[0])
            if len(self._begun) < end:
                return
            self._take(self._begun[:end])
            self._begun = self._begun[end:]

    def send(self, data: bytes) -> None:
        if self._transport:
            self._transport.write(data)

    def close(self) -> None:
        if self._transport:
            self._transport.close()

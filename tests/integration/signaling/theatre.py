"""A real aiohttp server with the endpoint mounted, and guests with real sockets."""

import asyncio
import itertools
import json
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMsgType, web

from signaling.codes import CloseCode
from signaling.doorway import Knocks
from signaling.endpoint import SignalingEndpoint
from signaling.errors import AdmissionRefusedError, JournalUnavailableError
from signaling.ids import MemberId, VisitId
from signaling.journal import Entry, MemoryJournal
from signaling.rights import Member, Role
from signaling.steps import Notice
from signaling.wire import PROTOCOL, Patience

HOST = Member(MemberId("m_host"), Role.SPECIALIST, "Dr. Okafor", host=True)
PATIENT = Member(MemberId("m_patient"), Role.PATIENT, "Ada Canary")
COMPANION = Member(MemberId("m_companion"), Role.COMPANION, "Noor")

FINGERPRINT = ":".join(f"{byte:02X}" for byte in range(32))
SDP = f"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 {FINGERPRINT}\r\n"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
VISIT = "v_1"
WAIT_SECONDS = 10.0
"""How long a test waits for something that has to come; it comes at once unless something is broken."""


class Clock:
    """Goes with the machine's clock, and can be put forward."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def skip(self, seconds: float) -> None:
        self._skipped += seconds

    def seconds(self) -> float:
        return time.monotonic() + self._skipped

    def utc(self) -> datetime:
        return START + timedelta(seconds=self._skipped)


class StubbornJournal(MemoryJournal):
    """Keeps entries, unless it is told to fail."""

    def __init__(self) -> None:
        super().__init__()
        self.works = True
        self.fault: Exception | None = None
        self.loads = 0
        self.load_seconds = 0.0
        self.refusals = 0
        self._news = asyncio.Condition()

    async def load(self, visit: VisitId) -> Sequence[Entry]:
        self.loads += 1
        await asyncio.sleep(self.load_seconds)
        if self.fault is not None:
            raise self.fault
        if not self.works:
            raise JournalUnavailableError("the disk is full")
        return await super().load(visit)

    async def append(self, visit: VisitId, entries: Sequence[Entry]) -> None:
        async with self._news:
            self._news.notify_all()
            if not self.works:
                self.refusals += 1
                raise JournalUnavailableError("the disk is full")
            await super().append(visit, entries)

    def kinds(self, visit: str) -> list[str]:
        """Name what is written down, in order."""
        return [type(entry).__name__ for entry in self.entries.get(VisitId(visit), [])]

    async def until(self, come_true: Callable[[], bool]) -> None:
        """Wait for something to be written down, or refused."""
        async with asyncio.timeout(WAIT_SECONDS), self._news:
            await self._news.wait_for(come_true)


@dataclass
class Theatre:
    """The server, and what the embedding application knows."""

    session: ClientSession
    port: int
    endpoint: SignalingEndpoint
    clock: Clock
    journal: StubbornJournal
    notices: list[tuple[str, Notice]]
    tickets: dict[str, tuple[str, Member]]
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    guests: "list[Guest]" = field(default_factory=list)

    def ticket(self, member: Member, visit: str = VISIT) -> str:
        ticket = f"ticket-{next(self.numbers)}-canary"
        self.tickets[ticket] = (visit, member)
        return ticket

    def url(self, visit: str = VISIT) -> str:
        return f"http://127.0.0.1:{self.port}/visits/{visit}/signal"

    async def socket(self, visit: str = VISIT, **options: Any) -> "Guest":
        """Open a socket and say nothing."""
        options.setdefault("origin", "https://hospital.example")
        options.setdefault("timeout", ClientWSTimeout(ws_close=0.5))
        websocket = await self.session.ws_connect(self.url(visit), protocols=(PROTOCOL,), **options)
        self.guests.append(Guest(self, websocket))
        return self.guests[-1]

    async def join(self, member: Member, tab: str = "tab-0001", visit: str = VISIT, **hello: Any) -> "Guest":
        """Open a socket, say hello and read the welcome and the snapshot."""
        guest = await self.socket(visit)
        await guest.hello(ticket=self.ticket(member, visit), tab_id=tab, **hello)
        await guest.expect("welcome")
        await guest.expect("snapshot")
        return guest

    async def host_and_patient(self) -> tuple["Guest", "Guest"]:
        """Two people in the room."""
        host = await self.join(HOST)
        patient = await self.join(PATIENT)
        await host.ask("lobby.admit", {"member": PATIENT.id})
        await patient.expect("snapshot")
        return host, patient


class Guest:
    """One real socket, and what came through it."""

    def __init__(self, theatre: Theatre, websocket: ClientWebSocketResponse) -> None:
        self.theatre = theatre
        self.websocket = websocket
        self.received: list[dict[str, Any]] = []
        self.seq = 0

    @property
    def welcome(self) -> dict[str, Any]:
        return dict(next(message for message in self.received if message["type"] == "welcome")["data"])

    @property
    def session(self) -> str:
        return str(self.welcome["session_id"])

    @property
    def last_seq(self) -> int:
        return max(int(message.get("seq", 0)) for message in self.received)

    async def raw(self, frame: str) -> None:
        await self.websocket.send_str(frame)

    async def whisper(self, kind: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> None:
        await self.raw(json.dumps({"type": kind, "data": data or {}, **envelope}))

    async def hello(self, **data: Any) -> None:
        await self.whisper("hello", {"versions": ["1"], "tab_id": "tab-0001", "device": {"ua": "Test"}, **data})

    async def send(self, kind: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> int:
        self.seq += 1
        await self.whisper(kind, data, seq=self.seq, **envelope)
        return self.seq

    async def ask(self, kind: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        seq = await self.send(kind, data, **envelope)
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                message = await self.next()
                if message.get("re") == seq:
                    return message

    async def next(self) -> dict[str, Any]:
        frame = await self.websocket.receive()
        assert frame.type is WSMsgType.TEXT, f"closed with {self.websocket.close_code}"
        message: dict[str, Any] = json.loads(frame.data)
        self.received.append(message)
        return message

    async def expect(self, kind: str) -> dict[str, Any]:
        """Wait for the next message of this type."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                message = await self.next()
                if message["type"] == kind:
                    return message

    async def expect_away(self) -> None:
        """Wait until somebody is shown as away."""
        async with asyncio.timeout(WAIT_SECONDS):
            while (await self.expect("member.changed"))["data"]["conn"] != "away":
                pass

    async def close_code(self) -> int | None:
        """Read until the server closes, and return its code."""
        async with asyncio.timeout(WAIT_SECONDS):
            while (frame := await self.websocket.receive()).type is WSMsgType.TEXT:
                self.received.append(json.loads(frame.data))
        return self.websocket.close_code

    async def ping(self) -> None:
        """Prove that the server still serves this socket."""
        await self.whisper("ping", {"ts": 1})
        await self.expect("pong")

    def cut(self) -> None:
        """Tear the line, as a lost network does: nothing is said."""
        connection = self.websocket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()

    async def resume(self) -> "Guest":
        """Come back on a new socket."""
        guest = await self.theatre.socket()
        guest.seq = self.seq
        data = {
            "session_id": self.session,
            "resume_key": self.welcome["resume_key"],
            "last_s": self.last_seq,
        }
        await guest.whisper("resume", data)
        return guest


@asynccontextmanager
async def theatre(
    *, patience: Patience | None = None, journal: StubbornJournal | None = None, knocks: Knocks | None = None
) -> AsyncIterator[Theatre]:
    """Serve visits on a free port until the test is over."""
    clock = Clock()
    kept = journal or StubbornJournal()
    tickets: dict[str, tuple[str, Member]] = {}
    notices: list[tuple[str, Notice]] = []

    async def admit(visit: VisitId, ticket: str) -> Member:
        where, member = tickets.pop(ticket, ("", HOST))
        if where == "denied":
            raise AdmissionRefusedError(CloseCode.DENIED, "not any more")
        if where != visit:
            raise AdmissionRefusedError
        return member

    endpoint = SignalingEndpoint(
        admit,
        kept,
        clock=clock.utc,
        seconds=clock.seconds,
        allowed=lambda origin, host: origin == "https://hospital.example",
        on_event=lambda visit, notice: notices.append((visit, notice)),
        patience=patience or Patience(close=0.2),
        knocks=knocks,
        tick_seconds=0.02,
    )

    async def signal(request: web.Request) -> web.StreamResponse:
        return await endpoint.handle(request, VisitId(request.match_info["visit"]))

    app = web.Application()
    app.router.add_get("/visits/{visit}/signal", signal)
    async with serving(app) as port, ClientSession() as session:
        opened = Theatre(session, port, endpoint, clock, kept, notices, tickets)
        endpoint.open()
        try:
            yield opened
        finally:
            await asyncio.gather(*(guest.websocket.close() for guest in opened.guests))
            await endpoint.close()


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[int]:
    """Run the application as a real server does (aiohttp's test server cancels handlers), on a free port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0))
    try:
        await web.SockSite(runner, listener).start()
        yield listener.getsockname()[1]
    finally:
        await runner.cleanup()

"""The WebSocket shell of visits, for an aiohttp application to mount."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

import structlog
from aiohttp import web

from signaling.codes import CloseCode
from signaling.doorway import Doorway, Knocks, TooManyKnocksError
from signaling.ice import IceServers
from signaling.ids import Conn, MemberId, VisitId
from signaling.journal import Journal
from signaling.live import LiveVisit, OnEvent
from signaling.moment import Moment
from signaling.reception import Admit, Reception
from signaling.room import Presence, Room
from signaling.steps import Notice
from signaling.visit import Ice
from signaling.visits import Visits
from signaling.wire import Patience, Wire

TICK_SECONDS = 1.0
CATCH_UP_SECONDS = 0.2
DRAIN_SECONDS = 3.0  # longer than closing one socket may take

Allowed = Callable[[str | None, str], bool]
"""Whether a page of this Origin (None: no header) may open a socket to this Host."""


def _ignore(visit: VisitId, notice: Notice) -> None:
    """Tell nobody."""


class SignalingEndpoint:
    """Every visit of one server process. Between `open` and `close` it keeps time."""

    def __init__(
        self,
        admit: Admit,
        journal: Journal,
        *,
        clock: Callable[[], datetime],
        allowed: Allowed,
        ice: Ice | None = None,
        on_event: OnEvent = _ignore,
        seconds: Callable[[], float] = time.monotonic,
        patience: Patience | None = None,
        knocks: Knocks | None = None,
        tick_seconds: float = TICK_SECONDS,
    ) -> None:
        self._admit = admit
        self._journal = journal
        self._clock = clock
        self._allowed = allowed
        self._ice = ice or IceServers()
        self._on_event = on_event
        self._seconds = seconds
        self._patience = patience or Patience()
        self._doorway = Doorway(knocks or Knocks())
        self._tick_seconds = tick_seconds
        self._log = structlog.get_logger("signaling")
        self._visits = Visits(self._load)
        self._wires: dict[Conn, Wire] = {}
        self._numbers = itertools.count(1)
        self._draining = False
        self._nobody = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to keep time. Call it with the event loop running."""
        self._tasks = [asyncio.create_task(self._keep_time()), asyncio.create_task(self._keep_up())]

    async def close(self) -> None:
        """Send everybody away, write down what is left, and stop keeping time."""
        await self.drain()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        await self._catch_up()

    async def handle(
        self, request: web.Request, visit: VisitId, *, address: str | None = None
    ) -> web.WebSocketResponse:
        """Serve one socket from the upgrade to its end. The server must not cancel handlers (aiohttp's default).

        `address` is whom its knocks count against, where that is not the other end of the line.

        Raises:
            web.HTTPException: a query string, a foreign page, too many knocks, or the server is about to go.
        """
        address = address or request.remote or ""
        self._check(request, address)
        wire = Wire(Conn(next(self._numbers)), request, patience=self._patience, seconds=self._seconds)
        with self._visits.kept(visit), self._counted(wire):
            async with wire.open() as response:
                await self._serve(wire, visit, address)
        self._log.info(
            "socket closed", visit=visit, conn=wire.conn, code=int(wire.close_code or response.close_code or 0)
        )
        return response

    def revoke(self, member: MemberId, visit: VisitId | None = None, *, grant: str | None = None) -> None:
        """Cut a member off at once, in one visit or in all; if a `grant` is named, only where it let them in."""
        for live in self._visits:
            if visit in (None, live.id):
                live.revoke(member, grant=grant)

    async def end(self, visit: VisitId, *, at_once: bool = False) -> None:
        """End a visit for all, with the usual grace, or at once.

        Raises:
            JournalUnavailableError: the visit cannot be loaded now.
        """
        with self._visits.kept(visit):
            live = await self._visits.open(visit)
            await live.end(at_once=at_once)

    def update_member(self, visit: VisitId, member: MemberId, *, admissible: bool, reason: str = "") -> None:
        """Open or shut the application's gate for somebody who waits; `reason` says in words what is missing."""
        live = self._visits.get(visit)
        if live is not None:
            live.gate(member, admissible=admissible, reason=reason)

    def hide_addresses(self, visit: VisitId, *, hidden: bool) -> None:
        """Tell people in a visit each other's addresses no more, or again; said twice, it changes nothing."""
        live = self._visits.get(visit)
        if live is not None:
            live.hide_addresses(hidden=hidden)

    def sound_only(self, visit: VisitId, *, on: bool) -> None:
        """Let nobody in a visit send pictures, or people again who may; said twice, it changes nothing."""
        live = self._visits.get(visit)
        if live is not None:
            live.sound_only(on=on)

    def presence(self, visit: VisitId) -> tuple[Presence, ...]:
        """List who waits and who is in the room of a visit that goes on in this process."""
        live = self._visits.get(visit)
        return live.presence() if live is not None else ()

    def everybody(self) -> dict[VisitId, tuple[Presence, ...]]:
        """List who waits and who is in the room, of every visit that goes on in this process."""
        return {live.id: live.presence() for live in self._visits if not live.idle}

    async def drain(self) -> None:
        """Say `going_away` to everybody, close every socket with 1012 and take no new one."""
        self._draining = True
        for live in self._visits:
            live.drain()
        for wire in self._wires.values():
            wire.close(CloseCode.RESTART)
        if self._wires:
            with suppress(TimeoutError):
                async with asyncio.timeout(DRAIN_SECONDS):
                    await self._nobody.wait()

    def _check(self, request: web.Request, address: str) -> None:
        if request.query_string:
            raise web.HTTPBadRequest(reason="Nothing may stand in this address's query string")
        if not self._allowed(request.headers.get("Origin"), request.host):
            raise web.HTTPForbidden(reason="This page may not open a visit")
        if self._draining:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "2"})
        try:
            self._doorway.knock(address, seconds=self._seconds())
        except TooManyKnocksError as error:
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(error.retry_seconds)}) from error

    async def _serve(self, wire: Wire, visit: VisitId, address: str) -> None:
        try:
            await self._converse(wire, visit, address)
        finally:
            live = self._visits.get(visit)
            if live is not None:
                live.detach(wire)

    @contextmanager
    def _counted(self, wire: Wire) -> Iterator[None]:
        self._wires[wire.conn] = wire
        self._nobody.clear()
        try:
            yield
        finally:
            del self._wires[wire.conn]
            if not self._wires:
                self._nobody.set()

    async def _converse(self, wire: Wire, visit: VisitId, address: str) -> None:
        reception = Reception(
            wire,
            visit,
            address,
            visits=self._visits,
            admit=self._admit,
            doorway=self._doorway,
            seconds=self._seconds,
        )
        live: LiveVisit | None = None
        within = self._patience.hello
        while live is None:
            frame = await wire.read(within=within)
            if frame is None:
                return
            live = await reception.take(frame)
            within = self._patience.hello_again
        while (frame := await wire.read()) is not None:
            await live.receive(wire, frame)

    async def _load(self, visit: VisitId) -> LiveVisit:
        entries = await self._journal.load(visit)
        room = Room(visit, entries, draw=lambda: secrets.token_urlsafe(32), ice=self._ice, now=self._now())
        return LiveVisit(visit, room, journal=self._journal, now=self._now, on_event=self._on_event, log=self._log)

    def _now(self) -> Moment:
        return Moment(self._clock(), self._seconds())

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(self._tick_seconds)
            for wire in self._wires.values():
                wire.watch()
            for live in self._visits:
                live.tick()
            self._visits.forget_idle()

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(CATCH_UP_SECONDS)
            await self._catch_up()

    async def _catch_up(self) -> None:
        await asyncio.gather(*(live.catch_up() for live in self._visits if live.behind))

"""One visit that goes on in this process: its room, its sockets, and the order in which things are written down."""

import asyncio
from collections.abc import Callable, Sequence
from typing import assert_never

import structlog

from signaling.errors import JournalUnavailableError
from signaling.ids import Conn, MemberId, VisitId
from signaling.journal import Entry, Journal
from signaling.messages import Hello, Resume
from signaling.moment import Moment
from signaling.rights import Member
from signaling.room import Presence, Room
from signaling.steps import Close, Effect, Notice, Pending, Record, Send, Step
from signaling.wire import Wire

Now = Callable[[], Moment]
OnEvent = Callable[[VisitId, Notice], None]


class LiveVisit:
    """Carries out what the room says. What has to be written down is, before anybody hears of it."""

    def __init__(
        self,
        visit: VisitId,
        room: Room,
        *,
        journal: Journal,
        now: Now,
        on_event: OnEvent,
        log: structlog.stdlib.BoundLogger,
    ) -> None:
        self.id = visit
        self._room = room
        self._journal = journal
        self._now = now
        self._on_event = on_event
        self._log = log.bind(visit=visit)
        self._wires: dict[Conn, Wire] = {}
        self._unwritten: list[Entry] = []
        self._turn = asyncio.Lock()

    @property
    def idle(self) -> bool:
        """Whether this process can forget the visit: nobody is here, and the journal knows everything."""
        return self._room.idle and not self.behind

    @property
    def behind(self) -> bool:
        """Whether something is not written down yet."""
        return bool(self._unwritten)

    def member_of(self, wire: Wire) -> MemberId | None:
        """Return whose socket this is, if it has a session."""
        return self._room.member_of(wire.conn)

    def presence(self) -> tuple[Presence, ...]:
        """List who waits and who is in the room."""
        return self._room.presence()

    async def hello(self, wire: Wire, member: Member, hello: Hello) -> None:
        """Take somebody in, or tell their socket why not."""
        self._wires[wire.conn] = wire
        async with self._turn:
            await self._follow(self._room.hello(wire.conn, member, hello, now=self._now()))

    def resume(self, wire: Wire, message: Resume) -> None:
        """Take a session up on this socket, or tell it why not."""
        self._wires[wire.conn] = wire
        self._carry_out(self._room.resume(wire.conn, message, now=self._now()).effects)

    async def receive(self, wire: Wire, frame: str) -> None:
        """Take one message from this socket."""
        step = self._room.receive(wire.conn, frame, now=self._now())
        before = len(self._unwritten)
        self._carry_out(step.effects)
        if step.pending is not None:
            async with self._turn:
                await self._write_down(step.pending)
        elif len(self._unwritten) > before:
            await self.catch_up()

    def detach(self, wire: Wire) -> None:
        """Note that this socket is gone."""
        if self._wires.pop(wire.conn, None) is not None:
            self._carry_out(self._room.lost(wire.conn, now=self._now()).effects)

    def tick(self) -> None:
        """Do whatever is due."""
        self._carry_out(self._room.tick(now=self._now()).effects)

    def revoke(self, member: MemberId, *, grant: str | None = None) -> None:
        """Cut a member off at once; if a `grant` is named, only one whom it let in."""
        self._carry_out(self._room.revoke(member, grant=grant, now=self._now()).effects)

    def gate(self, member: MemberId, *, admissible: bool, reason: str) -> None:
        """Open or shut the application's gate for one member."""
        self._carry_out(self._room.gate(member, admissible=admissible, reason=reason, now=self._now()).effects)

    def hide_addresses(self, *, hidden: bool) -> None:
        """Tell people each other's addresses no more, or again."""
        self._carry_out(self._room.hide_addresses(hidden=hidden, now=self._now()).effects)

    def sound_only(self, *, on: bool) -> None:
        """Let nobody send pictures, or people again who may."""
        self._carry_out(self._room.sound_only(on=on, now=self._now()).effects)

    def drain(self) -> None:
        """Send everybody away for a moment."""
        self._carry_out(self._room.drain(now=self._now()).effects)

    async def end(self, *, at_once: bool = False) -> None:
        """Begin the end for all; `at_once` leaves out the grace."""
        async with self._turn:
            await self._follow(self._room.end(now=self._now()))
            if at_once:
                self._carry_out(self._room.finish(now=self._now()).effects)

    async def catch_up(self) -> None:
        """Write down what nobody waits for; it stays for the next time if that fails."""
        async with self._turn:
            await self._catch_up()

    async def _catch_up(self) -> None:
        try:
            await self._append(())
        except JournalUnavailableError:
            self._log.warning("journal unavailable", entries=len(self._unwritten))

    async def _follow(self, step: Step) -> None:
        self._carry_out(step.effects)
        if step.pending is not None:
            await self._write_down(step.pending)

    async def _write_down(self, pending: Pending) -> None:
        try:
            await self._append(pending.entries)
        except JournalUnavailableError:
            self._log.warning("journal unavailable", entries=len(pending.entries))
            self._carry_out(self._room.refuse(pending, now=self._now()).effects)
        else:
            self._carry_out(self._room.commit(pending, now=self._now()).effects)
            await self._catch_up()  # a link that is not known after a crash would be made anew, although it works

    async def _append(self, entries: Sequence[Entry]) -> None:
        earlier = tuple(self._unwritten)
        if earlier or entries:
            await self._journal.append(self.id, (*earlier, *entries))
            del self._unwritten[: len(earlier)]

    def _carry_out(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            match effect:
                case Send():
                    self._wires[effect.conn].send(effect.payload)
                case Close():
                    self._wires[effect.conn].close(effect.code, effect.note)
                case Record():
                    self._unwritten.append(effect.entry)
                case Notice():
                    self._log.info("visit", news=effect.news, member=effect.member, why=effect.why)
                    self._on_event(self.id, effect)
                case _:
                    assert_never(effect)

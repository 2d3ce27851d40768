"""A visit's room: takes events with the time they happen, returns what to do. No I/O, no clock, no waiting.

An event whose effect must survive the process returns a `Pending`: append its entries to the journal,
then `commit` it, or `refuse` it if they could not be kept. Nothing is said to anybody before.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from signaling import bulletins, departure, desk, entrance, floor, hiding, lobby, sound
from signaling.codes import CloseCode
from signaling.errors import AlreadyHereError, RefusalError, TryAgainError, UnsupportedVersionError, ViolationError
from signaling.events import ErrorMessage, GoingAway, encode
from signaling.ids import Conn, Draw, MemberId, VisitId
from signaling.journal import Admitted, Denied, Ended, Entry, Kicked, Left, LockSet, Opened, Said, Unlinked
from signaling.limits import RECOVERY_SECONDS
from signaling.messages import Hello, Resume, decode
from signaling.moment import Moment
from signaling.rights import Member, Role
from signaling.roster import SeatState
from signaling.session import Session
from signaling.steps import Decision, Doing, Pending, Seating, Step
from signaling.views import ErrorData, GoingAwayData
from signaling.visit import Ice, Visit

COME_BACK_WITHIN_MS = (0, 3_000)


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is here; `away` without a socket, let in by what the application calls `grant`."""

    member: MemberId
    role: Role
    state: SeatState
    since: datetime
    away: bool
    grant: str


class Room:
    """One visit. Every method takes `now` and returns a `Step`, unless it only looks."""

    def __init__(self, visit: VisitId, entries: Iterable[Entry], *, draw: Draw, ice: Ice, now: Moment) -> None:
        self._visit = Visit(visit, draw=draw, ice=ice)
        for entry in entries:
            self._visit.apply(entry, now=now)
        _restore(self._visit, now=now)

    @property
    def idle(self) -> bool:
        """Whether nobody is here and nobody is expected back."""
        return not self._visit.sessions

    def member_of(self, conn: Conn) -> MemberId | None:
        """Return whose socket this is, if it has a session."""
        session = self._visit.conns.get(conn)
        return session.member if session is not None else None

    def presence(self) -> tuple[Presence, ...]:
        """List who waits and who is in the room."""
        return tuple(
            Presence(
                seat.member.id,
                seat.member.role,
                seat.state,
                seat.since,
                away=seat.session not in self._visit.sessions or self._visit.sessions[seat.session].conn is None,
                grant=seat.member.grant,
            )
            for seat in self._visit.roster
            if seat.taken
        )

    def hello(self, conn: Conn, member: Member, hello: Hello, *, now: Moment) -> Step:
        """Take somebody in whom the application vouches for; always pending, unless refused."""
        try:
            return self._step(entrance.consider(self._visit, conn, member, hello, now=now))
        except UnsupportedVersionError as refusal:
            self._tell_stranger(conn, refusal, member, fatal=True)
            self._visit.close(conn, CloseCode.BAD_FRAME, refusal.code, now=now)
        except AlreadyHereError as refusal:
            self._tell_stranger(conn, refusal, member, fatal=False)
        except ViolationError as violation:
            self._visit.close(conn, violation.close_code, now=now)
        return self._step()

    def resume(self, conn: Conn, message: Resume, *, now: Moment) -> Step:
        """Take a lost session up on a new socket, or say why not."""
        if self._visit.over:
            self._visit.close(conn, CloseCode.VISIT_ENDED, now=now)
        else:
            entrance.resume(self._visit, conn, message.data, now=now)
        return self._step()

    def receive(self, conn: Conn, frame: str, *, now: Moment) -> Step:
        """Take one frame from a socket that has a session."""
        session = self._visit.conns.get(conn)
        if session is None:
            return self._step()
        departure.hear(self._visit, session, now=now)
        try:
            session.meter(len(frame) if frame.isascii() else len(frame.encode()), seconds=now.seconds)
            return self._step(desk.take(self._visit, session, decode(frame), now=now))
        except ViolationError as violation:
            departure.cut(self._visit, conn, violation.close_code, violation.reason, now=now)
            return self._step()

    def commit(self, pending: Pending, *, now: Moment) -> Step:
        """Carry out what is written down."""
        if isinstance(pending, Seating):
            entrance.seat(self._visit, pending, now=now)
        else:
            self._carry_out(pending.decision, now=now)
            desk.answer(self._visit, pending.answering)
        return self._step()

    def refuse(self, pending: Pending, *, now: Moment) -> Step:
        """Say that it could not be written down, and that nothing happened."""
        if isinstance(pending, Seating):
            self._visit.close(pending.conn, CloseCode.TRY_AGAIN, now=now)
        else:
            desk.answer(self._visit, pending.answering, TryAgainError())
        return self._step()

    def lost(self, conn: Conn, *, now: Moment) -> Step:
        """Note that a socket is gone."""
        departure.lose(self._visit, conn, now=now)
        return self._step()

    def tick(self, *, now: Moment) -> Step:
        """Do whatever is due by now; to be called about once a second."""
        departure.watch(self._visit, now=now)
        return self._step()

    def revoke(self, member: MemberId, *, grant: str | None = None, now: Moment) -> Step:
        """Cut a member off at once; if a `grant` is named, only one whom it let in."""
        seat = self._visit.roster.seat(member)
        if seat is None or grant not in (None, seat.member.grant):
            return self._step()
        session = self._visit.session_of_member(member)
        if session is not None:
            departure.leave(self._visit, session, "revoked", now=now)
        else:
            self._visit.record(Left(at=now.utc, member=member, why="revoked"), now=now)
        return self._step()

    def end(self, *, now: Moment) -> Step:
        """Begin the end for all; pending, unless it has begun."""
        if self._visit.ends_at is not None:
            return self._step()
        return self._step(Doing(Ended(at=now.utc, by=None), None))

    def finish(self, *, now: Moment) -> Step:
        """Let the end that has begun come at once."""
        if self._visit.ends_at is not None and not self._visit.over:
            departure.finish(self._visit, now=now)
        return self._step()

    def gate(self, member: MemberId, *, admissible: bool, reason: str, now: Moment) -> Step:
        """Open or shut the application's gate for one member."""
        seat = self._visit.roster.seat(member)
        if seat is not None:
            self._visit.roster.vouch(replace(seat.member, admissible=admissible, reason=reason))
            bulletins.post(self._visit, now=now)
        return self._step()

    def hide_addresses(self, *, hidden: bool, now: Moment) -> Step:
        """Tell people each other's addresses no more, or again."""
        change = hiding.hide if hidden else hiding.show
        change(self._visit, now=now)
        return self._step()

    def sound_only(self, *, on: bool, now: Moment) -> Step:
        """Let nobody send pictures, or people again who may."""
        change = sound.narrow if on else sound.widen
        change(self._visit, now=now)
        return self._step()

    def drain(self, *, now: Moment) -> Step:
        """Send everybody away for a moment: this server goes."""
        going = GoingAway(data=GoingAwayData(in_ms=0, retry_ms=COME_BACK_WITHIN_MS, resume=True))
        for conn, session in list(self._visit.conns.items()):
            self._visit.whisper(session, going)
            self._visit.close(conn, CloseCode.RESTART, now=now)
        return self._step()

    def _step(self, pending: Pending | None = None) -> Step:
        return Step(self._visit.take_effects(), pending)

    def _carry_out(self, decision: Decision, *, now: Moment) -> None:
        match decision:
            case Admitted():
                lobby.admit(self._visit, decision, now=now)
            case Denied():
                lobby.deny(self._visit, decision, now=now)
            case Kicked():
                floor.kick(self._visit, decision, now=now)
            case Said():
                floor.say(self._visit, decision, now=now)
            case LockSet() | Ended():
                floor.settle(self._visit, decision, now=now)
            case _:
                assert_never(decision)

    def _tell_stranger(self, conn: Conn, refusal: RefusalError, member: Member, *, fatal: bool) -> None:
        here = self._visit.session_of_member(member.id)
        error = ErrorData(
            code=refusal.code,
            message=refusal.message,
            fatal=fatal,
            since=here.connected_at if here is not None and not fatal else None,
            device=here.device if here is not None and not fatal else None,
        )
        self._visit.post(conn, encode(ErrorMessage(data=error)))


def _restore(visit: Visit, *, now: Moment) -> None:
    visit.ends_at = now.seconds if visit.roster.ended_at is not None else None
    visit.over = visit.ends_at is not None
    for seat in visit.roster:
        if seat.taken and not visit.over:
            visit.sessions[seat.session] = Session(seat.session, seat.member.id, now=now)
    for end in {end for link in visit.links for end in (link.initiator, link.other)} - visit.sessions.keys():
        visit.apply(Unlinked(at=now.utc, session=end), now=now)
    if visit.roster.inside() and not visit.over:
        visit.recovers_until = now.seconds + RECOVERY_SECONDS
    visit.record(Opened(at=now.utc, epoch=visit.roster.epoch + 1), now=now)
    bulletins.post(visit, now=now)

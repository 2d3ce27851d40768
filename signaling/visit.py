"""The state of one visit in memory, and how words reach the people in it. No I/O, no clock."""

from datetime import datetime
from typing import Protocol

from signaling.codes import CloseCode, Denial
from signaling.envelope import FromServer
from signaling.ids import Conn, Draw, MemberId, SessionId, VisitId
from signaling.journal import Ended, Entry, Linked, Unlinked
from signaling.limits import END_GRACE_SECONDS, MAX_SEATS
from signaling.links import Links
from signaling.moment import Moment
from signaling.payloads import IceConfig
from signaling.rights import PICTURES, Cap
from signaling.roster import Roster, Seat, SeatState
from signaling.session import Answer, Session
from signaling.steps import Close, Effect, News, Notice, Record, Send


class Ice(Protocol):
    """Gives the ICE configuration for one member, good from now on."""

    def __call__(self, member: MemberId, now: datetime, *, relay_only: bool) -> IceConfig:
        """`relay_only`: this visit keeps addresses from people, whatever holds elsewhere."""


class Visit:
    """Everything that the modules of the room work on. What is to happen gathers in `effects`."""

    def __init__(self, visit: VisitId, *, draw: Draw, ice: Ice) -> None:
        self.id = visit
        self.draw = draw
        self._ice = ice
        self.roster = Roster()
        self.links = Links()
        self.sessions: dict[SessionId, Session] = {}
        self.conns: dict[Conn, Session] = {}
        self.gone: dict[SessionId, Denial] = {}
        self.rev = 0
        self.ends_at: float | None = None
        self.over = False
        self.recovers_until: float | None = None
        self.shown: tuple[str, bool] | None = None
        self._effects: list[Effect] = []

    def take_effects(self) -> tuple[Effect, ...]:
        """Hand over what is to happen, once."""
        effects, self._effects = tuple(self._effects), []
        return effects

    def apply(self, entry: Entry, *, now: Moment) -> None:
        """Take an entry into the durable state."""
        self.rev += 1
        self.roster.apply(entry)
        if isinstance(entry, Linked | Unlinked):
            self.links.apply(entry)
        elif isinstance(entry, Ended):
            self.ends_at = now.seconds + END_GRACE_SECONDS

    def record(self, entry: Entry, *, now: Moment) -> None:
        """Take an entry in and have it written down soon."""
        self.apply(entry, now=now)
        self._effects.append(Record(entry))

    def notify(self, news: News, member: MemberId | None = None, why: str = "", *, now: Moment) -> None:
        """Tell the embedding application."""
        self._effects.append(Notice(news, now.utc, member, why))

    def send(self, session: Session, message: FromServer) -> None:
        """Send a numbered message; without a socket it waits for the replay."""
        if session.restored:
            return
        self._deliver(session, session.number(message))

    def whisper(self, session: Session, message: FromServer) -> None:
        """Send a message without a number; without a socket it is lost."""
        self._deliver(session, session.write(message))

    def replay(self, conn: Conn, payloads: list[bytes]) -> None:
        """Send what was sent before, as it was."""
        self._effects.extend(Send(conn, payload) for payload in payloads)

    def post(self, conn: Conn, payload: bytes) -> None:
        """Send to a socket that has no session yet."""
        self._effects.append(Send(conn, payload))

    def reply(self, session: Session, reply: Answer) -> None:
        """Answer a command, and keep the answer."""
        session.remember(reply)
        self.send(session, reply)

    def tell_inside(self, message: FromServer, *, but: SessionId | None = None) -> None:
        """Send to everybody in the room."""
        for session in self.sessions_of(SeatState.IN):
            if session.id != but:
                self.send(session, message)

    def tell_all(self, message: FromServer) -> None:
        """Send to everybody in the room and everybody who waits."""
        for session in list(self.sessions.values()):
            self.send(session, message)

    def attach(self, session: Session, conn: Conn, *, now: Moment) -> None:
        """Let a session go on, on this socket."""
        session.take_up(conn, now=now)
        self.conns[conn] = session

    def close(self, conn: Conn, code: CloseCode, note: str = "", *, now: Moment) -> None:
        """Close a socket; its session, if it is still there, goes on without one."""
        session = self.conns.pop(conn, None)
        if session is not None:
            session.lose(now=now)
        self._effects.append(Close(conn, code, note))

    def seat_of(self, session: Session) -> Seat:
        """Return the place of a session's member."""
        return self.roster.needed(session.member)

    def sessions_of(self, state: SeatState) -> list[Session]:
        """List the sessions whose members are in this state."""
        return [session for session in self.sessions.values() if self.seat_of(session).state is state]

    def session_of_member(self, member: MemberId) -> Session | None:
        """Return the session a member has now."""
        seat = self.roster.seat(member)
        return self.sessions.get(seat.session) if seat is not None else None

    def ice(self, session: Session, *, now: Moment) -> IceConfig:
        """Give a session's member the servers by which to reach the others."""
        return self._ice(session.member, now.utc, relay_only=self.roster.relay_only)

    def caps(self, seat: Seat) -> frozenset[Cap]:
        """Return everything a member may do in this visit, as it is now."""
        return seat.member.caps - PICTURES if self.roster.sound_only else seat.member.caps

    def may(self, session: Session, cap: Cap) -> bool:
        """Whether a session's member has a right."""
        return cap in self.caps(self.seat_of(session))

    def is_inside(self, session: Session) -> bool:
        """Whether a session was let in."""
        return self.seat_of(session).state is SeatState.IN

    def forget(self, session: Session, denial: Denial) -> None:
        """Drop a session without a socket for good, and remember why for a while."""
        del self.sessions[session.id]
        self.gone[session.id] = denial
        if len(self.gone) > 4 * MAX_SEATS:
            del self.gone[next(iter(self.gone))]

    def _deliver(self, session: Session, payload: bytes) -> None:
        if session.conn is not None:
            self._effects.append(Send(session.conn, payload))

"""What the core asks of the shell: plain values, in the order in which they are to happen."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from signaling.codes import CloseCode
from signaling.ids import Conn, MemberId, SessionId
from signaling.journal import Admitted, Arrived, Denied, Ended, Entry, Kicked, LockSet, Said
from signaling.messages import Hello
from signaling.rights import Member
from signaling.session import Session


@dataclass(frozen=True, slots=True)
class Send:
    """Put this frame into the socket's outbox."""

    conn: Conn
    payload: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket once its outbox is empty. `note` is for whoever mends a client, not for people."""

    conn: Conn
    code: CloseCode
    note: str


@dataclass(frozen=True, slots=True)
class Record:
    """Write this entry down soon; nobody waits for it."""

    entry: Entry


class News(StrEnum):
    """What the embedding application may want to know."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    LEFT = "left"
    STARTED = "started"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Notice:
    """Tell the embedding application. `why` is set for LEFT."""

    news: News
    at: datetime
    member: MemberId | None = None
    why: str = ""


Effect = Send | Close | Record | Notice


@dataclass(frozen=True, slots=True)
class Seating:
    """A hello that waits for its entries."""

    entries: tuple[Arrived | Admitted, ...]
    conn: Conn
    member: Member
    hello: Hello
    session: SessionId


@dataclass(frozen=True, slots=True)
class Answering:
    """A command of a session, to be answered."""

    session: Session
    seq: int


Decision = Admitted | Denied | Kicked | Said | LockSet | Ended


@dataclass(frozen=True, slots=True)
class Doing:
    """A decision that waits for its entry; the application's own are answered to nobody."""

    decision: Decision
    answering: Answering | None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What has to be written down."""
        return (self.decision,)


Pending = Seating | Doing
"""Something that happens only once its `entries` are kept: append them, then `commit` (or `refuse`)."""


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from one event."""

    effects: tuple[Effect, ...] = ()
    pending: Pending | None = None

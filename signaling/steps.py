"""What the core asks of the shell: plain values, in the order in which they are to happen."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from signaling.codes import CloseCode
from signaling.ids import Conn, MemberId, SessionId
from signaling.journal import Admitted, Arrived, Denied, Ended, Entry, Kicked, LockSet, Said
from signaling.messages import Hello
from signaling.rights import Member
from signaling.session import Session


class Send(Struct, frozen=True, gc=False):
    """Put this frame into the socket's outbox."""

    conn: Conn
    payload: bytes


class Close(Struct, frozen=True, gc=False):
    """Close the socket once its outbox is empty. `note` is for whoever mends a client, not for people."""

    conn: Conn
    code: CloseCode
    note: str


class Record(Struct, frozen=True, gc=False):
    """Write this entry down soon; nobody waits for it."""

    entry: Entry


class News(StrEnum):
    """What the embedding application may want to know."""

    WAITING = "waiting"
    ADMITTED = "admitted"
    LEFT = "left"
    STARTED = "started"
    ENDED = "ended"


class Notice(Struct, frozen=True, gc=False):
    """Tell the embedding application. `why` is set for LEFT."""

    news: News
    at: datetime
    member: MemberId | None = None
    why: str = ""


Effect = Send | Close | Record | Notice


class Seating(Struct, frozen=True):
    """A hello that waits for its entries."""

    entries: tuple[Arrived | Admitted, ...]
    conn: Conn
    member: Member
    hello: Hello
    session: SessionId


class Answering(Struct, frozen=True):
    """A command of a session, to be answered."""

    session: Session
    seq: int


Decision = Admitted | Denied | Kicked | Said | LockSet | Ended


class Doing(Struct, frozen=True):
    """A decision that waits for its entry; the application's own are answered to nobody."""

    decision: Decision
    answering: Answering | None

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What has to be written down."""
        return (self.decision,)


Pending = Seating | Doing
"""Something that happens only once its `entries` are kept: append them, then `commit` (or `refuse`)."""


class Step(Struct, frozen=True):
    """What follows from one event."""

    effects: tuple[Effect, ...] = ()
    pending: Pending | None = None

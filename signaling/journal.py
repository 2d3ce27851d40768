"""What a visit writes down so that it outlives the process: entries, and the journal that takes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from signaling.ids import MemberId, SessionId, VisitId
from signaling.rights import Role

Why = Literal["bye", "lost", "kicked", "revoked"]


class _Entry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    at: datetime


class Opened(_Entry, frozen=True, tag="opened"):
    """A server process took the visit up."""

    epoch: int


class Arrived(_Entry, frozen=True, tag="arrived"):
    """A member came with a new session. `label` is how people see them: treat it as personal data."""

    member: MemberId
    role: Role
    label: str
    host: bool
    session: SessionId
    tab: str
    grant: str = ""


class Admitted(_Entry, frozen=True, tag="admitted"):
    """A member may be in the room; `by` is None for those who need nobody's leave."""

    member: MemberId
    by: MemberId | None


class Denied(_Entry, frozen=True, tag="denied"):
    """A member who waited was sent away; `reason` is somebody's own words."""

    member: MemberId
    by: MemberId
    reason: str = ""


class Left(_Entry, frozen=True, tag="left"):
    """A member is gone."""

    member: MemberId
    why: Why


class Kicked(_Entry, frozen=True, tag="kicked"):
    """A member was removed for the rest of the visit; `reason` is somebody's own words."""

    member: MemberId
    by: MemberId
    reason: str = ""


class Said(_Entry, frozen=True, tag="said"):
    """A member wrote something. `text` may be clinical: encrypt it."""

    id: str
    member: MemberId
    label: str
    text: str


class LockSet(_Entry, frozen=True, tag="lock_set"):
    """The visit was locked or unlocked."""

    locked: bool
    by: MemberId


class Hid(_Entry, frozen=True, tag="hid"):
    """From now on people are told each other's addresses no more (`relay_only`), or again."""

    relay_only: bool


class SoundSet(_Entry, frozen=True, tag="sound_set"):
    """From now on nobody may send pictures (`sound_only`), or people may again."""

    sound_only: bool


class Started(_Entry, frozen=True, tag="started"):
    """A specialist and the patient or companion were both in for the first time."""


class Ended(_Entry, frozen=True, tag="ended"):
    """The visit is over at `at`; `by` is None if the application ended it."""

    by: MemberId | None


class Linked(_Entry, frozen=True, tag="linked"):
    """A pair of sessions has this link generation; the initiator is the newcomer."""

    initiator: SessionId
    other: SessionId
    gen: int


class Unlinked(_Entry, frozen=True, tag="unlinked"):
    """A session's links are over."""

    session: SessionId


Entry = (
    Opened
    | Arrived
    | Admitted
    | Denied
    | Left
    | Kicked
    | Said
    | LockSet
    | Hid
    | SoundSet
    | Started
    | Ended
    | Linked
    | Unlinked
)

_DECODER: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


def encode_entry(entry: Entry) -> bytes:
    """Write an entry as JSON, for storage."""
    return msgspec.json.encode(entry)


def decode_entry(stored: bytes) -> Entry:
    """Read what `encode_entry` wrote."""
    return _DECODER.decode(stored)


class Journal(Protocol):
    """Keeps the entries of every visit, in order."""

    async def load(self, visit: VisitId) -> Sequence[Entry]:
        """Return everything appended for this visit, the oldest first; nothing if there is nothing.

        Raises:
            JournalUnavailableError: it cannot be read now.
        """

    async def append(self, visit: VisitId, entries: Sequence[Entry]) -> None:
        """Keep the entries, all or none; return when they would survive a power cut.

        Raises:
            JournalUnavailableError: they could not be written; none of them is kept.
        """


class MemoryJournal:
    """A journal that lives as long as the process, for tests and trials."""

    def __init__(self) -> None:
        self.entries: dict[VisitId, list[Entry]] = {}

    async def load(self, visit: VisitId) -> Sequence[Entry]:
        """Return what was appended."""
        return tuple(self.entries.get(visit, ()))

    async def append(self, visit: VisitId, entries: Sequence[Entry]) -> None:
        """Keep the entries."""
        self.entries.setdefault(visit, []).extend(entries)

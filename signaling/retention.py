"""What the journal of a visit keeps once it is over: who was there, when, and what was written. No I/O, no clock.

Gone is what only the visit itself needed: tabs, sessions, what let people in, and the links between their pages.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import structs

from signaling.ids import SessionId
from signaling.journal import Arrived, Entry, Left, Linked, Unlinked
from signaling.roster import Roster


def for_the_record(entries: Sequence[Entry], *, now: datetime) -> tuple[Entry, ...]:
    """Return what is kept of a visit's entries; doing it again changes nothing."""
    kept = tuple(_plain(entry) for entry in entries if not isinstance(entry, Linked | Unlinked))
    return (*kept, *_departures(entries, now))


def _plain(entry: Entry) -> Entry:
    return structs.replace(entry, session=SessionId(""), tab="", grant="") if isinstance(entry, Arrived) else entry


def _departures(entries: Sequence[Entry], now: datetime) -> tuple[Left, ...]:
    """Let those leave whose departure nobody saw: the server stopped, and the visit never ended."""
    roster = Roster()
    for entry in entries:
        roster.apply(entry)
    if roster.ended_at is not None:
        return ()
    return tuple(Left(at=now, member=seat.member.id, why="lost") for seat in roster if seat.taken)

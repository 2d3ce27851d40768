"""Who belongs to a visit and how it stands with them: a fold over journal entries, so that it survives a restart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from signaling.ids import MemberId, SessionId
from signaling.journal import (
    Admitted,
    Arrived,
    Denied,
    Ended,
    Entry,
    Hid,
    Kicked,
    Left,
    Linked,
    LockSet,
    Opened,
    Said,
    SoundSet,
    Started,
    Unlinked,
)
from signaling.limits import MAX_CHAT_KEPT
from signaling.rights import CARED_FOR, Member, Role


class SeatState(StrEnum):
    """How it stands with one member."""

    WAITING = "waiting"
    IN = "in"
    LEFT = "left"
    KICKED = "kicked"


@dataclass(frozen=True, slots=True)
class Seat:
    """One member's place. `cleared` outlives a lost line: who was let in comes back without waiting."""

    member: Member
    session: SessionId
    tab: str
    state: SeatState
    since: datetime
    cleared: bool = False
    first_in: datetime | None = None

    @property
    def taken(self) -> bool:
        """Whether the member is here, with or without a socket."""
        return self.state in (SeatState.WAITING, SeatState.IN)


class Roster:
    """The seats of one visit, its lock, whether it hides addresses or is with sound only, its chat and its end."""

    def __init__(self) -> None:
        self._seats: dict[MemberId, Seat] = {}
        self._said: dict[tuple[MemberId, str], Said] = {}
        self.epoch = 0
        self.locked = False
        self.relay_only = False
        self.sound_only = False
        self.started = False
        self.ended_at: datetime | None = None

    def __iter__(self) -> Iterator[Seat]:
        return iter(self._seats.values())

    def __len__(self) -> int:
        return len(self._seats)

    def seat(self, member: MemberId) -> Seat | None:
        """Return the member's place, if they were ever here."""
        return self._seats.get(member)

    def needed(self, member: MemberId) -> Seat:
        """Return the place of a member who is here."""
        return self._seats[member]

    def inside(self) -> list[Seat]:
        """List those in the room."""
        return [seat for seat in self if seat.state is SeatState.IN]

    def waiting(self) -> list[Seat]:
        """List those who wait, the longest first."""
        return sorted((seat for seat in self if seat.state is SeatState.WAITING), key=lambda seat: seat.since)

    def host_present(self) -> bool:
        """Whether a specialist is in the room."""
        return any(seat.member.role is Role.SPECIALIST for seat in self.inside())

    def meets(self) -> bool:
        """Whether a specialist and the patient or companion are both in."""
        return self.host_present() and any(seat.member.role in CARED_FOR for seat in self.inside())

    def said_since(self, since: datetime) -> list[Said]:
        """List what was written from then on."""
        return [said for said in self._said.values() if said.at >= since]

    def has_said(self, member: MemberId, chat_id: str) -> bool:
        """Whether this chat message was taken before."""
        return (member, chat_id) in self._said

    def vouch(self, member: Member) -> None:
        """Keep what the application now says of a member who was here."""
        self._seats[member.id] = replace(self._seats[member.id], member=member)

    def apply(self, entry: Entry) -> None:
        """Take one entry in. What no longer fits (a late admission) changes nothing."""
        match entry:
            case Opened():
                self.epoch = entry.epoch
            case Arrived():
                self._arrive(entry)
            case Admitted():
                self._admit(entry)
            case Denied() | Left() | Kicked():
                self._part(entry)
            case Said():
                self._keep(entry)
            case LockSet():
                self.locked = entry.locked
            case Hid():
                self.relay_only = entry.relay_only
            case SoundSet():
                self.sound_only = entry.sound_only
            case Started():
                self.started = True
            case Ended():
                self.ended_at = entry.at
            case Linked() | Unlinked():
                return  # Links keeps these
            case _:
                assert_never(entry)

    def _arrive(self, entry: Arrived) -> None:
        member = Member(entry.member, entry.role, entry.label, entry.host, admissible=False, grant=entry.grant)
        old = self._seats.get(entry.member)
        if old is None:
            self._seats[entry.member] = Seat(member, entry.session, entry.tab, SeatState.WAITING, entry.at)
        elif old.state is not SeatState.KICKED:
            state = SeatState.IN if old.cleared else SeatState.WAITING
            since = old.since if old.state is state else entry.at
            self._seats[entry.member] = replace(
                old, member=member, session=entry.session, tab=entry.tab, state=state, since=since
            )

    def _admit(self, entry: Admitted) -> None:
        seat = self._seats.get(entry.member)
        if seat is not None and seat.state is SeatState.WAITING:
            first_in = seat.first_in or entry.at
            self._seats[entry.member] = replace(
                seat, state=SeatState.IN, since=entry.at, cleared=True, first_in=first_in
            )

    def _part(self, entry: Denied | Left | Kicked) -> None:
        seat = self._seats.get(entry.member)
        if seat is None or seat.state is SeatState.KICKED:
            return
        if isinstance(entry, Denied) and seat.state is not SeatState.WAITING:
            return
        state = SeatState.KICKED if isinstance(entry, Kicked) else SeatState.LEFT
        cleared = seat.cleared and isinstance(entry, Left) and entry.why == "lost"
        self._seats[entry.member] = replace(seat, state=state, since=entry.at, cleared=cleared)

    def _keep(self, said: Said) -> None:
        self._said[(said.member, said.id)] = said
        if len(self._said) > MAX_CHAT_KEPT:
            del self._said[next(iter(self._said))]

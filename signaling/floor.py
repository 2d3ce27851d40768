"""What people in the room do for or to each other: talk, show, ask, lock, remove, end."""

from signaling import bulletins, departure, portraits
from signaling.commands import ChatSend, MediaSet, MemberKick, MemberMute, VisitEnd, VisitLock, VisitUnlock
from signaling.errors import (
    BadDataError,
    ConfirmNeededError,
    NoSuchMemberError,
    NotAdmittedError,
    NotAllowedError,
    TooBigError,
    VisitEndingError,
)
from signaling.events import ChatMsg, MemberChanged, MuteAsked
from signaling.journal import Ended, Kicked, LockSet, Said
from signaling.limits import MAX_CHAT_BYTES
from signaling.moment import Moment
from signaling.rights import Cap
from signaling.roster import SeatState
from signaling.session import Session
from signaling.views import MuteAskedData
from signaling.visit import Visit


def set_media(visit: Visit, session: Session, message: MediaSet) -> None:
    """Show everybody what somebody sends.

    Raises:
        RefusalError: they were not let in, or may not send that.
    """
    wanted = {
        Cap.PUBLISH_AUDIO: message.data.audio,
        Cap.PUBLISH_VIDEO: message.data.video,
        Cap.SHARE: message.data.share,
    }
    for cap, on in wanted.items():
        _check(visit, session, cap if on else None)
    session.media = message.data
    visit.rev += 1
    visit.tell_inside(MemberChanged(data=portraits.member(visit, visit.seat_of(session))))


def ask_mute(visit: Visit, session: Session, message: MemberMute) -> None:
    """Ask somebody in the room to switch off; only they can.

    Raises:
        RefusalError: the sender may not, or that member is not in the room.
    """
    _check(visit, session, Cap.ASK_MUTE)
    target = visit.session_of_member(message.data.member)
    if target is None or not visit.is_inside(target):
        raise NoSuchMemberError
    visit.send(target, MuteAsked(data=MuteAskedData(by=session.member, kind=message.data.kind)))


def consider_chat(visit: Visit, session: Session, message: ChatSend, *, now: Moment) -> Said | None:
    """Decide on something written; nothing to write down if it was taken before.

    Raises:
        RefusalError: the sender may not, or the text is empty, too long, or no text.
    """
    _check(visit, session, Cap.CHAT)
    text = message.data.text
    if not text.strip() or len(text.encode()) > MAX_CHAT_BYTES:
        raise TooBigError
    if "\0" in text:
        raise BadDataError
    if visit.roster.has_said(session.member, message.data.id):
        return None
    label = visit.seat_of(session).member.label
    return Said(at=now.utc, id=message.data.id, member=session.member, label=label, text=text)


def consider_kick(visit: Visit, session: Session, message: MemberKick, *, now: Moment) -> Kicked | None:
    """Decide on a removal; nothing to write down if it is done.

    Raises:
        RefusalError: the sender may not remove that member.
    """
    early = visit.may(session, Cap.KICK_EARLY) and not visit.roster.started
    if not early:
        _check(visit, session, Cap.KICK)
    seat = visit.roster.seat(message.data.member)
    if seat is None:
        raise NoSuchMemberError
    if seat.member.host or seat.member.id == session.member:
        raise NotAllowedError
    if seat.state is SeatState.KICKED:
        return None
    return Kicked(at=now.utc, member=seat.member.id, by=session.member, reason=message.data.reason)


def consider_lock(visit: Visit, session: Session, message: VisitLock | VisitUnlock, *, now: Moment) -> LockSet | None:
    """Decide on locking or unlocking.

    Raises:
        RefusalError: the sender may not, or the visit is about to end.
    """
    _check(visit, session, Cap.LOCK)
    if visit.ends_at is not None:
        raise VisitEndingError
    locked = isinstance(message, VisitLock)
    return LockSet(at=now.utc, locked=locked, by=session.member) if locked is not visit.roster.locked else None


def consider_end(visit: Visit, session: Session, message: VisitEnd, *, now: Moment) -> Ended | None:
    """Decide on the end for all.

    Raises:
        RefusalError: the sender may not, or has not confirmed.
    """
    _check(visit, session, Cap.END)
    if not message.data.confirm:
        raise ConfirmNeededError
    return Ended(at=now.utc, by=session.member) if visit.ends_at is None else None


def say(visit: Visit, entry: Said, *, now: Moment) -> None:
    """Show everybody what is written down, once."""
    if visit.roster.has_said(entry.member, entry.id):
        return
    visit.apply(entry, now=now)
    visit.tell_inside(ChatMsg(data=portraits.said(entry)))


def kick(visit: Visit, entry: Kicked, *, now: Moment) -> None:
    """Remove somebody whose removal is written down."""
    session = visit.session_of_member(entry.member)
    was_inside = session is not None and visit.is_inside(session)
    visit.apply(entry, now=now)
    if session is not None:
        departure.remove(visit, session, "kicked", was_inside=was_inside, now=now)


def settle(visit: Visit, entry: LockSet | Ended, *, now: Moment) -> None:
    """Tell everybody of a lock or of the coming end that is written down."""
    visit.apply(entry, now=now)
    bulletins.post(visit, now=now)


def _check(visit: Visit, session: Session, cap: Cap | None) -> None:
    if not visit.is_inside(session):
        raise NotAdmittedError
    if cap is not None and not visit.may(session, cap):
        raise NotAllowedError

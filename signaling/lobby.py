"""The waiting room: letting people in, and sending them away."""

from collections.abc import Mapping

from signaling import bulletins, portraits, relay
from signaling.codes import CloseCode, Denial
from signaling.commands import LobbyAdmit, LobbyDeny
from signaling.errors import (
    NoSuchMemberError,
    NotAdmissibleError,
    NotAllowedError,
    VisitEndingError,
    VisitFullError,
    VisitLockedError,
)
from signaling.events import LobbyState, MemberChanged, MemberJoined
from signaling.ids import MemberId, SessionId
from signaling.journal import Admitted, Denied
from signaling.limits import MAX_MEMBERS
from signaling.moment import Moment
from signaling.rights import Cap
from signaling.roster import Seat, SeatState
from signaling.session import Session
from signaling.steps import News
from signaling.views import LobbyStateData
from signaling.visit import Visit


def consider_admission(visit: Visit, session: Session, message: LobbyAdmit, *, now: Moment) -> Admitted | None:
    """Decide whether somebody may be let in; nothing to write down if they are in.

    Raises:
        RefusalError: the sender may not, or it cannot be now.
    """
    seat = _target(visit, session, message.data.member)
    if visit.ends_at is not None:
        raise VisitEndingError
    if seat.state is SeatState.IN:
        return None
    if seat.state is not SeatState.WAITING:
        raise NoSuchMemberError
    _check_room(visit, seat)
    return Admitted(at=now.utc, member=seat.member.id, by=session.member)


def consider_denial(visit: Visit, session: Session, message: LobbyDeny, *, now: Moment) -> Denied | None:
    """Decide whether somebody may be sent away; nothing to write down if they are gone.

    Raises:
        RefusalError: the sender may not, or that member is in the room.
    """
    seat = _target(visit, session, message.data.member)
    if seat.state is SeatState.IN:
        raise NotAllowedError("This person is in the room already. You can remove them there.")
    if seat.state is not SeatState.WAITING:
        return None
    return Denied(at=now.utc, member=seat.member.id, by=session.member, reason=message.data.reason)


def admit(visit: Visit, entry: Admitted, *, now: Moment) -> None:
    """Let somebody in whose admission is written down."""
    before = visit.roster.seat(entry.member)
    visit.apply(entry, now=now)
    session = visit.session_of_member(entry.member)
    if session is not None and before is not None and before.state is SeatState.WAITING:
        enter(visit, session, held={}, before=before, now=now)
    bulletins.post(visit, now=now)


def deny(visit: Visit, entry: Denied, *, now: Moment) -> None:
    """Send somebody away whose denial is written down."""
    session = visit.session_of_member(entry.member)
    waited = session is not None and not visit.is_inside(session)
    visit.apply(entry, now=now)
    if session is None or not waited:
        return
    visit.send(session, LobbyState(data=_denied(entry)))
    if session.conn is not None:
        visit.close(session.conn, CloseCode.DENIED, now=now)
    visit.forget(session, Denial.REVOKED)
    visit.notify(News.LEFT, entry.member, "denied", now=now)
    bulletins.post(visit, now=now)


def enter(visit: Visit, session: Session, *, held: Mapping[SessionId, int], before: Seat | None, now: Moment) -> None:
    """Bring a session whose member may be there into the room."""
    relay.connect(visit, session, held, now=now)
    bulletins.show_everything(visit, session, now=now)
    view = portraits.member(visit, visit.seat_of(session))
    if before is not None and before.state is SeatState.IN:
        visit.tell_inside(MemberChanged(data=view), but=session.id)
    else:
        visit.tell_inside(MemberJoined(data=view), but=session.id)
        visit.notify(News.ADMITTED, session.member, now=now)


def _target(visit: Visit, session: Session, member: MemberId) -> Seat:
    if not visit.may(session, Cap.ADMIT) or member == session.member:
        raise NotAllowedError
    seat = visit.roster.seat(member)
    if seat is None:
        raise NoSuchMemberError
    return seat


def _check_room(visit: Visit, seat: Seat) -> None:
    if not seat.member.admissible:
        raise NotAdmissibleError(seat.member.reason or None)
    if visit.roster.locked:
        raise VisitLockedError
    if len(visit.roster.inside()) >= MAX_MEMBERS:
        raise VisitFullError


def _denied(entry: Denied) -> LobbyStateData:
    return LobbyStateData(
        state="denied",
        position=0,
        host_present=False,
        admissible=False,
        message=entry.reason,
        in_room=[],
    )

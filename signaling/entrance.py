"""How a socket becomes a session: hello, seating, resume."""

from signaling import bulletins, hiding, lobby, portraits, relay, sound
from signaling.codes import CloseCode, Denial
from signaling.errors import AlreadyHereError, UnsupportedVersionError, ViolationError
from signaling.events import MemberChanged, Resumed, ResumeDenied, Welcome, encode
from signaling.ids import Conn, SessionId
from signaling.journal import Admitted, Arrived
from signaling.limits import MAX_MEMBERS, MAX_SEATS
from signaling.messages import HeldPeer, Hello, Misfit, Resume, ResumeData, decode
from signaling.moment import Moment
from signaling.rights import Member
from signaling.roster import Seat, SeatState
from signaling.session import Session
from signaling.steps import News, Seating
from signaling.views import DeniedData, ResumedData
from signaling.visit import Visit

SESSION_ID_CHARACTERS = 22  # 132 bits

_DENIAL_CLOSES = {
    Denial.SUPERSEDED: CloseCode.SUPERSEDED,
    Denial.REVOKED: CloseCode.DENIED,
    Denial.KICKED: CloseCode.KICKED,
}


def first_message(frame: str) -> Hello | Resume:
    """Read what has to stand first on a socket.

    Raises:
        ViolationError: it is something else.
    """
    message = decode(frame)
    if isinstance(message, Hello | Resume):
        return message
    if isinstance(message, Misfit) and message.type in ("hello", "resume"):
        raise ViolationError(CloseCode.BAD_FRAME, "the first message does not fit")
    raise ViolationError(CloseCode.OUT_OF_ORDER, "the first message is hello or resume")


def consider(visit: Visit, conn: Conn, member: Member, hello: Hello, *, now: Moment) -> Seating:
    """Decide on a hello: what has to be written down before it takes effect.

    Raises:
        ViolationError: the visit has ended, the member was removed, or there is no place left.
        RefusalError: the member is connected elsewhere, or the client speaks another version.
    """
    if portraits.VERSION not in hello.data.versions:
        raise UnsupportedVersionError
    if visit.ends_at is not None or visit.over:
        raise ViolationError(CloseCode.VISIT_ENDED, "the visit has ended")
    seat = visit.roster.seat(member.id)
    if seat is None and len(visit.roster) >= MAX_SEATS:
        raise ViolationError(CloseCode.DENIED, "too many people")
    if seat is not None and seat.state is SeatState.KICKED:
        raise ViolationError(CloseCode.KICKED, "removed from the visit")
    _check_other_tab(visit, member, hello)
    return _seating(visit, conn, member, hello, seat, now=now)


def seat(visit: Visit, seating: Seating, *, now: Moment) -> None:
    """Carry out a hello whose entries are kept."""
    before = visit.roster.seat(seating.member.id)
    old = visit.session_of_member(seating.member.id)
    for entry in seating.entries:
        visit.apply(entry, now=now)
    visit.roster.vouch(seating.member)
    if seating.member.relay_only:
        hiding.hide(visit, now=now)
    if seating.member.sound_only:
        sound.narrow(visit, now=now)
    after = visit.roster.seat(seating.member.id)
    if visit.over or after is None or not after.taken:
        visit.close(seating.conn, CloseCode.DENIED, now=now)
        return
    if old is not None:
        _end_old_tab(visit, old, seating, now=now)
    session = _open(visit, seating, old, now=now)
    if visit.is_inside(session):
        lobby.enter(visit, session, held=_held(seating.hello.data.pcs), before=before, now=now)
    else:
        bulletins.show_everything(visit, session, now=now)
        if before is None or before.state is not SeatState.WAITING:
            visit.notify(News.WAITING, session.member, now=now)
    bulletins.post(visit, now=now)


def resume(visit: Visit, conn: Conn, data: ResumeData, *, now: Moment) -> None:
    """Take a session up on a new socket, with exactly what the client has missed; or say why not."""
    session = visit.sessions.get(data.session_id)
    denial = _denial(visit, session, data)
    if session is None or denial is not None:
        _deny(visit, conn, denial or Denial.UNKNOWN, now=now)
        return
    missed = session.ring.after(data.last_s) or []
    was_well = session.conn is not None and not session.unstable
    if session.conn is not None:
        visit.close(session.conn, CloseCode.SUPERSEDED, now=now)
    session.ring.acknowledge(data.last_s)
    visit.attach(session, conn, now=now)
    visit.whisper(session, Resumed(data=_resumed(visit, session, data, now=now)))
    visit.replay(conn, missed)
    if not was_well and visit.is_inside(session):
        visit.tell_inside(MemberChanged(data=portraits.member(visit, visit.seat_of(session))))
    bulletins.post(visit, now=now)


def _check_other_tab(visit: Visit, member: Member, hello: Hello) -> None:
    session = visit.session_of_member(member.id)
    if session is None or session.conn is None or hello.data.take_over:
        return
    if visit.seat_of(session).tab != hello.data.tab_id:
        raise AlreadyHereError


def _seating(visit: Visit, conn: Conn, member: Member, hello: Hello, old: Seat | None, *, now: Moment) -> Seating:
    same_tab = old is not None and old.taken and old.tab == hello.data.tab_id
    session = old.session if old is not None and same_tab else SessionId("s_" + visit.draw()[:SESSION_ID_CHARACTERS])
    entries: list[Arrived | Admitted] = []
    if not same_tab or old is None or not _same_person(old.member, member):
        entries.append(
            Arrived(
                at=now.utc,
                member=member.id,
                role=member.role,
                label=member.label,
                host=member.host,
                session=session,
                tab=hello.data.tab_id,
                grant=member.grant,
            )
        )
    if not (old is not None and old.cleared) and _needs_nobody(visit, member):
        entries.append(Admitted(at=now.utc, member=member.id, by=None))
    return Seating(tuple(entries), conn, member, hello, session)


def _same_person(one: Member, other: Member) -> bool:
    return (one.role, one.label, one.host, one.grant) == (other.role, other.label, other.host, other.grant)


def _needs_nobody(visit: Visit, member: Member) -> bool:
    """Whether somebody walks in: a specialist; and the host also where it is locked, for nobody else can unlock it."""
    shut = visit.roster.locked and not member.host
    return not member.waits and not shut and len(visit.roster.inside()) < MAX_MEMBERS


def _end_old_tab(visit: Visit, old: Session, seating: Seating, *, now: Moment) -> None:
    if old.conn is not None:
        visit.close(old.conn, CloseCode.SUPERSEDED, now=now)
    if old.id != seating.session:
        relay.disconnect(visit, old, "moved", now=now)
        visit.forget(old, Denial.SUPERSEDED)


def _open(visit: Visit, seating: Seating, old: Session | None, *, now: Moment) -> Session:
    session = Session(seating.session, seating.member.id, now=now)
    session.device = seating.hello.data.device.ua
    if old is not None and old.id == session.id:
        session.media = old.media
    visit.sessions[session.id] = session
    key = visit.draw()
    session.open(key=key, numbered=seating.hello.seq)
    visit.attach(session, seating.conn, now=now)
    visit.whisper(session, Welcome(data=portraits.welcome(visit, session, key=key)))
    return session


def _held(pcs: list[HeldPeer]) -> dict[SessionId, int]:
    return {held.peer: held.gen for held in pcs if held.state not in HeldPeer.DEAD}


def _denial(visit: Visit, session: Session | None, data: ResumeData) -> Denial | None:
    if session is None:
        return visit.gone.get(data.session_id, Denial.UNKNOWN)
    if session.restored:
        return Denial.EPOCH_CHANGED
    if not session.opens_with(data.resume_key):
        return Denial.UNKNOWN
    return Denial.EXPIRED if session.ring.after(data.last_s) is None else None


def _deny(visit: Visit, conn: Conn, denial: Denial, *, now: Moment) -> None:
    visit.post(conn, encode(ResumeDenied(data=DeniedData(code=denial))))
    if denial in _DENIAL_CLOSES:
        visit.close(conn, _DENIAL_CLOSES[denial], now=now)


def _resumed(visit: Visit, session: Session, data: ResumeData, *, now: Moment) -> ResumedData:
    return ResumedData(
        session_id=session.id,
        from_s=data.last_s + 1,
        to_s=session.ring.sent,
        epoch=visit.roster.epoch,
        resend_from_c=session.processed + 1,
        ice=visit.ice(session, now=now) if visit.is_inside(session) else None,
    )

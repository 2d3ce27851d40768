"""How people and the visit come to an end: leaving, removal, a line that stays lost, the end for all."""

from signaling import bulletins, portraits, relay
from signaling.codes import CloseCode, Denial
from signaling.events import AckBack, MemberChanged, MemberLeft
from signaling.ids import Conn
from signaling.journal import Left, Why
from signaling.limits import (
    ACK_AFTER_SECONDS,
    LINK_EVIDENCE_SECONDS,
    RESUME_WINDOW_SECONDS,
    UNSTABLE_AFTER_SECONDS,
)
from signaling.moment import Moment
from signaling.session import Session
from signaling.steps import News
from signaling.views import LeftData
from signaling.visit import Visit

_DENIALS: dict[Why, Denial] = {
    "bye": Denial.EXPIRED,
    "lost": Denial.EXPIRED,
    "kicked": Denial.KICKED,
    "revoked": Denial.REVOKED,
}
_CLOSES: dict[Why, CloseCode] = {
    "bye": CloseCode.BYE,
    "lost": CloseCode.DENIED,
    "kicked": CloseCode.KICKED,
    "revoked": CloseCode.DENIED,
}


def lose(visit: Visit, conn: Conn, *, now: Moment) -> None:
    """Let a session go on without its socket, and show the others that it is away."""
    session = visit.conns.pop(conn, None)
    if session is not None:
        session.lose(now=now)
        _show_reach(visit, session, now=now)


def hear(visit: Visit, session: Session, *, now: Moment) -> None:
    """Note that something came from a session, and show the others that it is well again."""
    session.heard_at = now.seconds
    if session.unstable:
        session.unstable = False
        _show_reach(visit, session, now=now)


def cut(visit: Visit, conn: Conn, code: CloseCode, note: str, *, now: Moment) -> None:
    """Close a socket whose client misbehaves; its session goes on without it."""
    session = visit.conns[conn]
    visit.close(conn, code, note, now=now)
    _show_reach(visit, session, now=now)


def leave(visit: Visit, session: Session, why: Why, *, now: Moment) -> None:
    """End a session and its links; its member is gone until they come again."""
    was_inside = visit.is_inside(session)
    visit.record(Left(at=now.utc, member=session.member, why=why), now=now)
    remove(visit, session, why, was_inside=was_inside, now=now)


def remove(visit: Visit, session: Session, why: Why, *, was_inside: bool, now: Moment) -> None:
    """Take a session whose member has parted out of the visit."""
    relay.disconnect(visit, session, why, now=now)
    if session.conn is not None:
        visit.close(session.conn, _CLOSES[why], now=now)
    visit.forget(session, _DENIALS[why])
    if was_inside:
        visit.tell_inside(MemberLeft(data=LeftData(member=session.member, session=session.id, why=why)))
    visit.notify(News.LEFT, session.member, why, now=now)
    bulletins.post(visit, now=now)


def watch(visit: Visit, *, now: Moment) -> None:
    """Do whatever is due by now."""
    if visit.ends_at is not None and now.seconds >= visit.ends_at and not visit.over:
        finish(visit, now=now)
        return
    for session in list(visit.sessions.values()):
        if _is_lost(visit, session, now=now):
            leave(visit, session, "lost", now=now)
            continue
        if session.owes_ack(since=now.seconds - ACK_AFTER_SECONDS):
            visit.whisper(session, AckBack())
        if not session.unstable and _is_silent(visit, session, now=now):
            session.unstable = True
            _show_reach(visit, session, now=now)
    _watch_recovery(visit, now=now)


def finish(visit: Visit, *, now: Moment) -> None:
    """Send everybody home: the visit is over."""
    visit.over = True
    bulletins.post(visit, now=now)
    for conn in list(visit.conns):
        visit.close(conn, CloseCode.VISIT_ENDED, now=now)
    visit.sessions.clear()
    visit.notify(News.ENDED, now=now)


def _show_reach(visit: Visit, session: Session, *, now: Moment) -> None:
    visit.rev += 1
    if visit.is_inside(session):
        visit.tell_inside(MemberChanged(data=portraits.member(visit, visit.seat_of(session))))
    bulletins.post(visit, now=now)


def _is_lost(visit: Visit, session: Session, *, now: Moment) -> bool:
    if session.away_at is None or now.seconds - session.away_at < RESUME_WINDOW_SECONDS:
        return False
    return not _seen(visit, session, since=now.seconds - LINK_EVIDENCE_SECONDS)


def _is_silent(visit: Visit, session: Session, *, now: Moment) -> bool:
    since = now.seconds - UNSTABLE_AFTER_SECONDS
    return session.conn is not None and session.heard_at <= since and not _seen(visit, session, since=since)


def _seen(visit: Visit, session: Session, *, since: float) -> bool:
    """Whether one end of a link has said since then that it is up."""
    evidence = [link.alive_at for link in visit.links.of(session.id) if link.alive_at is not None]
    return any(alive_at > since for alive_at in evidence)


def _watch_recovery(visit: Visit, *, now: Moment) -> None:
    if visit.recovers_until is None:
        return
    back = all(session.conn is not None for session in visit.sessions.values())
    if back or now.seconds >= visit.recovers_until:
        visit.recovers_until = None
        bulletins.post(visit, now=now)

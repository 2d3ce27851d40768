"""Tells each session once what changed about the waiting room and about the visit as a whole."""

from signaling import portraits
from signaling.events import LobbyList, LobbyState, Snapshot, VisitChanged
from signaling.journal import Started
from signaling.moment import Moment
from signaling.rights import Cap
from signaling.roster import SeatState
from signaling.session import Session
from signaling.steps import News
from signaling.visit import Visit


def post(visit: Visit, *, now: Moment) -> None:
    """Send what somebody does not know yet. May be called at any time."""
    _notice_start(visit, now=now)
    shown = (portraits.state(visit), visit.roster.locked)
    if visit.shown != shown:
        if visit.shown is not None:
            visit.tell_all(VisitChanged(data=portraits.change(visit, now=now)))
        visit.shown = shown
    for session in list(visit.sessions.values()):
        _post_lobby(visit, session)


def show_everything(visit: Visit, session: Session, *, now: Moment) -> None:
    """Send the snapshot, in which the waiting room stands too."""
    visit.send(session, Snapshot(data=portraits.snapshot(visit, session, now=now)))
    session.shown_list = portraits.lobby(visit)


def _notice_start(visit: Visit, *, now: Moment) -> None:
    if not visit.roster.started and visit.roster.meets():
        visit.record(Started(at=now.utc), now=now)
        visit.notify(News.STARTED, now=now)


def _post_lobby(visit: Visit, session: Session) -> None:
    seat = visit.seat_of(session)
    if Cap.ADMIT in seat.member.caps:
        waiting = portraits.lobby(visit)
        if session.shown_list != waiting:
            session.shown_list = waiting
            visit.send(session, LobbyList(data=waiting))
    if seat.state is SeatState.WAITING:
        state = portraits.lobby_state(visit, seat)
        if session.shown_state != state:
            session.shown_state = state
            visit.send(session, LobbyState(data=state))

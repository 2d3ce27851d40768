"""Whether people in a visit are told each other's addresses. Where they are not, all send through relays only."""

from signaling import bulletins, relay
from signaling.journal import Hid
from signaling.moment import Moment
from signaling.roster import SeatState
from signaling.visit import Visit


def hide(visit: Visit, *, now: Moment) -> None:
    """Tell nobody an address from now on, and let nobody keep a path that was found with one."""
    if visit.roster.relay_only:
        return
    visit.record(Hid(at=now.utc, relay_only=True), now=now)
    relay.renew_all(visit, now=now)
    for session in visit.sessions_of(SeatState.IN):
        bulletins.show_everything(visit, session, now=now)


def show(visit: Visit, *, now: Moment) -> None:
    """Let direct paths be found again; those that stand go on as they are."""
    if visit.roster.relay_only:
        visit.record(Hid(at=now.utc, relay_only=False), now=now)

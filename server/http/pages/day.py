"""The desk's day: everybody's visits of one day, and who waits at this moment."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from server.domain.ids import VisitId
from server.domain.permissions import Action
from server.http.api import actor_of
from server.http.pages.routes import Pages, render
from server.keys import CLOCK, SIGNALING, VISITS
from server.services.visits import Meeting
from signaling import ids as signaling_ids

pages = Pages()


@dataclass(frozen=True, slots=True)
class Line:
    """One visit on the board: since when the patient waits, and who is in the room now."""

    meeting: Meeting
    waiting_since: datetime | None
    inside: int


@pages.get("/day", action=Action.CASE_SCREEN)
async def day(request: web.Request) -> web.Response:
    """Show the visits of a day, today if none is named."""
    actor, now = actor_of(request), request.app[CLOCK]()
    zone = ZoneInfo(actor.account.zone)
    today = now.astimezone(zone).date()
    shown = _day(request.query.get("on"), today)
    midnight = datetime.combine(shown, time(), tzinfo=zone)
    found = await request.app[VISITS].upcoming(actor, midnight, midnight + timedelta(days=1))
    lines = [_line(request, meeting) for meeting in found]
    step = timedelta(days=1)
    return render(
        request, "desk/day.html", lines=lines, shown=shown, today=today, before=shown - step, after=shown + step
    )


def _day(named: str | None, today: date) -> date:
    """Read the day in an address; what is no day is today."""
    try:
        found = date.fromisoformat(named) if named else today
    except ValueError:
        return today
    return found if abs(found - today) < timedelta(days=3660) else today


def _line(request: web.Request, meeting: Meeting) -> Line:
    present = request.app[SIGNALING].presence(signaling_ids.VisitId(meeting.visit.id))
    inside = sum(one.state != "waiting" for one in present)
    return Line(meeting, waiting_since(request, meeting.visit.id), inside)


def waiting_since(request: web.Request, visit_id: VisitId) -> datetime | None:
    """Say since when somebody waits at the door of a visit."""
    present = request.app[SIGNALING].presence(signaling_ids.VisitId(visit_id))
    return min((one.since for one in present if one.state == "waiting"), default=None)

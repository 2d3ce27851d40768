"""The visit's page: device check, waiting room, visit and what comes after are one page, so nothing reloads."""

from aiohttp import web

from server.domain.actors import Role
from server.domain.appointments import Mode
from server.domain.ids import VisitId
from server.domain.permissions import Action
from server.domain.visits import VisitStatus, closes_at, is_open, opens_at
from server.domain.wording import time_in
from server.http import csrf
from server.http.api import BASE, actor_of
from server.http.pages.routes import HOSPITAL, Pages, render
from server.http.pages.visit_care import care_of
from server.keys import CLOCK, ICE, VISITS
from server.services.visits import Meeting

pages = Pages()


@pages.get("/visits/{visit}", action=Action.VISIT_READ)
async def show(request: web.Request) -> web.Response:
    """Show the visit, or when its door opens, or where to come instead, or that it is over."""
    meeting = await request.app[VISITS].get(actor_of(request), VisitId(request.match_info["visit"]))
    now = request.app[CLOCK]()
    if meeting.appointment.mode is Mode.IN_PERSON and meeting.visit.alive and now < closes_at(meeting.visit):
        return render(request, "visits/elsewhere.html", meeting=meeting)
    if is_open(meeting.visit, now):
        return render(request, "visit.html", density="visit", visit_data=_data(request, meeting))
    early = meeting.visit.status is VisitStatus.PLANNED and now < opens_at(meeting.visit)
    return render(request, "visits/closed.html", meeting=meeting, early=early, opens=opens_at(meeting.visit))


def _data(request: web.Request, meeting: Meeting) -> dict[str, object]:
    actor, hospital, relay = actor_of(request), request.app[HOSPITAL], request.app[ICE]
    visit, own = meeting.visit, actor.role is Role.PATIENT
    after = f"/cases/{visit.case_id}" if actor.role in {Role.PATIENT, Role.SPECIALIST} else "/"
    return {
        "visit_id": visit.id,
        "me": {"name": actor.account.name, "role": actor.role.value},
        "join_url": f"{BASE}/visits/{visit.id}/join",
        "reports_url": f"{BASE}/visits/{visit.id}/reports",
        "csrf_token": csrf.token(request),
        "phone": hospital.phone,
        "hospital": hospital.name,
        "specialist": meeting.specialist.name,
        "starts_at": meeting.appointment.start.isoformat(),
        "starts": time_in(meeting.appointment.start, actor.account.zone),
        "checks_url": f"{BASE}/visits/{visit.id}/checks" if own else None,
        "check_in_url": f"/visits/{visit.id}/check-in" if own else None,
        "relay_offered": bool(relay.turn) and not relay.relay_only and not visit.relay_only,
        "addresses_hidden": relay.relay_only or visit.relay_only,
        "home_url": after,
        "care": care_of(request, meeting),
    }

"""One visit with its real page and real signaling, and nothing else of the service: no database, no sign-in.

People are named in the address: /patient, /specialist … A ticket opens one hello, as the service's own tickets do.
"""

import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from server.http.headers import dress
from server.http.rendering import Hospital, Renderer
from server.http.reports import ReportIn
from server.http.static_files import StaticFiles
from signaling.endpoint import SignalingEndpoint
from signaling.errors import AdmissionRefusedError
from signaling.ice import IceServers
from signaling.ids import MemberId, VisitId
from signaling.journal import MemoryJournal
from signaling.rights import Member, Role

STATIC = Path(__file__).parents[2] / "static"
VISIT = VisitId("v-1")
CAPTURE = {"width": 320, "height": 240, "framesPerSecond": 15}
PEOPLE = {
    "patient": Member(MemberId("m_patient"), Role.PATIENT, "Anna Novak"),
    "companion": Member(MemberId("m_companion"), Role.COMPANION, "Jan Novak"),
    "interpreter": Member(MemberId("m_interpreter"), Role.INTERPRETER, "Mai Tran"),
    "specialist": Member(MemberId("m_specialist"), Role.SPECIALIST, "Dr Amira Haddad", host=True),
    "colleague": Member(MemberId("m_colleague"), Role.SPECIALIST, "Dr Lena Fischer"),
    "registrar": Member(MemberId("m_registrar"), Role.SPECIALIST, "Dr Sam Oyelaran"),
}
CARE = {
    "patient": {"signs": [{"name": "rf_bleeding", "text": "Do you have bleeding that does not stop?", "hint": ""}]},
    "specialist": {
        "case_id": "c-1",
        "patient": "Anna Novak",
        "phone": "+1 555 0142",
        "zones": ["America/Detroit", "America/Detroit"],
        "reasons": [["exam-needed", "I have to examine the patient."]],
    },
}


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this module is a composition root


@dataclass(slots=True)
class VisitHouse:
    """A running visit; `url` ends without a slash."""

    endpoint: SignalingEndpoint
    journal: MemoryJournal
    people: Mapping[str, Member] = field(default_factory=lambda: PEOPLE)
    capture: Mapping[str, int] = field(default_factory=lambda: CAPTURE)
    relay_offered: bool = False
    addresses_hidden: bool = False
    starts_at: datetime = field(default_factory=_now)
    url: str = ""
    tickets: dict[str, str] = field(default_factory=dict)
    checks: list[tuple[str, Any]] = field(default_factory=list)
    reports: list[tuple[str, ReportIn]] = field(default_factory=list)

    async def admit(self, visit: VisitId, ticket: str) -> Member:
        """Take a ticket back for whom it stands."""
        person = self.tickets.pop(ticket, None)
        if person is None or visit != VISIT:
            raise AdmissionRefusedError
        return self.people[person]


def visit_app(renderer: Renderer, static: StaticFiles, house: VisitHouse) -> web.Application:
    """Make the application of one visit."""
    app = web.Application()

    async def page(request: web.Request) -> web.Response:
        person = request.match_info["person"]
        return web.Response(
            text=renderer.render("visit.html", visit_data=_data(house, person)), content_type="text/html"
        )

    async def join(request: web.Request) -> web.Response:
        ticket = secrets.token_urlsafe(16)
        house.tickets[ticket] = request.match_info["person"]
        expires = (_now() + timedelta(seconds=60)).isoformat()
        url = f"/signal/{VISIT}"
        return web.json_response({"ticket": ticket, "signal_url": url, "ice_servers": [], "expires_at": expires})

    async def check(request: web.Request) -> web.Response:
        house.checks.append((request.match_info["person"], await request.json()))
        return web.Response(status=204)

    async def report(request: web.Request) -> web.Response:
        sent = ReportIn.model_validate_json(await request.read(), strict=True)
        house.reports.append((request.match_info["person"], sent))
        return web.json_response({}, status=201)

    async def signal(request: web.Request) -> web.WebSocketResponse:
        return await house.endpoint.handle(request, VISIT)

    async def headers(request: web.Request, response: web.StreamResponse) -> None:
        dress(request, response, loopback=True)

    app.on_response_prepare.append(headers)
    app.add_routes(
        [
            *static.routes(),
            web.get(f"/signal/{VISIT}", signal),
            web.get("/{person}", page),
            web.post("/{person}/join", join),
            web.post("/{person}/checks", check),
            web.post("/{person}/reports", report),
        ]
    )
    return app


def _data(house: VisitHouse, person: str) -> dict[str, object]:
    me = house.people[person]
    return {
        "visit_id": VISIT,
        "me": {"name": me.label, "role": me.role.value},
        "join_url": f"/{person}/join",
        "reports_url": f"/{person}/reports",
        "csrf_token": "a-token",
        "phone": "+1 555 0100",
        "hospital": "Northfield Hospital",
        "specialist": house.people["specialist"].label,
        "starts_at": house.starts_at.isoformat(),
        "starts": house.starts_at.strftime("%A %d %B %Y, %H:%M (UTC)"),
        "checks_url": f"/{person}/checks",
        "check_in_url": None,
        "relay_offered": house.relay_offered,
        "addresses_hidden": house.addresses_hidden,
        "home_url": "/",
        "care": CARE.get(person),
        "capture": dict(house.capture),
    }


@asynccontextmanager
async def running_visit(
    *,
    port: int = 0,
    journal: MemoryJournal | None = None,
    listening: socket.socket | None = None,
    ice: IceServers | None = None,
) -> AsyncIterator[VisitHouse]:
    """Serve one visit on a loopback port, or where somebody listens already; end it afterwards."""
    static = StaticFiles(STATIC)
    hospital = Hospital("Northfield Hospital", "+1 555 0100", "911")
    journal = journal or MemoryJournal()

    async def admit(visit: VisitId, ticket: str) -> Member:
        return await house.admit(visit, ticket)

    endpoint = SignalingEndpoint(admit, journal, clock=_now, allowed=lambda origin, host: True, ice=ice)
    house = VisitHouse(endpoint, journal, relay_offered=ice is not None and not ice.relay_only)
    runner = web.AppRunner(visit_app(Renderer(hospital, static.url, _now), static, house))
    await runner.setup()
    await web.SockSite(runner, listening or socket.create_server(("127.0.0.1", port))).start()
    house.url = f"http://localhost:{runner.addresses[0][1]}"
    endpoint.open()
    try:
        yield house
    finally:
        await endpoint.close()
        await runner.cleanup()

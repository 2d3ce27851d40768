"""Reports of visits that did not work: which came lately, and one by its code."""

from collections.abc import Mapping

from aiohttp import web

from server.domain.actors import Role
from server.domain.permissions import Action
from server.domain.visit_reports import ReportLine, read_code
from server.http.api import actor_of
from server.http.pages.routes import Pages, render
from server.keys import REPORTS

pages = Pages()

ROLES: Mapping[Role, str] = {
    Role.PATIENT: "Patient",
    Role.COMPANION: "Companion",
    Role.INTERPRETER: "Interpreter",
    Role.SPECIALIST: "Specialist",
}
A_CODE = "Write the code as the page shows it, such as 7K4M-QX2B."


@pages.get("/reports", action=Action.REPORT_READ)
async def reports(request: web.Request) -> web.Response:
    """Show which reports came lately, or what those with one code say."""
    typed = request.query.get("code", "").strip().replace("\x00", "")
    code = read_code(typed)
    wrong = A_CODE if typed and code is None else ""
    service = request.app[REPORTS]
    found = await service.find(actor_of(request), code) if code else ()
    return render(
        request,
        "reports/page.html",
        status=422 if wrong else 200,
        here="reports",
        typed=code or typed,
        asked=code is not None,
        wrong=wrong,
        found=[(one, [(_clock(line), _where(line), line.what) for line in one.report.lines]) for one in found],
        newest=await service.newest(),
        roles=ROLES,
    )


def _clock(line: ReportLine) -> str:
    """Say how old the page was: minutes, seconds and thousandths."""
    seconds, thousandths = divmod(line.at_ms, 1000)
    return f"{seconds // 60}:{seconds % 60:02}.{thousandths:03}"


def _where(line: ReportLine) -> str:
    return "Server" if line.peer is None else f"Person {line.peer}"

"""The coverage worksheet: the desk fills it in while it speaks with the plan; a patient may do so, and reads it."""

from collections.abc import Mapping
from datetime import date

from aiohttp import web

from server.domain.coverage import HEADING, QUESTIONS, UNSAID, Item, Worksheet, summary
from server.domain.errors import ConflictError, InvalidValueError
from server.domain.permissions import Action
from server.http.api import actor_of, case_of
from server.http.pages.routes import Pages, fields, render, see_other
from server.keys import CASES, COVERAGE

pages = Pages()

DAY_NEEDED = "Give the day of the call, such as 2026-01-31."
VERSION_DIGITS = 9
GROUPS: tuple[tuple[str, tuple[Item, ...]], ...] = (
    ("The plan", (Item.PLAN, Item.NETWORK, Item.REFERRAL, Item.PRIOR_AUTH)),
    ("A visit by video", (Item.VIDEO, Item.UNCONFIRMED, Item.SELF_PAY, Item.SOUND)),
    ("A second opinion", (Item.SECOND_OPINION, Item.IN_PERSON)),
    ("What the patient pays", (Item.DEDUCTIBLE, Item.COPAY, Item.PATHOLOGY, Item.IMAGING)),
    ("The call", (Item.REFERENCE, Item.SPOKE_WITH)),
)


@pages.get("/cases/{case}/coverage", action=Action.COVERAGE_EDIT)
async def show(request: web.Request) -> web.Response:
    """Show what the plan said, and the sheet to fill in."""
    return await _page(request)


@pages.post("/cases/{case}/coverage", action=Action.COVERAGE_EDIT)
async def fill(request: web.Request) -> web.StreamResponse:
    """Keep what the plan said; what cannot be kept comes back as it was typed."""
    sent = await fields(request)
    try:
        said_on = _day(sent.get("said_on", ""))
        seen = sent.get("version", "")
        version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= VERSION_DIGITS else None
        await request.app[COVERAGE].fill(actor_of(request), case_of(request), sent, said_on, version)
    except InvalidValueError as error:
        return await _page(request, sent, {error.field: str(error)}, status=422)
    except ConflictError:
        return await _page(request, sent, conflict=True, status=409)
    return see_other(f"/cases/{case_of(request)}/coverage?now=saved")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InvalidValueError(DAY_NEEDED, "said_on") from error


async def _page(
    request: web.Request,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    *,
    conflict: bool = False,
    status: int = 200,
) -> web.Response:
    service, actor = request.app[COVERAGE], actor_of(request)
    sheets = await service.sheets(actor, case_of(request))
    file = await request.app[CASES].read(actor, case_of(request))
    return render(
        request,
        "coverage/page.html",
        status=status,
        file=file,
        sheets=sheets,
        heading=HEADING,
        told=summary(sheets.counts.answers) if sheets.counts else (),
        groups=[(title, [(item.value, QUESTIONS[item]) for item in items]) for title, items in GROUPS],
        unsaid=UNSAID,
        given=_given(sheets.newest) if sent is None else sent,
        today=service.today,
        errors=errors or {},
        conflict=conflict,
        saved=request.query.get("now") == "saved",
    )


def _given(sheet: Worksheet | None) -> Mapping[str, str]:
    """Show the newest worksheet again; the day of another call is for whoever makes it to say."""
    if sheet is None or sheet.confirmed:
        return sheet.answers if sheet else {}
    return {**sheet.answers, "said_on": sheet.said_on.isoformat()}

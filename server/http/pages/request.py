"""The pages of the request form: short pages, each saved when it is sent, and as people type where scripts run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from server.domain import requests
from server.domain.actors import Role
from server.domain.cases import Case, editable
from server.domain.errors import ConflictError, ForbiddenError, NotFoundError
from server.domain.permissions import Action
from server.domain.request_form import MOST_QUESTIONS
from server.domain.requests import EmergencyError, IncompleteRequestError, Item, Kind, Missing, Section
from server.http.answers import Answers
from server.http.api import ACTOR, actor_of, case_of
from server.http.bodies import form_of
from server.http.cases import given
from server.http.pages.routes import Pages, render, see_other
from server.keys import CASES

pages = Pages()

SEND = "send"
VERSION_DIGITS = 9
ADD, REMOVE, STOP = "add", "remove-", "stop"


@dataclass(frozen=True, slots=True)
class Sent:
    """One page of the form as it came from a browser."""

    answers: Mapping[str, Any]
    wrong: Mapping[str, Any]
    version: int | None
    do: str


@pages.get("/request", action=None)
async def welcome(request: web.Request) -> web.StreamResponse:
    """Say what this is, and let a patient begin or go on."""
    actor = request.get(ACTOR)
    if actor is not None and actor.role is not Role.PATIENT:
        raise ForbiddenError("Requests are made by patients. Please sign in as one, or call us.")
    return render(request, "request/welcome.html", draft=await _begun(request) if actor else None)


@pages.post("/request", action=Action.CASE_CREATE)
async def begin(request: web.Request) -> web.StreamResponse:
    """Begin a request and open its first page; one that is begun already goes on, also when this was sent twice."""
    begun = await _begun(request)
    if begun is not None:
        return see_other(f"/request/{begun.id}")
    file = await request.app[CASES].begin(actor_of(request), {})
    return see_other(_address(file.case, request.app[CASES].form.sections[0].name))


@pages.get("/request/{case}", action=Action.CASE_EDIT)
async def go_on(request: web.Request) -> web.StreamResponse:
    """Open the first page on which something is missing."""
    case = await _draft(request)
    if request.app[CASES].emergency(case):
        return see_other(_address(case, "emergency"))
    missing = request.app[CASES].missing(case)
    return see_other(_address(case, missing[0].section if missing else SEND))


@pages.get("/request/{case}/emergency", action=Action.CASE_EDIT)
async def emergency(request: web.Request) -> web.StreamResponse:
    """Say what to do in an emergency, in the words of the policy."""
    case = await _draft(request)
    words = request.app[CASES].emergency(case)
    if not words:
        return see_other(f"/request/{case.id}")
    flags = request.app[CASES].alarming(case)
    return render(request, "request/emergency.html", case=case, words=words, flags=flags)


@pages.get("/request/{case}/send", action=Action.CASE_EDIT)
async def read_through(request: web.Request) -> web.StreamResponse:
    """Show everything once more before it is sent."""
    case = await _draft(request)
    return _read_through(request, case, request.app[CASES].missing(case))


@pages.post("/request/{case}/send", action=Action.CASE_EDIT)
async def send(request: web.Request) -> web.StreamResponse:
    """Send the request; one that was sent already is simply there."""
    case = await _draft(request)
    try:
        await request.app[CASES].submit(actor_of(request), case.id)
    except EmergencyError:
        return see_other(_address(case, "emergency"))
    except IncompleteRequestError as error:
        return _read_through(request, case, error.missing, asked=True)
    return see_other(f"/cases/{case.id}")


@pages.get("/request/{case}/{section}", action=Action.CASE_EDIT)
async def section(request: web.Request) -> web.StreamResponse:
    """Show one page of the form."""
    case, page = await _draft(request), _section(request)
    if page.name != "safety" and request.app[CASES].emergency(case):
        return see_other(_address(case, "emergency"))
    return _page(request, case, page, case.answers)


@pages.post("/request/{case}/{section}", action=Action.CASE_EDIT)
async def save(request: web.Request) -> web.StreamResponse:
    """Save one page and open the next, or say what is still missing on this one."""
    case, page, service = await _draft(request), _section(request), request.app[CASES]
    sent = await _read(request, page)
    asked_on = requests.held_back(page, sent.answers) if sent.do != STOP else frozenset()
    try:
        kept = {**sent.answers, **dict.fromkeys(asked_on)}
        saved = (await service.save(actor_of(request), case.id, kept, sent.version)).case
    except ConflictError:
        return _page(request, case, page, {**case.answers, **sent.answers}, status=409, conflict=True)
    if service.emergency(saved):
        return see_other(_address(saved, "emergency"))
    if sent.do == ADD or sent.do.startswith(REMOVE):
        return see_other(_address(saved, page.name) + ("?add=1#last" if sent.do == ADD else ""))
    shown = replace(saved, answers={**saved.answers, **{name: sent.answers[name] for name in asked_on}})
    if sent.wrong or (sent.do != STOP and _missing(request, shown, page)):
        answers = {**shown.answers, **sent.wrong}
        return _page(request, shown, page, answers, status=422, wrong=tuple(sent.wrong), asked=True)
    return see_other("/" if sent.do == STOP else _address(saved, _following(request, page)))


async def _begun(request: web.Request) -> Case | None:
    """Return the newest request that is not sent yet."""
    files = await request.app[CASES].known(actor_of(request))
    return next((file.case for file in files if editable(file.case)), None)


async def _draft(request: web.Request) -> Case:
    """Return the draft; one that was sent has a page of its own.

    Raises:
        HTTPSeeOther: to that page.
    """
    file = await request.app[CASES].read(actor_of(request), case_of(request))
    if not editable(file.case):
        raise see_other(f"/cases/{file.case.id}")
    return file.case


def _section(request: web.Request) -> Section:
    found = request.app[CASES].form.section(request.match_info["section"])
    if found is None:
        raise NotFoundError("There is no such page.")
    return found


def _address(case: Case, page: str) -> str:
    return f"/request/{case.id}/{page}"


def _following(request: web.Request, page: Section) -> str:
    names = [*(section.name for section in request.app[CASES].form.sections), SEND]
    return names[names.index(page.name) + 1]


def _missing(request: web.Request, case: Case, page: Section) -> tuple[Missing, ...]:
    return tuple(one for one in request.app[CASES].missing(case) if one.section == page.name)


async def _read(request: web.Request, page: Section) -> Sent:
    """Read what a browser sent: every answer that can be kept, and those that cannot."""
    sent = await form_of(request)
    do = str(sent.get("do", ""))
    raw = {item.name: _raw(item, [str(one) for one in sent.getall(item.name, [])], do) for item in page.items}
    answers, wrong = _understood(raw)
    version = str(sent.get("version", ""))
    seen = int(version) if version.isascii() and version.isdigit() and len(version) <= VERSION_DIGITS else None
    return Sent(answers, wrong, seen, do)


def _raw(item: Item, values: list[str], do: str) -> Any:
    texts = [value.replace("\x00", "").replace("\r\n", "\n").strip() for value in values]
    if item.kind is Kind.LIST and do.startswith(REMOVE):
        texts = [text for number, text in enumerate(texts, 1) if f"{REMOVE}{number}" != do]
    if item.kind in (Kind.LIST, Kind.MANY):
        return [text for text in texts if text] or None
    return (texts[0] if texts else "") or None


def _understood(raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sort what was typed into answers and what is none."""
    try:
        return given(Answers.model_validate(raw)), {}
    except ValidationError as error:
        wrong = {str(entry["loc"][0]) for entry in error.errors(include_url=False, include_input=False)}
    good = {name: value for name, value in raw.items() if name not in wrong}
    return given(Answers.model_validate(good)), {name: raw[name] for name in raw if name in wrong}


def _page(
    request: web.Request,
    case: Case,
    page: Section,
    answers: Mapping[str, Any],
    *,
    status: int = 200,
    wrong: tuple[str, ...] = (),
    asked: bool = False,
    conflict: bool = False,
) -> web.Response:
    sections = request.app[CASES].form.sections
    missing = {one.name: one.words for one in _missing(request, case, page)}
    items = {item.name: item for item in page.items}
    errors = (missing if asked else {}) | {name: items[name].wrong for name in wrong}
    return render(
        request,
        "request/section.html",
        status=status,
        case=case,
        page=page,
        number=sections.index(page) + 1,
        count=len(sections) + 1,
        before=sections[sections.index(page) - 1].name if page is not sections[0] else None,
        answers=answers,
        needed=frozenset(missing) | {name for name in answers if items.get(name) and items[name].need},
        errors=(told := {name: errors[name] for name in items if name in errors}),
        summary=_once(told),
        conflict=conflict,
        stops=request.app[CASES].form.stops(page),
        asked_on=[f"{item.follows}:{item.name}" for item in page.items if item.asked_on],
        emergency=json.dumps(request.app[CASES].emergency(_without_halves(case, page))),
        add="add" in request.query,
        most_questions=MOST_QUESTIONS,
    )


def _without_halves(case: Case, page: Section) -> Case:
    """Leave out what waits for its follow-up, as the page's script does."""
    return replace(case, answers={**case.answers, **dict.fromkeys(requests.held_back(page, case.answers))})


def _once(told: Mapping[str, str]) -> list[tuple[str, str]]:
    """Say the same sentence once, at the first place that it is about."""
    first: dict[str, str] = {}
    for name, words in told.items():
        first.setdefault(words, name)
    return [(name, words) for words, name in first.items()]


def _read_through(
    request: web.Request, case: Case, missing: tuple[Missing, ...], *, asked: bool = False
) -> web.Response:
    form = request.app[CASES].form
    told = [
        (section, [(item, requests.in_words(item, case.answers.get(item.name))) for item in section.items])
        for section in form.sections
    ]
    return render(
        request,
        "request/send.html",
        status=422 if asked else 200,
        case=case,
        told=told,
        missing=tuple({one.words: one for one in reversed(missing)}.values())[::-1],
        count=len(form.sections) + 1,
    )

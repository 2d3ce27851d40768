"""The check-in as a page of its own, without JavaScript; the visit's page shows the same form between its screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web
from pydantic import ValidationError

from server.domain.actors import Role
from server.domain.appointments import Mode
from server.domain.check_in import PartState
from server.domain.errors import InvalidValueError
from server.domain.facts import FactSheet, Party
from server.domain.permissions import Action
from server.domain.visits import is_open
from server.domain.whereabouts import COUNTRY, STATE, Place, check
from server.http.api import actor_of
from server.http.check_in import WhereaboutsIn, visit_of
from server.http.pages.questions import sent_form
from server.http.pages.routes import Pages, render, see_other
from server.http.question_form import Given, QuestionForm, Sent, build, read
from server.keys import CHECK_INS, CLOCK, DECISIONS, TIMES
from server.services.check_in import CheckIn
from server.services.decisions import PARTIES

pages = Pages()

PLACE_FIELDS = ("country", "state", "address", "callback")
WRONG: Mapping[str, str] = {
    "country": "Please choose the country you are in right now.",
    "state": "Please choose the state you are in right now.",
    "address": "Please write the street address where you are right now, in at most 300 characters.",
    "callback": "Please write a phone number with its area code, such as 313 555 0142.",
}


@dataclass(frozen=True, slots=True)
class PlaceForm:
    """Where are you right now? `open` where it was not said yet, or too long ago."""

    open: bool
    values: Mapping[str, str]
    errors: Mapping[str, str]
    countries: Sequence[tuple[str, str]]
    states: Sequence[tuple[str, str]]


@pages.get("/visits/{visit}/check-in", action=Action.FACT_ANSWER)
async def show(request: web.Request) -> web.StreamResponse:
    """Show what is missing before the patient can be let in, and let it be answered."""
    found = await request.app[CHECK_INS].read(actor_of(request), visit_of(request))
    own, here = actor_of(request).role is Role.PATIENT, found.appointment.mode is not Mode.IN_PERSON
    if own and not (here and is_open(found.visit, request.app[CLOCK]())):
        return see_other(f"/visits/{found.visit.id}")  # which says when the door opens, or where to come
    return _page(request, found)


@pages.post("/visits/{visit}/check-in", action=Action.FACT_ANSWER)
async def answer(request: web.Request) -> web.StreamResponse:
    """Take what was filled in; what is not right is shown again with what people wrote."""
    actor, sent = actor_of(request), await sent_form(request)
    found = await request.app[CHECK_INS].read(actor, visit_of(request))
    own = actor.role is Role.PATIENT
    place, wrong = _place(found, sent, request.app[DECISIONS].sheet) if own else (None, {})
    given = read(found.asked, sent, request.app[DECISIONS].sheet, every=own)
    if wrong or given.errors:
        return _page(request, found, sent=sent, wrong=wrong, given=given)
    if place is not None or given.answers:
        await request.app[CHECK_INS].tell(actor, found.visit.id, place, given.answers)
    return see_other(f"/visits/{found.visit.id}/check-in" + ("" if own else "?saved=answers"))


@pages.post("/visits/{visit}/check-in/identity", action=Action.FACT_ANSWER)
async def vouch(request: web.Request) -> web.StreamResponse:
    """Let one of our staff say, under their own name, that they have made sure who the patient is."""
    await request.app[CHECK_INS].tell(actor_of(request), visit_of(request), None, {"identity_verified": True})
    return see_other(f"/visits/{visit_of(request)}/check-in?saved=identity")


@pages.post("/visits/{visit}/check-in/sound", action=Action.FACT_ANSWER)
async def agree_to_sound(request: web.Request) -> web.StreamResponse:
    """Let the patient agree to go on with sound only."""
    await request.app[CHECK_INS].agree_to_sound(actor_of(request), visit_of(request))
    return see_other(f"/visits/{visit_of(request)}/check-in")


@pages.post("/visits/{visit}/check-in/call", action=Action.APPOINTMENT_BOOK)
async def call(request: web.Request) -> web.StreamResponse:
    """Promise a call, where the patient cannot go on alone."""
    found = await request.app[CHECK_INS].read(actor_of(request), visit_of(request))
    await request.app[TIMES].call_me(actor_of(request), found.visit.case_id)
    return see_other(f"/visits/{found.visit.id}/check-in?saved=called")


def _page(
    request: web.Request,
    found: CheckIn,
    *,
    sent: Sent | None = None,
    wrong: Mapping[str, str] | None = None,
    given: Given | None = None,
) -> web.Response:
    actor, sheet = actor_of(request), request.app[DECISIONS].sheet
    own = actor.role is Role.PATIENT
    if own and found.emergency:
        return render(request, "visits/stopped.html", words=found.words, visit=found.visit)
    form = _questions(request, found, sent=sent, errors=(given.errors if given else {}))
    return render(
        request,
        "visits/check_in.html" if own else "visits/check_in_staff.html",
        status=422 if wrong or (given and given.errors) else 200,
        found=found,
        place=_place_form(found, sheet, sent, wrong or {}),
        form=form,
        errors=(*(wrong or {}).items(), *form.error_summary),
        moved_from=_moved_from(found, sheet),
        stops=PartState.STOPS in found.standing.parts.values(),
        saved=request.query.get("saved", ""),
    )


def _questions(request: web.Request, found: CheckIn, *, sent: Sent | None, errors: Mapping[str, str]) -> QuestionForm:
    actor = actor_of(request)
    return build(
        found.asked,
        action=f"/visits/{found.visit.id}/check-in",
        back="",
        of=Party.PATIENT,
        reader=PARTIES[actor.role],
        zone=actor.account.zone,
        errors=errors,
        sent=sent,
    )


def _place(found: CheckIn, sent: Sent, sheet: FactSheet) -> tuple[Place | None, Mapping[str, str]]:
    """Read where somebody is; None where it stands as it was said, and is not too old."""
    typed = {name: text for name in PLACE_FIELDS if (text := _one(sent, name))}
    try:
        said = WhereaboutsIn.model_validate(typed)
        place = check(Place(said.country, said.state, said.address, said.callback), sheet)
    except InvalidValueError as error:
        return None, {error.field: WRONG[error.field]}
    except ValidationError as error:
        return None, {name: WRONG[name] for name in PLACE_FIELDS if name in {each["loc"][0] for each in error.errors()}}
    before = found.whereabouts.place if found.whereabouts else None
    return (None if place == before and not found.place_open else place), {}


def _place_form(found: CheckIn, sheet: FactSheet, sent: Sent | None, errors: Mapping[str, str]) -> PlaceForm:
    """Show what was sent, or what the patient said in this visit; nothing comes from anywhere else."""
    said = found.whereabouts
    before = {name: getattr(said, name) or "" if said else "" for name in PLACE_FIELDS}
    return PlaceForm(
        open=found.place_open or bool(errors),
        values=before if sent is None else {name: _one(sent, name) for name in PLACE_FIELDS},
        errors=errors,
        countries=_options(sheet, COUNTRY),
        states=_options(sheet, STATE),
    )


def _options(sheet: FactSheet, name: str) -> Sequence[tuple[str, str]]:
    return [(option.value, option.label) for option in sheet.entries[name].question.options]


def _moved_from(found: CheckIn, sheet: FactSheet) -> tuple[str, str] | None:
    """Name the state that was said at booking and the one that is said now, where they differ."""
    now, names = found.whereabouts.state if found.whereabouts else None, dict(_options(sheet, STATE))
    if now is None or found.booked_in is None or now == found.booked_in:
        return None
    return names.get(found.booked_in, found.booked_in), names.get(now, now)


def _one(sent: Sent, name: str) -> str:
    return next((value.strip() for value in sent.get(name, ()) if value.strip()), "")

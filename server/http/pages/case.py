"""The page of a case: what a patient has to know, what the desk has to decide, what the specialist has to read."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from aiohttp import web

from server.domain import requests, wording
from server.domain.actors import Role
from server.domain.approvals import NotApprovableError
from server.domain.cases import CaseMovedOnError, CaseStatus, Verdict
from server.domain.decisions import StoredDecision
from server.domain.errors import InvalidValueError
from server.domain.events import ReasonMissingError
from server.domain.ids import AccountId, CaseId
from server.domain.permissions import Action
from server.domain.policy import Stage
from server.domain.stage import CaseStage
from server.domain.tasks import TaskDoneError
from server.domain.ways import another_may
from server.http.api import actor_of, case_of
from server.http.pages.calls import in_order
from server.http.pages.questions import question_form, sent_form
from server.http.pages.records import case_records
from server.http.pages.routes import Pages, fields, render, see_other
from server.http.pages.sign_in import own_path
from server.http.question_form import Sent, read
from server.http.recommendations import build, field_of
from server.keys import APPROVALS, CASES, DECISIONS, DESK, EVENTS, REVIEWS, SCREENING, TASKS
from server.services.desk import Row
from server.services.screening import NoSuchSpecialistError

pages = Pages()

MOST = 4000  # characters of a word to the patient
STORY = "What is it about?"
TO_DECLINE = {
    "decline_reason": "Please say why we cannot help. The patient reads it.",
    "next_step": "Please say what the patient can do now.",
}
APPROVED = frozenset({"given", "withdrawn", "late", "cleared"})  # what a clinician has just said
ANSWERS = "answers"  # what was saved, where nothing was said of the records


@pages.get("/cases/{case}", action=Action.CASE_READ)
async def case(request: web.Request) -> web.StreamResponse:
    """Show a case to whoever may know of it."""
    row = await request.app[DESK].row(actor_of(request), case_of(request))
    return await SHOWN[actor_of(request).role](request, row)


@pages.post("/cases/{case}/accept", action=Action.CASE_SCREEN)
async def accept(request: web.Request) -> web.StreamResponse:
    """Take the request on; what cannot be accepted comes back as it was typed."""
    sent = await fields(request)
    specialist, reason = AccountId(sent.get("specialist", "")), sent.get("accept_reason", "")[:MOST]
    try:
        await request.app[SCREENING].accept(actor_of(request), case_of(request), specialist, reason)
    except NoSuchSpecialistError as error:
        return await _answer_again(request, {"specialist": str(error)}, sent)
    except CaseMovedOnError:
        return see_other(f"/cases/{case_of(request)}?late=yes")
    return see_other(f"/cases/{case_of(request)}")


@pages.post("/cases/{case}/decline", action=Action.CASE_SCREEN)
async def decline(request: web.Request) -> web.StreamResponse:
    """Say no, with a reason and a next step; what cannot be accepted comes back as it was typed."""
    sent = await fields(request)
    errors = {name: sentence for name, sentence in TO_DECLINE.items() if not sent.get(name)}
    if errors:
        return await _answer_again(request, errors, sent)
    reason, next_step = sent["decline_reason"][:MOST], sent["next_step"][:MOST]
    try:
        await request.app[SCREENING].decline(actor_of(request), case_of(request), reason, next_step)
    except CaseMovedOnError:
        return see_other(f"/cases/{case_of(request)}?late=yes")
    return see_other(f"/cases/{case_of(request)}")


async def _answer_again(request: web.Request, errors: Mapping[str, str], sent: Mapping[str, str]) -> web.Response:
    row = await request.app[DESK].row(actor_of(request), case_of(request))
    return await _scheduler(request, row, errors, sent)


@pages.post("/cases/{case}/review", action=Action.CASE_REVIEW)
async def review(request: web.Request) -> web.StreamResponse:
    """Save what the specialist judges, and whether the records are enough if that was said: all of it or nothing."""
    actor, case_id = actor_of(request), case_of(request)
    sent = await sent_form(request)
    verdict, note = _first(sent, "verdict"), _first(sent, "note").strip()[:MOST]
    decisions = request.app[DECISIONS]
    given = read(await decisions.questions(actor, case_id), sent, decisions.sheet, every=False)
    errors = dict(given.errors)
    if not errors:
        try:
            if verdict in set(Verdict):
                await request.app[REVIEWS].review(actor, case_id, Verdict(verdict), note, given.answers)
            elif given.answers:
                await decisions.answer(actor, case_id, given.answers)
        except InvalidValueError as error:
            errors[error.field] = str(error)
    if errors:
        return await _specialist(request, await request.app[DESK].row(actor, case_id), errors, sent)
    return see_other(f"/cases/{case_id}?saved={verdict if verdict in set(Verdict) else ANSWERS}#review")


@pages.post("/cases/{case}/approvals", action=Action.APPROVAL_GIVE)
async def approve(request: web.Request) -> web.StreamResponse:
    """Let the visit be by video against one recommendation; without a reason the page comes back as it was."""
    actor, case_id, sent = actor_of(request), case_of(request), await fields(request)
    rule = sent.get("rule", "")
    field = field_of(rule)
    try:
        await request.app[APPROVALS].approve(actor, case_id, rule, sent.get(field, ""))
    except InvalidValueError as error:
        row = await request.app[DESK].row(actor, case_id)
        return await _specialist(request, row, {field: str(error)}, {field: [sent.get(field, "")]})
    except NotApprovableError:
        return see_other(f"/cases/{case_id}?approval=late#rule-title")
    return see_other(f"/cases/{case_id}?approval=given#rule-title")


@pages.post("/cases/{case}/approvals/{approval}/withdraw", action=Action.APPROVAL_GIVE)
async def withdraw(request: web.Request) -> web.StreamResponse:
    """Take an approval back."""
    case_id = case_of(request)
    await request.app[APPROVALS].withdraw(actor_of(request), case_id, request.match_info["approval"])
    return see_other(f"/cases/{case_id}?approval=withdrawn#rule-title")


@pages.post("/cases/{case}/events/{event}/clear", action=Action.EVENT_RAISE)
async def clear(request: web.Request) -> web.StreamResponse:
    """Take back what stands; without a reason the page comes back as it was."""
    actor, case_id, name = actor_of(request), case_of(request), request.match_info["event"]
    field = f"clear-{name}"
    reason = (await fields(request)).get(field, "")
    try:
        await request.app[EVENTS].clear_in(actor, case_id, name, reason)
    except ReasonMissingError as error:
        row = await request.app[DESK].row(actor, case_id)
        return await _specialist(request, row, {field: str(error)}, {field: [reason]})
    return see_other(f"/cases/{case_id}?approval=cleared#rule-title")


@pages.post("/cases/{case}/tasks/{task}/finish", action=Action.TASK_DO)
async def finish(request: web.Request) -> web.StreamResponse:
    """Tick a task off, and lead back to where it was done; that somebody else has done it already is as good."""
    actor, case_id = actor_of(request), case_of(request)
    back = own_path((await fields(request)).get("back", "/"))
    with suppress(TaskDoneError):
        await request.app[TASKS].finish(actor, case_id, request.match_info["task"])
    return see_other(back)


async def _patient(request: web.Request, row: Row) -> web.Response:
    actor, file = actor_of(request), row.file
    review = None
    if row.standing.stage is CaseStage.MORE_RECORDS:
        review = await request.app[REVIEWS].newest(actor, file.case.id)
    decision = None if file.case.status is CaseStatus.DRAFT else await _newest_decision(request, file.case.id)
    return render(
        request,
        "case/patient.html",
        row=row,
        review=review,
        decision=decision,
        licence=decision is not None and another_may(decision, request.app[DECISIONS].sheet.policy),
        ours=row.standing.stage is CaseStage.CHOOSE_A_TIME and _is_ours(request, decision),
        told=_told(request, row),
        steps=[
            {"label": step.label, "state": step.state, "when": step.at and wording.date_in(step.at, actor.account.zone)}
            for step in row.standing.steps
        ],
    )


def _is_ours(request: web.Request, decision: StoredDecision | None) -> bool:
    """Whether something of ours is still open before the patient can choose a time."""
    return decision is not None and decision.stage is Stage.BOOKING and request.app[DECISIONS].turn(decision) is None


async def _scheduler(
    request: web.Request, row: Row, errors: Mapping[str, str] | None = None, sent: Mapping[str, str] | None = None
) -> web.Response:
    actor, case_id = actor_of(request), row.file.case.id
    return render(
        request,
        "case/scheduler.html",
        status=422 if errors else 200,
        row=row,
        errors=errors or {},
        sent=sent or {},
        saved=request.query.get("saved") == ANSWERS,
        late=request.query.get("late") == "yes",
        records=await case_records(request, case_id),
        form=await question_form(request, case_id, back=f"/cases/{case_id}"),
        told=_told(request, row),
        tasks=in_order(request, await request.app[TASKS].of_case(actor, case_id)),
        decision=await _newest_decision(request, case_id),
        specialists=await request.app[SCREENING].specialists(),
    )


async def _specialist(
    request: web.Request, row: Row, errors: Mapping[str, str] | None = None, sent: Sent | None = None
) -> web.Response:
    actor, case_id = actor_of(request), row.file.case.id
    saved, approval = request.query.get("saved", ""), request.query.get("approval", "")
    rules = request.app[DECISIONS].sheet.policy.rules_by_id
    typed = {name: values[0] for name, values in (sent or {}).items() if values}
    return render(
        request,
        "case/specialist.html",
        status=422 if errors else 200,
        row=row,
        records=await case_records(request, case_id),
        chosen=request.query.get("document", ""),
        sheet=request.query.get("sheet", ""),
        form=await question_form(request, case_id, back=f"/cases/{case_id}", errors=errors, sent=sent),
        told=_told(request, row),
        review=await request.app[REVIEWS].newest(actor, case_id),
        tasks=in_order(request, await request.app[TASKS].of_case(actor, case_id)),
        decision=await _newest_decision(request, case_id),
        recommendations=build(
            await request.app[APPROVALS].sheet(actor, case_id),
            {rule.id: rule.name for rule in rules.values()},
            typed,
            errors or {},
        ),
        stands=await request.app[EVENTS].standing_in(actor, case_id),
        typed=typed,
        approval=approval if approval in APPROVED else "",
        errors=errors or {},
        noted=_first(sent or {}, "note"),
        saved=saved if saved in (*Verdict, ANSWERS) else "",
        story_title=STORY,
    )


async def _meeting(request: web.Request, row: Row) -> web.Response:
    return render(request, "case/meeting.html", row=row)


SHOWN: Mapping[Role, Callable[[web.Request, Row], Awaitable[web.Response]]] = {
    Role.PATIENT: _patient,
    Role.SCHEDULER: _scheduler,
    Role.SPECIALIST: _specialist,
    Role.COMPANION: _meeting,
    Role.INTERPRETER: _meeting,
}


async def _newest_decision(request: web.Request, case_id: CaseId) -> StoredDecision | None:
    history = await request.app[DECISIONS].history(actor_of(request), case_id)
    return history[0] if history else None


def _told(request: web.Request, row: Row) -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """Lay out the request by page, as people read it."""
    answers = row.file.case.answers
    return [
        (section.title, [(item.label, requests.in_words(item, answers.get(item.name))) for item in section.items])
        for section in request.app[CASES].form.sections
    ]


def _first(sent: Sent, name: str) -> str:
    return next(iter(sent.get(name, ())), "")

"""The questions of the in-person rule on pages: to the patient, the desk and the specialist, by one form.

Case pages show them by `question_form` and the macro in `case/_questions.html`; what is sent comes here and leads back.
"""

from collections.abc import Mapping

from aiohttp import web

from server.domain.actors import STAFF, Role
from server.domain.facts import Party
from server.domain.ids import CaseId
from server.domain.permissions import Action
from server.domain.policy import Outcome
from server.http import csrf
from server.http.api import actor_of, case_of
from server.http.bodies import form_of
from server.http.pages.routes import Pages, render, see_other
from server.http.pages.sign_in import own_path
from server.http.question_form import QuestionForm, Sent, build, read
from server.keys import CASES, DECISIONS, TIMES
from server.services.decisions import PARTIES

pages = Pages()


async def question_form(
    request: web.Request,
    case_id: CaseId,
    *,
    back: str,
    of: Party | None = None,
    errors: Mapping[str, str] | None = None,
    sent: Sent | None = None,
) -> QuestionForm:
    """Make the form of what the reader is asked before booking, or may answer for the party `of`."""
    actor = actor_of(request)
    reader = PARTIES[actor.role]
    return build(
        await request.app[DECISIONS].questions(actor, case_id, of=of),
        action=f"/cases/{case_id}/questions",
        back=back,
        of=of or reader,
        reader=reader,
        zone=actor.account.zone,
        worksheet=f"/cases/{case_id}/coverage",
        errors=errors,
        sent=sent,
    )


async def sent_form(request: web.Request) -> dict[str, list[str]]:
    """Read a form in which one name may stand several times."""
    posted = await form_of(request)
    sent: dict[str, list[str]] = {}
    for name, value in posted.items():
        if isinstance(value, str) and name != csrf.FIELD:
            sent.setdefault(name, []).append(value.replace("\x00", ""))
    return sent


@pages.get("/cases/{case}/questions", action=Action.FACT_ANSWER)
async def show(request: web.Request) -> web.StreamResponse:
    """Show what the reader is asked before a time can be booked."""
    case_id = case_of(request)
    if actor_of(request).role is Role.PATIENT and await request.app[TIMES].emergency(actor_of(request), case_id):
        return see_other(f"/cases/{case_id}/emergency")
    form = await question_form(request, case_id, back=_back(request, case_id), of=_of(request.query.get("of")))
    return await _page(request, case_id, form)


@pages.post("/cases/{case}/questions", action=Action.FACT_ANSWER)
async def answer(request: web.Request) -> web.StreamResponse:
    """Take answers, and lead back to where the person was; an emergency stops everything."""
    actor, case_id, sent = actor_of(request), case_of(request), await sent_form(request)
    decisions, of = request.app[DECISIONS], _of(_one(sent, "of"))
    back = own_path(_one(sent, "back"))
    asked = await decisions.questions(actor, case_id, of=of)
    given = read(asked, sent, decisions.sheet, every=actor.role is Role.PATIENT)
    if given.errors:
        form = await question_form(request, case_id, back=back, of=of, errors=given.errors, sent=sent)
        return await _page(request, case_id, form, status=422)
    if given.answers:
        decision = await decisions.answer(actor, case_id, given.answers)
        if decision.outcome is Outcome.EMERGENCY_NOW and (of or PARTIES[actor.role]) is Party.PATIENT:
            return see_other(f"/cases/{case_id}/emergency")
    return see_other(back if actor.role is Role.PATIENT else f"{back}?saved=answers#questions")


@pages.get("/cases/{case}/emergency", action=Action.FACT_ANSWER)
async def emergency(request: web.Request) -> web.StreamResponse:
    """Say what to do now, and nothing else."""
    case_id = case_of(request)
    words = await request.app[TIMES].emergency(actor_of(request), case_id)
    if not words:
        return see_other(f"/cases/{case_id}")
    file = await request.app[CASES].read(actor_of(request), case_id)
    return render(request, "questions/emergency.html", words=words, file=file)


async def _page(request: web.Request, case_id: CaseId, form: QuestionForm, status: int = 200) -> web.Response:
    file = await request.app[CASES].read(actor_of(request), case_id)
    return render(request, "questions/page.html", status=status, form=form, file=file)


def _back(request: web.Request, case_id: CaseId) -> str:
    """Lead staff back to the case, and the patient on to the times."""
    onward = f"/cases/{case_id}" if actor_of(request).role in STAFF else f"/cases/{case_id}/times"
    given = request.query.get("back")
    return own_path(given) if given else onward


def _of(text: str | None) -> Party | None:
    return Party.PATIENT if text == Party.PATIENT else None


def _one(sent: Sent, name: str) -> str:
    values = sent.get(name, ("",))
    return values[0]

"""The opinion on pages: a desk for its specialist, a letter for its patient."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import web

from server.domain import waiting_room
from server.domain.actors import Role
from server.domain.appointments import AppointmentStatus
from server.domain.errors import ConflictError, DomainError, InvalidValueError, NotFoundError
from server.domain.ids import CaseId
from server.domain.opinion_gaps import gaps
from server.domain.opinions import (
    STANDS,
    AgreementMissingError,
    OpinionSignedError,
    OpinionStatus,
    QuestionsOpenError,
    SummaryMissingError,
)
from server.domain.permissions import Action
from server.domain.policy import Outcome
from server.domain.stage import held
from server.http.api import BASE, actor_of, case_of
from server.http.opinions import pdf
from server.http.pages.opinion_form import read_form, sheet
from server.http.pages.questions import sent_form
from server.http.pages.routes import Pages, render, see_other
from server.http.problems import status_of
from server.keys import CASES, CLOCK, OPINIONS
from server.services.opinions import OpinionFile, ReviewFirstError

pages = Pages()

NOT_FINISHED = (QuestionsOpenError, SummaryMissingError, AgreementMissingError)


@pages.get("/cases/{case}/opinion", action=Action.OPINION_READ)
async def show(request: web.Request) -> web.Response:
    """Show the letter to its patient, and the desk, or what was signed there, to its specialist."""
    actor, case = actor_of(request), case_of(request)
    try:
        file = await request.app[OPINIONS].read(actor, case)
    except NotFoundError:
        await request.app[CASES].read(actor, case)  # only whose case it is may hear that there is no letter yet
        return render(request, "opinion/not_yet.html", status=404, case_id=case, words="")
    except ReviewFirstError as error:
        return render(request, "opinion/not_yet.html", status=409, case_id=case, words=str(error))
    if actor.role is Role.PATIENT:
        return render(request, "opinion/letter.html", **_around(request, file))
    if file.opinion.status is OpinionStatus.SIGNED:
        return render(request, "opinion/signed.html", **_around(request, file))
    return _desk(request, file)


@pages.get("/cases/{case}/opinion.pdf", action=Action.OPINION_READ)
async def letter(request: web.Request) -> web.Response:
    """Show the letter as PDF."""
    return pdf(*await request.app[OPINIONS].letter(actor_of(request), case_of(request)))


@pages.post("/cases/{case}/opinion", action=Action.OPINION_WRITE)
async def save(request: web.Request) -> web.StreamResponse:
    """Write what stands in the form into the draft, and go on writing or read it through."""
    actor, case = actor_of(request), case_of(request)
    sent = read_form(await sent_form(request))
    try:
        await request.app[OPINIONS].write(actor, case, sent.writing, sent.version)
    except OpinionSignedError:
        return see_other(_address(case))
    except (ConflictError, InvalidValueError) as error:
        file = await request.app[OPINIONS].read(actor, case)
        return _desk(request, replace(file, opinion=sent.over(file.opinion)), refused=error)
    return see_other(_address(case) + ("/check" if sent.reads_through else ""))


@pages.get("/cases/{case}/opinion/check", action=Action.OPINION_WRITE)
async def check(request: web.Request) -> web.StreamResponse:
    """Show the letter as the patient will read it, with what signing means."""
    return await _check(request)


@pages.post("/cases/{case}/opinion/sign", action=Action.OPINION_WRITE)
async def sign(request: web.Request) -> web.StreamResponse:
    """Sign exactly what was read through."""
    sent = read_form(await sent_form(request))
    try:
        await request.app[OPINIONS].sign(actor_of(request), case_of(request), sent.version)
    except OpinionSignedError:
        return see_other(_address(case_of(request)))
    except (ConflictError, ReviewFirstError, *NOT_FINISHED) as error:
        return await _check(request, refused=error)
    return see_other(_address(case_of(request)))


async def _check(request: web.Request, refused: DomainError | None = None) -> web.StreamResponse:
    file = await request.app[OPINIONS].read(actor_of(request), case_of(request))
    if file.opinion.status is OpinionStatus.SIGNED:
        return see_other(_address(case_of(request)))
    status = status_of(type(refused)) if refused else 200
    return render(request, "opinion/check.html", status=status, refused=refused, **_around(request, file))


def _desk(request: web.Request, file: OpinionFile, refused: DomainError | None = None) -> web.Response:
    status = status_of(type(refused)) if refused else 200
    return render(
        request,
        "opinion/write.html",
        status=status,
        refused=refused,
        field=_place(refused.field) if isinstance(refused, InvalidValueError) else "",
        sheet=sheet(file.opinion, file.sources),
        save_address=f"{BASE}{_address(file.case.id)}",
        **_around(request, file),
    )


def _place(field: str) -> str:
    """Name the part of the page in which a refused value stands."""
    of, *rest = field.split(".")
    return f"{of}-{rest[0]}" if of == "replies" and rest else f"{of}-added" if of in ("read", "missing") else of


def _around(request: web.Request, file: OpinionFile) -> dict[str, Any]:
    now = request.app[CLOCK]()
    return {
        "file": file,
        "opinion": file.opinion,
        "gaps": gaps(file.opinion),
        "stands": STANDS,
        "met": _met(file, now),
        "to_come": _to_come(file, now),
        "desk_arranges": file.outcome is Outcome.EMERGENCY_NOW,
    }


def _met(file: OpinionFile, now: datetime) -> bool:
    return file.meeting is not None and held(file.meeting, now)


def _to_come(file: OpinionFile, now: datetime) -> bool:
    meeting = file.meeting
    missed = meeting is not None and meeting.status is AppointmentStatus.NOSHOW
    return meeting is not None and not _met(file, now) and not missed and now < waiting_room.closes_at(meeting.start)


def _address(case: CaseId) -> str:
    return f"/cases/{case}/opinion"

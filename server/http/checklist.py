"""The checklist of a case: the records it needs and where each stands. States only: no file, no file name."""

from typing import Annotated

from aiohttp import web

from server.domain.actors import Actor, Role
from server.domain.checklist import ItemState, Line, RecordsStanding
from server.domain.documents import DocumentKind
from server.domain.errors import ConflictError
from server.domain.permissions import Action
from server.http.api import Routes, Shape, actor_of, case_of
from server.http.values import words
from server.keys import CHECKLISTS

routes = Routes("records")

MOST_CHARACTERS = 500


class ItemOut(Shape):
    """One record on the list. `gap` says that whoever reads the case has to know that it is missing or old."""

    key: str
    kind: DocumentKind
    title: str
    why: str
    how: str
    state: ItemState
    required: bool
    note: str
    gap: bool
    too_old: bool
    waived_by: Role | None


class ChecklistOut(Shape):
    """The list of a case; it is complete when every required record is accepted or waived."""

    cancer: str
    title: str
    version: str
    complete: bool
    settled: int
    required: int
    items: list[ItemOut]


class WaiveIn(Shape):
    """Why the case can go on without a record."""

    reason: Annotated[str, words(MOST_CHARACTERS)]


@routes.add("GET", "/cases/{case}/checklist", action=Action.CHECKLIST_READ)
async def show(request: web.Request) -> ChecklistOut:
    """See which records a case needs and where each stands."""
    actor = actor_of(request)
    return _shape(actor, await request.app[CHECKLISTS].of(actor, case_of(request)))


@routes.add("POST", "/cases/{case}/checklist/{item}/waive", action=Action.CHECKLIST_WAIVE, refuses=(ConflictError,))
async def waive(request: web.Request, body: WaiveIn) -> ChecklistOut:
    """Let a case go on without a record."""
    checklists, actor = request.app[CHECKLISTS], actor_of(request)
    return _shape(actor, await checklists.waive(actor, case_of(request), request.match_info["item"], body.reason))


def _shape(actor: Actor, standing: RecordsStanding) -> ChecklistOut:
    checklist = standing.checklist
    return ChecklistOut(
        cancer=checklist.cancer,
        title=checklist.title,
        version=checklist.version,
        complete=standing.complete,
        settled=standing.settled,
        required=standing.required,
        items=[_item(actor, line) for line in standing.lines],
    )


def note_for(actor: Actor, line: Line) -> str:
    """Give the words on a record; what the specialist and the service say of a file is not for the desk."""
    return line.note if actor.role is not Role.SCHEDULER or line.waived_by is Role.SCHEDULER else ""


def _item(actor: Actor, line: Line) -> ItemOut:
    return ItemOut(
        key=line.item.key,
        kind=line.item.kind,
        title=line.item.title,
        why=line.item.why,
        how=line.item.how,
        state=line.state,
        required=line.required,
        note=note_for(actor, line),
        gap=line.gap,
        too_old=line.too_old,
        waived_by=line.waived_by,
    )

"""Approvals over the wire: which recommendations a clinician may lift, which were lifted, and by whom."""

from enum import StrEnum
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field

from server.domain.approvals import REASON_CHARACTERS, Approval, NotApprovableError
from server.domain.permissions import Action
from server.http.api import Routes, Shape, actor_of, case_of
from server.http.values import words
from server.keys import APPROVALS
from server.services.approvals import Given

routes = Routes("approvals")

RuleId = Annotated[str, Field(pattern="^[A-Z][0-9]{2}$")]


class ApprovalState(StrEnum):
    """Whether an approval counts, and if not, why."""

    STANDS = "stands"
    VOID = "void"  # something that the rule looks at has changed
    WITHDRAWN = "withdrawn"


class ApprovalIn(Shape):
    """Which rule, and why a video visit is still right for this patient."""

    rule: RuleId
    reason: Annotated[str, words(REASON_CHARACTERS)]


class ApprovalOut(Shape):
    """A named clinician's word on one rule."""

    id: str
    rule: str
    reason: str
    approved_by: str = Field(description="The account of the clinician")
    approved_at: AwareDatetime
    state: ApprovalState


class ApprovalsOut(Shape):
    """Which rules may be approved now, and every approval that was given, the newest first."""

    approvable: list[str]
    approvals: list[ApprovalOut]


@routes.add("GET", "/cases/{case}/approvals", action=Action.APPROVAL_GIVE)
async def approvals(request: web.Request) -> ApprovalsOut:
    """List what may be approved in a case, and what was."""
    sheet = await request.app[APPROVALS].sheet(actor_of(request), case_of(request))
    return ApprovalsOut(
        approvable=[one.rule.id for one in sheet.recommendations if one.approvable],
        approvals=[_shape(one.approval, state_of(one)) for one in sheet.given],
    )


@routes.add(
    "POST",
    "/cases/{case}/approvals",
    action=Action.APPROVAL_GIVE,
    status=201,
    creates=True,
    refuses=(NotApprovableError,),
)
async def approve(request: web.Request, body: ApprovalIn) -> ApprovalOut:
    """Let the visit be by video although this rule recommends to meet in person; the rule is asked anew."""
    given = await request.app[APPROVALS].approve(actor_of(request), case_of(request), body.rule, body.reason)
    return _shape(given, ApprovalState.STANDS)


@routes.add("DELETE", "/cases/{case}/approvals/{approval}", action=Action.APPROVAL_GIVE)
async def withdraw(request: web.Request) -> None:
    """Take an approval back; the rule is asked anew."""
    await request.app[APPROVALS].withdraw(actor_of(request), case_of(request), request.match_info["approval"])


def state_of(given: Given) -> ApprovalState:
    """Say whether an approval counts."""
    if given.approval.withdrawn_at is not None:
        return ApprovalState.WITHDRAWN
    return ApprovalState.STANDS if given.counts else ApprovalState.VOID


def _shape(approval: Approval, state: ApprovalState) -> ApprovalOut:
    return ApprovalOut(
        id=approval.id,
        rule=approval.rule_id,
        reason=approval.reason,
        approved_by=approval.approved_by,
        approved_at=approval.approved_at,
        state=state,
    )

"""Which role has which function. What one may know of a single object is decided by the access functions."""

from collections.abc import Mapping
from enum import StrEnum

from server.domain.actors import Actor, Role
from server.domain.errors import ForbiddenError


class Action(StrEnum):
    """A function of the service, `<object>:<action>`."""

    ACCOUNT_SELF = "account:self"
    CASE_CREATE = "case:create"
    CASE_READ = "case:read"
    CASE_EDIT = "case:edit"
    CASE_SCREEN = "case:screen"
    CASE_REVIEW = "case:review"
    TASK_DO = "task:do"
    CHECKLIST_READ = "checklist:read"
    CHECKLIST_WAIVE = "checklist:waive"
    DOCUMENT_UPLOAD = "document:upload"
    DOCUMENT_READ = "document:read"
    DOCUMENT_JUDGE = "document:judge"
    FACT_ANSWER = "fact:answer"
    DECISION_MAKE = "decision:make"
    DECISION_READ = "decision:read"
    APPROVAL_GIVE = "approval:give"
    EVENT_RAISE = "event:raise"
    VISIT_CONVERT = "visit:convert"
    DEVICE_CHECK = "device:check"
    SLOT_SEARCH = "slot:search"
    APPOINTMENT_BOOK = "appointment:book"
    APPOINTMENT_READ = "appointment:read"
    APPOINTMENT_NOTE = "appointment:note"
    HOURS_EDIT = "hours:edit"
    LICENCE_EDIT = "licence:edit"
    GUEST_READ = "guest:read"
    COMPANION_INVITE = "companion:invite"
    INTERPRETER_ASSIGN = "interpreter:assign"
    GUEST_REMOVE = "guest:remove"
    VISIT_READ = "visit:read"
    VISIT_JOIN = "visit:join"
    VISIT_HIDE = "visit:hide"
    REPORT_SEND = "report:send"
    REPORT_READ = "report:read"
    COVERAGE_EDIT = "coverage:edit"
    ON_CALL_EDIT = "on-call:edit"
    OPINION_READ = "opinion:read"
    OPINION_WRITE = "opinion:write"
    AUDIT_READ = "audit:read"
    RULES_READ = "rules:read"
    POLICY_READ = "policy:read"
    POLICY_EDIT = "policy:edit"
    POLICY_SIGN = "policy:sign"


_EVERYBODY = frozenset({Action.ACCOUNT_SELF})
_POLICY_OFFICE = frozenset({Action.RULES_READ, Action.POLICY_READ, Action.POLICY_EDIT, Action.POLICY_SIGN})
_IN_A_CASE = _EVERYBODY | {Action.CASE_READ, Action.APPOINTMENT_READ, Action.VISIT_READ}

ALLOWED: Mapping[Role, frozenset[Action]] = {
    Role.PATIENT: _IN_A_CASE
    | {
        Action.CASE_CREATE,
        Action.CASE_EDIT,
        Action.CHECKLIST_READ,
        Action.DOCUMENT_UPLOAD,
        Action.DOCUMENT_READ,
        Action.FACT_ANSWER,
        Action.DECISION_MAKE,
        Action.DECISION_READ,
        Action.DEVICE_CHECK,
        Action.SLOT_SEARCH,
        Action.APPOINTMENT_BOOK,
        Action.GUEST_READ,
        Action.COMPANION_INVITE,
        Action.GUEST_REMOVE,
        Action.VISIT_JOIN,
        Action.REPORT_SEND,
        Action.OPINION_READ,
        Action.COVERAGE_EDIT,
        Action.AUDIT_READ,
    },
    Role.COMPANION: _IN_A_CASE | {Action.VISIT_JOIN, Action.REPORT_SEND, Action.DEVICE_CHECK},
    Role.INTERPRETER: _IN_A_CASE | {Action.VISIT_JOIN, Action.REPORT_SEND, Action.DEVICE_CHECK},
    Role.SPECIALIST: _IN_A_CASE
    | {
        Action.CASE_REVIEW,
        Action.TASK_DO,
        Action.CHECKLIST_READ,
        Action.CHECKLIST_WAIVE,
        Action.DOCUMENT_READ,
        Action.DOCUMENT_JUDGE,
        Action.FACT_ANSWER,
        Action.DECISION_MAKE,
        Action.DECISION_READ,
        Action.APPROVAL_GIVE,
        Action.EVENT_RAISE,
        Action.VISIT_CONVERT,
        Action.HOURS_EDIT,
        Action.SLOT_SEARCH,
        Action.APPOINTMENT_NOTE,
        Action.GUEST_READ,
        Action.VISIT_JOIN,
        Action.VISIT_HIDE,
        Action.REPORT_SEND,
        Action.DEVICE_CHECK,
        Action.OPINION_READ,
        Action.OPINION_WRITE,
        Action.RULES_READ,
    },
    Role.SCHEDULER: _IN_A_CASE
    | {
        Action.CASE_SCREEN,
        Action.TASK_DO,
        Action.CHECKLIST_READ,
        Action.CHECKLIST_WAIVE,
        Action.FACT_ANSWER,
        Action.DECISION_MAKE,
        Action.DECISION_READ,
        Action.SLOT_SEARCH,
        Action.APPOINTMENT_BOOK,
        Action.APPOINTMENT_NOTE,
        Action.GUEST_READ,
        Action.INTERPRETER_ASSIGN,
        Action.GUEST_REMOVE,
        Action.VISIT_HIDE,
        Action.HOURS_EDIT,
        Action.LICENCE_EDIT,
        Action.COVERAGE_EDIT,
        Action.ON_CALL_EDIT,
        Action.RULES_READ,
    },
    Role.ADMIN: _EVERYBODY
    | _POLICY_OFFICE
    | {Action.LICENCE_EDIT, Action.ON_CALL_EDIT, Action.REPORT_READ, Action.AUDIT_READ},
    Role.COMPLIANCE: _EVERYBODY | _POLICY_OFFICE | {Action.AUDIT_READ},
}


def require(actor: Actor, action: Action) -> None:
    """Let the call go on if the actor's role has this function.

    Raises:
        ForbiddenError: it has not.
    """
    if action not in ALLOWED[actor.role]:
        raise ForbiddenError("Your sign-in does not include this. Please ask the hospital if you think it should.")

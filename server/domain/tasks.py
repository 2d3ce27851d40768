"""Something that a person in a role has to do for a case."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from server.domain.actors import Role
from server.domain.errors import DomainError, NotFoundError
from server.domain.ids import AccountId, CaseId


class TaskKind(StrEnum):
    """What is to be done."""

    EMERGENCY = "emergency-call"
    NURSE_CALL = "nurse-call"
    CALL_BACK = "call-back"  # they asked us to call them
    INTERPRETER = "interpreter"  # a visit has lost its interpreter
    READ_CASE = "read-case"  # a case has come to another specialist
    IN_WRITING = "in-writing"  # their own doctor would like to ask ours
    # What the in-person rule waits for: opened and closed by the service as the facts change.
    SUPPORT = "arrange-support"
    FIND_INTERPRETER = "find-interpreter"
    PRIOR_APPROVAL = "prior-approval"
    COVERAGE = "coverage"
    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"
    IDENTITY = "identity"
    LICENCE = "licence"
    DEVICE = "lend-a-device"
    JUDGEMENT = "judgement"
    VIDEO_OR_NOT = "video-or-not"
    CONFIRM_COVERAGE = "confirm-coverage"  # a patient has filled in what their plan said


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do; `note` says what, with the telephone number first where somebody is to be called.

    `because` names the facts and rules that a task waits for, where the service closes it by itself: `done_by` is then
    nobody.
    """

    id: str
    case_id: CaseId
    kind: str
    role: Role
    note: str
    created_at: datetime
    done_at: datetime | None = None
    done_by: AccountId | None = None
    because: Sequence[str] = field(default_factory=list)
    claimed_at: datetime | None = None
    claimed_by: AccountId | None = None


class TaskDoneError(NotFoundError):
    """Somebody has ticked the task off already."""


class TaskClaimedError(DomainError):
    """Somebody else is calling already."""

    code = "task-claimed"

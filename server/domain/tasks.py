"""Something that a person in a role has to do for a case."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.actors import Role
from server.domain.errors import NotFoundError
from server.domain.ids import AccountId, CaseId


class TaskKind(StrEnum):
    """What is to be done."""

    EMERGENCY = "emergency-call"
    NURSE_CALL = "nurse-call"
    CALL_BACK = "call-back"  # they asked us to call them
    INTERPRETER = "interpreter"  # a visit has lost its interpreter


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do; `note` says what, with the telephone number first where somebody is to be called."""

    id: str
    case_id: CaseId
    kind: str
    role: Role
    note: str
    created_at: datetime
    done_at: datetime | None
    done_by: AccountId | None


class TaskDoneError(NotFoundError):
    """Somebody has ticked the task off already."""

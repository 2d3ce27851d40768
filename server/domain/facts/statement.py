"""What somebody said about a case, and when. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.policy import FactValue, Stage


class Party(StrEnum):
    """Who may say something about a case."""

    PATIENT = "patient"
    SCHEDULER = "scheduler"
    SPECIALIST = "specialist"
    SYSTEM = "system"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Statement:
    """One answer: never changed, only followed by a later one."""

    name: str
    value: FactValue | None  # None is "I don't know", which takes an earlier answer back
    said_as: Party
    said_by: str  # the account, or the part of the service
    said_at: datetime
    stage: Stage | None = None  # the step at which it was said, where it was said at one
    reason: str | None = None  # why, where a clinician raises an event or clears what stands

    def __post_init__(self) -> None:
        if self.said_at.tzinfo is None:
            raise ValueError("a statement needs an instant with a zone")

    @property
    def clears(self) -> bool:
        """Whether a named clinician takes back, with a reason, what stands until then."""
        return self.value is False and self.said_as is Party.SPECIALIST and bool(self.reason)

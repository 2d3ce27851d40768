"""What somebody said about a case, and when. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.policy import FactValue


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

    def __post_init__(self) -> None:
        if self.said_at.tzinfo is None:
            raise ValueError("a statement needs an instant with a zone")

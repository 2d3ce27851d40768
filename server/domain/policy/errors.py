"""What the in-person rule refuses: facts that are not acceptable, and policies with faults."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from server.domain.errors import DomainError

MAX_NAME_SHOWN = 60  # a misspelt name comes from outside and may be of any length


class FactProblem(StrEnum):
    """Why one fact cannot be used."""

    UNKNOWN_NAME = "unknown fact name"
    UNKNOWN_STAGE = "unknown stage"
    WRONG_VALUE = "wrong type or value"
    OUT_OF_RANGE = "out of range"
    BAD_FORMAT = "bad format"
    BAD_DATE = "bad date"
    NULL_EVENT = "event must be true or false"
    NOT_APPROVABLE = "approval allowed only for in_person_recommended rules"


@dataclass(frozen=True, slots=True)
class FactFault:
    """One fact that cannot be used; the value itself is never kept, because it is private."""

    name: str
    problem: FactProblem

    def __str__(self) -> str:
        return f"{self.name[:MAX_NAME_SHOWN]}: {self.problem}"


class FactsError(DomainError):
    """The facts are not acceptable, so there is no decision; `faults` names every one of them."""

    code = "facts-not-acceptable"

    def __init__(self, faults: Iterable[FactFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("These facts cannot be used. " + "; ".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """One fault of a policy file and the place where it stands."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


class PolicyFaultsError(DomainError):
    """The file is no policy; `faults` names everything that is wrong with it."""

    code = "policy-faults"

    def __init__(self, faults: Iterable[PolicyFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("This policy cannot be used. " + "; ".join(map(str, self.faults)))

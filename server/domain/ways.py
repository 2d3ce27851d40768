"""By which way a time may be booked on the strength of the in-person rule, and where another specialist helps. Pure."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from server.domain.appointments import Mode
from server.domain.policy import FactValue, Outcome, Policy

AT_THE_CLINIC = frozenset({Outcome.IN_PERSON_REQUIRED, Outcome.IN_PERSON_RECOMMENDED})
LICENSED_IN = "clinician_authorised_states"
REVIEWED = "specialist_review_done"


class Decided(Protocol):
    """A decision, fresh or kept."""

    @property
    def outcome(self) -> Outcome:
        """How the patient may be seen."""

    @property
    def safety_screen_incomplete(self) -> bool:
        """Whether a warning sign is not answered, so that nothing may be booked."""


class Reasoned(Protocol):
    """A decision with its reasons."""

    @property
    def fired(self) -> Iterable[str]:
        """The rules that fired."""

    @property
    def asks(self) -> Iterable[str]:
        """The facts that are missing."""


def way(decided: Decided, facts: Mapping[str, FactValue]) -> Mode | None:
    """Name the way in which a time may be booked; None while nothing may be.

    Nobody travels before their warning signs are asked about and the specialist has read their records.
    """
    if decided.safety_screen_incomplete:
        return None
    if decided.outcome is Outcome.VIDEO_OK:
        return Mode.VIDEO
    return Mode.IN_PERSON if decided.outcome in AT_THE_CLINIC and facts.get(REVIEWED) is True else None


def another_may(reasoned: Reasoned, policy: Policy) -> bool:
    """Whether it is this specialist's license that forbids video, or is not known, so that another one may help."""
    clauses = policy.clauses
    forbids = any(LICENSED_IN in clauses[rule].reads for rule in reasoned.fired if rule in clauses)
    return forbids or LICENSED_IN in reasoned.asks

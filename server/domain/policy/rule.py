"""One rule of the policy: when it applies, what it asks for, and what it tells the patient. Pure."""

from dataclasses import dataclass

from server.domain.policy.condition import Group
from server.domain.policy.outcome import RANK, Outcome
from server.domain.policy.stage import Stage


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason against, or with `when` absent the one rule that holds if no other does."""

    id: str
    name: str
    outcome: Outcome
    stages: tuple[Stage, ...]
    when: Group | None
    patient: str
    sources: tuple[str, ...]

    @property
    def default(self) -> bool:
        """Whether this is the rule that stands when nothing stands in the way."""
        return self.when is None

    @property
    def approvable(self) -> bool:
        """Whether a named clinician may approve video although the rule fires."""
        return self.outcome is Outcome.IN_PERSON_RECOMMENDED

    @property
    def strictness(self) -> tuple[int, str]:
        """The key that sorts the strictest rule first."""
        return (-RANK[self.outcome], self.id)

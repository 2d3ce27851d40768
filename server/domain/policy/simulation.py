"""An old policy against a new one, over cases that were decided before. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.domain.policy.decision import decide
from server.domain.policy.errors import FactsError
from server.domain.policy.fact import FactValue
from server.domain.policy.outcome import RANK, Outcome
from server.domain.policy.policy import Policy
from server.domain.policy.stage import Stage


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of the past: under which id, at which step, on which facts."""

    id: str
    stage: Stage
    facts: Mapping[str, FactValue | None]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What would have been different; the ids are sorted."""

    matrix: Mapping[tuple[Outcome, Outcome], int]  # how many went from the old outcome to the new one
    toward_video: tuple[str, ...]
    toward_caution: tuple[str, ...]
    undecidable: tuple[str, ...]  # one of the two policies does not accept the facts
    moved: Mapping[str, tuple[Outcome, Outcome]]  # from where to where, by id

    @property
    def loosens(self) -> bool:
        """Whether the change needs a written reason: something moves toward video, or nobody can tell."""
        return bool(self.toward_video or self.undecidable)


def simulate(old: Policy, new: Policy, past: Iterable[Decided]) -> Simulation:
    """Decide every case of the past by both policies."""
    matrix: Counter[tuple[Outcome, Outcome]] = Counter()
    moved: dict[str, tuple[Outcome, Outcome]] = {}
    undecidable = set()
    for decided in past:
        try:
            before, after = (decide(policy, decided.stage, decided.facts).outcome for policy in (old, new))
        except FactsError:
            undecidable.add(decided.id)
            continue
        matrix[before, after] += 1
        if after is not before:
            moved[decided.id] = (before, after)
    return _simulation(matrix, moved, undecidable)


def together(parts: Iterable[Simulation]) -> Simulation:
    """Put simulations over different parts of the past together."""
    matrix: Counter[tuple[Outcome, Outcome]] = Counter()
    moved: dict[str, tuple[Outcome, Outcome]] = {}
    undecidable: set[str] = set()
    for part in parts:
        matrix.update(part.matrix)
        moved |= part.moved
        undecidable.update(part.undecidable)
    return _simulation(matrix, moved, undecidable)


def _simulation(
    matrix: Mapping[tuple[Outcome, Outcome], int],
    moved: Mapping[str, tuple[Outcome, Outcome]],
    undecidable: Iterable[str],
) -> Simulation:
    ranks = {name: (RANK[before], RANK[after]) for name, (before, after) in sorted(moved.items())}
    return Simulation(
        matrix=matrix,
        toward_video=tuple(name for name, (before, after) in ranks.items() if after < before),
        toward_caution=tuple(name for name, (before, after) in ranks.items() if after > before),
        undecidable=tuple(sorted(undecidable)),
        moved=moved,
    )

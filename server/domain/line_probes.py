"""A probe of somebody's line: how it stands, and which facts follow from it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.domain.errors import DomainError
from server.domain.facts import Statement
from server.domain.policy import FactValue

MOST_FAILURES = 100  # as the policy counts
FAILED_ATTEMPTS = "failed_attempts"
PROBE = "probe"  # who says how often a line could not be opened


class ProbeState(StrEnum):
    """How far a probe has come."""

    CONNECTING = "connecting"
    MEASURING = "measuring"
    DONE = "done"
    FAILED = "failed"


class ProbeFailure(StrEnum):
    """Why a probe measured nothing. Only the first says something about the line."""

    NEVER_OPENED = "never-opened"
    BROKEN_OFF = "broken-off"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What a line carries; the loss is that of the worse direction."""

    rtt_ms: int
    loss_pct: float
    down_kbps: int
    up_kbps: int


class OfferUnusableError(DomainError):
    """The offer is not one of a data channel that a probe can answer."""

    code = "offer-unusable"


class ProbeRunningError(DomainError):
    """Another probe of this person has not ended yet."""

    code = "probe-running"


class ProbesBusyError(DomainError):
    """As many probes as this machine bears are under way."""

    code = "probes-busy"


def measured(figures: LineFigures) -> dict[str, FactValue | None]:
    """Tell what figures mean for the rule: a visit needs both directions."""
    return {"bandwidth_kbps": min(figures.down_kbps, figures.up_kbps), "packet_loss_pct": figures.loss_pct}


def failures(said: Sequence[Statement]) -> int:
    """Return how often joining a visit has failed by what was said of it, in the order it was said."""
    counted = [one.value for one in said if one.name == FAILED_ATTEMPTS and isinstance(one.value, int)]
    return counted[-1] if counted else 0


def failures_of_others(said: Sequence[Statement]) -> int:
    """Return the same without what probes added: a line that opens takes only that back."""
    count, before = 0, 0
    for one in said:
        if one.name != FAILED_ATTEMPTS or not isinstance(one.value, int):
            continue
        if one.said_by != PROBE:
            count += max(one.value - before, 0)
        before = one.value
    return count


def one_more(said: Sequence[Statement]) -> int:
    """Count a line that could not be opened."""
    return min(failures(said) + 1, MOST_FAILURES)

"""What a policy lets pass: risks that alone change nothing, and names that nothing reads. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from server.domain.policy.condition import Condition, Operator
from server.domain.policy.decision import decide
from server.domain.policy.errors import FactsError
from server.domain.policy.fact import Fact, FactKind, FactType, Risk
from server.domain.policy.outcome import Outcome
from server.domain.policy.policy import Policy
from server.domain.policy.stage import Stage

STEP = {FactType.INT: 1, FactType.NUM: 0.1}
TOWARD_MORE = frozenset({Risk.HIGHER, Risk.ORDERED})


@dataclass(frozen=True, slots=True)
class Gap:
    """A risk that alone changes nothing at these steps: video stays the answer. The riskiest value of its kind."""

    fact: str
    value: bool | int | float | str
    stages: tuple[Stage, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a human has to accept before signing."""

    found: tuple[Gap, ...]
    never_video: tuple[Stage, ...]  # where even the case without any risk is not video, so nothing can be told
    unread: tuple[str, ...]  # facts, lists, numbers and dates that no rule reads


def find_gaps(policy: Policy, baselines: Mapping[Stage, Mapping[str, Any]]) -> Gaps:
    """Add one risk at a time to the case in which nothing stands in the way, step by step."""
    silent: dict[tuple[str, Any], list[Stage]] = {}
    never_video = []
    for stage in Stage:
        known = {name: value for name, value in baselines.get(stage, {}).items() if name in policy.facts}
        if not _is_video(policy, stage, known):
            never_video.append(stage)
            continue
        for name, value in known.items():
            for risk in _risks(policy, policy.facts[name], value):
                if _is_video(policy, stage, known | {name: risk}):
                    silent.setdefault((name, risk), []).append(stage)
                    break
    found = sorted(silent.items(), key=lambda entry: list(policy.facts).index(entry[0][0]))
    return Gaps(
        found=tuple(Gap(name, value, tuple(stages)) for (name, value), stages in found),
        never_video=tuple(never_video),
        unread=_unread(policy),
    )


def opened(gaps: Gaps, before: Policy, baselines: Mapping[Stage, Mapping[str, Any]]) -> tuple[Gap, ...]:
    """Find the gaps that another policy does not have: it stops that risk at one of these steps at least."""

    def stops(stage: Stage, gap: Gap) -> bool:
        known = {name: value for name, value in baselines[stage].items() if name in before.facts}
        return not _is_video(before, stage, known | {gap.fact: gap.value})

    return tuple(gap for gap in gaps.found if any(stops(stage, gap) for stage in gap.stages))


def _is_video(policy: Policy, stage: Stage, facts: Mapping[str, Any]) -> bool:
    try:
        return decide(policy, stage, facts).outcome is Outcome.VIDEO_OK
    except FactsError:
        return False


def _risks(policy: Policy, fact: Fact, safe: Any) -> Iterator[Any]:
    """Give the values that are riskier than a safe one and that some rule can tell apart, the riskiest first."""
    if fact.kind is not FactKind.ASKED or fact.risk is Risk.NONE:
        return
    if fact.type is FactType.BOOL:
        risk = fact.risk is Risk.TRUE
        yield from [risk] if risk is not safe else []
    elif fact.type is FactType.ENUM:
        yield from reversed(fact.values[fact.values.index(safe) + 1 :])
    else:
        more = fact.risk in TOWARD_MORE
        riskier = {value for value in _cut_points(policy, fact) if (value > safe if more else value < safe)}
        yield from sorted(riskier, reverse=more)


def _cut_points(policy: Policy, fact: Fact) -> set[Any]:
    """Give the values on both sides of every threshold of a fact."""
    operands = [
        condition.operand
        for condition in conditions(policy)
        if condition.fact == fact.name and condition.operator is not Operator.NOT_IN_FACT
    ]
    if fact.type is FactType.DATE:
        days = [date.fromisoformat(str(operand)) for operand in operands]
        return {(day + timedelta(days=after)).isoformat() for day in days for after in (0, 1)}
    numbers = [operand for operand in operands if isinstance(operand, int | float)]
    below = {round(number - STEP[fact.type], 6) for number in numbers}
    values = {*numbers, *below, fact.minimum, fact.maximum}
    return {value for value in values if fact.problem(value) is None}


def conditions(policy: Policy) -> Iterator[Condition]:
    """Walk over every comparison of a policy."""
    for rule in policy.rules:
        yield from rule.when.conditions if rule.when is not None else ()
    for group in policy.derived.values():
        yield from group.conditions


def _unread(policy: Policy) -> tuple[str, ...]:
    asked = [fact.name for fact in policy.facts.values() if fact.kind is not FactKind.DISPOSITION]
    read = frozenset().union(*(policy.reads(stage) for stage in Stage))
    named = {condition.named for condition in conditions(policy)}
    names = [*policy.lists, *policy.numbers, *policy.dates]
    return (*(name for name in asked if name not in read), *(name for name in names if name not in named))

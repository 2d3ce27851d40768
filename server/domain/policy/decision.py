"""The in-person rule itself: from what is known about a case to how the patient may be seen.

The same policy and the same facts give the same decision, for ever. No I/O, no clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from server.domain.policy.errors import FactFault, FactProblem, FactsError
from server.domain.policy.fact import APPROVED_RULES, FactValue
from server.domain.policy.outcome import RANK, Outcome
from server.domain.policy.policy import Policy
from server.domain.policy.rule import Rule
from server.domain.policy.stage import PROVISIONAL_STAGES, Stage
from server.domain.policy.truth import Values

ENGINE_VERSION = "1"  # stored with every decision; moves when the meaning of a policy does

# Taken once, because a member of an enumeration is slow to reach.
VIDEO_OK, NEEDS_INFORMATION, EMERGENCY_NOW = Outcome.VIDEO_OK, Outcome.NEEDS_INFORMATION, Outcome.EMERGENCY_NOW
ID_OF, OUTCOME_OF = attrgetter("id"), attrgetter("outcome")


@dataclass(frozen=True, slots=True)
class Decision:
    """How the patient may be seen at this step, and every reason; all lists are sorted."""

    outcome: Outcome
    fired: tuple[str, ...]
    resolved: tuple[str, ...]  # fired, but a named clinician approved video
    asks: tuple[str, ...]  # the unknown facts that keep a rule undecided
    unknown_rules: tuple[str, ...]
    safety_screen_incomplete: bool  # nothing may be booked, whatever the outcome
    provisional: bool
    policy: str
    policy_sha256: str
    stage: Stage

    def plain(self) -> dict[str, Any]:
        """Give the decision as it is written in JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def decide(policy: Policy, stage: Stage, facts: Mapping[str, FactValue | None]) -> Decision:
    """Decide by the strictest rule; what cannot be decided is never video.

    Raises:
        FactsError: a fact is unknown to the policy or holds what it may not.
    """
    values = _known(policy, facts)
    fired, undecided = _evaluate(policy, stage, values)
    resolved = [rule for rule in fired if _approved(policy, rule, values)] if values[APPROVED_RULES] else []
    standing = [rule for rule in fired if rule not in resolved] if resolved else fired
    outcome = _strictest(standing, undecided)
    emergency = outcome is EMERGENCY_NOW
    return Decision(
        outcome=outcome,
        fired=(policy.default.id,) if outcome is VIDEO_OK else _ids(standing),
        resolved=_ids(resolved),
        asks=_asks(policy, undecided, values) if undecided and not emergency else (),
        unknown_rules=_ids(undecided),
        safety_screen_incomplete=not emergency and EMERGENCY_NOW in map(OUTCOME_OF, undecided),
        provisional=stage in PROVISIONAL_STAGES,
        policy=policy.name,
        policy_sha256=policy.sha256,
        stage=stage,
    )


def _known(policy: Policy, facts: Mapping[str, FactValue | None]) -> dict[str, Any]:
    """Give every fact of the policy its value, None where it is unknown."""
    answers, checks, faults = policy.answers, policy.checks, []
    for name, value in facts.items():
        if (value is True or value is False or value is None) and name in answers:
            continue  # as most of them are: nothing more to check
        problem = checks[name](value) if name in checks else FactProblem.UNKNOWN_NAME
        if problem is not None:
            faults.append(FactFault(name, problem))
    if faults:
        raise FactsError(sorted(faults, key=lambda fault: fault.name))
    return {**policy.absent, **facts}


def _evaluate(policy: Policy, stage: Stage, values: dict[str, Any]) -> tuple[list[Rule], list[Rule]]:
    """Sort the rules of the step into those that fire and those that cannot be decided."""
    plan = policy.plans[stage]
    for name, ask in plan.derived:
        values[name] = ask(values)
    fired, undecided = [], []
    for rule, ask in plan.rules:
        truth = ask(values)
        if truth is None:
            undecided.append(rule)
        elif truth:
            fired.append(rule)
    return fired, undecided


def _approved(policy: Policy, rule: Rule, values: Values) -> bool:
    """Tell whether an approval lifts the rule: it counts only while every fact the rule reads is known."""
    if rule.id not in (values[APPROVED_RULES] or ()):
        return False
    return all(values[name] is not None for name in policy.clauses[rule.id].reads)


def _strictest(standing: Sequence[Rule], undecided: Sequence[object]) -> Outcome:
    lowest = NEEDS_INFORMATION if undecided else VIDEO_OK
    return max(lowest, *map(OUTCOME_OF, standing), key=RANK.__getitem__) if standing else lowest


def _asks(policy: Policy, undecided: Iterable[Rule], values: Values) -> tuple[str, ...]:
    return tuple(sorted({name for rule in undecided for name in policy.clauses[rule.id].gaps(values)}))


def _ids(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(map(ID_OF, rules))  # a plan keeps its rules in the order of their ids

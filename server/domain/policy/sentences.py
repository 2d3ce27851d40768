"""The rules in sentences, in the words in which people are asked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from server.domain.facts.sheet import FactSheet
from server.domain.policy.condition import Condition, Group, Operator, Quantifier
from server.domain.policy.outcome import Outcome
from server.domain.policy.policy import Policy
from server.domain.policy.rule import Rule
from server.domain.policy.stage import Stage
from server.domain.wording import day_words

STEPS: Mapping[Stage, str] = {
    Stage.REQUEST: "at the request",
    Stage.RECORDS_REVIEW: "when the records are read",
    Stage.BOOKING: "at booking",
    Stage.CHECK_IN: "at check-in",
    Stage.DURING_VISIT: "during the visit",
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.VIDEO_OK: "the visit may be by video",
    Outcome.AUDIO_FALLBACK: "the visit goes on with sound only",
    Outcome.IN_PERSON_RECOMMENDED: "the visit is better in person, and a clinician may approve video",
    Outcome.NEEDS_SUPPORT: "help is arranged first",
    Outcome.NEEDS_INFORMATION: "something has to be known first",
    Outcome.IN_PERSON_REQUIRED: "the visit is in person",
    Outcome.EMERGENCY_NOW: "it is an emergency now",
}
JOINED: Mapping[Quantifier, str] = {Quantifier.ALL: "all of these", Quantifier.ANY: "any of these"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One rule as a person reads it."""

    rule: Rule
    when: str  # at which steps
    joined: str  # how the conditions hang together; empty for one, and for the rule that stands when no other does
    conditions: tuple[str, ...]
    then: str

    @property
    def text(self) -> str:
        """The whole of it in one sentence."""
        start = self.when[0].upper() + self.when[1:]
        if not self.conditions:
            return f"{start}: if nothing else stands in the way, {self.then}."
        link = " and " if self.rule.when and self.rule.when.quantifier is Quantifier.ALL else " or "
        return f"{start}: if {link.join(self.conditions)}, {self.then}."


def sentence(rule: Rule, sheet: FactSheet) -> Sentence:
    """Word a rule."""
    group = rule.when
    several = group is not None and len(group.conditions) > 1
    return Sentence(
        rule=rule,
        when=steps(rule.stages),
        joined=JOINED[group.quantifier] if group is not None and several else "",
        conditions=words_of(group, sheet),
        then=OUTCOMES[rule.outcome],
    )


def words_of(group: Group | None, sheet: FactSheet) -> tuple[str, ...]:
    """Word the conditions of a rule or of a derived fact."""
    return () if group is None else tuple(condition_words(condition, sheet) for condition in group.conditions)


def readers(policy: Policy, name: str) -> tuple[str, ...]:
    """Name the rules that read a number, a list or a date, also through what is derived."""

    def reads(group: Group) -> bool:
        return any(
            condition.named == name or (condition.fact in policy.derived and reads(policy.derived[condition.fact]))
            for condition in group.conditions
        )

    return tuple(rule.id for rule in policy.rules if rule.when is not None and reads(rule.when))


def compared(policy: Policy, name: str, sheet: FactSheet) -> tuple[str, ...]:
    """Name what a number, a list or a date is compared with, in the words in which it is asked."""
    groups = [rule.when for rule in policy.rules if rule.when is not None] + list(policy.derived.values())
    facts = {condition.fact: None for group in groups for condition in group.conditions if condition.named == name}
    return tuple(fact_words(fact, sheet) for fact in facts)


def steps(stages: tuple[Stage, ...]) -> str:
    """Say at which steps something counts."""
    if len(stages) == len(Stage):
        return "at every step"
    *first, last = (STEPS[stage] for stage in stages)
    return f"{', '.join(first)} and {last}" if first else last


def condition_words(condition: Condition, sheet: FactSheet) -> str:
    """Word one comparison: what is asked, and which answer counts."""
    asked = fact_words(condition.fact, sheet)
    match condition.operator:
        case Operator.IS:
            return f"{asked} is {_value(condition, sheet)}"
        case Operator.IS_OR_UNKNOWN:
            return f"{asked} is {_value(condition, sheet)}, or not known"
        case Operator.AT_LEAST:
            return f"{asked} is {condition.operand} or more"
        case Operator.BELOW:
            return f"{asked} is less than {condition.operand}"
        case Operator.AFTER:
            return f"{asked} is after {day_words(date.fromisoformat(str(condition.operand)))}"
        case Operator.IN:
            return f"{asked} is {_list(condition, sheet, ' or ')}"
        case Operator.NOT_IN:
            return f"{asked} is not {_list(condition, sheet, ' or ')}"
        case Operator.NOT_IN_FACT:
            return f"{asked} is not among {fact_words(str(condition.operand), sheet)}"


def fact_words(name: str, sheet: FactSheet) -> str:
    """Name a fact by the question that is asked for it; a derived one, which nobody is asked, by its own name."""
    if name in sheet.entries:
        return f"“{sheet.entries[name].question.text}”"
    return f"“{name.replace('_', ' ')}”"


def value_words(name: str, value: object, sheet: FactSheet) -> str:
    """Word a value as the person reads it who gives it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    options = sheet.entries[name].question.options if name in sheet.entries else ()
    return next((f"“{option.label}”" for option in options if option.value == value), str(value))


def _value(condition: Condition, sheet: FactSheet) -> str:
    return value_words(condition.fact, condition.operand, sheet)


def _list(condition: Condition, sheet: FactSheet, link: str) -> str:
    assert isinstance(condition.operand, tuple)
    *first, last = (value_words(condition.fact, entry, sheet) for entry in condition.operand)
    return f"{', '.join(first)}{link}{last}" if first else last

"""Reading one entry of a fact sheet. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from server.domain.facts.question import Option, Place, Question
from server.domain.facts.sheet import Entry
from server.domain.facts.statement import Party
from server.domain.policy import Condition, Fact, FactKind, FactType, Policy, Stage
from server.domain.policy.load_conditions import Vocabulary, read_condition
from server.domain.policy.table import Table

Ages = Mapping[str, Mapping[Stage, timedelta]]

# By these types a person chooses, and every choice needs its words; a text may be picked from a list.
CHOSEN = frozenset({FactType.ENUM, FactType.STR})


@dataclass(frozen=True, slots=True)
class Words:
    """The answers that read the same on every question."""

    yes: str
    no: str
    patient_unknown: str
    staff_unknown: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an entry refers to."""

    policy: Policy
    words: Words
    ages: Ages


def read_entry(table: Table, fact: Fact, surroundings: Surroundings) -> Entry:
    """Read who is asked for a fact, how, and for how long the answer holds."""
    asked_of = table.choice("asked_of", Party)
    others = _read_others(table)
    question = Question(
        fact=fact,
        asked_of=asked_of,
        place=table.choice("place", Place),
        text=table.text("question"),
        hint=table.text("hint") if "hint" in table else "",
        items=table.texts("items") if "items" in table and fact.type is FactType.INT else (),
        options=_read_options(table, fact, surroundings.words),
        unknown_label=_read_unknown(table, asked_of, surroundings.words),
        only_if=_read_case(table, surroundings.policy),
    )
    entry = Entry(question, _read_text_at(table), others | {asked_of}, _read_max_age(table, surroundings.ages))
    if fact.kind is not FactKind.ASKED:
        _check_button(table, entry)
    table.finish()
    return entry


def _check_button(table: Table, entry: Entry) -> None:
    """Keep events and approvals in the hand of a named clinician, without an end."""
    if entry.may_say != {Party.SPECIALIST}:
        table.fault("only the specialist may say this", "asked_of")
    if entry.max_age:
        table.fault("this does not grow old", "max_age")


def _read_others(table: Table) -> frozenset[Party]:
    names = table.texts("also_from") if "also_from" in table else ()
    for name in names:
        if name not in list(Party):
            table.fault(f"there is no {name}", "also_from")
    return frozenset(party for party in Party if party in names)


def _read_options(table: Table, fact: Fact, words: Words) -> tuple[Option, ...]:
    if fact.type is FactType.BOOL:
        return (Option("true", words.yes), Option("false", words.no))
    if fact.type not in CHOSEN or (fact.type is FactType.STR and "labels" not in table):
        return ()
    labels = table.table("labels")
    options = tuple(Option(value, label) for value, label in labels.words())
    values = [option.value for option in options]
    if fact.type is FactType.ENUM and set(values) != set(fact.values):
        labels.fault(f"must label exactly {', '.join(fact.values)}")
    elif any(fact.problem(value) for value in values):
        labels.fault(f"holds what {fact.name} can never be")
    return options


def _read_unknown(table: Table, asked_of: Party, words: Words) -> str:
    if "unknown" in table:
        return table.text("unknown")
    return words.patient_unknown if asked_of is Party.PATIENT else words.staff_unknown


def _read_case(table: Table, policy: Policy) -> Condition | None:
    if "only_if" not in table:
        return None
    dates = {name: day.isoformat() for name, day in policy.dates.items()}
    return read_condition(table.table("only_if"), Vocabulary(policy.facts, policy.lists, policy.numbers, dates))


def _read_text_at(table: Table) -> dict[Stage, str]:
    texts = table.table("question_at")
    words = {stage: texts.text(stage) for stage in Stage if stage in texts}
    texts.finish()
    return words


def _read_max_age(table: Table, ages: Ages) -> Mapping[Stage, timedelta]:
    if "max_age" not in table:
        return {}
    name = table.text("max_age")
    if name not in ages:
        table.fault(f"there is no [ages.{name}]", "max_age")
    return ages.get(name, {})

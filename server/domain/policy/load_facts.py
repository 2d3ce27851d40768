"""Reading the declarations of the facts. Pure."""

import re
from collections.abc import Mapping

from server.domain.policy.fact import APPROVED_RULES, Fact, FactKind, FactType, Risk
from server.domain.policy.table import Table

RISKS: Mapping[FactType, frozenset[Risk]] = {
    FactType.BOOL: frozenset({Risk.TRUE, Risk.FALSE, Risk.NONE}),
    FactType.INT: frozenset({Risk.HIGHER, Risk.LOWER, Risk.NONE}),
    FactType.NUM: frozenset({Risk.HIGHER, Risk.LOWER, Risk.NONE}),
    FactType.ENUM: frozenset({Risk.ORDERED, Risk.NONE}),
    FactType.STR: frozenset({Risk.NONE}),
    FactType.STRLIST: frozenset({Risk.NONE}),
    FactType.DATE: frozenset({Risk.HIGHER, Risk.LOWER, Risk.NONE}),
}

# An event has not happened until a clinician presses the button. Whatever else nobody has said is unknown, not "no".
BUTTON = "clinician_"
BLANKS = ("", " ")  # what a form sends for a field that nobody filled in


def read_facts(section: Table) -> dict[str, Fact]:
    """Read every declaration; one of them is where a clinician's approvals go."""
    facts = {name: _read_fact(name, section.table(name)) for name in section.names()}
    if APPROVED_RULES not in facts:
        section.fault("is missing", APPROVED_RULES)
    return facts


def _read_fact(name: str, table: Table) -> Fact:
    fact_type = table.choice("type", FactType)
    minimum, maximum = _read_range(table) if fact_type in (FactType.INT, FactType.NUM) else (0, 0)
    fact = Fact(
        name=name,
        type=fact_type,
        kind=table.choice("kind", FactKind, default=FactKind.ASKED),
        risk=table.choice("risk", Risk),
        values=table.texts("values") if fact_type is FactType.ENUM else (),
        minimum=minimum,
        maximum=maximum,
        pattern=_read_pattern(table) if fact_type in (FactType.STR, FactType.STRLIST) else None,
    )
    _check_kind(fact, table)
    if fact.risk not in RISKS[fact_type]:
        table.fault(f"must be one of {', '.join(sorted(RISKS[fact_type]))} for {fact_type}", "risk")
    table.finish()
    return fact


def _check_kind(fact: Fact, table: Table) -> None:
    if fact.kind is FactKind.EVENT and fact.type is not FactType.BOOL:
        table.fault("an event must be a bool", "kind")
    if fact.kind is FactKind.EVENT and not fact.name.startswith(BUTTON):
        table.fault(f"only a clinician's button, {BUTTON}..., is an event; all else is unknown until said", "kind")
    if (fact.kind is FactKind.DISPOSITION) != (fact.name == APPROVED_RULES):
        table.fault(f"{APPROVED_RULES} alone is a disposition", "kind")
    if fact.kind is FactKind.DISPOSITION and fact.type is not FactType.STRLIST:
        table.fault("a disposition must be a strlist", "kind")


def _read_range(table: Table) -> tuple[float, float]:
    minimum, maximum = table.number("min"), table.number("max")
    if minimum > maximum:
        table.fault("must not be above max", "min")
    return minimum, maximum


def _read_pattern(table: Table) -> re.Pattern[str] | None:
    text = table.text("pattern")
    try:
        pattern = re.compile(text)
    except (re.error, OverflowError, RecursionError):
        table.fault("must be a regular expression", "pattern")
        return None
    if text and any(pattern.fullmatch(blank) for blank in BLANKS):
        table.fault("must not match a blank text; else a field left empty would count as an answer", "pattern")
    return pattern

"""What may be known about a case: the declaration of a fact, and which values it accepts. Pure."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from server.domain.policy.errors import FactProblem

# What a known fact holds; a date is ISO 8601 text. An unknown fact is absent or None.
FactValue = bool | int | float | str | list[str] | tuple[str, ...]

# The fact by which a named clinician approves video although a rule recommends in-person.
APPROVED_RULES = "clinician_approved_rules"

# RFC 3339 full-date; date.fromisoformat alone also takes "20261210" and "2026-W50-4".
FULL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FactType(StrEnum):
    """The type of a fact's value."""

    BOOL = "bool"
    INT = "int"
    NUM = "num"
    ENUM = "enum"
    STR = "str"
    STRLIST = "strlist"
    DATE = "date"


class FactKind(StrEnum):
    """What it means when the fact is absent."""

    ASKED = "asked"  # unknown: somebody must be asked
    EVENT = "event"  # it has not happened
    DISPOSITION = "disposition"  # nobody has approved anything


class Risk(StrEnum):
    """The direction in which the fact makes a video visit riskier."""

    TRUE = "true"
    FALSE = "false"
    HIGHER = "higher"
    LOWER = "lower"
    ORDERED = "ordered"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Fact:
    """The declaration of one fact."""

    name: str
    type: FactType
    kind: FactKind
    risk: Risk
    values: tuple[str, ...] = ()  # enum: what it may hold, in order of risk if `risk` is ordered
    minimum: float = -math.inf  # int and num, inclusive
    maximum: float = math.inf
    pattern: re.Pattern[str] | None = None  # str, and each entry of a strlist

    @property
    def absent(self) -> bool | tuple[str, ...] | None:
        """What the fact holds while nobody has said anything."""
        return ABSENT[self.kind]

    def problem(self, value: object) -> FactProblem | None:
        """Say why the value is not acceptable, or None when it is; None stands for unknown."""
        if self.kind is FactKind.EVENT:
            return None if value is True or value is False else FactProblem.NULL_EVENT
        return None if value is None else CHECKS[self.type](self, value)


def canonical(facts: Mapping[str, FactValue | None]) -> bytes:
    """Write the known facts so that the same facts are the same bytes, for storing and for keyed hashes."""
    known = {name: value for name, value in facts.items() if value is not None}
    return json.dumps(known, sort_keys=True, separators=(",", ":")).encode()


def is_full_date(text: str) -> bool:
    """Tell whether the text is a day that exists, written YYYY-MM-DD."""
    if not FULL_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _bool_problem(fact: Fact, value: object) -> FactProblem | None:
    return None if value is True or value is False else FactProblem.WRONG_VALUE


def _int_problem(fact: Fact, value: object) -> FactProblem | None:
    if type(value) is not int:  # bool is a subclass of int, and 1 is not yes
        return FactProblem.WRONG_VALUE
    return None if fact.minimum <= value <= fact.maximum else FactProblem.OUT_OF_RANGE


def _num_problem(fact: Fact, value: object) -> FactProblem | None:
    if type(value) is not float:
        return _int_problem(fact, value)
    # NaN compares false with every limit, so it falls out of range too.
    return None if fact.minimum <= value <= fact.maximum else FactProblem.OUT_OF_RANGE


def _enum_problem(fact: Fact, value: object) -> FactProblem | None:
    return None if isinstance(value, str) and value in fact.values else FactProblem.WRONG_VALUE


def _str_problem(fact: Fact, value: object) -> FactProblem | None:
    if not isinstance(value, str):
        return FactProblem.WRONG_VALUE
    return None if fact.pattern is None or fact.pattern.fullmatch(value) else FactProblem.BAD_FORMAT


def _strlist_problem(fact: Fact, value: object) -> FactProblem | None:
    if not isinstance(value, list | tuple):
        return FactProblem.WRONG_VALUE
    return next((problem for entry in value if (problem := _str_problem(fact, entry))), None)


def _date_problem(fact: Fact, value: object) -> FactProblem | None:
    if not isinstance(value, str):
        return FactProblem.WRONG_VALUE
    return None if is_full_date(value) else FactProblem.BAD_DATE


CHECKS: Mapping[FactType, Callable[[Fact, Any], FactProblem | None]] = {
    FactType.BOOL: _bool_problem,
    FactType.INT: _int_problem,
    FactType.NUM: _num_problem,
    FactType.ENUM: _enum_problem,
    FactType.STR: _str_problem,
    FactType.STRLIST: _strlist_problem,
    FactType.DATE: _date_problem,
}

ABSENT: Mapping[FactKind, bool | tuple[str, ...] | None] = {
    FactKind.ASKED: None,
    FactKind.EVENT: False,
    FactKind.DISPOSITION: (),
}

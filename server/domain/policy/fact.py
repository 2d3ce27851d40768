"""What may be known about a case: the declaration of a fact, and which values it accepts. Pure."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from server.domain.policy.errors import FactProblem

# What a known fact holds; a date is ISO 8601 text. An unknown fact is absent or None.
FactValue = bool | int | float | str | list[str] | tuple[str, ...]

# The fact by which a named clinician approves video although a rule recommends in-person.
APPROVED_RULES = "clinician_approved_rules"

# RFC 3339 full-date; date.fromisoformat alone also takes "20261210" and "2026-W50-4".
FULL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Check = Callable[[Any], FactProblem | None]  # why a value is not acceptable, or None when it is

_JSON = msgspec.json.Encoder(order="sorted")


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
    """The declaration of one fact, compiled for checking what it is said to hold."""

    name: str
    type: FactType
    kind: FactKind
    risk: Risk
    values: tuple[str, ...] = ()  # enum: what it may hold, in order of risk if `risk` is ordered
    minimum: float = -math.inf  # int and num, inclusive
    maximum: float = math.inf
    pattern: re.Pattern[str] | None = None  # str, and each entry of a strlist
    problem: Check = field(init=False, repr=False, compare=False)  # None as a value stands for unknown

    def __post_init__(self) -> None:
        compile_check = _check_event if self.kind is FactKind.EVENT else CHECKS[self.type]
        object.__setattr__(self, "problem", compile_check(self))

    @property
    def absent(self) -> bool | tuple[str, ...] | None:
        """What the fact holds while nobody has said anything."""
        return ABSENT[self.kind]

    @property
    def is_answer(self) -> bool:
        """Whether yes, no and unknown are all that it can hold."""
        return self.type is FactType.BOOL and self.kind is FactKind.ASKED


def canonical(facts: Mapping[str, FactValue | None]) -> bytes:
    """Write the known facts so that the same facts are the same bytes, for storing and for keyed hashes.

    The bytes are those of the standard library's JSON, with sorted keys and no spaces: stored hashes stand on them.
    """
    written = _canonical_fast(facts)
    if written is not None:
        return written
    known = {name: value for name, value in facts.items() if value is not None}
    return json.dumps(known, sort_keys=True, separators=(",", ":")).encode()


def _canonical_fast(facts: Mapping[str, FactValue | None]) -> bytes | None:
    """Write what comes out the same in a third of the time; None where text is escaped otherwise."""
    try:
        written = _JSON.encode(
            # msgspec spells an exponent its own way, so every float is written as Python spells it.
            {n: msgspec.Raw(repr(v)) if type(v) is float else v for n, v in facts.items() if v is not None}
        )
    except UnicodeEncodeError:  # half a character, which JSON can say and UTF-8 cannot
        return None
    return written if written.isascii() and b"\x7f" not in written else None


def is_full_date(text: str) -> bool:
    """Tell whether the text is a day that exists, written YYYY-MM-DD."""
    if not FULL_DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_event(fact: Fact) -> Check:
    return lambda value: None if value is True or value is False else FactProblem.NULL_EVENT


def _check_bool(fact: Fact) -> Check:
    return lambda value: None if value is True or value is False or value is None else FactProblem.WRONG_VALUE


def _check_int(fact: Fact) -> Check:
    minimum, maximum = fact.minimum, fact.maximum

    def check(value: object) -> FactProblem | None:
        if type(value) is int:  # bool is a subclass of int, and 1 is not yes
            return None if minimum <= value <= maximum else FactProblem.OUT_OF_RANGE
        return None if value is None else FactProblem.WRONG_VALUE

    return check


def _check_num(fact: Fact) -> Check:
    minimum, maximum, check_int = fact.minimum, fact.maximum, _check_int(fact)

    def check(value: object) -> FactProblem | None:
        if type(value) is float:  # NaN compares false with every limit, so it falls out of range too
            return None if minimum <= value <= maximum else FactProblem.OUT_OF_RANGE
        return check_int(value)

    return check


def _check_enum(fact: Fact) -> Check:
    return _check_text(frozenset(fact.values).__contains__, FactProblem.WRONG_VALUE)


def _check_str(fact: Fact) -> Check:
    return _check_text(_matches(fact), FactProblem.BAD_FORMAT)


def _check_date(fact: Fact) -> Check:
    return _check_text(is_full_date, FactProblem.BAD_DATE)


def _check_text(accepts: Callable[[str], object], problem: FactProblem) -> Check:
    def check(value: object) -> FactProblem | None:
        if isinstance(value, str):
            return None if accepts(value) else problem
        return None if value is None else FactProblem.WRONG_VALUE

    return check


def _check_strlist(fact: Fact) -> Check:
    matches = _matches(fact)

    def check(value: object) -> FactProblem | None:
        if not isinstance(value, list | tuple):
            return None if value is None else FactProblem.WRONG_VALUE
        for entry in value:
            if not isinstance(entry, str):
                return FactProblem.WRONG_VALUE
            if not matches(entry):
                return FactProblem.BAD_FORMAT
        return None

    return check


def _matches(fact: Fact) -> Callable[[str], object]:
    return fact.pattern.fullmatch if fact.pattern else lambda text: True


CHECKS: Mapping[FactType, Callable[[Fact], Check]] = {
    FactType.BOOL: _check_bool,
    FactType.INT: _check_int,
    FactType.NUM: _check_num,
    FactType.ENUM: _check_enum,
    FactType.STR: _check_str,
    FactType.STRLIST: _check_strlist,
    FactType.DATE: _check_date,
}

ABSENT: Mapping[FactKind, bool | tuple[str, ...] | None] = {
    FactKind.ASKED: None,
    FactKind.EVENT: False,
    FactKind.DISPOSITION: (),
}

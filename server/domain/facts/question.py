"""One question to one person, and how their answer is read. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from server.domain.errors import InvalidValueError
from server.domain.facts.statement import Party
from server.domain.policy import Condition, Fact, FactType, FactValue

UNKNOWN = "unknown"  # the raw answer that stands for "I don't know"
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


class Place(StrEnum):
    """Where a fact is first asked or found out."""

    REQUEST = "request"
    PROFILE = "profile"
    RECORDS = "records"
    REVIEW = "review"
    COVERAGE = "coverage"
    SUPPORT = "support"
    BOOKING = "booking"
    LICENCES = "licences"
    SIGN_IN = "sign-in"
    DEVICE_CHECK = "device-check"
    CHECK_IN = "check-in"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose, and how it reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, of whom, and what can be answered."""

    fact: Fact
    asked_of: Party
    place: Place
    text: str
    hint: str
    items: tuple[str, ...]  # things to count, where the answer is how many
    options: tuple[Option, ...]  # empty where the answer is written; "I don't know" is not among them
    unknown_label: str
    only_if: Condition | None  # a follow-up: asked only in this case

    @property
    def name(self) -> str:
        """The fact that the answer is about."""
        return self.fact.name

    @property
    def type(self) -> FactType:
        """The type of the answer."""
        return self.fact.type


def parse_answer(question: Question, raw: str) -> FactValue | None:
    """Read what a person chose or typed; None when they do not know.

    Raises:
        InvalidValueError: this is no answer to the question; says what would be.
    """
    answer = raw.strip()
    if answer == UNKNOWN:
        return None
    if not answer:
        _refuse(question, f"Please answer, or choose “{question.unknown_label}”.")
    if question.options and answer not in {option.value for option in question.options}:
        _refuse(question, "Please choose one of the answers shown.")
    value = PARSERS[question.type](question, answer)
    if question.fact.problem(value):
        _refuse(question, "Please check how this is written.")
    return value


def _refuse(question: Question, sentence: str) -> NoReturn:
    raise InvalidValueError(sentence, field=question.name)


def _parse_number(question: Question, answer: str) -> float:
    minimum, maximum = question.fact.minimum, question.fact.maximum
    whole = question.type is FactType.INT
    if not (WHOLE_NUMBER if whole else NUMBER).fullmatch(answer) or not minimum <= float(answer) <= maximum:
        _refuse(question, f"Please give a {'whole ' * whole}number from {minimum:.0f} to {maximum:.0f}.")
    return int(answer) if whole else float(answer)


def _parse_date(question: Question, answer: str) -> str:
    if question.fact.problem(answer):
        _refuse(question, "Please give a day that exists, as year-month-day: 2030-01-31.")
    return answer


PARSERS: Mapping[FactType, Callable[[Question, str], FactValue]] = {
    FactType.BOOL: lambda _, answer: answer == "true",
    FactType.ENUM: lambda _, answer: answer,
    FactType.STR: lambda _, answer: answer,
    FactType.STRLIST: lambda _, answer: [entry.strip() for entry in answer.split(",")],
    FactType.INT: _parse_number,
    FactType.NUM: _parse_number,
    FactType.DATE: _parse_date,
}

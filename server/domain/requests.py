"""The request form: what an answer is, what is still missing, and what stops the form at once.

Answers are kept as the form speaks them: "yes", "no" or "unknown", a chosen option's code, a text, a number. Nothing
is answered unless somebody answered it. What is asked stands in `server.domain.request_form`. No I/O, no clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from server.domain.errors import DomainError
from server.domain.facts import UNKNOWN, Entry
from server.domain.policy import FactValue, Outcome, Policy, Stage, decide

Answers = Mapping[str, Any]

YES, NO = "yes", "no"
RED_FLAGS = (
    "rf_breathing",
    "rf_heart_brain",
    "rf_cord",
    "fever_38",
    "rf_svc",
    "rf_bleeding",
    "rf_metabolic",
    "rf_self_harm",
)
SAFETY_GOOD_FOR = timedelta(hours=24)  # how old the answers about emergencies may be when the request is sent
NO_OWN_WORDS = "This can be an emergency. Call the emergency number now. Do not wait for us."


class Kind(StrEnum):
    """What an answer holds."""

    LINE = "line"
    TEXT = "text"
    TEL = "tel"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    SELECT = "select"  # a choice from a long list
    MANY = "many"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that the form asks. Without `need` it may be left out; `most` counts characters or entries.

    An item with an `entry` is a fact of the in-person rule, and has the fact's name.
    """

    name: str
    kind: Kind
    label: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    examples: tuple[str, ...] = ()
    most: int = 0
    need: str = ""
    wrong: str = "Please look at this answer again."
    entry: Entry | None = None
    autocomplete: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form."""

    name: str
    title: str
    lead: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """All sections in order, and the policy whose facts they ask for."""

    sections: tuple[Section, ...]
    policy: Policy

    @property
    def items(self) -> Iterable[Item]:
        """Everything the form asks, in order."""
        return (item for section in self.sections for item in section.items)

    def section(self, name: str) -> Section | None:
        """Find a section by its name."""
        return next((section for section in self.sections if section.name == name), None)


@dataclass(frozen=True, slots=True)
class Missing:
    """Something without which a request cannot be sent, and what to do about it."""

    section: str
    name: str
    words: str


class EmergencyError(DomainError):
    """One of the answers is an emergency; nothing else comes before that."""

    code = "emergency-first"


class IncompleteRequestError(DomainError):
    """Answers are missing that a request cannot be sent without."""

    code = "request-incomplete"

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__("Your request is not complete yet. Please answer what is still open.")
        self.missing = missing

    @property
    def extra(self) -> dict[str, Any]:
        """What the problem on the wire says beside the sentence."""
        return {"errors": [{"field": f"answers.{one.name}", "message": one.words} for one in self.missing]}


def merged(answers: Answers, patch: Answers) -> dict[str, Any]:
    """Put new answers over the old ones; an empty answer takes the old one back."""
    given = {name: _tidy(value) for name, value in patch.items()}
    kept = {name: value for name, value in answers.items() if name not in given}
    return kept | {name: value for name, value in given.items() if value not in (None, "", [])}


def _tidy(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return [text for text in dict.fromkeys(entry.strip() for entry in value) if text]
    return value


def facts(form: Form, answers: Answers) -> dict[str, FactValue | None]:
    """Read the facts of the in-person rule out of answers; "I don't know" and an answer taken back are unknown."""
    asked = (item.name for item in form.items if item.entry)
    return {name: _fact(answers[name]) for name in asked if name in answers}


def _fact(answer: Any) -> FactValue | None:
    if answer in (YES, NO):
        return bool(answer == YES)
    value: FactValue | None = None if answer in ("", UNKNOWN) else answer
    return value


def missing(form: Form, answers: Answers) -> tuple[Missing, ...]:
    """Name what has to be answered before the request can be sent."""
    known = {name: value for name, value in facts(form, answers).items() if value is not None}
    return tuple(
        Missing(section.name, item.name, item.need)
        for section in form.sections
        for item in section.items
        if item.need and item.name not in answers and (item.entry is None or item.entry.applies(known) is not False)
    )


def emergencies(answers: Answers) -> tuple[str, ...]:
    """Name the red flags that are answered with yes."""
    return tuple(name for name in RED_FLAGS if answers.get(name) == YES)


def emergency_words(form: Form, answers: Answers) -> tuple[str, ...]:
    """Give the policy's words for an emergency among the answers; none where there is no emergency."""
    if not emergencies(answers):
        return ()
    decision = decide(form.policy, Stage.REQUEST, facts(form, answers))
    fired = [rule for rule in decision.fired if form.policy.rules_by_id[rule].outcome is Outcome.EMERGENCY_NOW]
    return form.policy.words(fired) or (NO_OWN_WORDS,)


def safety_is_old(answered_at: datetime | None, now: datetime) -> bool:
    """Whether the questions about emergencies have to be asked again before the request is sent."""
    return answered_at is None or now - answered_at > SAFETY_GOOD_FOR


def offered(form: Form) -> dict[str, frozenset[str]]:
    """Name the answers that people choose from, and what they can choose."""
    return {item.name: frozenset(code for code, _ in item.options) for item in form.items if item.options}


def in_words(item: Item, answer: Any) -> tuple[str, ...]:
    """Say an answer as a person reads it, one entry a line; empty where there is none."""
    if answer is None:
        return ()
    words = dict(item.options)
    entries = answer if isinstance(answer, list) else [answer]
    return tuple(words.get(str(entry), str(entry)) for entry in entries)

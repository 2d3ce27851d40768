"""The request form: what an answer is, what is still missing, and what stops the form at once.

Answers are kept as the form speaks them: "yes", "no" or "unknown", a chosen option's code, a text, a number. Nothing
is answered unless somebody answered it. What is asked stands in `server.domain.request_form`. No I/O, no clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from server.domain.calls import warning_signs
from server.domain.errors import DomainError
from server.domain.facts import UNKNOWN, Entry
from server.domain.obstacles import alarms
from server.domain.policy import FactValue, Policy, Stage, decide

Answers = Mapping[str, Any]

YES, NO = "yes", "no"
SAFETY_GOOD_FOR = timedelta(hours=24)  # how old the answers about emergencies may be when the request is sent


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

    @property
    def follows(self) -> str | None:
        """The question that this one follows, if it is a follow-up."""
        case = self.entry.question.only_if if self.entry else None
        return case.fact if case else None

    @property
    def asked_on(self) -> bool:
        """Whether it is shown only when the answer before it asks for more."""
        return self.follows is not None and self.kind is Kind.CHOICE


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

    def stops(self, section: Section) -> frozenset[str]:
        """Name the questions of a page after which a yes stops the form; where one is asked on, the last of them."""
        followed = {item.follows for item in section.items if item.asked_on}
        return frozenset(item.name for item in section.items if item.name in warning_signs(self.policy)) - followed

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
        if item.need and item.name not in answers and _asked(item, answers, known)
    )


def _asked(item: Item, answers: Answers, known: Mapping[str, FactValue]) -> bool:
    """Whether an item is for this person; a follow-up is, once what it follows is answered and does not rule it out."""
    if item.entry is None or item.follows is None:
        return True
    return item.follows in answers and item.entry.applies(known) is not False


def held_back(section: Section, patch: Answers) -> frozenset[str]:
    """Name the answers of a page that wait for their follow-up: a fever alone is not said before we asked on."""
    return frozenset(
        first
        for item in section.items
        if item.asked_on and (first := item.follows) and patch.get(first) == YES and not patch.get(item.name)
    )


def emergencies(form: Form, answers: Answers) -> tuple[str, ...]:
    """Name the rules by which the answers are an emergency, as the policy decides at the step of the request."""
    decision = decide(form.policy, Stage.REQUEST, facts(form, answers))
    return alarms(decision.fired, form.policy)


def emergency_words(form: Form, answers: Answers) -> tuple[str, ...]:
    """Give the policy's words for an emergency among the answers; none where there is no emergency."""
    return form.policy.words(emergencies(form, answers))


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

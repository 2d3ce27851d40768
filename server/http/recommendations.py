"""What recommends to meet in person, as a specialist reads it, and what was approved against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.domain.actors import Account
from server.domain.calls import in_words
from server.domain.facts import Party, Statement
from server.domain.ids import AccountId
from server.services.approvals import Given, Recommendation, Sheet

BY_NOBODY: Mapping[Party, str] = {
    Party.PATIENT: "the patient",
    Party.SCHEDULER: "the desk",
    Party.SPECIALIST: "a specialist",
    Party.SYSTEM: "this service",
    Party.DEVICE: "the patient's device",
}


@dataclass(frozen=True, slots=True)
class SaidFact:
    """One thing that a rule looks at: the question, the answer, who gave it and when."""

    question: str
    answer: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that recommends to meet in person. `typed` is what could not be taken, with its `error`."""

    rule: str
    title: str
    words: str
    facts: tuple[SaidFact, ...]  # none while not all of them are known
    given: Given | None
    typed: str
    error: str

    @property
    def field(self) -> str:
        """The id of the field in which the clinician says why."""
        return field_of(self.rule)


@dataclass(frozen=True, slots=True)
class Recommendations:
    """All of them, and the approvals that do not count any more, the newest first."""

    reasons: tuple[Reason, ...]
    past: tuple[tuple[str, Given], ...]  # each with what its rule is called


def field_of(rule: str) -> str:
    """Name the field in which a clinician says why a rule does not stand in the way."""
    return f"reason-{rule}"


def build(
    sheet: Sheet, names: Mapping[str, str], typed: Mapping[str, str], errors: Mapping[str, str]
) -> Recommendations:
    """Lay it out; `names` says what each rule is called."""
    return Recommendations(
        reasons=tuple(_reason(one, sheet.people, typed, errors) for one in sheet.recommendations),
        past=tuple((names.get(one.approval.rule_id, ""), one) for one in sheet.given if not one.counts),
    )


def _reason(
    one: Recommendation, people: Mapping[AccountId, Account], typed: Mapping[str, str], errors: Mapping[str, str]
) -> Reason:
    field = field_of(one.rule.id)
    return Reason(
        rule=one.rule.id,
        title=one.rule.name,
        words=one.rule.patient,
        facts=tuple(
            SaidFact(question.text, in_words(question, value), _who(word, people), word.said_at)
            for question, value, word in one.looks_at
        ),
        given=one.given,
        typed=typed.get(field, ""),
        error=errors.get(field, ""),
    )


def _who(word: Statement, people: Mapping[AccountId, Account]) -> str:
    person = people.get(AccountId(word.said_by))
    return person.name if person and word.said_as is not Party.DEVICE else BY_NOBODY[word.said_as]

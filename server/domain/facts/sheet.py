"""The fact sheet: which of the things said about a case still hold, and what to ask next.

No I/O, no clock: `now` is a parameter.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from server.domain.facts.question import Place, Question
from server.domain.facts.statement import Party, Statement
from server.domain.policy import FactKind, FactValue, Policy, Risk, Stage
from server.domain.policy.condition import compile_condition
from server.domain.policy.truth import Truth

NOTHING_KNOWN: Mapping[str, FactValue] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact on the sheet."""

    question: Question
    text_at: Mapping[Stage, str]  # other words for the question at these steps
    may_say: frozenset[Party]
    max_age: Mapping[Stage, timedelta]  # a step that is absent takes an answer of any age

    def fresh(self, statement: Statement, stage: Stage, now: datetime) -> bool:
        """Tell whether the statement is young enough for the step."""
        return stage not in self.max_age or now - statement.said_at <= self.max_age[stage]

    def understand(self, statement: Statement) -> Statement | None:
        """Take what this policy can no longer read for unknown, but never for a word against an event."""
        if self.question.fact.problem(statement.value) is None:
            return statement
        return None if self.question.fact.kind is FactKind.EVENT else replace(statement, value=None)

    def applies(self, known: Mapping[str, FactValue]) -> Truth:
        """Tell whether the case is one in which this is asked; None while that is unknown."""
        condition = self.question.only_if
        if condition is None:
            return True
        return compile_condition(condition, {}).truth({name: known.get(name) for name in condition.facts})


@dataclass(frozen=True, slots=True)
class FactSheet:
    """Everything there is to say about the facts of one policy; the entries stand in the order of asking."""

    policy: Policy
    version: str
    sha256: str  # of the bytes it was loaded from
    body: bytes = field(repr=False)
    entries: Mapping[str, Entry]
    latching: frozenset[str] = field(init=False, repr=False, compare=False)  # where a yes in the visit stands

    def __post_init__(self) -> None:
        read = self.policy.reads(Stage.DURING_VISIT)
        object.__setattr__(self, "latching", frozenset(name for name in read if _speaks_against(self.entries[name])))

    def current(self, statements: Iterable[Statement], stage: Stage, now: datetime) -> dict[str, FactValue]:
        """Give the facts that are known at this step: the word that counts on each, unless it is too old."""
        return self.known(self.heard(self.history(statements)), stage, now)

    def known(self, heard: Mapping[str, Statement], stage: Stage, now: datetime) -> dict[str, FactValue]:
        """Give the facts that are known at this step from the words that count."""
        return {
            name: word.value
            for name, word in heard.items()
            if word.value is not None and (self.stands(word) or self.entries[name].fresh(word, stage, now))
        }

    def heard(self, history: Mapping[str, Sequence[Statement]]) -> dict[str, Statement]:
        """Give the word that counts on each fact, of whatever age: what stands until it is cleared, or the latest."""
        return {name: self._counting(said) for name, said in history.items()}

    def stands(self, word: Statement) -> bool:
        """Tell whether only a named clinician can clear this, with a reason: an event, or a yes in the visit."""
        if word.value is not True:
            return False
        if self.entries[word.name].question.fact.kind is FactKind.EVENT:
            return True
        return word.stage is Stage.DURING_VISIT and word.name in self.latching

    def asked_at(self, place: Place) -> tuple[str, ...]:
        """Name the facts that are first asked or found out at a place."""
        return tuple(name for name, entry in self.entries.items() if entry.question.place is place)

    def questions(
        self,
        names: Collection[str],
        asked_of: Party,
        *,
        stage: Stage | None = None,
        known: Mapping[str, FactValue] = NOTHING_KNOWN,
    ) -> tuple[Question, ...]:
        """Give the questions to one party about these facts and their follow-ups, in the order of asking.

        A follow-up whose case is known not to be given is left out; events and approvals are buttons, not questions.
        """
        wanted = set(names) | self._follow_ups(names, stage)
        asked = (
            entry for name, entry in self.entries.items() if name in wanted and entry.question.asked_of is asked_of
        )
        return tuple(
            replace(entry.question, text=entry.text_at.get(stage, entry.question.text)) if stage else entry.question
            for entry in asked
            if entry.question.fact.kind is FactKind.ASKED and entry.applies(known) is not False
        )

    def _follow_ups(self, names: Collection[str], stage: Stage | None) -> set[str]:
        read = self.policy.facts.keys() if stage is None else self.policy.reads(stage)
        return {name for name in read if (case := self.entries[name].question.only_if) and case.fact in names}

    def history(self, statements: Iterable[Statement]) -> dict[str, list[Statement]]:
        """Sort by fact and time what was said by those who may say it, as this policy understands it."""
        history: dict[str, list[Statement]] = {}
        for statement in sorted(statements, key=lambda statement: statement.said_at):
            entry = self.entries.get(statement.name)
            if entry is None or not self._may_say(entry, statement):
                continue
            understood = entry.understand(statement)
            if understood is not None:
                history.setdefault(statement.name, []).append(understood)
        return history

    def _may_say(self, entry: Entry, statement: Statement) -> bool:
        if entry.question.fact.kind is FactKind.DISPOSITION:
            return False  # approvals are kept one by one, and each counts only while its facts stay
        return statement.said_as in entry.may_say or (statement.name in self.latching and statement.clears)

    def _counting(self, said: Sequence[Statement]) -> Statement:
        word = said[0]
        for one in said[1:]:
            if one.clears or not self.stands(word):
                word = one
        return word


def _speaks_against(entry: Entry) -> bool:
    """Tell whether the patient says with a yes that video is not right for them."""
    fact = entry.question.fact
    return entry.question.asked_of is Party.PATIENT and fact.is_answer and fact.risk is Risk.TRUE

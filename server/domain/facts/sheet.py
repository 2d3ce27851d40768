"""The fact sheet: which of the things said about a case still hold, and what to ask next.

No I/O, no clock: `now` is a parameter.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from server.domain.facts.question import Place, Question
from server.domain.facts.statement import Party, Statement
from server.domain.policy import APPROVED_RULES, FactKind, FactValue, Policy, Stage
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
    entries: Mapping[str, Entry]

    def current(self, statements: Iterable[Statement], stage: Stage, now: datetime) -> dict[str, FactValue]:
        """Give the facts that are known at this step: the latest word on each, unless it is too old."""
        heard = self._heard(statements)
        facts = {}
        for name, said in heard.items():
            latest = said[-1]
            if latest.value is not None and self.entries[name].fresh(latest, stage, now):
                facts[name] = latest.value
        if APPROVED_RULES in facts:
            facts[APPROVED_RULES] = self._still_approved(heard)
        return facts

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

    def _heard(self, statements: Iterable[Statement]) -> dict[str, list[Statement]]:
        """Sort by fact and time what was said by those who may say it, as this policy understands it."""
        heard: dict[str, list[Statement]] = {}
        for statement in sorted(statements, key=lambda statement: statement.said_at):
            entry = self.entries.get(statement.name)
            if entry is None or statement.said_as not in entry.may_say:
                continue
            understood = entry.understand(statement)
            if understood is not None:
                heard.setdefault(statement.name, []).append(understood)
        return heard

    def _still_approved(self, heard: Mapping[str, list[Statement]]) -> list[str]:
        """Give the rules that a clinician approved and none of whose facts has changed since."""
        approval = heard[APPROVED_RULES][-1]
        rule_ids = [rule_id for rule_id in _texts(approval.value) if self.policy.may_approve([rule_id])]
        return [
            rule_id
            for rule_id in rule_ids
            if not any(_changed_since(approval, heard.get(name, [])) for name in self.policy.clauses[rule_id].reads)
        ]


def _changed_since(approval: Statement, said: list[Statement]) -> bool:
    before = [statement.value for statement in said if statement.said_at <= approval.said_at]
    after = [statement.value for statement in said if statement.said_at > approval.said_at]
    return any(value != (before[-1] if before else None) for value in after)


def _texts(value: FactValue | None) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else []

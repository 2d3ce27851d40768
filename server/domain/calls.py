"""Who is to be called because of what they said, and what the caller needs to know. No I/O, no clock."""

import re
from collections.abc import Iterable, Mapping

from server.domain.facts import FactSheet, Party, Question
from server.domain.policy import FactValue, Outcome, Policy

Answers = Mapping[str, FactValue | None]

CALL = re.compile(r"Call ([^\n]+)\.\n")  # how a call sheet begins

# A number of symptoms, or slow changes of the nerves: the policy's words promise a nurse's call.
SYMPTOMS = ("amber_symptom_count", "new_neuro_nonurgent")


def worries(sheet: FactSheet, answers: Answers) -> tuple[str, ...]:
    """Name the answers because of which a nurse should ring; "I don't know" to a warning sign is one.

    What was asked on after such an answer stands beside it, so that the nurse knows it too.
    """
    signs, found = warning_signs(sheet.policy), []
    for name, entry in sheet.entries.items():
        if name not in answers or entry.question.asked_of is not Party.PATIENT:
            continue
        case = entry.question.only_if
        worrying = name in signs and answers[name] is not False if case is None else case.fact in found
        if worrying or (name in SYMPTOMS and answers[name] not in (0, False)):
            found.append(name)
    return tuple(found)


def alarming(policy: Policy, alarms: Iterable[str]) -> frozenset[str]:
    """Name the facts that these emergency rules read."""
    return frozenset().union(*(policy.clauses[rule].reads for rule in alarms))


def warning_signs(policy: Policy) -> frozenset[str]:
    """Name the facts that can make an emergency."""
    return alarming(policy, (rule.id for rule in policy.rules if rule.outcome is Outcome.EMERGENCY_NOW))


def call_sheet(phone: str, name: str, lines: Iterable[str]) -> str:
    """Tell whoever rings: the number first, then whom to ask for, then why."""
    return "\n".join((f"Call {phone}.", f"Ask for {name}.", *lines))


def number_in(note: str) -> str:
    """Give the number that a call sheet begins with; empty where nobody is to be called."""
    called = CALL.match(note)
    return called[1] if called else ""


def said(question: Question, value: FactValue | None) -> str:
    """Repeat a question with its answer as people read them."""
    return f"{question.text} {in_words(question, value)}."


def in_words(question: Question, value: FactValue | None) -> str:
    """Say an answer as a person reads it."""
    if value is None:
        return question.unknown_label
    written = str(value).lower() if isinstance(value, bool) else str(value)
    return next((option.label for option in question.options if option.value == written), written)

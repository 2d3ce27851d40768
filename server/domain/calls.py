"""Who is to be called because of what they said, and what the caller needs to know. No I/O, no clock."""

from collections.abc import Iterable, Mapping

from server.domain.facts import Question
from server.domain.policy import FactValue, Outcome, Policy
from server.domain.requests import RED_FLAGS

Answers = Mapping[str, FactValue | None]

# A number of symptoms, or slow changes of the nerves: the policy's words promise a nurse's call.
SYMPTOMS = ("amber_symptom_count", "new_neuro_nonurgent")


def worries(answers: Answers) -> tuple[str, ...]:
    """Name the answers because of which a nurse should ring; "I don't know" to a warning sign is one."""
    flags = [name for name in RED_FLAGS if name in answers and answers[name] is not False]
    symptoms = [name for name in SYMPTOMS if name in answers and answers[name] not in (0, False)]
    return (*flags, *symptoms)


def warning_signs(policy: Policy) -> frozenset[str]:
    """Name the facts that can make an emergency."""
    urgent = (rule.id for rule in policy.rules if rule.outcome is Outcome.EMERGENCY_NOW)
    return frozenset().union(*(policy.clauses[rule].reads for rule in urgent))


def call_sheet(phone: str, name: str, lines: Iterable[str]) -> str:
    """Tell whoever rings: the number first, then whom to ask for, then why."""
    return "\n".join((f"Call {phone}.", f"Ask for {name}.", *lines))


def said(question: Question, value: FactValue | None) -> str:
    """Repeat a question with its answer as people read them."""
    return f"{question.text} {in_words(question, value)}."


def in_words(question: Question, value: FactValue | None) -> str:
    """Say an answer as a person reads it."""
    if value is None:
        return question.unknown_label
    written = str(value).lower() if isinstance(value, bool) else str(value)
    return next((option.label for option in question.options if option.value == written), written)

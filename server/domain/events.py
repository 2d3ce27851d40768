"""What a clinician says with a button, and with a reason: it stands until a named clinician clears it. Pure."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from server.domain.errors import InvalidValueError
from server.domain.facts import FactSheet, Statement
from server.domain.visits import Visit, VisitMovedOnError

REASON_CHARACTERS = 2000


class Event(StrEnum):
    """The buttons; each is a fact of the policy."""

    EMERGENCY = "clinician_emergency"
    CONVERTS = "clinician_converts"


class ConvertReason(StrEnum):
    """Why a specialist wants to meet in person instead."""

    EXAM_NEEDED = "exam-needed"
    PICTURE_NOT_ENOUGH = "picture-not-enough"
    NEWS_IN_PERSON = "news-in-person"
    PATIENT_ASKS = "patient-asks"
    LINE_NOT_GOOD = "line-not-good"
    OTHER = "other"


IN_WORDS: Mapping[ConvertReason, str] = {
    ConvertReason.EXAM_NEEDED: "I have to examine the patient.",
    ConvertReason.PICTURE_NOT_ENOUGH: "What I see on the video is not enough.",
    ConvertReason.NEWS_IN_PERSON: "The news is better told face to face.",
    ConvertReason.PATIENT_ASKS: "The patient asks for it.",
    ConvertReason.LINE_NOT_GOOD: "The line is not good enough.",
    ConvertReason.OTHER: "Another reason.",
}
PRESSED = "An emergency, said with the button."  # nobody has to type before help is called


class ReasonMissingError(InvalidValueError):
    """A clinician says something that stands, or clears it, without a reason."""

    code = "event-reason"


def reason_to_raise(event: Event, reason: ConvertReason | None, note: str) -> str:
    """Word why an event is raised; an emergency needs no word.

    Raises:
        ReasonMissingError: a visit is to be in person, and nobody says why.
    """
    note = note.strip()[:REASON_CHARACTERS]
    if event is Event.EMERGENCY:
        return note or PRESSED
    if reason is None:
        raise ReasonMissingError("Please choose why you want to meet in person.", "reason")
    if reason is ConvertReason.OTHER:
        if not note:
            raise ReasonMissingError("Please say in a few words why you want to meet in person.", "note")
        return note
    return f"{IN_WORDS[reason]} {note}".strip()


def reason_to_clear(text: str) -> str:
    """Take the reason for which something is cleared.

    Raises:
        ReasonMissingError: there is none.
    """
    if not text.strip():
        raise ReasonMissingError("Please say why this does not count any more.", "reason")
    return text.strip()[:REASON_CHARACTERS]


def require_to_come(visit: Visit) -> None:
    """Let an event be raised in a visit that is to come or under way.

    Raises:
        VisitMovedOnError: it is over.
    """
    if not visit.alive:
        raise VisitMovedOnError("This visit is over. Please call the patient, and call the desk.")


def standing(statements: Iterable[Statement], sheet: FactSheet) -> tuple[Statement, ...]:
    """List what stands until a named clinician clears it, the oldest first."""
    words = sheet.heard(sheet.history(statements)).values()
    return tuple(sorted((one for one in words if sheet.stands(one)), key=lambda one: (one.said_at, one.name)))

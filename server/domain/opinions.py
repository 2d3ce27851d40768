"""The written second opinion: an answer to each question, or why there is none. No I/O, no clock.

How it is signed and locked stands in `server.domain.opinion_signing`.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.domain.errors import DomainError, InvalidValueError
from server.domain.ids import AccountId, CaseId

MAX_TEXT_CHARACTERS = 10_000
MAX_ITEM_CHARACTERS = 500
MAX_LIST_ITEMS = 200


class OpinionStatus(StrEnum):
    """Whether the opinion can still change."""

    DRAFT = "draft"
    SIGNED = "signed"


class Agreement(StrEnum):
    """How the opinion stands to the treatment that was proposed."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NEEDS_MORE_TESTS = "needs-more-tests"


STANDS: Mapping[Agreement, str] = {  # as the patient reads it, on the page and in the letter
    Agreement.AGREES: "We agree with the treatment that was proposed to you.",
    Agreement.DIFFERS: "We would do something different from what was proposed to you.",
    Agreement.NEEDS_MORE_TESTS: "We need more tests before we can say what we would do.",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to one question: an answer, or why there is none; nothing yet while both are empty."""

    answer: str = ""
    cannot_because: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One numbered question of the patient with its reply."""

    number: int
    question: str
    reply: Reply = Reply()


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, when, what their clock's zone was, and the SHA-256 of the text that they signed."""

    by: AccountId
    name: str
    at: datetime
    zone: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """The answer of one specialist to one case. `version` grows with every change and is the ETag."""

    id: str
    case_id: CaseId
    specialist_id: AccountId
    status: OpinionStatus
    hospital: str
    patient: str
    summary: str
    agreement: Agreement | None
    blocks: tuple[Block, ...]
    read: tuple[str, ...]
    missing: tuple[str, ...]
    version: int
    created_at: datetime
    signature: Signature | None = None


class OpinionSignedError(DomainError):
    """What is signed does not change."""

    code = "opinion-signed"


class OpinionNotSignedError(DomainError):
    """A draft has no signed text."""

    code = "opinion-not-signed"


class OpinionAlteredError(DomainError):
    """The stored text is not the one that was signed."""

    code = "opinion-altered"


class UnknownQuestionError(DomainError):
    """The case has no question of this number."""

    code = "unknown-question"


class TwoRepliesError(DomainError):
    """A question is answered and said to be unanswerable."""

    code = "answer-or-reason"


class QuestionsOpenError(DomainError):
    """Some questions, whose numbers are in `numbers`, have neither an answer nor a reason."""

    code = "questions-open"

    def __init__(self, message: str, numbers: Sequence[int]) -> None:
        super().__init__(message)
        self.numbers = tuple(numbers)

    @property
    def extra(self) -> dict[str, Any]:
        """What the problem on the wire says beside the sentence."""
        return {"numbers": list(self.numbers)}


class SummaryMissingError(DomainError):
    """The opinion does not say in plain words what it comes to."""

    code = "summary-missing"


class AgreementMissingError(DomainError):
    """The opinion does not say how it stands to the proposed treatment."""

    code = "agreement-missing"


def draft(
    opinion_id: str,
    case_id: CaseId,
    specialist_id: AccountId,
    *,
    hospital: str,
    patient: str,
    questions: Sequence[str],
    read: Sequence[str] = (),
    now: datetime,
) -> Opinion:
    """Open an empty opinion with one block for each question of the patient, numbered from 1."""
    return Opinion(
        id=opinion_id,
        case_id=case_id,
        specialist_id=specialist_id,
        status=OpinionStatus.DRAFT,
        hospital=clean(hospital, "hospital"),
        patient=clean(patient, "patient"),
        summary="",
        agreement=None,
        blocks=tuple(
            Block(number, clean(question, f"questions.{number}")) for number, question in enumerate(questions, 1)
        ),
        read=_clean_list(read, "read"),
        missing=(),
        version=1,
        created_at=now,
    )


def revise(
    opinion: Opinion,
    *,
    summary: str,
    agreement: Agreement | None,
    replies: Mapping[int, Reply],
    read: Sequence[str],
    missing: Sequence[str],
) -> Opinion:
    """Write into a draft; questions whose numbers are not in `replies` keep the reply that they have.

    Raises:
        OpinionSignedError: it is signed.
        UnknownQuestionError: the case has no question of that number.
        TwoRepliesError: a reply holds both an answer and a reason for having none.
        InvalidValueError: a text or a list is too long.
    """
    require_draft(opinion)
    strangers = set(replies) - {block.number for block in opinion.blocks}
    if strangers:
        raise UnknownQuestionError(f"This case has no question {min(strangers)}. Please load the page again.")
    return replace(
        opinion,
        summary=clean(summary, "summary"),
        agreement=agreement,
        blocks=tuple(_reply_to(block, replies.get(block.number, block.reply)) for block in opinion.blocks),
        read=_clean_list(read, "read"),
        missing=_clean_list(missing, "missing"),
        version=opinion.version + 1,
    )


def open_questions(opinion: Opinion) -> tuple[int, ...]:
    """List the numbers of the questions that have no reply yet."""
    return tuple(block.number for block in opinion.blocks if block.reply == Reply())


def _reply_to(block: Block, reply: Reply) -> Block:
    answer = clean(reply.answer, f"replies.{block.number}.answer")
    reason = clean(reply.cannot_because, f"replies.{block.number}.cannot_because")
    if answer and reason:
        raise TwoRepliesError(f"Please either answer question {block.number} or say why you cannot, not both.")
    return replace(block, reply=Reply(answer, reason))


def require_draft(opinion: Opinion) -> None:
    """Refuse to touch what is signed.

    Raises:
        OpinionSignedError: it is signed.
    """
    if opinion.status is not OpinionStatus.DRAFT:
        raise OpinionSignedError("This opinion is signed and cannot be changed any more.")


def _clean_list(items: Sequence[str], field: str) -> tuple[str, ...]:
    if len(items) > MAX_LIST_ITEMS:
        raise InvalidValueError(f"Please list at most {MAX_LIST_ITEMS} entries.", field)
    cleaned = (clean(item, f"{field}.{index}", MAX_ITEM_CHARACTERS) for index, item in enumerate(items))
    return tuple(item for item in cleaned if item)


def clean(text: str, field: str, most: int = MAX_TEXT_CHARACTERS) -> str:
    """Bring a text into the one form that is signed: composed (NFC), with plain line ends and no control characters.

    Raises:
        InvalidValueError: it is too long.
    """
    if len(text) > most:
        raise InvalidValueError(f"Please write at most {most} characters here.", field)
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()

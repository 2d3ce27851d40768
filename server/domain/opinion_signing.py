"""Signing an opinion: its text is written down once and locked by a SHA-256 that all can check. No I/O, no clock."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from server.domain.ids import AccountId
from server.domain.opinions import (
    AgreementMissingError,
    Opinion,
    OpinionAlteredError,
    OpinionNotSignedError,
    OpinionStatus,
    QuestionsOpenError,
    Signature,
    SummaryMissingError,
    clean,
    open_questions,
    require_draft,
)
from server.domain.wall_clock import zone_info


def sign(opinion: Opinion, *, by: AccountId, name: str, zone: str, now: datetime) -> Opinion:
    """Put a name under a finished draft and lock its text.

    Raises:
        OpinionSignedError: it is signed already.
        QuestionsOpenError: a question has neither an answer nor a reason for having none.
        SummaryMissingError: it does not say in plain words what it comes to.
        AgreementMissingError: it does not say how it stands to the proposed treatment.
        UnknownZoneError: the zone does not exist.
    """
    require_draft(opinion)
    _require_complete(opinion)
    zone_info(zone)
    signature = Signature(by, clean(name, "name"), now.astimezone(UTC).replace(microsecond=0), zone, sha256="")
    signed = replace(opinion, status=OpinionStatus.SIGNED, signature=signature, version=opinion.version + 1)
    return replace(signed, signature=replace(signature, sha256=_digest(signed, signature)))


def verify(opinion: Opinion) -> Signature:
    """Give the signature of a signed opinion whose text is still the one that was signed.

    Raises:
        OpinionNotSignedError: it is a draft.
        OpinionAlteredError: the text has changed since.
    """
    signature = _require_signature(opinion)
    if _digest(opinion, signature) != signature.sha256:
        raise OpinionAlteredError("This opinion is not as it was signed. We do not show it. Please call us.")
    return signature


def signed_text(opinion: Opinion) -> bytes:
    """Write the text that the signature's SHA-256 is taken of: UTF-8, readable, the same bytes every time.

    What people wrote is indented and headings are not, so that no two opinions have the same text.

    Raises:
        OpinionNotSignedError: it is a draft.
    """
    return _text(opinion, _require_signature(opinion))


def _digest(opinion: Opinion, signature: Signature) -> str:
    return hashlib.sha256(_text(opinion, signature)).hexdigest()


def _text(opinion: Opinion, signature: Signature) -> bytes:
    lines = ["Consilium second opinion, text format 1"]
    for heading, paragraphs in _sections(opinion, signature):
        lines.append(heading)
        for paragraph in paragraphs:
            first, *others = paragraph.split("\n")
            lines += [f"  - {first}", *(f"    {line}" for line in others)]
    return ("\n".join(lines) + "\n").encode()


def _sections(opinion: Opinion, signature: Signature) -> Iterator[tuple[str, Sequence[str]]]:
    yield "Case", (opinion.case_id,)
    yield "Hospital", (opinion.hospital,)
    yield "Patient", (opinion.patient,)
    yield "In plain words", (opinion.summary,)
    yield "Compared with the proposed treatment", (opinion.agreement or "",)
    for block in opinion.blocks:
        yield f"Question {block.number}", (block.question,)
        if block.reply.answer:
            yield "Answer", (block.reply.answer,)
        else:
            yield "Cannot be answered because", (block.reply.cannot_because,)
    yield "What was read", opinion.read
    yield "What was missing", opinion.missing
    yield "Signed", (signature.by, signature.name, f"{signature.at:%Y-%m-%dT%H:%M:%SZ}", signature.zone)


def _require_complete(opinion: Opinion) -> None:
    numbers = open_questions(opinion)
    if numbers:
        listed = ", ".join(map(str, numbers))
        raise QuestionsOpenError(f"Please answer each question, or say why you cannot. Still open: {listed}.", numbers)
    if not opinion.summary:
        raise SummaryMissingError("Please write in plain words what your opinion comes to.")
    if opinion.agreement is None:
        raise AgreementMissingError("Please say whether you agree with the treatment that was proposed.")


def _require_signature(opinion: Opinion) -> Signature:
    if opinion.signature is None:
        raise OpinionNotSignedError("This opinion is not signed yet. We tell you when it is.")
    return opinion.signature

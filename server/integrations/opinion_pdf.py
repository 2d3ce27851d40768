"""The opinion as a letter in PDF that screen readers can read: tagged, and PDF/UA-1 where the fonts allow.

What people wrote reaches typst as JSON and is never read as markup.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from server.domain import opinion_signing
from server.domain.opinions import STANDS, Opinion, OpinionStatus, Signature
from server.domain.wording import date_in, time_in

_HERE = Path(__file__).parent


class Conformance(StrEnum):
    """What the file promises to screen readers."""

    UA_1 = "pdf/ua-1"
    TAGGED = "tagged"  # Some character has no glyph in any font that we have, which PDF/UA-1 forbids.


@dataclass(frozen=True, slots=True)
class OpinionPdf:
    """A finished file."""

    content: bytes
    conformance: Conformance


@dataclass(frozen=True, slots=True)
class _Attempt:
    conformance: Conformance
    system_fonts: bool


_ATTEMPTS = (
    _Attempt(Conformance.UA_1, system_fonts=False),
    _Attempt(Conformance.UA_1, system_fonts=True),
)
_LAST_ATTEMPT = _Attempt(Conformance.TAGGED, system_fonts=True)


async def render(opinion: Opinion) -> OpinionPdf:
    """Set an opinion as a letter; a draft says that it is one. The same opinion gives the same bytes on one machine.

    Raises:
        OpinionAlteredError: it is signed, and its text is no longer the signed one.
    """
    signature = opinion_signing.verify(opinion) if opinion.status is OpinionStatus.SIGNED else None
    return await asyncio.to_thread(_compile, _letter(opinion, signature), _timestamp(opinion, signature))


def _compile(letter: Mapping[str, Any], timestamp: int) -> OpinionPdf:
    import typst  # Large; only who prints pays for loading it.

    written = json.dumps(letter)
    for attempt in _ATTEMPTS:
        try:
            return _set(written, timestamp, attempt)
        except typst.TypstError:
            continue
    return _set(written, timestamp, _LAST_ATTEMPT)


def _set(letter: str, timestamp: int, attempt: _Attempt) -> OpinionPdf:
    import typst

    fonts = typst.Fonts(
        include_system_fonts=attempt.system_fonts, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")]
    )
    compiler = typst.Compiler(str(_HERE / "opinion.typ"), font_paths=fonts, sys_inputs={"letter": letter})
    standards: list[Any] = ["ua-1"] if attempt.conformance is Conformance.UA_1 else []
    content = compiler.compile(format="pdf", pdf_standards=standards, timestamp=timestamp)
    assert isinstance(content, bytes), "one PDF is one file"
    return OpinionPdf(content, attempt.conformance)


def _letter(opinion: Opinion, signature: Signature | None) -> dict[str, Any]:
    return {
        "title": f"Your second opinion from {opinion.hospital}",
        "hospital": opinion.hospital,
        "patient": opinion.patient,
        "signed_line": _signed_line(signature),
        "summary": opinion.summary,
        "stand": STANDS[opinion.agreement] if opinion.agreement else "",
        "blocks": [
            {
                "number": block.number,
                "question": block.question,
                "answer": block.reply.answer,
                "cannot_because": block.reply.cannot_because,
            }
            for block in opinion.blocks
        ],
        "read": opinion.read,
        "missing": opinion.missing,
        "signature": None if signature is None else _signed(signature),
    }


def _signed_line(signature: Signature | None) -> str:
    if signature is None:
        return "Not signed yet"
    return f"Signed by {signature.name} on {date_in(signature.at, signature.zone)}"


def _signed(signature: Signature) -> dict[str, str]:
    return {
        "name": signature.name,
        "time": time_in(signature.at, signature.zone),
        "sha256": signature.sha256,
    }


def _timestamp(opinion: Opinion, signature: Signature | None) -> int:
    return int((opinion.created_at if signature is None else signature.at).timestamp())

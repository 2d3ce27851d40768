"""The written opinion over the wire: its specialist writes and signs it; its patient reads it once it is signed."""

from typing import Annotated

from aiohttp import hdrs, web
from pydantic import AwareDatetime, Field

from server.domain.errors import ConflictError, InvalidValueError
from server.domain.opinion_gaps import gaps
from server.domain.opinions import (
    MAX_ITEM_CHARACTERS,
    MAX_LIST_ITEMS,
    MAX_TEXT_CHARACTERS,
    Agreement,
    AgreementMissingError,
    Block,
    Opinion,
    OpinionAlteredError,
    OpinionSignedError,
    OpinionStatus,
    QuestionsOpenError,
    Reply,
    Signature,
    SummaryMissingError,
    TwoRepliesError,
    UnknownQuestionError,
)
from server.domain.permissions import Action
from server.http.api import Routes, Shape, actor_of, case_of, if_match
from server.http.values import Text, Whole
from server.keys import OPINIONS
from server.services.opinions import ReviewFirstError, Writing

routes = Routes("opinions")

MOST_QUESTIONS = 1000
MOST_REPLIES = 20  # in one request; a draft with more questions is written in several

Prose = Annotated[str, Text(MAX_TEXT_CHARACTERS)]
Line = Annotated[str, Text(MAX_ITEM_CHARACTERS)]
Lines = Annotated[list[Line], Field(max_length=MAX_LIST_ITEMS)]


class BlockOut(Shape):
    """One question of the patient, with its answer or why there is none; both are empty while it is open."""

    number: int
    question: str
    answer: str
    cannot_because: str


class SignatureOut(Shape):
    """Who signed, when, where their clock stood, and the SHA-256 of the text that they signed."""

    by: str
    name: str
    at: AwareDatetime
    zone: str
    sha256: str


class GapOut(Shape):
    """Something without which the opinion cannot be signed, and where it belongs."""

    field: str
    message: str


class OpinionOut(Shape):
    """The opinion on a case. `gaps` says what keeps a draft from being signed."""

    id: str
    case_id: str
    status: OpinionStatus
    version: int
    created_at: AwareDatetime
    summary: str
    agreement: Agreement | None
    blocks: list[BlockOut]
    read: list[str]
    missing: list[str]
    gaps: list[GapOut]
    signature: SignatureOut | None


class ReplyIn(Shape):
    """The answer to a question, or why it cannot be answered; two empty texts take the reply back."""

    number: Annotated[int, Field(ge=1, le=MOST_QUESTIONS), Whole]
    answer: Prose = ""
    cannot_because: Prose = ""


class OpinionIn(Shape):
    """What to write into the draft. What is left out, or null, stays as it is."""

    summary: Prose | None = None
    agreement: Agreement | None = None
    replies: Annotated[list[ReplyIn], Field(max_length=MOST_REPLIES)] | None = None
    read: Lines | None = None
    missing: Lines | None = None


@routes.add("GET", "/cases/{case}/opinion", action=Action.OPINION_READ, refuses=(ReviewFirstError, OpinionAlteredError))
async def read(request: web.Request) -> OpinionOut:
    """Return the opinion: to its specialist from the first look on, to the patient once it is signed."""
    return opinion_out((await request.app[OPINIONS].read(actor_of(request), case_of(request))).opinion)


@routes.add(
    "PUT",
    "/cases/{case}/opinion",
    action=Action.OPINION_WRITE,
    refuses=(
        ReviewFirstError,
        OpinionSignedError,
        ConflictError,
        UnknownQuestionError,
        TwoRepliesError,
        InvalidValueError,
        OpinionAlteredError,
    ),
)
async def write(request: web.Request, body: OpinionIn) -> OpinionOut:
    """Write into the draft; `If-Match` keeps two windows apart."""
    actor, case = actor_of(request), case_of(request)
    return opinion_out(await request.app[OPINIONS].write(actor, case, _writing(body), if_match(request)))


@routes.add(
    "POST",
    "/cases/{case}/opinion/sign",
    action=Action.OPINION_WRITE,
    creates=True,
    refuses=(
        ReviewFirstError,
        OpinionSignedError,
        ConflictError,
        QuestionsOpenError,
        SummaryMissingError,
        AgreementMissingError,
        OpinionAlteredError,
    ),
)
async def sign(request: web.Request) -> OpinionOut:
    """Sign the opinion and tell the patient; `If-Match` signs exactly what was seen."""
    return opinion_out(await request.app[OPINIONS].sign(actor_of(request), case_of(request), if_match(request)))


@routes.add(
    "GET",
    "/cases/{case}/opinion.pdf",
    action=Action.OPINION_READ,
    refuses=(ReviewFirstError, OpinionAlteredError),
    media_type="application/pdf",
)
async def letter(request: web.Request) -> web.Response:
    """Return the opinion as a letter that can be printed and kept; a draft's says that it is one."""
    return pdf(*await request.app[OPINIONS].letter(actor_of(request), case_of(request)))


def pdf(opinion: Opinion, content: bytes) -> web.Response:
    """Show a letter in the browser, and name it without a word about whose it is."""
    day = f"{opinion.signature.at:%Y-%m-%d}" if opinion.signature else "draft"
    headers = {hdrs.CONTENT_DISPOSITION: f'inline; filename="second-opinion-{day}.pdf"'}
    return web.Response(body=content, content_type="application/pdf", headers=headers)


def opinion_out(opinion: Opinion) -> OpinionOut:
    """Put an opinion on the wire."""
    return OpinionOut(
        id=opinion.id,
        case_id=opinion.case_id,
        status=opinion.status,
        version=opinion.version,
        created_at=opinion.created_at,
        summary=opinion.summary,
        agreement=opinion.agreement,
        blocks=[_block(block) for block in opinion.blocks],
        read=list(opinion.read),
        missing=list(opinion.missing),
        gaps=[GapOut(field=gap.field, message=gap.words) for gap in gaps(opinion)],
        signature=_signature(opinion.signature) if opinion.signature else None,
    )


def _block(block: Block) -> BlockOut:
    reply = block.reply
    return BlockOut(
        number=block.number, question=block.question, answer=reply.answer, cannot_because=reply.cannot_because
    )


def _signature(signature: Signature) -> SignatureOut:
    return SignatureOut(
        by=signature.by, name=signature.name, at=signature.at, zone=signature.zone, sha256=signature.sha256
    )


def _writing(body: OpinionIn) -> Writing:
    replies = [(reply.number, Reply(reply.answer, reply.cannot_because)) for reply in body.replies or ()]
    return Writing(body.summary, body.agreement, replies, body.read, body.missing)

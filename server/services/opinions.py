"""The written opinion: drafted from the case's questions, written as the specialist types, signed once, then read."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from server.domain import ids, letters, opinion_signing
from server.domain import opinions as rules
from server.domain.actors import Actor, Role
from server.domain.cases import Case, Verdict
from server.domain.errors import ConflictError, DomainError, InvalidValueError
from server.domain.ids import CaseId
from server.domain.letters import House
from server.domain.opinion_sources import Sources, sources
from server.domain.opinions import Agreement, Opinion, OpinionAlteredError, OpinionStatus, Reply
from server.domain.policy import Outcome
from server.domain.stage import Meeting
from server.integrations import opinion_pdf
from server.services import trail
from server.services.access import case_for, opinion_for
from server.services.checklists import Checklists
from server.services.post import Post
from server.services.sign_in import SignIn
from server.storage import accounts, cases, documents, opinions, stage
from server.storage.database import Connection, Database

log = structlog.get_logger()


class ReviewFirstError(DomainError):
    """The records have not been said to be enough."""

    code = "review-first"


@dataclass(frozen=True, slots=True)
class Writing:
    """What the specialist writes into a draft; None and questions that are left out stay as they are."""

    summary: str | None = None
    agreement: Agreement | None = None
    replies: Sequence[tuple[int, Reply]] = ()
    read: Sequence[str] | None = None
    missing: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class OpinionFile:
    """An opinion with what stands around it; `sources` and `unread` are for who still writes."""

    opinion: Opinion
    case: Case
    meeting: Meeting | None
    outcome: Outcome | None
    sources: Sources
    unread: bool  # records have come since they were said to be enough


class Opinions:
    """Everything that is done with an opinion. Whose it is, and that it is as signed, access decides."""

    def __init__(
        self,
        database: Database,
        checklists: Checklists,
        post: Post,
        sign_in: SignIn,
        house: House,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._checklists = checklists
        self._post = post
        self._sign_in = sign_in
        self._house = house
        self._clock = clock

    async def read(self, actor: Actor, case_id: CaseId, *, printed: bool = False) -> OpinionFile:
        """Return the opinion, and write down who has read it; the specialist's first look drafts it.

        Raises:
            ReviewFirstError: the specialist has not said that the records are enough.
            OpinionAlteredError: it is not as it was signed.
        """
        async with self._watched(actor, case_id), self._database.write() as connection:
            opinion = await self._opinion(connection, actor, case_id)
            await self._record(connection, actor, "opinion.printed" if printed else "opinion.read", opinion)
            return await self._file(connection, actor, opinion)

    async def letter(self, actor: Actor, case_id: CaseId) -> tuple[Opinion, bytes]:
        """Return the opinion and its letter as PDF; a draft's says that it is one."""
        opinion = (await self.read(actor, case_id, printed=True)).opinion
        return opinion, (await opinion_pdf.render(opinion)).content

    async def write(self, actor: Actor, case_id: CaseId, writing: Writing, version: int | None) -> Opinion:
        """Write into the draft. `version` is the one that the caller has seen, if they mind.

        Raises:
            OpinionSignedError: it is signed.
            ConflictError: it was changed in another window since.
            UnknownQuestionError, TwoRepliesError, InvalidValueError: a reply or a text cannot be accepted.
            ReviewFirstError: as in `read`.
        """
        async with self._watched(actor, case_id), self._database.write() as connection:
            opinion = await self._opinion(connection, actor, case_id, lock=True)
            _check_version(opinion, version)
            written = _written(opinion, writing)
            if replace(written, version=opinion.version) == opinion:
                return opinion
            await opinions.save(connection, written)
        return written

    async def sign(self, actor: Actor, case_id: CaseId, version: int | None) -> Opinion:
        """Sign the opinion, lock its text and write to the patient, all at once.

        Raises:
            OpinionSignedError: it is signed already.
            ConflictError: it was changed in another window since.
            QuestionsOpenError, SummaryMissingError, AgreementMissingError: it is not finished.
            ReviewFirstError: the specialist has since said that records are missing.
        """
        async with self._watched(actor, case_id), self._database.write() as connection:
            opinion = await self._opinion(connection, actor, case_id, lock=True)
            _check_version(opinion, version)
            await _require_review(connection, case_id)
            me = actor.account
            signed = opinion_signing.sign(opinion, by=me.id, name=me.name, zone=me.zone, now=self._clock())
            await opinions.save(connection, signed)
            await self._write_to_patient(connection, signed)
            await self._record(connection, actor, "opinion.signed", signed)
        log.info("opinion.signed", opinion=signed.id, case=case_id)
        return signed

    async def _opinion(self, connection: Connection, actor: Actor, case_id: CaseId, *, lock: bool = False) -> Opinion:
        """Return the opinion; draft it where it is for this person to begin."""
        case = await case_for(connection, actor, case_id)
        if actor.role is Role.SPECIALIST and not await opinions.exists(connection, case_id):
            await self._begin(connection, actor, case)
        return await opinion_for(connection, actor, case_id, lock=lock)

    async def _begin(self, connection: Connection, actor: Actor, case: Case) -> None:
        await _require_review(connection, case.id)
        patient = await accounts.get(connection, case.patient_id)
        found = await self._sources(connection, actor, case)
        begun = rules.draft(
            ids.new(),
            case.id,
            actor.id,
            hospital=self._house.name,
            patient=patient.name,
            questions=case.answers.get("questions", ()),
            read=found.read,
            now=self._clock(),
        )
        if await opinions.add(connection, replace(begun, missing=found.missing)):
            await self._record(connection, actor, "opinion.begun", begun)

    async def _file(self, connection: Connection, actor: Actor, opinion: Opinion) -> OpinionFile:
        case = await case_for(connection, actor, opinion.case_id)
        around = (await stage.around(connection, (case.id,), ""))[case.id]
        writes = actor.role is Role.SPECIALIST and opinion.status is OpinionStatus.DRAFT
        newest = await documents.newest_arrival(connection, case.id) if writes else None
        return OpinionFile(
            opinion=opinion,
            case=case,
            meeting=around.meeting,
            outcome=around.outcome[0] if around.outcome else None,
            sources=await self._sources(connection, actor, case) if writes else Sources(),
            unread=bool(newest and around.reading and newest > around.reading.at),
        )

    async def _sources(self, connection: Connection, actor: Actor, case: Case) -> Sources:
        standing = await self._checklists.within(connection, case)
        return sources(standing, await documents.of_case(connection, case.id), actor.account.zone)

    async def _write_to_patient(self, connection: Connection, opinion: Opinion) -> None:
        case = await cases.get(connection, opinion.case_id)
        patient = await accounts.get(connection, case.patient_id)
        letter = letters.opinion_ready(self._house, await self._sign_in.link_within(connection, patient, case.id))
        await self._post.queue(connection, patient, letter, key=f"opinion:{opinion.id}:signed", case_id=case.id)

    @asynccontextmanager
    async def _watched(self, actor: Actor, case_id: CaseId) -> AsyncIterator[None]:
        """Write it down, and call for help, when an opinion turns out not to be as it was signed."""
        try:
            yield
        except OpinionAlteredError:
            async with self._database.write() as connection:
                now = self._clock()
                await trail.record(connection, actor, "opinion.altered", "case", case_id, now=now, case_id=case_id)
            log.error("opinion.altered", case=case_id)
            raise

    async def _record(self, connection: Connection, actor: Actor, action: str, opinion: Opinion) -> None:
        now = self._clock()
        await trail.record(connection, actor, action, "opinion", opinion.id, now=now, case_id=opinion.case_id)


async def _require_review(connection: Connection, case_id: CaseId) -> None:
    review = await cases.newest_review(connection, case_id)
    if review is None or review.verdict is not Verdict.ENOUGH:
        raise ReviewFirstError("Please say first that the records are enough. Then you can write the opinion.")


def _check_version(opinion: Opinion, version: int | None) -> None:
    rules.require_draft(opinion)
    if version is not None and version != opinion.version:
        raise ConflictError("This opinion was changed in another window or on another device.")


def _written(opinion: Opinion, writing: Writing) -> Opinion:
    replies = dict(writing.replies)
    if len(replies) != len(writing.replies):
        raise InvalidValueError("Please reply to each question once.", "replies")
    return rules.revise(
        opinion,
        summary=opinion.summary if writing.summary is None else writing.summary,
        agreement=writing.agreement or opinion.agreement,
        replies=replies,
        read=opinion.read if writing.read is None else writing.read,
        missing=opinion.missing if writing.missing is None else writing.missing,
    )

"""The specialist's word on the records."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

import structlog

from server.domain import ids, letters
from server.domain.actors import Actor
from server.domain.cases import Case, CaseMovedOnError, Review, Verdict
from server.domain.errors import InvalidValueError
from server.domain.ids import CaseId
from server.domain.letters import House, Letter
from server.domain.policy import FactValue, Stage
from server.services import trail
from server.services.access import case_for
from server.services.decisions import Decisions
from server.services.post import Post
from server.services.sign_in import SignIn
from server.storage import accounts, cases, stage
from server.storage.database import Connection, Database

log = structlog.get_logger()

Write = Callable[[House, str], Letter]
NOTHING: Mapping[str, FactValue | None] = MappingProxyType({})


class Reviews:
    """Says whether the records are enough."""

    def __init__(
        self,
        database: Database,
        decisions: Decisions,
        post: Post,
        sign_in: SignIn,
        house: House,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._decisions = decisions
        self._post = post
        self._sign_in = sign_in
        self._house = house
        self._clock = clock

    async def review(
        self,
        actor: Actor,
        case_id: CaseId,
        verdict: Verdict,
        note: str,
        judgements: Mapping[str, FactValue | None] = NOTHING,
    ) -> Review:
        """Say whether the records are enough, and with it what the specialist judges: both or neither is kept.

        Raises:
            InvalidValueError: something is missing, but not what.
            FactsError: a judgement is not acceptable.
            CaseMovedOnError: the opinion is signed.
        """
        if verdict is Verdict.MISSING and not note:
            raise InvalidValueError("Please say what is missing. The patient reads it.", "note")
        review = Review(ids.new(), case_id, actor.id, verdict, note, self._clock())
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            await self._unsigned(connection, case)
            await cases.add_review(connection, review)
            await self._decisions.take(connection, actor, case, judgements, Stage.RECORDS_REVIEW)
            await self._write_to_patient(connection, case, review, await self._letter(connection, actor, case, verdict))
            await self._record(connection, actor, f"review.{verdict}", "review", review.id, case_id)
        log.info("case.reviewed", case=case_id, verdict=verdict.value)
        return review

    async def newest(self, actor: Actor, case_id: CaseId) -> Review | None:
        """Return the latest word on the records."""
        async with self._database.read() as connection:
            await case_for(connection, actor, case_id)
            return await cases.newest_review(connection, case_id)

    async def _unsigned(self, connection: Connection, case: Case) -> None:
        around = (await stage.around(connection, (case.id,), ""))[case.id]
        if around.signed_at:
            raise CaseMovedOnError("The opinion is signed. What comes now needs an addendum.")

    async def _letter(self, connection: Connection, actor: Actor, case: Case, verdict: Verdict) -> Write:
        """Choose what to write: nobody is told to choose a time while something of ours is still open."""
        if verdict is Verdict.MISSING:
            return letters.records_missing
        booking = await self._decisions.decide(connection, actor, case, Stage.BOOKING)
        way = self._decisions.turn(booking)
        return letters.TIMES_OPEN[way] if way else letters.records_enough

    async def _write_to_patient(self, connection: Connection, case: Case, review: Review, write: Write) -> None:
        patient = await accounts.get(connection, case.patient_id)
        link = await self._sign_in.link_within(connection, patient, case.id)
        await self._post.queue(
            connection, patient, write(self._house, link), key=f"review:{review.id}", case_id=case.id
        )

    async def _record(
        self, connection: Connection, actor: Actor, action: str, kind: str, object_id: str, case_id: CaseId
    ) -> None:
        await trail.record(connection, actor, action, kind, object_id, now=self._clock(), case_id=case_id)

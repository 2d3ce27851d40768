"""The desk's word on a request: taken on, or declined with a reason and a next step."""

from collections.abc import Callable
from datetime import datetime

import structlog

from server.domain import cases as rules
from server.domain import letters
from server.domain.actors import Account, Actor, Role
from server.domain.cases import Case
from server.domain.errors import DomainError
from server.domain.ids import AccountId, CaseId
from server.domain.letters import House, Letter
from server.services import trail
from server.services.access import case_for
from server.services.post import Post
from server.services.sign_in import SignIn
from server.storage import accounts, cases
from server.storage.database import Connection, Database

log = structlog.get_logger()


class NoSuchSpecialistError(DomainError):
    """The person who is to read the case is none of the specialists."""

    code = "no-such-specialist"


class Screening:
    """Accepts and declines."""

    def __init__(
        self, database: Database, post: Post, sign_in: SignIn, house: House, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._post = post
        self._sign_in = sign_in
        self._house = house
        self._clock = clock

    async def specialists(self) -> tuple[Account, ...]:
        """List to whom a request can be given."""
        async with self._database.read() as connection:
            return await accounts.of_role(connection, Role.SPECIALIST)

    async def accept(self, actor: Actor, case_id: CaseId, specialist: AccountId, reason: str) -> Case:
        """Take the request on and give it to a specialist.

        Raises:
            NoSuchSpecialistError: nobody of this id is a specialist.
            CaseMovedOnError: the request is not waiting for an answer.
        """
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            if specialist not in {one.id for one in await accounts.of_role(connection, Role.SPECIALIST)}:
                raise NoSuchSpecialistError("Please choose one of the specialists.")
            moved = rules.accept(case, specialist, reason, by=actor.id, now=self._clock())
            await self._settle(connection, actor, moved, letters.request_accepted)
        return moved

    async def decline(self, actor: Actor, case_id: CaseId, reason: str, next_step: str) -> Case:
        """Say no, with what the patient can do now.

        Raises:
            CaseMovedOnError: the request is not waiting for an answer.
        """
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            moved = rules.decline(case, reason, next_step, by=actor.id, now=self._clock())
            await self._settle(connection, actor, moved, letters.request_declined)
        return moved

    async def _settle(
        self, connection: Connection, actor: Actor, case: Case, write: Callable[[House, str], Letter]
    ) -> None:
        await cases.save(connection, case)
        patient = await accounts.get(connection, case.patient_id)
        link = await self._sign_in.link_within(connection, patient, case.id)
        key = f"case:{case.id}:{case.status}"
        await self._post.queue(connection, patient, write(self._house, link), key=key, case_id=case.id)
        action, now = f"case.{case.status}", self._clock()
        await trail.record(connection, actor, action, "case", case.id, now=now, case_id=case.id)
        log.info(action, case=case.id)

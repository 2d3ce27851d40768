"""Companions and interpreters: invited, assigned, and sent away again; whoever is sent away is out of the visit too."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from server.domain import guest_letters, ids
from server.domain.actors import Account, Actor, Role
from server.domain.cases import Case
from server.domain.guests import AlreadyInvitedError, Invitation, Participation, check_invitation
from server.domain.ids import AccountId, CaseId, VisitId
from server.domain.letters import House
from server.domain.visits import Visit, require_alive
from server.services import trail
from server.services.access import case_for, guest_for, visit_for
from server.services.interpreters import Interpreters
from server.services.invitations import Invitations
from server.services.post import Post
from server.services.sign_in import SignIn
from server.storage import accounts, appointments, guests
from server.storage.database import Connection, Database
from server.storage.keyring import Keyring

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Guest:
    """A guest as a case's page shows them."""

    part: Participation
    account: Account

    @property
    def name(self) -> str:
        """What whoever invited them calls them."""
        return self.part.name or self.account.name


class Guests:
    """Lets people into a case beside the patient and the specialist."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        post: Post,
        sign_in: SignIn,
        invitations: Invitations,
        interpreters: Interpreters,
        house: House,
        withdrawn: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        """Call `withdrawn` whenever somebody's access has ended."""
        self._database = database
        self._keyring = keyring
        self._post = post
        self._sign_in = sign_in
        self._invitations = invitations
        self._interpreters = interpreters
        self._house = house
        self._withdrawn = withdrawn
        self._clock = clock

    async def of_case(self, actor: Actor, case_id: CaseId) -> tuple[Guest, ...]:
        """List the companions and interpreters of a case, those who came first first."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            parts = await guests.of_case(connection, case.id)
            people = await accounts.of_ids(connection, {part.account_id for part in parts})
        return tuple(Guest(part, people[part.account_id]) for part in parts)

    async def interpreters(self) -> tuple[Account, ...]:
        """List who can be assigned to a visit."""
        async with self._database.read() as connection:
            return await accounts.of_role(connection, Role.INTERPRETER)

    async def invite(self, actor: Actor, case_id: CaseId, invitation: Invitation) -> Guest:
        """Let the patient's companion into the case, and write to them.

        The caller cannot tell whether the companion was known to us, and no account is changed this way.

        Raises:
            AlreadyInvitedError: this address is on the list already.
            TooManyCompanionsError: there are enough.
            OwnAddressError: it is the patient's own address.
        """
        now = self._clock()
        async with self._database.write() as connection:
            case = await case_for(connection, actor, case_id)
            known = await guests.of_case(connection, case.id)
            check_invitation(invitation, actor.account, known)
            companion = await self._account(connection, actor.account, invitation)
            part = _companion(case, companion, invitation, actor.id, now)
            if not await guests.add(connection, part):
                raise AlreadyInvitedError("You have invited this person already.")
            await self._write_to(connection, companion, part)
            await self._record(connection, actor, "guest.invited", part)
        return Guest(part, companion)

    async def assign(self, actor: Actor, visit_id: VisitId, interpreter: AccountId) -> Guest:
        """Let an interpreter into one visit.

        Raises:
            NoSuchInterpreterError: nobody of this id is an interpreter.
            AlreadyInvitedError: they are in this visit already.
            InterpreterBusyError: they have another visit at that time.
            VisitMovedOnError: the visit is over.
        """
        async with self._database.write() as connection:
            visit = await visit_for(connection, actor, visit_id)
            require_alive(visit)
            appointment = await appointments.get(connection, visit.appointment_id)
            part, account = await self._interpreters.assign(connection, visit, appointment, interpreter, actor.id)
            await self._record(connection, actor, "guest.assigned", part)
        return Guest(part, account)

    async def remove(self, actor: Actor, case_id: CaseId, participation_id: str) -> None:
        """Send a guest away: they know nothing of the case any more, and are out of the visit at once.

        Raises:
            NotFoundError: there is no such guest, or it is not for this person to send them away.
        """
        async with self._database.write() as connection:
            part = await guest_for(connection, actor, case_id, participation_id)
            await guests.end(connection, part, self._clock())
            if part.visit_id is None:
                await self._sign_in.withdraw_link(connection, part.account_id, part.case_id)
            else:
                await self._excuse(connection, part, await appointments.visit(connection, part.visit_id))
            await self._record(connection, actor, "guest.removed", part)
        self._withdrawn()

    async def _account(self, connection: Connection, patient: Account, invitation: Invitation) -> Account:
        """Find the account of an address, or make one that takes the patient's zone and language until they say."""
        account = Account(
            id=AccountId(ids.new()),
            role=Role.COMPANION,
            name=invitation.name,
            email=invitation.email,
            phone=invitation.phone,
            zone=patient.zone,
            language=patient.language,
            active=True,
            created_at=self._clock(),
        )
        if await accounts.add_new(connection, self._keyring, account):
            log.info("account.invited", account=account.id)
            return account
        known = await accounts.by_email(connection, self._keyring, invitation.email)
        assert known is not None  # the address is taken, and addresses are never given up
        return known

    async def _write_to(self, connection: Connection, companion: Account, part: Participation) -> None:
        if not companion.active:
            return
        if companion.role is Role.COMPANION:
            link = await self._sign_in.renewed_link(connection, companion, part.case_id)
            letter = guest_letters.companion_invited(self._house, link)
        else:
            letter = guest_letters.other_address_needed(self._house)
        await self._post.queue(connection, companion, letter, key=f"guest:{part.id}", case_id=part.case_id)
        standing = await appointments.standing(connection, part.case_id)
        if standing is not None:
            await self._invitations.seated(connection, part, standing)

    async def _excuse(self, connection: Connection, part: Participation, visit: Visit) -> None:
        """Give an interpreter's time back, as long as there is something to miss."""
        if visit.alive:
            appointment = await appointments.get(connection, visit.appointment_id)
            await self._interpreters.release(connection, part, appointment)

    async def _record(self, connection: Connection, actor: Actor, action: str, part: Participation) -> None:
        now = self._clock()
        await trail.record(connection, actor, action, "participation", part.id, now=now, case_id=part.case_id)
        log.info(action, case=part.case_id, participation=part.id)


def _companion(case: Case, account: Account, invitation: Invitation, by: AccountId, now: datetime) -> Participation:
    return Participation(
        id=ids.new(),
        case_id=case.id,
        account_id=account.id,
        relation=invitation.relation.value,
        since=now,
        until=None,
        name=invitation.name,
        added_by=by,
    )

"""In which states specialists may see people: entered, looked up again and taken away by the desk and the admin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.domain import ids
from server.domain.actors import Account, Actor, Role
from server.domain.authorisations import Attention, Authorisation, AuthorisationKind, LicenceDaysError, attention
from server.domain.errors import InvalidValueError
from server.domain.ids import AccountId
from server.services import trail
from server.services.access import specialist_for
from server.storage import accounts, decisions
from server.storage.database import Connection, Database


@dataclass(frozen=True, slots=True)
class NewLicence:
    """A licence or registration as somebody looked it up."""

    specialist_id: AccountId
    state: str
    kind: AuthorisationKind
    number: str
    valid_from: date
    valid_until: date
    verified_on: date


@dataclass(frozen=True, slots=True)
class Licence:
    """One row with who looked it up, and what somebody should do about it."""

    row: Authorisation
    verified_by: Account
    attention: tuple[Attention, ...]


@dataclass(frozen=True, slots=True)
class Licensed:
    """A specialist with all their rows."""

    specialist: Account
    licences: tuple[Licence, ...]


class Licences:
    """Keeps what `clinician_authorised_states` is computed from; `states` are those that a patient can be in."""

    def __init__(
        self, database: Database, states: Mapping[str, str], zone: ZoneInfo, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self.states = states
        self._zone = zone
        self._clock = clock

    @property
    def today(self) -> date:
        """The day it is at the hospital."""
        return self._clock().astimezone(self._zone).date()

    async def all(self) -> tuple[Licensed, ...]:
        """List every specialist with their licences."""
        async with self._database.read() as connection:
            specialists = await accounts.of_role(connection, Role.SPECIALIST)
            rows = await decisions.all_authorisations(connection)
            people = await accounts.of_ids(connection, {row.verified_by for row in rows})
        today = self.today
        licences = [Licence(row, people[row.verified_by], attention(row, today)) for row in rows]
        return tuple(
            Licensed(person, tuple(one for one in licences if one.row.specialist_id == person.id))
            for person in specialists
        )

    async def add(self, actor: Actor, new: NewLicence) -> Authorisation:
        """Enter a licence.

        Raises:
            InvalidValueError: there is no such state.
            LicenceDaysError: the days cannot be.
        """
        self._check(new)
        row = Authorisation(
            id=ids.new(),
            specialist_id=new.specialist_id,
            state=new.state,
            kind=new.kind,
            number=new.number,
            valid_from=new.valid_from,
            valid_until=new.valid_until,
            verified_on=new.verified_on,
            verified_by=actor.id,
        )
        async with self._database.write() as connection:
            await specialist_for(connection, actor, new.specialist_id)
            await decisions.add_authorisation(connection, row)
            await self._record(connection, actor, "licence.added", row.id)
        return row

    async def verify(self, actor: Actor, licence_id: str) -> Authorisation:
        """Note that this person has looked a licence up today.

        Raises:
            NotFoundError: there is none.
        """
        async with self._database.write() as connection:
            row = await decisions.authorisation(connection, licence_id)
            verified = replace(row, verified_on=self.today, verified_by=actor.id)
            await decisions.save_authorisation(connection, verified)
            await self._record(connection, actor, "licence.verified", row.id)
        return verified

    async def remove(self, actor: Actor, licence_id: str) -> None:
        """Take a licence away.

        Raises:
            NotFoundError: there is none.
        """
        async with self._database.write() as connection:
            await decisions.remove_authorisation(connection, licence_id)
            await self._record(connection, actor, "licence.removed", licence_id)

    def _check(self, new: NewLicence) -> None:
        if new.state not in self.states:
            raise InvalidValueError("Please choose one of the states shown.", "state")
        if new.valid_until < new.valid_from:
            raise LicenceDaysError("The last day has to be on or after the first day.", "valid_until")
        if new.verified_on > self.today:
            raise LicenceDaysError("The day it was looked up cannot be in the future.", "verified_on")

    async def _record(self, connection: Connection, actor: Actor, action: str, licence_id: str) -> None:
        await trail.record(connection, actor, action, "licence", licence_id, now=self._clock())

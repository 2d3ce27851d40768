"""Who is on call: named by the desk and the admin, and paged first when an emergency has to be called."""

from collections.abc import Callable, Collection
from datetime import datetime

from server.domain.actors import Account, Actor
from server.domain.errors import NotFoundError
from server.domain.ids import AccountId
from server.domain.paging import PAGED
from server.services import trail
from server.storage import accounts
from server.storage.database import Database


class OnCall:
    """Keeps the list of those who are paged first."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def staff(self) -> tuple[Account, ...]:
        """List everybody who can be on call."""
        async with self._database.read() as connection:
            return await accounts.of_roles(connection, PAGED)

    async def name(self, actor: Actor, people: Collection[AccountId]) -> tuple[Account, ...]:
        """Let exactly these people be on call, and return everybody who can be.

        Raises:
            NotFoundError: one of them is not of the staff who can call.
        """
        async with self._database.write() as connection:
            staff = await accounts.of_roles(connection, PAGED)
            if not set(people) <= {person.id for person in staff}:
                raise NotFoundError("There is no such person who can be on call.")
            for person in staff:
                if person.on_call is not (person.id in people):
                    await accounts.put_on_call(connection, person.id, on_call=person.id in people)
                    action = "on-call.ended" if person.on_call else "on-call.begun"
                    await trail.record(connection, actor, action, "account", person.id, now=self._clock())
            return await accounts.of_roles(connection, PAGED)

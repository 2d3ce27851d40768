"""Says in time that a date of the policy passes, and puts aside what another version has taken the place of."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, timedelta

import structlog

from server.domain.actors import Account, Role
from server.domain.letters import House
from server.domain.policy.versions import superseded
from server.domain.policy_letters import date_passes
from server.services.in_force import InForce
from server.services.post import Post
from server.storage import accounts, audit, policies
from server.storage.database import Connection, Database

EVERY_SECONDS = 3600
DAYS_BEFORE = (60, 30)
OFFICE = (Role.ADMIN, Role.COMPLIANCE)

log = structlog.get_logger()


class PolicyWarnings:
    """Looks after the policy in force, hour by hour; each letter is written once."""

    def __init__(
        self,
        database: Database,
        in_force: InForce,
        post: Post,
        house: House,
        url: Callable[[Account], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._in_force = in_force
        self._post = post
        self._house = house
        self._url = url
        self._clock = clock

    async def run(self) -> None:
        """Look for as long as the service runs."""
        while True:
            await self.look()
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Write to the office about every date that passes within 60 days, and once more within 30."""
        today = self._in_force.today
        async with self._database.write() as connection:
            rule = await self._in_force.read(connection)
            await self._put_aside(connection, today)
            for name, day in rule.policy.dates_ending(today, within=timedelta(days=max(DAYS_BEFORE))):
                await self._warn(connection, name, day, today)

    async def _put_aside(self, connection: Connection, today: date) -> None:
        now = self._clock()
        for version in superseded(await policies.activated(connection), today):
            await policies.retire(connection, version.id, now)
            await audit.append(
                connection,
                at=now,
                actor_id=None,
                role=None,
                action="policy.retired",
                object_kind="policy",
                object_id=version.id,
            )
            log.info("policy.retired", policy=version.id)

    async def _warn(self, connection: Connection, name: str, day: date, today: date) -> None:
        before = min(days for days in DAYS_BEFORE if day <= today + timedelta(days=days))
        for role in OFFICE:
            for account in await accounts.of_role(connection, role):
                letter = date_passes(self._house, name, day, today, f"{self._url(account)}/policy")
                await self._post.queue(connection, account, letter, key=f"policy:{name}:{day.isoformat()}:{before}")

"""Pages the staff about emergencies by SMS and mail, again and wider every few minutes, until somebody says they call.

A call that is not ticked off soon after that is paged again. What is to be paged stands in the database alone, so that
it goes on after the process has died at any point.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from server.domain.actors import Account
from server.domain.calls import number_in
from server.domain.paging import A_CLAIM_COUNTS_FOR, PAGED, audience, page, page_key, page_round
from server.domain.tasks import Task, TaskKind
from server.services import rounds
from server.services.post import Post
from server.storage import accounts, cases, tasks
from server.storage.database import Connection, Database

LOOKS_EVERY_SECONDS = 1.0

log = structlog.get_logger()


class Pager:
    """Sees to it that an emergency call is not overlooked."""

    def __init__(
        self, database: Database, post: Post, public_url: Callable[[Account], str], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._post = post
        self._public_url = public_url
        self._clock = clock
        self._paged: dict[str, int] = {}  # the last round by task, so that nothing is written twice for nothing

    async def run(self) -> None:
        """Page for as long as the service runs."""
        while True:
            await self.page()
            await asyncio.sleep(LOOKS_EVERY_SECONDS)

    async def page(self) -> None:
        """Page about every emergency that nobody sees to, if its round has not been paged yet."""
        async with self._database.read() as connection:
            waiting = await tasks.unclaimed(connection, TaskKind.EMERGENCY, self._clock() - A_CLAIM_COUNTS_FOR)
        self._paged = {task.id: self._paged.get(task.id, -1) for task in waiting}
        await rounds.each(waiting, self._see_to)

    async def _see_to(self, task: Task) -> None:
        number = page_round(task.created_at, self._clock())
        if self._paged[task.id] < number:
            async with self._database.write() as connection:
                now = await tasks.get(connection, task.id)
                if now.claimed_at == task.claimed_at and not now.done_at:
                    await self._page(connection, now, number)
            self._paged[task.id] = number

    async def _page(self, connection: Connection, task: Task, number: int) -> None:
        case = await cases.get(connection, task.case_id)
        staff = await accounts.of_roles(connection, PAGED)
        people = audience(staff, case.specialist_id, number)
        for person in people:
            letter = page(number_in(task.note), case.id, f"{self._public_url(person)}/calls/{task.id}")
            for channel in ("sms", "mail"):
                if channel == "mail" or person.phone:
                    await self._post.queue(
                        connection,
                        person,
                        letter,
                        key=page_key(task.id, number),
                        case_id=case.id,
                        channel=channel,
                    )
        log.warning("emergency.paged", task=task.id, case=task.case_id, round=number, people=len(people))

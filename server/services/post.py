"""The post: queues letters in the transaction that causes them, and sends what is queued."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from server.domain import ids
from server.domain.actors import Account
from server.domain.ids import CaseId
from server.domain.letters import Letter
from server.domain.messages import DeliveryError, Message, retry_after
from server.storage import messages
from server.storage.database import Connection, Database

LEASE = timedelta(minutes=5)
BATCH = 20
MOST_ATTEMPTS = 8
POLL_SECONDS = 5

log = structlog.get_logger()


Carrier = Callable[[Message], Awaitable[None]]  # raises DeliveryError


class Post:
    """Writes letters into the outbox and carries them out."""

    def __init__(self, database: Database, clock: Callable[[], datetime], carriers: dict[str, Carrier]) -> None:
        self._database = database
        self._clock = clock
        self._carriers = carriers
        self._wake = asyncio.Event()

    async def queue(
        self,
        connection: Connection,
        account: Account,
        letter: Letter,
        *,
        key: str,
        case_id: CaseId | None = None,
        channel: str = "mail",
        attachment: dict[str, str] | None = None,
    ) -> None:
        """Write a letter to a person once a `key`; it leaves when the caller's transaction stands."""
        now = self._clock()
        recipient = account.email if channel == "mail" else account.phone
        await messages.add(
            connection,
            Message(
                id=ids.new(),
                dedupe_key=f"{key}:{channel}:{account.id}",
                channel=channel,
                account_id=account.id,
                case_id=case_id,
                recipient=recipient,
                subject=letter.subject,
                body=letter.body,
                attachment=attachment,
                due_at=now,
                state="queued" if self._carriers else "kept",
                attempts=0,
                sent_at=None,
                created_at=now,
            ),
        )
        self._wake.set()

    async def run(self) -> None:
        """Carry letters out for as long as the service runs."""
        while self._carriers:
            self._wake.clear()
            if not await self.carry():
                try:
                    await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                except TimeoutError:
                    continue

    async def carry(self) -> int:
        """Carry out what is due now and return how many messages were tried."""
        now = self._clock()
        async with self._database.write() as connection:
            due = await messages.lease(connection, now, now + LEASE, BATCH)
        for message in due:
            await self._deliver(message)
        return len(due)

    async def _deliver(self, message: Message) -> None:
        try:
            await self._carriers[message.channel](message)
        except DeliveryError:
            log.warning("message.failed", message=message.id, attempts=message.attempts)
            async with self._database.write() as connection:
                if message.attempts >= MOST_ATTEMPTS:
                    await messages.settle(connection, message.id, "bounced", self._clock())
                else:
                    later = self._clock() + retry_after(message.attempts)
                    await messages.put_off(connection, message.id, later)
            return
        async with self._database.write() as connection:
            await messages.settle(connection, message.id, "sent", self._clock())
        log.info("message.sent", message=message.id, channel=message.channel)

    async def kept(self) -> tuple[Message, ...]:
        """List what was written, for the demo's mailbox."""
        async with self._database.read() as connection:
            return await messages.newest(connection)

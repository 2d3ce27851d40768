"""The outbox: what is to leave is written in the transaction that causes it, and leaves afterwards."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.messages import Message
from server.storage.inserts import insert_new
from server.storage.rows import columns, values
from server.storage.schema import messages


async def add(connection: AsyncConnection, message: Message) -> None:
    """Queue a message once a `dedupe_key`."""
    await insert_new(connection, messages, columns(message))


async def lease(connection: AsyncConnection, now: datetime, until: datetime, most: int) -> tuple[Message, ...]:
    """Take due messages for this process; they come back to the queue at `until` if nothing is heard of them."""
    due = (
        select(messages.c.id)
        .where(messages.c.state == "queued", messages.c.due_at <= now)
        .order_by(messages.c.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(messages)
        .where(messages.c.id.in_(due))
        .values(due_at=until, attempts=messages.c.attempts + 1)
        .returning(*messages.c)
    )
    return values(Message, (await connection.execute(taken)).all())


async def settle(connection: AsyncConnection, message_id: str, state: str, now: datetime) -> None:
    """Write down what became of a message: sent, kept or bounced."""
    await connection.execute(update(messages).where(messages.c.id == message_id).values(state=state, sent_at=now))


async def put_off(connection: AsyncConnection, message_id: str, until: datetime) -> None:
    """Try a message again later."""
    await connection.execute(update(messages).where(messages.c.id == message_id).values(due_at=until))


async def newest(connection: AsyncConnection, most: int = 200) -> tuple[Message, ...]:
    """List what was written, the newest first."""
    query = select(messages).order_by(messages.c.created_at.desc()).limit(most)
    return values(Message, (await connection.execute(query)).all())

"""What a person already asked for, so that asking again gives the same answer and no second effect."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.ids import AccountId
from server.storage.inserts import insert_new
from server.storage.rows import optional
from server.storage.schema import idempotency_keys as table


@dataclass(frozen=True, slots=True)
class Key:
    """One `Idempotency-Key` of one person at one address, as its keyed hash."""

    account_id: AccountId
    route: str
    key_mac: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """The first request of that key, and its answer once there is one."""

    request_sha256: str
    status: int | None
    response: dict[str, Any] | None


async def reserve(connection: AsyncConnection, key: Key, request_sha256: str, now: datetime) -> bool:
    """Take a key for the effect of this transaction; False where it is taken."""
    row = {
        "account_id": key.account_id,
        "route": key.route,
        "key_mac": key.key_mac,
        "request_sha256": request_sha256,
        "created_at": now,
    }
    return await insert_new(connection, table, row)


async def remembered(connection: AsyncConnection, key: Key) -> Remembered | None:
    """Return what is known of a key."""
    return optional(Remembered, (await connection.execute(select(table).where(_is(key)))).one_or_none())


async def answer(connection: AsyncConnection, key: Key, status: int, response: dict[str, Any]) -> None:
    """Keep the answer beside the key."""
    await connection.execute(update(table).where(_is(key)).values(status=status, response=response))


async def forget(connection: AsyncConnection, before: datetime) -> None:
    """Drop keys that nobody will send again."""
    await connection.execute(delete(table).where(table.c.created_at < before))


def _is(key: Key) -> Any:
    return and_(table.c.account_id == key.account_id, table.c.route == key.route, table.c.key_mac == key.key_mac)

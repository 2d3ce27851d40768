"""How a database is, for whoever looks after it: whether it answers, is up to date, and fits the keys and the clock."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.domain.errors import DomainError
from server.storage.database import Database
from server.storage.keyring import SealBrokenError, UnknownKeyError
from server.storage.migrate import pending
from server.storage.schema import accounts, audit_events


class DatabaseSilentError(DomainError):
    """Nothing answers at the database's address, or nobody is let in there."""

    code = "database-silent"


@dataclass(frozen=True, slots=True)
class Condition:
    """What one look at the database shows. `clock` is its server's, which SQLite does not have."""

    migrated: bool
    keys_fit: bool = True
    newest_entry: datetime | None = None
    clock: datetime | None = None


async def condition_of(database: Database) -> Condition:
    """Look at a database and change nothing.

    Raises:
        DatabaseSilentError: it cannot be looked at.
    """
    try:
        if await pending(database):
            return Condition(migrated=False)
        async with database.read() as connection:
            newest = select(audit_events.c.at).order_by(audit_events.c.number.desc()).limit(1)
            return Condition(
                migrated=True,
                keys_fit=await _keys_fit(connection),
                newest_entry=(await connection.execute(newest)).scalar_one_or_none(),
                clock=None if database.sqlite else await _clock(connection),
            )
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        raise DatabaseSilentError("the database does not answer") from error


async def _keys_fit(connection: AsyncConnection) -> bool:
    """Whether what is sealed in the database opens with our keys; an empty one fits any."""
    try:
        (await connection.execute(select(accounts).limit(1))).first()
    except (SealBrokenError, UnknownKeyError):
        return False
    return True


async def _clock(connection: AsyncConnection) -> datetime:
    read: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return read.astimezone(UTC)

"""The schema's history: bring a database to the newest revision, or say that it is not there."""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.storage.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_266_001  # any number, the same for all processes of a deployment


async def migrate(database: Database) -> None:
    """Run every revision that is missing; several processes may ask at once."""
    async with database.write() as connection:
        if not database.sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        await connection.run_sync(_upgrade)


async def pending(database: Database) -> bool:
    """Tell whether the database lacks a revision."""
    async with database.read() as connection:
        return await _current(connection) != _head()


async def _current(connection: AsyncConnection) -> str | None:
    from alembic.migration import MigrationContext

    def look(sync: Connection) -> str | None:
        return MigrationContext.configure(sync).get_current_revision()

    return await connection.run_sync(look)


def _head() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

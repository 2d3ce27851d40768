"""A database of which too much is asked at once is a reason to try again, and never a fault."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from server.domain.errors import BusyError
from server.storage.database import Database
from server.storage.keyring import Keyring

TOO_LONG = ("SET LOCAL statement_timeout = 50", "SELECT pg_sleep(5)")

pytestmark = pytest.mark.postgres


@pytest.fixture
async def database(postgres_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(postgres_url, Keyring.create(tmp_path / "keys.json"))
    yield opened
    await opened.close()


async def take_too_long(database: Database, door: str) -> None:
    async with getattr(database, door)() as connection:
        for statement in TOO_LONG:
            await connection.execute(text(statement))


@pytest.mark.parametrize("door", ["read", "write"])
async def test_a_statement_that_takes_too_long_can_be_tried_again(database: Database, door: str) -> None:
    with pytest.raises(BusyError):
        await take_too_long(database, door)


async def test_a_statement_that_is_wrong_stays_a_fault_of_ours(database: Database) -> None:
    with pytest.raises(Exception, match="there_is_no_such_table"):
        async with database.read() as connection:
            await connection.execute(text("SELECT * FROM there_is_no_such_table"))

"""A hospital before its first day, tables, keys and people: laid out once a process, and copied for every test."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from server.commands.demo import demo_settings
from server.commands.hospital import settle_in
from server.commands.service import open_data
from tests.parts.postgres import Server

MORNING = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # a Monday, nine in the morning in Detroit
DATABASE = "consilium.db"
KEYS = "keys.json"


@dataclass(frozen=True, slots=True)
class OnSqlite:
    """Laid out in a file of this folder."""

    folder: Path

    @contextmanager
    def copied(self, folder: Path) -> Iterator[str]:
        """Copy it to a test's folder; give the address of the database."""
        shutil.copy(self.folder / KEYS, folder / KEYS)
        shutil.copy(self.folder / DATABASE, folder / DATABASE)
        yield sqlite_url(folder)


@dataclass(frozen=True, slots=True)
class OnPostgres:
    """Laid out in a database of this server, its keys in this folder."""

    server: Server
    database: str
    folder: Path

    @contextmanager
    def copied(self, folder: Path) -> Iterator[str]:
        """Copy it, the keys to a test's folder; give the address of the database."""
        shutil.copy(self.folder / KEYS, folder / KEYS)
        with self.server.database(self.database) as name:
            yield self.server.url(name)


def sqlite_url(folder: Path) -> str:
    """Give the address of the SQLite database of a folder."""
    return f"sqlite+aiosqlite:///{folder / DATABASE}"


async def lay_out(database_url: str, folder: Path, morning: datetime) -> None:
    """Make tables, keys and people, so that nothing of it is open any more."""
    settings = demo_settings(folder, 0).model_copy(update={"database_url": database_url})
    async with open_data(settings, make=True) as (database, keyring):
        await settle_in(database, keyring, lambda: morning)

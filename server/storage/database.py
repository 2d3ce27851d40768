"""The database: how transactions begin on SQLite and PostgreSQL, and the one rule that nobody writes outside of one.

SQLite has one writing connection (`BEGIN IMMEDIATE`, WAL, `synchronous=FULL`) and readers that cannot write; a lock
file keeps a second process out. PostgreSQL has one pool, and the constraints of the schema settle races.
"""

import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from server.domain.errors import BusyError, DomainError
from server.storage.keyring import Keyring
from server.storage.types import give_keys

PATIENCE_SECONDS = 5.0
READERS = 4
POSTGRES_CONNECTIONS = 10
# PostgreSQL appendix A: deadlock, serialization, lock not available, statement took too long
GAVE_UP = frozenset({"40P01", "40001", "55P03", "57014"})

Connection = AsyncConnection  # what services hand from one storage function to the next, and look into nowhere

# What the first transaction of the current request must write as well, so that both are durable or neither is.
Rider = Callable[[AsyncConnection], Awaitable[None]]
RIDER: ContextVar[Rider | None] = ContextVar("rider", default=None)


class DatabaseInUseError(DomainError):
    """Another process serves from this SQLite file."""

    code = "database-in-use"


class Database:
    """Two doors to the data: `read` and `write`."""

    def __init__(self, url: str, keyring: Keyring, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        patience_ms = round(1000 * patience_seconds)
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._lock: int | None = None
        if self.sqlite:
            self._writer = _sqlite(url, keyring, patience_ms, writer=True)
            self._reader = _sqlite(url, keyring, patience_ms, writer=False)
        else:
            self._writer = self._reader = _postgres(url, keyring, patience_ms)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give one consistent view that cannot change anything."""
        with _busy():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Give one transaction: durable when the block ends, undone when it raises."""
        rider = RIDER.get()
        with _busy():
            async with self._writer.begin() as connection:
                if rider is not None:
                    RIDER.set(None)
                    await rider(connection)
                yield connection

    def claim(self) -> None:
        """Keep other processes away from an SQLite file for as long as this one lives.

        Raises:
            DatabaseInUseError: another process has it.
        """
        if not (self.sqlite and self.url.database):
            return
        path = Path(f"{self.url.database}.lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DatabaseInUseError(f"{self.url.database} is served by another process; SQLite allows one") from error

    async def answers(self) -> bool:
        """Tell whether the database answers a question."""
        async with self.read() as connection:
            return bool((await connection.execute(text("SELECT 1"))).scalar_one())

    async def close(self) -> None:
        """Give all connections back and let another process in."""
        await self._writer.dispose()
        await self._reader.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextmanager
def _busy() -> Iterator[None]:
    """Let people try again where the database has given up, because too much is asked of it at once."""
    try:
        yield
    except DBAPIError as error:
        if not _gave_up(error):
            raise
        raise BusyError("Many people are busy here right now. Please try again in a moment.") from error


def _gave_up(error: DBAPIError) -> bool:
    """Tell a deadlock, a lock or a statement that timed out and a busy file from a fault of ours."""
    return getattr(error.orig, "sqlstate", None) in GAVE_UP or "database is locked" in str(error.orig)


def _sqlite(url: str, keyring: Keyring, patience_ms: int, *, writer: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1 if writer else READERS,
        max_overflow=0,
        pool_timeout=30,
    )
    give_keys(engine.sync_engine.dialect, keyring)

    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late: a read would open no transaction
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={patience_ms}",
            "secure_delete=ON",
            "trusted_schema=OFF",
            *(() if writer else ("wal_autocheckpoint=0", "query_only=ON")),
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    event.listen(engine.sync_engine, "connect", on_connect)
    event.listen(engine.sync_engine, "begin", on_begin)
    return engine


def _postgres(url: str, keyring: Keyring, patience_ms: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=POSTGRES_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={
            "server_settings": {
                "timezone": "UTC",
                "statement_timeout": str(patience_ms),
                "lock_timeout": str(patience_ms * 2 // 5),
                "idle_in_transaction_session_timeout": str(3 * patience_ms),
            }
        },
    )
    give_keys(engine.sync_engine.dialect, keyring)
    return engine

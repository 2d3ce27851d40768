"""A whole service for a test: `api` on SQLite and on PostgreSQL, `demo` on SQLite alone, each on an empty database."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from server.app import create_app
from server.commands.demo import demo_settings
from server.commands.service import loopback_sockets, open_data
from tests.integration.house import Clock, House, people_of
from tests.parts.laid_out import MORNING

PATIENCE_SECONDS = 30.0  # with the database of a machine that may stand still for a moment


@pytest.fixture
def clock() -> Clock:
    """The service's clock; it stands still until a test advances it."""
    return Clock(MORNING)


@pytest.fixture
async def api(house_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    """A running service with the demo's people: the test runs once on SQLite and once on PostgreSQL."""
    async with running_house(house_url, tmp_path, clock) as house:
        yield house


@pytest.fixture
async def demo(house_on_sqlite: str, tmp_path: Path, clock: Clock) -> AsyncIterator[House]:
    """A running service with the demo's people on SQLite alone: for pages and what no database can change."""
    async with running_house(house_on_sqlite, tmp_path, clock) as house:
        yield house


@asynccontextmanager
async def running_house(
    database_url: str, folder: Path, clock: Clock, **settings_of_its_own: object
) -> AsyncIterator[House]:
    """Run the service on free port of this machine, with a database of its own; end it afterwards."""
    listeners = loopback_sockets(0)
    changes = {"database_url": database_url, "database_patience_seconds": PATIENCE_SECONDS, **settings_of_its_own}
    settings = demo_settings(folder, _port(listeners[0])).model_copy(update=changes)
    async with open_data(settings, make=True) as (database, keyring):
        app = create_app(settings, database, keyring, clock)
        people = await people_of(database, keyring, clock)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            for listener in listeners:
                await web.SockSite(runner, listener).start()
            async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
                yield House(app, settings, database, keyring, clock, http, settings.public_url, people)
        finally:
            await runner.cleanup()


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port

"""What demo and serve share: open the data, run the service, end it cleanly."""

import asyncio
import gc
import os
import signal
import socket
import threading
import zoneinfo
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from config.settings import Settings
from server.storage.database import Database
from server.storage.keyring import Keyring

KEEPALIVE_SECONDS = 15.0
LINGERING_SECONDS = 4.0  # how long the rest of a body is read that nobody wants any more
SHUTDOWN_SECONDS = 3.0  # what requests that are under way may still take; people in visits are sent away before
GONE_WITHIN_SECONDS = 9.0  # after SIGTERM; supervisors kill after 10
EX_TEMPFAIL = 75  # sysexits.h: something hung
BACKLOG = 1024  # connections that wait to be accepted


def main_loop(main: Coroutine[Any, Any, None]) -> None:
    """Run to the end on uvloop, which halves what a relayed message costs, or on asyncio where there is none."""
    try:
        from uvloop import new_event_loop
    except ImportError:  # Windows
        asyncio.run(main)
    else:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(main)


def utc_now() -> datetime:
    """Read the clock; the only place of the service that does."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_data(settings: Settings, *, make: bool) -> AsyncIterator[tuple[Database, Keyring]]:
    """Open keys and database for one process; `make` lays out what is missing."""
    from server.storage.migrate import migrate

    zoneinfo.reset_tzpath(to=())  # the pinned tzdata, whatever the host has: two servers never disagree on a time
    if make:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = make and not settings.key_file.exists()
    keyring = Keyring.create(settings.key_file) if fresh else Keyring.load(settings.key_file)
    database = Database(settings.database, keyring, patience_seconds=settings.database_patience_seconds)
    try:
        database.claim()
        if make:
            await migrate(database)
        yield database, keyring
    finally:
        await database.close()


def loopback_sockets(port: int) -> list[socket.socket]:
    """Listen on 127.0.0.1 and, where there is one, ::1, on the same port; 0 picks a free one."""
    first = _listening(socket.AF_INET, "127.0.0.1", port)
    if not socket.has_ipv6:
        return [first]
    try:
        return [first, _listening(socket.AF_INET6, "::1", first.getsockname()[1])]
    except OSError:  # no IPv6 on this machine, or somebody else has that port there
        return [first]


def listening(address: str, port: int) -> socket.socket:
    """Listen on one address, as written in the settings."""
    return _listening(socket.AF_INET6 if ":" in address else socket.AF_INET, address, port)


def _listening(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


async def run(app: web.Application, listeners: list[socket.socket], ready: Callable[[], Awaitable[None]]) -> None:
    """Serve on these sockets until SIGINT or SIGTERM; `ready` is awaited once the service answers."""
    stop = _told_to_stop()
    runner = web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=KEEPALIVE_SECONDS,
        lingering_time=LINGERING_SECONDS,
        shutdown_timeout=SHUTDOWN_SECONDS,
    )
    await runner.setup()
    try:
        for listener in listeners:
            await web.SockSite(runner, listener).start()
        await ready()
        gc.freeze()  # what stands by now stays: looking at it again and again costs a sixth of every relayed message
        await stop.wait()
    finally:
        await runner.cleanup()


def _told_to_stop() -> asyncio.Event:
    """Return what SIGINT and SIGTERM set. From then on the process has not long to live, whatever hangs."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def tell() -> None:
        stop.set()
        last_resort = threading.Timer(GONE_WITHIN_SECONDS, os._exit, (EX_TEMPFAIL,))
        last_resort.daemon = True
        last_resort.start()

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, tell)
    return stop

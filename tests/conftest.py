"""The parts that any test may ask for by name, and the list of those that were missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from server.commands.parts import CHROMIUM, IPROUTE, NFTABLES, POSTGRESQL
from tests.parts.laid_out import MORNING, OnPostgres, OnSqlite, lay_out
from tests.parts.laid_out import sqlite_url as sqlite_address
from tests.parts.machine import the_machine
from tests.parts.missing import PREFIX, require, require_permission
from tests.parts.network import Network, is_allowed, network
from tests.parts.postgres import Server, running_server
from tests.parts.schedule import Schedule, sends_pictures

if TYPE_CHECKING:  # the fixtures import Playwright, which costs 0.3 s, only when a test asks for a browser
    from playwright.async_api import Browser, Playwright

    from tests.parts.browser import Pages


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for this process's tests."""
    with running_server(require(POSTGRESQL)) as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Server) -> Iterator[str]:
    """The address of a new, empty PostgreSQL database."""
    with postgres.database() as name:
        yield postgres.url(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of an SQLite database that does not exist yet."""
    return sqlite_address(tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a new, empty database: the test runs once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
async def laid_out_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> OnSqlite:
    """A hospital on SQLite before its first day, to copy."""
    folder = tmp_path_factory.mktemp("laid-out-on-sqlite")
    await lay_out(sqlite_address(folder), folder, MORNING)
    return OnSqlite(folder)


@pytest.fixture(scope="session")
async def laid_out_on_postgres(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OnPostgres]:
    """A hospital on PostgreSQL before its first day, to copy."""
    folder = tmp_path_factory.mktemp("laid-out-on-postgres")
    with postgres.database() as name:
        await lay_out(postgres.url(name), folder, MORNING)
        yield OnPostgres(postgres, name, folder)


@pytest.fixture
def house_on_sqlite(laid_out_on_sqlite: OnSqlite, tmp_path: Path) -> Iterator[str]:
    """The address of a hospital's SQLite database before its first day; its keys are in the test's folder."""
    with laid_out_on_sqlite.copied(tmp_path) as url:
        yield url


@pytest.fixture
def house_on_postgres(laid_out_on_postgres: OnPostgres, tmp_path: Path) -> Iterator[str]:
    """The address of a hospital's PostgreSQL database before its first day; its keys are in the test's folder."""
    with laid_out_on_postgres.copied(tmp_path) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house_url(request: pytest.FixtureRequest) -> str:
    """The address of a hospital's database before its first day: the test runs on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"house_on_{request.param}"))


@pytest.fixture(scope="session")
async def driver() -> AsyncIterator[Playwright]:
    """What drives Chromium, for this process's tests."""
    from tests.parts.browser import running_driver

    async with running_driver() as running:
        yield running


@pytest.fixture(scope="session")
async def browser(driver: Playwright) -> AsyncIterator[Browser]:
    """Chromium for this process's tests, with a fake camera and microphone."""
    from tests.parts.browser import running_browser

    async with running_browser(driver, require(CHROMIUM)) as running:
        yield running


@pytest.fixture(scope="module")
def net() -> Iterator[Network]:
    """A router of this file's own, to which its tests connect hosts: `patient = net.host("patient")`."""
    require(IPROUTE)
    require(NFTABLES)
    require_permission("the right to make networks", granted=is_allowed())
    with network() as made:
        yield made


@pytest.fixture
async def new_page(browser: Browser) -> AsyncIterator[Pages]:
    """Open a page with cookies of its own: `page = await new_page()`. A request to the outside fails the test."""
    from tests.parts.browser import Pages

    pages = Pages(browser)
    yield pages
    await pages.close()
    assert not pages.outside, f"asked for from outside: {pages.outside}"


@pytest.fixture
async def slow_camera_page(driver: Playwright) -> AsyncIterator[Pages]:
    """As `new_page`, with five pictures a second: six people send each of theirs five times over on two cores."""
    from tests.parts.browser import SLOW_CAMERA, Pages, running_browser

    async with running_browser(driver, require(CHROMIUM), SLOW_CAMERA) as slow:
        pages = Pages(slow)
        yield pages
    assert not pages.outside, f"asked for from outside: {pages.outside}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Run a test that is marked `alone` beside no other."""
    with the_machine(alone=item.get_closest_marker("alone") is not None):
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Schedule:
    """Run visits one at a time, for two starve each other."""
    return Schedule(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the visits: they take one process the longest."""
    items.sort(key=lambda item: not sends_pictures(item.path))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Name the missing parts, just before the closing line."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)]
    lacking = [reason.partition(PREFIX)[2] for reason in reasons if PREFIX in reason]
    for part in sorted(set(lacking)):
        terminalreporter.write_line(f"NOT RUN: {lacking.count(part)} tests, because {PREFIX}{part}.", yellow=True)

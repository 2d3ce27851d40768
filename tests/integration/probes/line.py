"""A probe of a visit that is open, begun by somebody whose other end is real."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from server.domain.facts import Statement
from server.domain.ids import VisitId
from server.keys import DATABASE
from server.storage import check_ins
from tests.integration.house import Answer, House
from tests.parts.line_peer import LinePeer

ENDS_WITHIN_SECONDS = 40
LOOKS_EVERY_SECONDS = 0.1
OF_THE_LINE = frozenset({"bandwidth_kbps", "packet_loss_pct", "failed_attempts"})
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def a_peer() -> AsyncIterator[LinePeer]:
    """Make an other end, and let it go away."""
    peer = LinePeer()
    try:
        yield peer
    finally:
        await peer.close()


async def begin(api: House, person: str, visit_id: str, peer: LinePeer) -> str:
    """Begin a probe and answer it; its address."""
    begun = await api.post(person, f"/visits/{visit_id}/probe", {"offer": await peer.offer()})
    assert begun.status == 201, begun.body
    await peer.take(begun.body["answer"])
    return f"/visits/{visit_id}/probe/{begun.body['id']}"


async def end_of(api: House, person: str, address: str) -> dict[str, Any]:
    """Look until the probe has ended; how it stands then."""
    return await until(api, person, address, "done", "failed")


async def until(api: House, person: str, address: str, *states: str) -> dict[str, Any]:
    """Look until the probe is in one of these states."""
    async with asyncio.timeout(ENDS_WITHIN_SECONDS):
        while (answer := await api.get(person, address)).body["state"] not in states:  # noqa: ASYNC110 - it is asked as a page asks
            await asyncio.sleep(LOOKS_EVERY_SECONDS)
    found: dict[str, Any] = answer.body
    return found


async def said_in(api: House, visit_id: str) -> list[tuple[str, Any, str]]:
    """What was stated about the line in a visit since the test began, by name: fact, value and party."""
    async with api.app[DATABASE].read() as connection:
        said = await check_ins.said_in(connection, VisitId(visit_id), after=LONG_AGO)
    return sorted((one.name, one.value, one.said_as.value) for one in said if is_new(one))


def is_new(said: Statement) -> bool:
    """Whether somebody else than the test said it, about the line."""
    return said.name in OF_THE_LINE and not said.said_by.endswith("-of-the-test")


def refusal(answer: Answer) -> tuple[int, str]:
    """Its status and code."""
    return answer.status, answer.body["code"]


def processes() -> list[int]:
    """The processes that probe lines for this one."""
    children = {int(child) for task in Path("/proc/self/task").iterdir() for child in _words(task / "children")}
    return [child for child in children if b"signaling.probe" in _bytes(Path(f"/proc/{child}/cmdline"))]


async def all_ended() -> None:
    """Wait until no process probes a line for this one."""
    async with asyncio.timeout(ENDS_WITHIN_SECONDS):
        while processes():  # noqa: ASYNC110 - nobody tells when a process has ended
            await asyncio.sleep(LOOKS_EVERY_SECONDS)


def _words(file: Path) -> list[str]:
    return _bytes(file).decode().split()


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return b""

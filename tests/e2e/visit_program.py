"""Somebody in a visit without a browser: a socket with a ticket, which reads only when a test does."""

import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

from aiohttp import ClientSession, TCPConnector
from playwright.async_api import Page

from tests.e2e.visit_house import VisitHouse
from tests.e2e.visit_people import PATIENCE_MS
from tests.integration.visits.meeting import PROTOCOL, Socket


@dataclass(frozen=True, slots=True)
class Program:
    """Somebody who is in the room."""

    socket: Socket
    session: str

    async def is_heard(self) -> None:
        """Say something that changes nothing."""
        await self.socket.socket.send_json({"type": "ping", "data": {"ts": 1}})


async def a_program(
    house: VisitHouse, name: str, host: Page, stack: AsyncExitStack, buffer: int | None = None
) -> Program:
    """Come in with a socket that keeps so many bytes unread; the host admits whoever waits."""
    connector = TCPConnector(socket_factory=partial(_a_socket, buffer))
    http = await stack.enter_async_context(ClientSession(house.url, connector=connector))
    async with http.post(f"/{name}/join") as answer:
        entry = await answer.json()
    line = Socket(await stack.enter_async_context(http.ws_connect(entry["signal_url"], protocols=[PROTOCOL])))
    hello = {"versions": ["1"], "ticket": entry["ticket"], "tab_id": f"tab-of-{name}"}
    await line.socket.send_json({"type": "hello", "data": hello})
    if house.people[name].waits:
        await host.click("[data-act=admit]", timeout=PATIENCE_MS)
    while True:
        me = (await line.hear("snapshot"))["data"]["me"]
        if me["state"] == "in":
            return Program(line, me["session"])


def _a_socket(buffer: int | None, address: Any) -> socket.socket:
    made = socket.socket(address[0])
    if buffer:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    return made

"""A visit whose door is open, and the sockets of people in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import WSMsgType

from server.keys import SIGN_IN, VISITS
from tests import builders
from tests.integration.house import API, Clock, House

PROTOCOL = "consilium.visit.v1"
AT_MOST_SECONDS = 10


class Socket:
    """A page in a visit, as far as a test needs one."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.seq = 0

    async def say(self, kind: str, data: dict[str, Any], **more: Any) -> None:
        """Send a numbered message."""
        self.seq += 1
        await self.socket.send_json({"type": kind, "seq": self.seq, "data": data} | more)

    async def hear(self, kind: str) -> dict[str, Any]:
        """Wait for a message of this type."""
        async for message in self.socket:
            assert message.type is WSMsgType.TEXT
            frame: dict[str, Any] = message.json()
            if frame["type"] == kind:
                return frame
        raise AssertionError(f"closed with {self.socket.close_code} before {kind}")

    async def end(self) -> int | None:
        """Wait until the server closes and return its code."""
        async for _ in self.socket:
            pass
        return self.socket.close_code

    async def ping(self) -> None:
        """Prove that the server still serves this socket."""
        await self.socket.send_json({"type": "ping", "data": {"ts": 1}})
        await self.hear("pong")


async def a_visit_tomorrow(api: House) -> dict[str, Any]:
    """Book the first free time of tomorrow for the patient."""
    case_id = await builders.a_bookable_case(api)
    slots = (await api.get("patient", f"/slots?case={case_id}")).body["slots"]
    answer = await api.post("patient", "/appointments", {"slot": slots[0]["token"]})
    appointment: dict[str, Any] = answer.body
    return appointment


async def an_open_visit(api: House, clock: Clock) -> dict[str, Any]:
    """Book a visit and let time go by until its door is open and the patient has checked in; return its appointment."""
    appointment = await a_visit_tomorrow(api)
    clock.advance(timedelta(hours=23, minutes=45))
    await builders.checked_in(api, appointment["visit_id"])
    return appointment


async def a_ticket(api: House, person: str, visit_id: str) -> dict[str, Any]:
    """Ask for a ticket as a program does."""
    answer = await api.post(person, f"/visits/{visit_id}/join")
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found


async def a_ticket_of_a_browser(api: House, person: str, visit_id: str) -> tuple[dict[str, Any], str]:
    """Sign in and ask for a ticket; return it and the id of the session it hangs on."""
    sign_in = api.app[SIGN_IN]
    actor = await sign_in.recognise(await sign_in.open(api.people[person], verified_by="code", device="test"))
    assert actor is not None
    assert actor.session is not None
    entry = await api.app[VISITS].join(actor, visit_id)
    url = f"{api.url.replace('http', 'ws', 1)}{API}/visits/{visit_id}/signal"
    return {"ticket": entry.ticket, "signal_url": url}, actor.session


@asynccontextmanager
async def socket_with(api: House, entry: dict[str, Any], tab: str = "tab-one-1") -> AsyncIterator[Socket]:
    """Open a socket and say hello."""
    async with api.http.ws_connect(entry["signal_url"], protocols=[PROTOCOL]) as raw:
        hello = {"versions": ["1"], "ticket": entry["ticket"], "tab_id": tab, "device": {}, "features": []}
        await raw.send_json({"type": "hello", "data": hello})
        yield Socket(raw)


@asynccontextmanager
async def in_the_room(api: House, visit_id: str, person: str, specialist: Socket) -> AsyncIterator[tuple[Socket, str]]:
    """Sign somebody in and let the specialist let them in; yields their socket and their session's id."""
    entry, session = await a_ticket_of_a_browser(api, person, visit_id)
    async with socket_with(api, entry, f"tab-of-{person}") as page:
        await page.hear("welcome")
        await specialist.say("lobby.admit", {"member": api.people[person].id})
        async with asyncio.timeout(AT_MOST_SECONDS):
            while (await page.hear("snapshot"))["data"]["me"]["state"] != "in":
                pass
        yield page, session

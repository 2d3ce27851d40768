"""Two visits that go on at once, while somebody is up to no good in one of them."""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from server.domain import ids
from server.domain.guests import Participation, Relation
from server.domain.ids import CaseId
from server.storage import guests
from signaling.ids import MemberId
from signaling.rights import Member, Role
from tests import builders
from tests.abuse.raw_socket import RawSocket, raw_socket
from tests.integration.house import API, Clock, House
from tests.integration.signaling.theatre import COMPANION, HOST, PATIENT, SDP, Theatre
from tests.integration.visits.meeting import a_ticket

__all__ = ["SDP", "Hospital", "Pair", "Scene", "Seat", "hello", "hospital", "on_stage", "signal_url"]

UNTIL_THE_DOOR_IS_OPEN = timedelta(hours=23, minutes=45)
OUR_PAGES = "https://hospital.example"
OTHER_HOST = Member(MemberId("m_other_host"), Role.SPECIALIST, "Dr. Lindqvist", host=True)
OTHER_PATIENT = Member(MemberId("m_other_patient"), Role.PATIENT, "Bo")


@dataclass
class Seat:
    """Somebody in a room, on a socket of their own."""

    member: str
    socket: RawSocket
    session: str


@dataclass
class Pair:
    """A patient and a specialist who talk to each other."""

    visit: str
    specialist: Seat
    patient: Seat
    _words: "itertools.count[int]" = field(default_factory=itertools.count)

    async def goes_on(self) -> None:
        """See that each still hears the other, from whom it really comes."""
        for sender, hearer in ((self.patient, self.specialist), (self.specialist, self.patient)):
            word = f"word {next(self._words)} of {self.visit}"
            sender.socket.send("rtc.restart", {"gen": 1, "why": word}, to=hearer.session)
            while True:
                heard = await hearer.socket.message()
                assert heard["type"] != "error"
                if heard["type"] == "rtc.restart" and heard["from"] == sender.session:
                    assert heard["data"]["why"] == word
                    break


@dataclass
class Scene:
    """Two pairs, and a companion of the first who means ill."""

    here: Pair
    elsewhere: Pair
    villain: Seat

    async def is_unharmed(self) -> None:
        """See that everybody else's visits go on."""
        await self.here.goes_on()
        await self.elsewhere.goes_on()


@dataclass
class Hospital(Scene):
    """The scene in a whole service."""

    house: House


@asynccontextmanager
async def on_stage(theatre: Theatre) -> AsyncIterator[Scene]:
    """Set the scene with signaling alone."""

    async def come(member: Member, visit: str) -> Seat:
        socket = await sockets.enter_async_context(raw_socket(theatre.url(visit), Origin=OUR_PAGES))
        return await _seated(socket, theatre.ticket(member, visit), member.id)

    async with AsyncExitStack() as sockets:
        here = await _meet("v_1", await come(HOST, "v_1"), await come(PATIENT, "v_1"))
        elsewhere = await _meet("v_2", await come(OTHER_HOST, "v_2"), await come(OTHER_PATIENT, "v_2"))
        villain = await come(COMPANION, "v_1")
        await _let_in(here.specialist, villain)
        yield Scene(here, elsewhere, villain)


@asynccontextmanager
async def hospital(house: House, clock: Clock) -> AsyncIterator[Hospital]:
    """Set the scene in a whole service: two visits are booked at the same hour, and their doors are open."""

    async def come(person: str, visit: str) -> Seat:
        entry = await a_ticket(house, person, visit)
        socket = await sockets.enter_async_context(raw_socket(entry["signal_url"]))
        return await _seated(socket, entry["ticket"], house.people[person].id)

    visit, case = await _booked(house, "patient", "specialist")
    other_visit, _ = await _booked(house, "other_patient", "other_specialist")
    await _invite(house, case)
    clock.advance(UNTIL_THE_DOOR_IS_OPEN)
    for each in (visit, other_visit):
        await builders.checked_in(house, each)
    async with AsyncExitStack() as sockets:
        here = await _meet(visit, await come("specialist", visit), await come("patient", visit))
        elsewhere = await _meet(
            other_visit, await come("other_specialist", other_visit), await come("other_patient", other_visit)
        )
        villain = await come("companion", visit)
        await _let_in(here.specialist, villain)
        yield Hospital(here, elsewhere, villain, house)


def hello(socket: RawSocket, ticket: str, tab: str = "tab-0001", **more: Any) -> None:
    """Say hello."""
    socket.say("hello", {"versions": ["1"], "ticket": ticket, "tab_id": tab, **more})


def signal_url(house: House, visit: str) -> str:
    """Say where a visit's socket is."""
    return f"{house.url.replace('http', 'ws', 1)}{API}/visits/{visit}/signal"


async def _seated(socket: RawSocket, ticket: str, member: str) -> Seat:
    hello(socket, ticket)
    welcome = await socket.hear("welcome")
    await socket.hear("snapshot")
    return Seat(member, socket, welcome["data"]["session_id"])


async def _let_in(specialist: Seat, guest: Seat) -> None:
    specialist.socket.send("lobby.admit", {"member": guest.member})
    await guest.socket.hear("snapshot")


async def _meet(visit: str, specialist: Seat, patient: Seat) -> Pair:
    await _let_in(specialist, patient)
    pair = Pair(visit, specialist, patient)
    await pair.goes_on()
    return pair


async def _booked(house: House, patient: str, specialist: str) -> tuple[str, CaseId]:
    case = await builders.a_bookable_case(house, patient=patient, specialist=specialist)
    slots = (await house.get(patient, f"/slots?case={case}")).body["slots"]
    appointment = (await house.post(patient, "/appointments", {"slot": slots[0]["token"]})).body
    return appointment["visit_id"], case


async def _invite(house: House, case: CaseId) -> None:
    companion = house.people["companion"].id
    part = Participation(ids.new(), case, companion, Relation.SIBLING, house.clock(), None, name="Kim")
    async with house.database.write() as connection:
        await guests.add(connection, part)

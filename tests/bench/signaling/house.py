"""Our own side of `bench signaling`, in a process of its own: `ours DIR` or `service DIR`; prints its port.

`ours` is signaling as it is shipped: tickets are verified and spent, everything is numbered and kept for a replay; the
journal lies in memory. `service` is the whole application on SQLite, where everything that was told is durable.
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from config.settings import Visits
from server.app import create_app
from server.commands import logs
from server.commands.demo import demo_settings
from server.commands.hospital import settle_in
from server.commands.service import listening, main_loop, open_data, run, utc_now
from server.domain import ids
from server.domain.actors import Account
from server.domain.appointments import Appointment, AppointmentStatus, Mode
from server.domain.authorisations import Authorisation, AuthorisationKind
from server.domain.cases import Case, CaseStatus
from server.domain.ids import AccountId, AppointmentId, CaseId, DecisionId
from server.domain.ids import VisitId as OurVisitId
from server.domain.visits import plan
from server.services.tickets import Tickets
from server.storage import appointments, cases, decisions, statements
from server.storage.database import Database
from server.storage.keyring import Keyring
from signaling.doorway import Knocks
from signaling.endpoint import SignalingEndpoint
from signaling.errors import AdmissionRefusedError
from signaling.ids import MemberId, VisitId
from signaling.journal import MemoryJournal
from signaling.rights import Member, Role
from tests import builders

LENGTH = timedelta(minutes=30)
PEOPLE = ("specialist", "patient")
EVERYBODY = 1_000_000  # all the load comes from one address
Add = Callable[[int], Awaitable[list[str]]]
"""Makes so many new visits."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Verifies and spends tickets, as the service does, without a database."""

    tickets: Tickets
    spent: set[str] = field(default_factory=set)

    async def admit(self, visit: VisitId, token: str) -> Member:
        """Turn a ticket into a member of the visit, once."""
        ticket = self.tickets.read(token, OurVisitId(visit), utc_now())
        if ticket.jti in self.spent:
            raise AdmissionRefusedError
        self.spent.add(ticket.jti)
        host = ticket.account_id == PEOPLE[0]
        return Member(MemberId(ticket.account_id), Role.SPECIALIST if host else Role.PATIENT, "Somebody", host=host)


@asynccontextmanager
async def ours(data: Path) -> AsyncIterator[web.Application]:
    """Signaling alone."""
    tickets = Tickets(Keyring.create(data / "keys.json"))
    endpoint = SignalingEndpoint(
        Gate(tickets).admit,
        MemoryJournal(),
        clock=utc_now,
        allowed=lambda _origin, _host: True,
        knocks=Knocks(address=EVERYBODY),
    )

    async def signal(request: web.Request) -> web.StreamResponse:
        return await endpoint.handle(request, VisitId(request.match_info["visit"]))

    async def add(count: int) -> list[str]:
        return [ids.new() for _ in range(count)]

    app = web.Application()
    app.router.add_get("/visits/{visit}/signal", signal)
    _hand_out(app, tickets, add, "/visits/{}/signal", dict(zip(PEOPLE, PEOPLE, strict=True)))
    endpoint.open()
    yield app
    await endpoint.close()


@asynccontextmanager
async def service(data: Path) -> AsyncIterator[web.Application]:
    """The whole application."""
    async with open_data(demo_settings(data, 0), make=True) as (database, keyring):
        people = await settle_in(database, keyring, utc_now)
        await _license(database, people)

        async def add(count: int) -> list[str]:
            return await _book(database, people, count)

        settings = demo_settings(data, 0).model_copy(update={"visits": Visits(connects_per_minute=EVERYBODY)})
        app = create_app(settings, database, keyring, utc_now)
        accounts = {key: people[key].id for key in PEOPLE}
        _hand_out(app, Tickets(keyring), add, "/api/v1/visits/{}/signal", accounts)
        yield app


def _hand_out(app: web.Application, tickets: Tickets, add: Add, path: str, accounts: dict[str, str]) -> None:
    """Give new visits with fresh tickets; what that costs comes before anything is measured."""

    async def show(request: web.Request) -> web.Response:
        made = await add(int(request.match_info["count"]))
        return web.json_response(
            [
                {
                    "path": path.format(visit),
                    "tickets": [
                        tickets.make(OurVisitId(visit), AccountId(accounts[key]), None, utc_now())[0] for key in PEOPLE
                    ],
                }
                for visit in made
            ]
        )

    app.router.add_get("/bench/visits/{count}", show)


async def _book(database: Database, people: dict[str, Account], count: int) -> list[str]:
    """Book visits whose patients have checked in."""
    made = []
    said = [
        one for facts in (builders.EVERYBODY_SAYS, builders.ON_THE_DAY) for one in builders.words_of(facts, utc_now())
    ]
    async with database.write() as connection:
        for _ in range(count):
            case = _case(people)
            appointment = _appointment(case, people)
            visit = plan(OurVisitId(ids.new()), appointment.id, case.id, appointment.start)
            await cases.add(connection, case)
            await statements.add(connection, case.id, said)
            await appointments.add(connection, appointment, visit)
            made.append(visit.id)
    return [str(visit) for visit in made]


async def _license(database: Database, people: dict[str, Account]) -> None:
    """Let the specialist see people of the one state that all of them are in."""
    today = utc_now().date()
    row = Authorisation(
        id=ids.new(),
        specialist_id=people["specialist"].id,
        state="MI",
        kind=AuthorisationKind.FULL_LICENCE,
        number="4301000000",
        valid_from=today - timedelta(days=1),
        valid_until=today + timedelta(days=1),
        verified_on=today,
        verified_by=people["scheduler"].id,
    )
    async with database.write() as connection:
        await decisions.add_authorisation(connection, row)


def _case(people: dict[str, Account]) -> Case:
    return Case(
        id=CaseId(ids.new()),
        patient_id=people["patient"].id,
        specialist_id=people["specialist"].id,
        status=CaseStatus.ACCEPTED,
        answers={},
        version=1,
        created_at=utc_now(),
        submitted_at=utc_now(),
        screened_at=utc_now(),
        screened_by=people["scheduler"].id,
        screening_reason="",
    )


def _appointment(case: Case, people: dict[str, Account]) -> Appointment:
    start = utc_now()
    return Appointment(
        id=AppointmentId(ids.new()),
        case_id=case.id,
        patient_id=people["patient"].id,
        specialist_id=people["specialist"].id,
        status=AppointmentStatus.BOOKED,
        start=start,
        end=start + LENGTH,
        patient_zone=people["patient"].zone,
        specialist_zone=people["specialist"].zone,
        wall_start=start.isoformat(),
        uid=ids.new(),
        sequence=0,
        version=1,
        mode=Mode.VIDEO,
        decision_id=DecisionId(ids.new()),
        cancel_reason=None,
        created_at=start,
    )


async def _serve(kind: str, data: Path) -> None:
    logs.configure()
    listener = listening("127.0.0.1", 0)

    async def ready() -> None:
        print(listener.getsockname()[1], flush=True)

    async with {"ours": ours, "service": service}[kind](data) as app:
        await run(app, [listener], ready)


if __name__ == "__main__":
    main_loop(_serve(sys.argv[1], Path(sys.argv[2])))

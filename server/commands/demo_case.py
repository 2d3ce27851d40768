"""The demo's two cases, brought along by the same services that people use."""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from server.commands import samples
from server.commands.demo_facts import (
    ADDRESS,
    CHECK_IN_FACTS,
    DEVICE_FACTS,
    PATIENT_FACTS,
    SCHEDULER_FACTS,
    SPECIALIST_FACTS,
)
from server.domain import appointments as rules
from server.domain import ids, visits
from server.domain.actors import Account, Actor
from server.domain.appointment_refusals import SlotTakenError
from server.domain.appointments import Appointment, AppointmentStatus, Mode
from server.domain.authorisations import AuthorisationKind
from server.domain.cases import Verdict, hand_over
from server.domain.documents import DocumentKind, DocumentStatus
from server.domain.facts import Party
from server.domain.guests import AlreadyInvitedError, Participation, Relation
from server.domain.ids import AppointmentId, CaseId, VisitId
from server.domain.policy import Stage
from server.domain.records import Judgement
from server.domain.visits import Visit, VisitStatus
from server.domain.whereabouts import Whereabouts
from server.keys import (
    ARRIVALS,
    CASES,
    DECISIONS,
    DOCUMENTS,
    GUESTS,
    HOURS,
    LICENCES,
    REVIEWS,
    SCREENING,
    SEEDED,
    UPLOADS,
)
from server.services.licences import NewLicence
from server.services.openings import spans
from server.storage import appointments, cases, claims, decisions, guests, whereabouts
from server.storage.claims import Span
from server.storage.database import Connection, Database

STATES = ("MI", "OH")
OPEN_IN = timedelta(minutes=5)  # the visit's start, so that its waiting room is open now
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part in one case of the demo."""

    patient: Actor
    specialist: Actor
    scheduler: Actor

    @classmethod
    def of(cls, people: Mapping[str, Account], patient: str, specialist: str) -> "Cast":
        """Let these people act."""
        return cls(*(Actor(people[key], None, "demo") for key in (patient, specialist, "scheduler")))


class DemoCase:
    """Brings one case along, and finds it as it is at the next start."""

    def __init__(self, app: web.Application, database: Database, cast: Cast, clock: Callable[[], datetime]) -> None:
        self._app = app
        self._database = database
        self._cast = cast
        self._clock = clock

    async def find(self) -> CaseId | None:
        """Return the patient's oldest case that was accepted, if there is one."""
        known = await self._app[CASES].known(self._cast.patient)
        accepted = [file.case.id for file in known if file.case.specialist_id is not None]
        return accepted[-1] if accepted else None

    async def give_back(self, case_id: CaseId) -> None:
        """Let the case be its specialist's again, if it went to another one with a visit."""
        async with self._database.write() as connection:
            case = await cases.get(connection, case_id)
            if case.specialist_id != self._cast.specialist.id:
                await cases.save(connection, hand_over(case, self._cast.specialist.id))

    async def request(self, story: Mapping[str, object]) -> CaseId:
        """Write and send a request, and let the desk accept it."""
        cast, app = self._cast, self._app
        account = cast.patient.account
        said = {name: "no" if value is False else value for name, value in PATIENT_FACTS.items()}
        said |= {"telehealth_consent": "yes", "name": account.name, "phone": account.phone}
        file = await app[CASES].begin(cast.patient, said | dict(story))
        await app[CASES].submit(cast.patient, file.case.id)
        welcome = "We can help you with this. Please send us your records next."
        await app[SCREENING].accept(cast.scheduler, file.case.id, cast.specialist.id, welcome)
        return file.case.id

    async def send_records(self, case_id: CaseId) -> None:
        """Send a report, a photo of a page and a scan, and wait until they were looked at."""
        name = self._cast.patient.account.name
        files = (
            (DocumentKind.PATHOLOGY_REPORT, "pathology-report.pdf", samples.report(name)),
            (DocumentKind.IMAGING_REPORT, "ct-report.jpg", samples.photo()),
            (DocumentKind.IMAGING_STUDY, "ct.dcm", samples.scan(name)),
        )
        for kind, filename, data in files:
            await self._app[UPLOADS].receive(self._cast.patient, case_id, kind, filename, len(data), _once(data))
        await self._app[ARRIVALS].look_at_waiting()

    async def review(self, case_id: CaseId) -> None:
        """Let the specialist accept what came and say that it is enough."""
        specialist = self._cast.specialist
        for listed in await self._app[DOCUMENTS].of_case(specialist, case_id):
            if listed.document.status is DocumentStatus.RECEIVED:
                await self._app[DOCUMENTS].judge(specialist, listed.document.id, Judgement.ACCEPTED, "", None)
        await self._app[REVIEWS].review(specialist, case_id, Verdict.ENOUGH, "")

    async def answer(self, case_id: CaseId) -> None:
        """Let everybody answer what the rule asks, also on the day; it is fresh as long as this process lives."""
        cast, since = self._cast, self._clock()
        said = (
            (cast.patient, PATIENT_FACTS, Party.PATIENT),
            (cast.scheduler, SCHEDULER_FACTS, Party.SCHEDULER),
            (cast.specialist, SPECIALIST_FACTS, Party.SPECIALIST),
            (cast.patient, DEVICE_FACTS, Party.DEVICE),
        )
        for actor, facts, party in said:
            await self._app[DECISIONS].observe(actor, case_id, {**facts, **CHECK_IN_FACTS[party]}, party)
        self._app[SEEDED].mark(case_id, since, self._clock())

    async def say_where(self, case_id: CaseId, visit_id: VisitId) -> None:
        """Let the patient have said where they are for this visit."""
        patient = self._cast.patient.account
        place = Whereabouts(
            id=ids.new(),
            case_id=case_id,
            visit_id=visit_id,
            said_by=patient.id,
            said_at=self._clock(),
            country=str(PATIENT_FACTS["patient_country"]),
            state=str(PATIENT_FACTS["patient_state"]),
            address=ADDRESS,
            callback=patient.phone,
        )
        async with self._database.write() as connection:
            await whereabouts.add(connection, place)

    async def open_practice(self) -> None:
        """Give the specialist hours and licences, unless they have some."""
        specialist, scheduler = self._cast.specialist, self._cast.scheduler
        async with self._database.read() as connection:
            licensed = await decisions.authorisations_of(connection, specialist.id)
        if licensed:
            return
        today = self._app[LICENCES].today
        year = timedelta(days=365)
        for state in STATES:
            licence = NewLicence(
                specialist_id=specialist.id,
                state=state,
                kind=AuthorisationKind.FULL_LICENCE,
                number="4301000000",
                valid_from=today - year,
                valid_until=today + year,
                verified_on=today,
            )
            await self._app[LICENCES].add(scheduler, licence)
        weekdays = [[("09:00", "12:00"), ("13:00", "16:30")]] * 5 + [[], []]
        await self._app[HOURS].change_week(specialist, specialist.id, weekdays, None)

    async def invite(self, case_id: CaseId, people: Mapping[str, Account]) -> None:
        """Let the companion into the case."""
        person, by = people["companion"], self._cast.patient.id
        async with self._database.write() as connection:
            if not await guests.takes_part(connection, case_id, person.id):
                part = Participation(
                    ids.new(), case_id, person.id, Relation.PARTNER, self._clock(), None, name=person.name, added_by=by
                )
                await guests.add(connection, part)

    async def assign(self, visit_id: VisitId, interpreter: Account) -> None:
        """Let the interpreter into the visit."""
        with contextlib.suppress(AlreadyInvitedError):
            await self._app[GUESTS].assign(self._cast.scheduler, visit_id, interpreter.id)

    async def open_visit(self, case_id: CaseId) -> VisitId:
        """See to it that a visit of this case has its waiting room open now, and return it."""
        for attempt in range(4):
            start = _minute(self._clock()) + OPEN_IN + attempt * QUARTER
            try:
                async with self._database.write() as connection:
                    return await self._open_visit(connection, case_id, start)
            except SlotTakenError:
                continue
        raise SlotTakenError("The demo found no time for its visit.")

    async def _open_visit(self, connection: Connection, case_id: CaseId, start: datetime) -> VisitId:
        known = await appointments.of_case(connection, case_id)
        alive = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)
        found = next((one for one in known if one.status in alive), None)
        case = await cases.get(connection, case_id)
        decision = await self._app[DECISIONS].decide(
            connection, self._cast.scheduler, case, Stage.BOOKING, slot_start=start
        )
        if found is None:
            appointment, visit = self._book(case_id, start, decision.id)
            await appointments.add(connection, appointment, visit)
        else:
            before = await appointments.visit_of(connection, found.id)
            if before.status is VisitStatus.IN_PROGRESS and visits.is_open(before, self._clock()):
                return before.id
            specialist = self._cast.specialist.account
            appointment = rules.reschedule(
                found,
                specialist_id=specialist.id,
                specialist_zone=specialist.zone,
                start=start,
                end=start + (found.end - found.start),
                mode=Mode.VIDEO,
                decision_id=decision.id,
                now=self._clock(),
            )
            visit = visits.postpone(before, start)
            await claims.release(connection, appointment=found.id)
            await appointments.save(connection, appointment)
            await appointments.save_visit(connection, visit, before=before)
        people = spans(appointment.patient_id, appointment.specialist_id, appointment.start, appointment.end)
        interpreters = [one for one in await guests.of_visit(connection, case_id, visit.id) if one.visit_id]
        wanted = [*people, *(Span(one.account_id, appointment.start, appointment.end) for one in interpreters)]
        await claims.take(connection, wanted, now=self._clock(), appointment=appointment.id)
        return visit.id

    def _book(self, case_id: CaseId, start: datetime, decision_id: ids.DecisionId) -> tuple[Appointment, Visit]:
        patient, specialist = self._cast.patient.account, self._cast.specialist.account
        appointment = rules.book(
            AppointmentId(ids.new()),
            case_id,
            patient_id=patient.id,
            specialist_id=specialist.id,
            start=start,
            end=start + timedelta(minutes=45),
            patient_zone=patient.zone,
            specialist_zone=specialist.zone,
            mode=Mode.VIDEO,
            decision_id=decision_id,
            now=self._clock(),
        )
        return appointment, visits.plan(VisitId(ids.new()), appointment.id, case_id, start)


def _minute(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data

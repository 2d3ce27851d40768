"""Cases in a state that a test needs, put straight into storage: what a test is not about is not clicked through."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from server.domain import ids
from server.domain.authorisations import Authorisation, AuthorisationKind
from server.domain.availability import WeeklyHours
from server.domain.cases import Case, CaseStatus, Review, Verdict
from server.domain.facts import Party, Statement
from server.domain.ids import AccountId, CaseId, VisitId
from server.domain.policy import FactValue
from server.domain.uploads import UploadState
from server.domain.visits import Visit
from server.domain.whereabouts import Place, Whereabouts
from server.keys import DECISIONS
from server.storage import appointments, cases, decisions, hours, schema, statements, whereabouts
from tests.integration.house import House

PATIENT_SAYS: Mapping[str, FactValue] = {
    "rf_breathing": False,
    "rf_heart_brain": False,
    "rf_cord": False,
    "rf_svc": False,
    "rf_bleeding": False,
    "rf_metabolic": False,
    "rf_self_harm": False,
    "fever_38": False,
    "amber_symptom_count": 0,
    "new_neuro_nonurgent": False,
    "prefers_in_person": False,
    "patient_country": "US",
    "patient_state": "MI",
    "age_years": 58,
    "telehealth_consent": True,
}
SCHEDULER_SAYS: Mapping[str, FactValue] = {
    "support_status": "not_needed",
    "interpreter_status": "not_needed",
    "payer_video": "covered",
    "plan_mandates_in_person": False,
    "prior_auth": "not_required",
}
SPECIALIST_SAYS: Mapping[str, FactValue] = {
    "exam_needed": False,
    "procedure_needed": False,
    "tumour_site": "lung",
    "ecog": 1,
    "serious_news_expected": False,
    "capacity_doubt": False,
    "controlled_rx_expected": False,
}
DEVICE_SAYS: Mapping[str, FactValue] = {"camera_ok": True, "mic_ok": True, "browser_supported": True}
ON_THE_DAY: Mapping[Party, Mapping[str, FactValue]] = {
    Party.PATIENT: {
        "setting_safe_private": True,
        "callback_and_address_confirmed": True,
        "phone_reachable": True,
    },
    Party.SYSTEM: {"identity_verified": True},
    Party.DEVICE: {"bandwidth_kbps": 4000, "packet_loss_pct": 0.2},
}
A_MOMENT = timedelta(seconds=1)  # so that what people say in a test comes after, also while its clock stands still
EVERYBODY_SAYS = {
    Party.PATIENT: PATIENT_SAYS,
    Party.SCHEDULER: SCHEDULER_SAYS,
    Party.SPECIALIST: SPECIALIST_SAYS,
    Party.DEVICE: DEVICE_SAYS,
}


async def an_accepted_case(house: House, patient: str = "patient", specialist: str = "specialist") -> CaseId:
    """A request that was sent and accepted; nothing else has happened."""
    now = house.clock()
    case = Case(
        id=CaseId(ids.new()),
        patient_id=house.people[patient].id,
        specialist_id=house.people[specialist].id,
        status=CaseStatus.ACCEPTED,
        answers={"cancer_type": "lung", "questions": ["Is surgery the right choice for me?"]},
        version=3,
        created_at=now,
        submitted_at=now,
        screened_at=now,
        screened_by=house.people["scheduler"].id,
        screening_reason="We can help.",
    )
    async with house.database.write() as connection:
        await cases.add(connection, case)
    return case.id


async def a_bookable_case(
    house: House,
    patient: str = "patient",
    specialist: str = "specialist",
    without: frozenset[str] = frozenset(),
    **changed: FactValue,
) -> CaseId:
    """A case whose facts all say video, with records, review, licence and hours; `without` leaves facts unsaid."""
    case_id = await an_accepted_case(house, patient, specialist)
    await say_everything(house, case_id, without, changed)
    await give_records(house, case_id)
    await review(house, case_id, specialist)
    await license_in(house, specialist, "MI")
    await work_mornings(house, specialist)
    return case_id


async def say_everything(
    house: House, case_id: CaseId, without: frozenset[str] = frozenset(), changed: Mapping[str, FactValue] | None = None
) -> None:
    """Let everybody answer what the booking stage asks."""
    said = [
        Statement(name, (changed or {}).get(name, value), party, f"{party}-of-the-test", house.clock())
        for party, answers in EVERYBODY_SAYS.items()
        for name, value in answers.items()
        if name not in without
    ]
    async with house.database.write() as connection:
        await statements.add(connection, case_id, said)


async def checked_in(
    house: House, visit_id: str, without: frozenset[str] = frozenset(), **changed: FactValue | None
) -> None:
    """Let everything be said that check-in asks of patient, device and line; `without` leaves facts unsaid."""
    now = house.clock() - 2 * A_MOMENT
    async with house.database.write() as connection:
        visit = await appointments.visit(connection, VisitId(visit_id))
        patient = (await appointments.get(connection, visit.appointment_id)).patient_id
        said = {Party.PATIENT: PATIENT_SAYS, Party.DEVICE: DEVICE_SAYS}
        facts = [
            replace(one, value=changed.get(one.name, one.value))
            for answers in (said, ON_THE_DAY)
            for one in words_of(answers, now)
            if one.name not in without
        ]
        await statements.add(connection, visit.case_id, facts, visit.id)
        if "callback_and_address_confirmed" not in without:
            place = Place("US", "MI", "12 Elm Street, Detroit", "313 555 0142")
            await whereabouts.add(connection, a_word_on(visit, patient, place, now))


def words_of(answers: Mapping[Party, Mapping[str, FactValue]], now: datetime) -> list[Statement]:
    """Word what each party answers."""
    return [
        Statement(name, value, party, f"{party}-of-the-test", now)
        for party, facts in answers.items()
        for name, value in facts.items()
    ]


async def say(house: House, visit_id: str, **facts: FactValue | None) -> None:
    """Let whoever may say it first say something for a visit."""
    async with house.database.write() as connection:
        visit = await appointments.visit(connection, VisitId(visit_id))
        entries = house.app[DECISIONS].sheet.entries
        said = [
            Statement(name, value, entries[name].question.asked_of, "somebody-of-the-test", house.clock() - A_MOMENT)
            for name, value in facts.items()
        ]
        await statements.add(connection, visit.case_id, said, visit.id)


def a_word_on(visit: Visit, patient: AccountId, place: Place, now: datetime) -> Whereabouts:
    """What a patient said about where they are."""
    return Whereabouts(
        ids.new(), visit.case_id, visit.id, patient, now, place.country, place.state, place.address, place.callback
    )


async def give_records(house: House, case_id: CaseId, *kinds: str) -> None:
    """Let documents of these kinds have arrived; pathology and imaging if none is named."""
    now, patient = house.clock(), next(iter(house.people.values()))
    async with house.database.write() as connection:
        for kind in kinds or ("pathology_report", "imaging_study"):
            blob, upload = ids.new(), ids.new()
            rows = (
                (schema.blobs, {"id": blob, "length": 1, "wrapped_key": "none"}),
                (
                    schema.uploads,
                    {
                        "id": upload,
                        "owner_id": patient.id,
                        "blob_id": blob,
                        "length": 1,
                        "metadata": {},
                        "state": UploadState.ARRIVED,
                        "expires_at": now + timedelta(days=1),
                    },
                ),
                (
                    schema.documents,
                    {
                        "id": ids.new(),
                        "upload_id": upload,
                        "blob_id": blob,
                        "uploaded_by": patient.id,
                        "kind": kind,
                        "filename": "scan.pdf",
                        "media_type": "application/pdf",
                        "size": 1,
                        "sha256": sha256(kind.encode()).hexdigest(),
                        "status": "accepted",
                        "scan": "clean",
                        "summary": {},
                        "version": 1,
                    },
                ),
            )
            for table, row in rows:
                await connection.execute(table.insert().values(case_id=case_id, created_at=now, **row))


async def review(house: House, case_id: CaseId, specialist: str, verdict: Verdict = Verdict.ENOUGH) -> None:
    """Let the specialist have said whether the records are enough."""
    word = Review(ids.new(), case_id, house.people[specialist].id, verdict, "", house.clock())
    async with house.database.write() as connection:
        await cases.add_review(connection, word)


async def license_in(house: House, specialist: str, state: str, verified_on: date | None = None) -> None:
    """Give the specialist a licence, unless they have one in that state."""
    person, today = house.people[specialist].id, house.clock().date()
    row = Authorisation(
        id=ids.new(),
        specialist_id=person,
        state=state,
        kind=AuthorisationKind.FULL_LICENCE,
        number="4301000000",
        valid_from=today - timedelta(days=400),
        valid_until=today + timedelta(days=400),
        verified_on=verified_on or today,
        verified_by=house.people["scheduler"].id,
    )
    async with house.database.write() as connection:
        if all(one.state != state for one in await decisions.authorisations_of(connection, person)):
            await decisions.add_authorisation(connection, row)


async def work_mornings(house: House, specialist: str) -> None:
    """Let the specialist see people from nine to noon, Monday to Friday."""
    account = house.people[specialist]
    weekly = tuple(WeeklyHours(day, 9 * 60, 12 * 60, account.zone) for day in range(5))
    async with house.database.write() as connection:
        await hours.replace_weekly(connection, account.id, weekly)

"""Where only the license stands in the way, another specialist comes before the clinic, and the case goes along."""

from datetime import timedelta
from typing import Any

from server.commands.tour import Tour
from server.domain.cases import hand_over
from server.domain.facts import Party
from server.storage import cases
from server.storage.schema import accounts, audit_events
from tests import builders
from tests.integration.booking.test_booking import booked, offered
from tests.integration.booking.test_in_person import say
from tests.integration.house import Clock, House


async def a_case_in_ohio(api: House, **changed: Any) -> str:
    """A patient who will be in Ohio, whose specialist has no license there, and Dr Lund, who has one."""
    case_id = await builders.a_bookable_case(api, patient_state="OH", **changed)
    await builders.license_in(api, "other_specialist", "OH")
    await builders.work_mornings(api, "other_specialist")
    return case_id


async def with_dr_lund(api: House, case_id: str) -> dict[str, Any]:
    appointment = await booked(api, case_id)
    assert appointment["specialist"] == api.people["other_specialist"].id
    return appointment


async def test_another_specialist_is_offered_before_the_clinic(api: House) -> None:
    case_id = await a_case_in_ohio(api)

    best = await api.get("patient", f"/slots?case={case_id}")
    clinic = await api.get("patient", f"/slots?case={case_id}&mode=in-person")

    assert {(slot["specialist_name"], slot["mode"]) for slot in best.body["slots"]} == {("Dr Henrik Lund", "video")}
    assert {(slot["specialist_name"], slot["mode"]) for slot in clinic.body["slots"]} == {
        ("Dr Amara Osei", "in-person")
    }
    assert best.body["outcome"] == "in_person_required"  # with their own specialist


async def test_the_others_hours_and_what_they_have_already_count(api: House) -> None:
    case_id = await a_case_in_ohio(api)
    theirs = await builders.a_bookable_case(api, patient="other_patient", specialist="other_specialist")
    taken = (await offered(api, theirs, "other_patient"))[0]
    await api.post("other_patient", "/appointments", {"slot": taken["token"]})

    starts = [slot["start"] for slot in await offered(api, case_id)]

    assert starts
    assert taken["start"] not in starts


async def test_a_license_that_is_stale_makes_nobody_an_answer(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api, patient_state="OH")
    await builders.license_in(api, "other_specialist", "OH", verified_on=clock().date() - timedelta(days=366))
    await builders.work_mornings(api, "other_specialist")

    assert {slot["mode"] for slot in await offered(api, case_id)} == {"in-person"}


async def test_a_stale_license_of_the_own_specialist_lets_others_help(api: House, clock: Clock) -> None:
    case_id = await a_case_in_ohio(api)
    await builders.license_in(api, "specialist", "OH", verified_on=clock().date() - timedelta(days=366))

    answer = await api.get("patient", f"/slots?case={case_id}")

    assert answer.body["asks"] == ["clinician_authorised_states"]
    assert {slot["specialist_name"] for slot in answer.body["slots"]} == {"Dr Henrik Lund"}


async def test_whoever_is_not_with_us_any_more_is_not_offered(api: House) -> None:
    case_id = await a_case_in_ohio(api)
    lund = accounts.c.id == api.people["other_specialist"].id
    async with api.database.write() as connection:
        await connection.execute(accounts.update().where(lund).values(active=False))

    assert {slot["mode"] for slot in await offered(api, case_id)} == {"in-person"}


async def test_where_more_than_the_license_forbids_video_nobody_else_is_offered(api: House) -> None:
    case_id = await a_case_in_ohio(api, exam_needed=True)

    slots = await offered(api, case_id)

    assert {(slot["specialist_name"], slot["mode"]) for slot in slots} == {("Dr Amara Osei", "in-person")}


async def test_while_the_own_specialist_can_nobody_else_is_offered(api: House) -> None:
    case_id = await a_case_in_ohio(api)
    await builders.license_in(api, "specialist", "OH")

    assert {slot["specialist_name"] for slot in await offered(api, case_id)} == {"Dr Amara Osei"}


async def test_booking_with_another_specialist_hands_the_case_over(api: House) -> None:
    case_id = await a_case_in_ohio(api)

    await with_dr_lund(api, case_id)

    assert (await api.get("other_specialist", f"/cases/{case_id}")).status == 200
    assert (await api.get("specialist", f"/cases/{case_id}")).status == 404
    [task] = (await api.get("other_specialist", f"/cases/{case_id}/tasks")).body["tasks"]
    assert task["kind"] == "read-case"
    assert "Dr Amara Osei read the records on Monday 23 November 2026, and that review stands." in task["note"]
    async with api.database.read() as connection:
        events = (await connection.execute(audit_events.select())).all()
    assert [event.object_id for event in events if event.action == "case.handed-over"] == [case_id]


async def test_everybody_hears_of_the_hand_over(api: House) -> None:
    case_id = await a_case_in_ohio(api)

    await with_dr_lund(api, case_id)

    box = await api.mailbox()
    patient, lund, osei = (box[f"{name}@demo.example"][0] for name in ("patient", "other_specialist", "specialist"))
    assert "You meet another specialist of ours." in patient.body
    assert (lund.subject, osei.subject) == ("A case has come to you", "A case has gone to another specialist")
    assert lund.attachment is not None
    assert osei.attachment is None  # there was nothing of it in their calendar
    assert "Kowalska" not in lund.subject + lund.body + osei.subject + osei.body


async def test_the_review_of_the_first_specialist_stands(api: House) -> None:
    case_id = await a_case_in_ohio(api)
    await with_dr_lund(api, case_id)

    decision = (await api.post("other_specialist", f"/cases/{case_id}/decisions", {"stage": "booking"})).body

    assert decision["outcome"] == "video_ok"


async def test_a_booked_visit_moves_to_another_specialist(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    appointment = await booked(api, case_id)
    await builders.license_in(api, "other_specialist", "OH")
    await builders.work_mornings(api, "other_specialist")
    await say(api, case_id, Party.PATIENT, patient_state="OH")
    slot = (await offered(api, case_id))[0]

    moved = await api.post("patient", f"/appointments/{appointment['id']}/reschedule", {"slot": slot["token"]})

    assert (moved.status, moved.body["visit_id"]) == (200, appointment["visit_id"])
    assert moved.body["specialist"] == api.people["other_specialist"].id
    assert (await api.get("specialist", f"/visits/{appointment['visit_id']}")).status == 404
    gone = (await api.mailbox())["specialist@demo.example"][0]
    assert gone.attachment is not None
    assert "METHOD:CANCEL" in gone.attachment["text"]


async def test_an_offer_with_another_specialist_ends_when_the_own_one_can(api: House) -> None:
    case_id = await a_case_in_ohio(api)
    slot = (await offered(api, case_id))[0]
    await builders.license_in(api, "specialist", "OH")

    answer = await api.post("patient", "/appointments", {"slot": slot["token"]})

    assert (answer.status, answer.body["code"]) == (409, "not-bookable")
    assert (await api.get("specialist", f"/cases/{case_id}")).status == 200


async def test_a_hold_alone_hands_nothing_over(api: House) -> None:
    case_id = await a_case_in_ohio(api)
    slot = (await offered(api, case_id))[0]

    hold = await api.post("patient", "/holds", {"slot": slot["token"]})
    before = await api.get("specialist", f"/cases/{case_id}")
    answer = await api.post("patient", "/appointments", {"hold": hold.body["id"]})

    assert (hold.status, before.status, answer.status) == (201, 200, 201)
    assert (await api.get("specialist", f"/cases/{case_id}")).status == 404


async def test_the_demo_has_its_visit_with_its_own_specialist_again_at_the_next_start(demo: House) -> None:
    tour = Tour(demo.app, demo.settings, demo.database, demo.keyring, demo.clock)
    first = await tour.prepare()
    async with demo.database.write() as connection:
        case = await cases.get(connection, first["case_id"])
        await cases.save(connection, hand_over(case, demo.people["other_specialist"].id))

    again = await tour.prepare()

    assert again["visit_id"] == first["visit_id"]
    assert (await demo.get("specialist", f"/visits/{again['visit_id']}")).status == 200

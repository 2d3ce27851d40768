"""Booking: only times that the rule allows, nobody twice, and nothing half done."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

from icalendar import Calendar

from tests import builders
from tests.integration.house import Answer, Clock, House


async def offered(api: House, case_id: str, person: str = "patient") -> list[dict[str, Any]]:
    answer = await api.get(person, f"/slots?case={case_id}")
    assert answer.status == 200, answer.body
    slots: list[dict[str, Any]] = answer.body["slots"]
    return slots


async def booked(api: House, case_id: str, slot: int = 0) -> dict[str, Any]:
    slots = await offered(api, case_id)
    answer = await api.post("patient", "/appointments", {"slot": slots[slot]["token"]})
    assert answer.status == 201, answer.body
    found: dict[str, Any] = answer.body
    return found


async def test_times_are_offered_inside_the_specialists_hours(api: House) -> None:
    case_id = await builders.a_bookable_case(api)

    slots = await offered(api, case_id)

    assert slots[0]["start"] == "2026-11-24T14:00:00Z"  # nine in Detroit, the day after the four hours' notice
    assert {slot["start"][11:16] for slot in slots} == {
        f"{14 + minutes // 60}:{minutes % 60:02}" for minutes in range(0, 135, 15)
    }


async def test_no_time_is_offered_while_a_fact_is_unknown(api: House) -> None:
    case_id = await builders.a_bookable_case(api, without=frozenset({"ecog"}))

    answer = await api.get("patient", f"/slots?case={case_id}")

    assert (answer.body["slots"], answer.body["outcome"], answer.body["asks"]) == ([], "needs_information", ["ecog"])


async def test_no_time_by_video_is_offered_where_no_specialist_has_a_licence(api: House) -> None:
    case_id = await builders.a_bookable_case(api, patient_state="OH")

    answer = await api.get("patient", f"/slots?case={case_id}&mode=video")

    assert (answer.body["slots"], answer.body["outcome"]) == ([], "in_person_required")


async def test_a_licence_nobody_has_looked_up_for_a_year_counts_as_unknown(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api, specialist="other_specialist", patient_state="OH")
    await builders.license_in(api, "other_specialist", "OH", verified_on=clock().date() - timedelta(days=366))

    answer = await api.get("patient", f"/slots?case={case_id}")

    assert (answer.body["slots"], answer.body["asks"]) == ([], ["clinician_authorised_states"])


async def test_red_flags_answered_yesterday_are_asked_again(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api)
    clock.advance(timedelta(hours=25))

    answer = await api.get("patient", f"/slots?case={case_id}")

    assert answer.body["slots"] == []
    assert "rf_breathing" in answer.body["asks"]


async def test_a_time_is_booked_once(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    other = await builders.a_bookable_case(api, patient="other_patient")
    mine = (await offered(api, case_id))[0]
    theirs = (await offered(api, other, "other_patient"))[0]

    first = await api.post("patient", "/appointments", {"slot": mine["token"]})
    second = await api.post("other_patient", "/appointments", {"slot": theirs["token"]})

    assert first.status == 201
    assert (second.status, second.body["code"]) == (409, "slot-taken")
    assert [slot["start"] for slot in second.body["alternatives"]]
    assert mine["start"] not in [slot["start"] for slot in second.body["alternatives"]]


async def test_of_twelve_who_ask_at_once_one_gets_the_time(api: House) -> None:
    case_ids = [await builders.a_bookable_case(api, patient=person) for person in ("patient", "other_patient") * 6]
    slots = [
        (await offered(api, case, person))[0]
        for case, person in zip(case_ids, ("patient", "other_patient") * 6, strict=True)
    ]

    async def book(number: int) -> Answer:
        person = ("patient", "other_patient")[number % 2]
        return await api.post(person, "/appointments", {"slot": slots[number]["token"]})

    answers = await asyncio.gather(*(book(number) for number in range(12)))

    assert sorted(answer.status for answer in answers) == [201] + [409] * 11


async def test_booking_twice_with_one_key_books_once(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    slot = (await offered(api, case_id))[0]
    key = str(uuid4())

    first = await api.post("patient", "/appointments", {"slot": slot["token"]}, Idempotency_Key=key)
    again = await api.post("patient", "/appointments", {"slot": slot["token"]}, Idempotency_Key=key)

    assert (first.status, again.status) == (201, 201)
    assert first.body == again.body


async def test_one_key_cannot_stand_for_two_requests(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    slots = await offered(api, case_id)
    key = str(uuid4())
    await api.post("patient", "/holds", {"slot": slots[0]["token"]}, Idempotency_Key=key)

    answer = await api.post("patient", "/holds", {"slot": slots[-1]["token"]}, Idempotency_Key=key)

    assert (answer.status, answer.body["code"]) == (409, "idempotency-key-reused")


async def test_a_case_has_one_visit_to_come(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    slots = await offered(api, case_id)
    await api.post("patient", "/appointments", {"slot": slots[0]["token"]})

    answer = await api.post("patient", "/appointments", {"slot": slots[-1]["token"]})

    assert (answer.status, answer.body["code"]) == (409, "already-booked")


async def test_a_held_time_is_kept_from_others_until_it_expires(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api)
    other = await builders.a_bookable_case(api, patient="other_patient")
    slot = (await offered(api, case_id))[0]
    hold = await api.post("patient", "/holds", {"slot": slot["token"]})

    assert slot["start"] not in [one["start"] for one in await offered(api, other, "other_patient")]
    clock.advance(timedelta(minutes=6))
    assert slot["start"] in [one["start"] for one in await offered(api, other, "other_patient")]
    late = await api.post("patient", "/appointments", {"hold": hold.body["id"]})
    assert (late.status, late.body["code"]) == (410, "hold-ended")


async def test_a_held_time_can_be_booked_or_given_back(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    slots = await offered(api, case_id)
    first = await api.post("patient", "/holds", {"slot": slots[0]["token"]})
    second = await api.post("patient", "/holds", {"slot": slots[-1]["token"]})

    given_back = await api.delete("patient", f"/holds/{second.body['id']}")
    done = await api.post("patient", "/appointments", {"hold": first.body["id"]})

    assert (given_back.status, done.status) == (204, 201)
    assert done.body["start"] == slots[0]["start"]


async def test_a_visit_is_moved_whole_or_not_at_all(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    appointment = await booked(api, case_id)
    address = f"/appointments/{appointment['id']}"
    slots = await offered(api, case_id)

    moved = await api.post("patient", f"{address}/reschedule", {"slot": slots[-1]["token"]}, If_Match='"1"')
    stale = await api.post("patient", f"{address}/reschedule", {"slot": slots[0]["token"]}, If_Match='"1"')

    assert (moved.status, moved.body["start"], moved.body["sequence"]) == (200, slots[-1]["start"], 1)
    assert (stale.status, stale.body["code"]) == (409, "conflict")
    assert appointment["start"] in [slot["start"] for slot in await offered(api, case_id)]


async def test_a_cancelled_visit_gives_its_time_back(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    appointment = await booked(api, case_id)

    answer = await api.post("patient", f"/appointments/{appointment['id']}/cancel", {"reason": "I am in hospital."})

    assert (answer.status, answer.body["status"]) == (200, "cancelled")
    assert (await booked(api, case_id))["start"] == appointment["start"]


async def test_everybody_gets_a_mail_in_their_own_zone_with_a_calendar_file(api: House) -> None:
    case_id = await builders.a_bookable_case(api, patient="other_patient")
    slot = (await offered(api, case_id, "other_patient"))[0]
    await api.post("other_patient", "/appointments", {"slot": slot["token"]})

    box = await api.mailbox()

    patient, specialist = box["other_patient@demo.example"][0], box["specialist@demo.example"][0]
    assert "9:00 am (New York time)" in patient.subject
    assert "9:00 am (Detroit time)" in specialist.subject
    assert "You do not have to travel" in patient.body
    assert patient.attachment is not None
    event = Calendar.from_ical(patient.attachment["text"]).walk("VEVENT")[0]
    assert event["DTSTART"].to_ical() == b"20261124T140000Z"


async def test_the_calendar_file_is_there_to_fetch(api: House) -> None:
    appointment = await booked(api, await builders.a_bookable_case(api))

    answer = await api.get("patient", f"/appointments/{appointment['id']}/calendar.ics")

    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "METHOD:REQUEST" in answer.body


async def test_somebody_elses_appointment_does_not_exist(api: House) -> None:
    appointment = await booked(api, await builders.a_bookable_case(api))

    stranger = await api.get("other_patient", f"/appointments/{appointment['id']}")
    nothing = await api.get("other_patient", "/appointments/0000000000000000000000000a")

    assert (stranger.status, stranger.body) == (nothing.status, nothing.body)
    assert stranger.status == 404


async def test_an_offer_is_good_for_its_case_only_and_for_a_quarter_of_an_hour(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api)
    slot = (await offered(api, case_id))[0]

    foreign = await api.post("other_patient", "/appointments", {"slot": slot["token"]})
    bent = await api.post("patient", "/appointments", {"slot": slot["token"][:-2] + "AA"})
    clock.advance(timedelta(minutes=16))
    late = await api.post("patient", "/appointments", {"slot": slot["token"]})

    assert [answer.status for answer in (foreign, bent, late)] == [404, 409, 410]

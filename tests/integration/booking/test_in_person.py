"""Where the rule says in person, times at the clinic are offered in the same case, and a booked visit moves there."""

from datetime import timedelta
from typing import Any

from icalendar import Calendar

from server.domain.facts import Party, Statement
from server.storage import statements
from tests import builders
from tests.integration.booking.test_booking import booked, offered
from tests.integration.house import Clock, House

ADDRESS = "1 Lakeside Drive, Detroit, MI 48201"
DAY = timedelta(days=1)


async def say(api: House, case_id: str, said_as: Party, **facts: object) -> None:
    """Let somebody say something, a moment later than all before."""
    api.clock.advance(timedelta(seconds=20))
    said = [Statement(name, value, said_as, "of-the-test", api.clock()) for name, value in facts.items()]
    async with api.database.write() as connection:
        await statements.add(connection, case_id, said)


async def moved_to_clinic(api: House, case_id: str, appointment: dict[str, Any]) -> dict[str, Any]:
    await say(api, case_id, Party.SPECIALIST, exam_needed=True)
    slots = await offered(api, case_id)
    answer = await api.post("patient", f"/appointments/{appointment['id']}/reschedule", {"slot": slots[0]["token"]})
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found


async def test_times_at_the_clinic_say_where_to_come_and_begin_a_day_later(api: House) -> None:
    case_id = await builders.a_bookable_case(api, exam_needed=True)

    answer = await api.get("patient", f"/slots?case={case_id}")

    first = answer.body["slots"][0]
    assert answer.body["outcome"] == "in_person_required"
    assert {slot["mode"] for slot in answer.body["slots"]} == {"in-person"}
    assert (first["start"], first["end"]) == ("2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z")
    assert (first["address"], first["specialist_name"]) == (ADDRESS, "Dr Amara Osei")
    assert "main entrance" in first["directions"]


async def test_a_day_of_notice_is_kept(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api, exam_needed=True)
    clock.advance(timedelta(minutes=20))

    slots = await offered(api, case_id)

    assert slots[0]["start"] == "2026-11-24T14:30:00Z"


async def test_a_time_at_the_clinic_is_held_and_booked(api: House) -> None:
    case_id = await builders.a_bookable_case(api, exam_needed=True)
    slot = (await offered(api, case_id))[0]

    hold = await api.post("patient", "/holds", {"slot": slot["token"]})
    answer = await api.post("patient", "/appointments", {"hold": hold.body["id"]})

    assert (answer.status, answer.body["mode"], answer.body["address"]) == (201, "in-person", ADDRESS)
    assert (answer.body["start"], answer.body["end"]) == (slot["start"], slot["end"])


async def test_nobody_travels_before_the_warning_signs_are_asked_about_and_the_records_are_read(api: House) -> None:
    unasked = await builders.a_bookable_case(api, without=frozenset({"rf_cord"}), exam_needed=True)
    unread = await builders.an_accepted_case(api)
    await builders.say_everything(api, unread, changed={"exam_needed": True})

    assert await offered(api, unasked) == []
    assert await offered(api, unread) == []


async def test_an_emergency_offers_no_time_at_all(api: House) -> None:
    case_id = await builders.a_bookable_case(api, exam_needed=True, rf_cord=True)

    assert await offered(api, case_id) == []


async def test_a_visit_by_video_moves_to_the_clinic_as_the_same_visit(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    appointment = await booked(api, case_id)

    moved = await moved_to_clinic(api, case_id, appointment)

    same = ("id", "case_id", "visit_id", "specialist")
    assert [moved[name] for name in same] == [appointment[name] for name in same]
    assert (moved["mode"], moved["sequence"], moved["status"]) == ("in-person", 1, "booked")


async def test_an_old_offer_by_video_is_worth_nothing_when_the_rule_says_in_person(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    appointment = await booked(api, case_id)
    by_video = (await offered(api, case_id))[-1]
    moved = await moved_to_clinic(api, case_id, appointment)

    again = await api.post("patient", f"/appointments/{moved['id']}/reschedule", {"slot": by_video["token"]})

    assert (again.status, again.body["code"]) == (409, "not-bookable")
    assert (await api.get("patient", f"/appointments/{moved['id']}")).body["mode"] == "in-person"


async def test_a_visit_in_person_is_by_video_again_only_where_the_rule_says_video(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    moved = await moved_to_clinic(api, case_id, await booked(api, case_id))
    at_the_clinic = (await offered(api, case_id))[-1]
    await say(api, case_id, Party.SPECIALIST, exam_needed=False)

    refused = await api.post("patient", f"/appointments/{moved['id']}/reschedule", {"slot": at_the_clinic["token"]})
    by_video = (await offered(api, case_id))[-1]
    back = await api.post("patient", f"/appointments/{moved['id']}/reschedule", {"slot": by_video["token"]})

    assert (refused.status, refused.body["code"]) == (409, "not-bookable")
    assert (back.status, back.body["mode"], back.body["visit_id"]) == (200, "video", moved["visit_id"])


async def test_mail_and_calendar_say_where_to_come(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    moved = await moved_to_clinic(api, case_id, await booked(api, case_id))

    box = await api.mailbox()
    file = await api.get("patient", f"/appointments/{moved['id']}/calendar.ics")

    mail = box["patient@demo.example"][0]
    assert f"Where to be: {ADDRESS}. This visit is in person." in mail.body
    assert "How to get there: Come in by the main entrance" in mail.body
    assert "The door opens" not in mail.body
    event = Calendar.from_ical(file.body).walk("VEVENT")[0]
    assert event["SUMMARY"].startswith("Visit in person")
    assert event["LOCATION"].startswith(ADDRESS)
    assert "How to get there: Come in by the main entrance" in event["DESCRIPTION"]


async def test_a_time_at_the_clinic_that_has_gone_gives_way_to_others_there(api: House) -> None:
    case_id = await builders.a_bookable_case(api, exam_needed=True)
    other = await builders.a_bookable_case(api, patient="other_patient", exam_needed=True)
    mine, theirs = (await offered(api, case_id))[0], (await offered(api, other, "other_patient"))[0]

    await api.post("patient", "/appointments", {"slot": mine["token"]})
    answer = await api.post("other_patient", "/appointments", {"slot": theirs["token"]})

    assert (answer.status, answer.body["code"]) == (409, "slot-taken")
    assert {slot["mode"] for slot in answer.body["alternatives"]} == {"in-person"}


async def test_the_patient_hears_when_the_booked_visit_cannot_be_by_video_any_more(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    await api.post("specialist", f"/cases/{case_id}/decisions", {"stage": "booking"})
    await booked(api, case_id)
    api.clock.advance(timedelta(minutes=1))

    await api.post("specialist", f"/cases/{case_id}/answers", {"answers": {"exam_needed": True}})

    mail = (await api.mailbox())["patient@demo.example"][0]
    assert mail.subject == "Your visit cannot be as it is booked"
    assert ADDRESS in mail.body


async def test_the_patient_hears_when_a_time_at_the_clinic_can_be_chosen(api: House) -> None:
    case_id = await builders.a_bookable_case(api, without=frozenset({"exam_needed"}))
    await api.post("specialist", f"/cases/{case_id}/decisions", {"stage": "booking"})
    api.clock.advance(timedelta(minutes=1))

    await api.post("specialist", f"/cases/{case_id}/answers", {"answers": {"exam_needed": True}})

    mail = (await api.mailbox())["patient@demo.example"][0]
    assert mail.subject == "You can choose a time and a way for your visit"


async def test_whether_the_patient_came_is_noted_once_it_is_time(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api, exam_needed=True)
    appointment = await booked(api, case_id)
    address = f"/appointments/{appointment['id']}/attendance"
    early = await api.post("specialist", address, {"came": True})
    clock.advance(DAY + timedelta(minutes=10))

    too_early = await api.post("scheduler", address, {"came": False})
    by_the_patient = await api.post("patient", address, {"came": True})
    done = await api.post("specialist", address, {"came": True})
    again = await api.post("specialist", address, {"came": True})

    assert [early.body["code"], too_early.body["code"]] == ["visit-not-held-yet", "no-show-too-early"]
    assert (by_the_patient.status, done.status, done.body["status"]) == (403, 200, "fulfilled")
    assert (again.status, again.body["code"]) == (409, "appointment-moved-on")
    assert (await api.get("patient", f"/cases/{case_id}/stage")).body["stage"] == "after-visit"


async def test_who_did_not_come_can_choose_another_time(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api, exam_needed=True)
    appointment = await booked(api, case_id)
    clock.advance(DAY + timedelta(minutes=20))

    answer = await api.post("scheduler", f"/appointments/{appointment['id']}/attendance", {"came": False})

    assert (answer.status, answer.body["status"]) == (200, "noshow")
    assert (await api.get("patient", f"/cases/{case_id}/stage")).body["stage"] == "choose-a-time"


async def test_a_visit_by_video_notes_by_itself_who_came(api: House, clock: Clock) -> None:
    appointment = await booked(api, await builders.a_bookable_case(api))
    clock.advance(DAY)

    answer = await api.post("specialist", f"/appointments/{appointment['id']}/attendance", {"came": True})

    assert (answer.status, answer.body["code"]) == (409, "not-in-person")

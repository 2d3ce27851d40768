"""A calendar file holds one visit and exactly our properties, whatever the names contain."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from server.domain.errors import InvalidValueError
from server.integrations.calendar_file import CalendarEntry, cancellation, invitation, spoken_time

START = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
NASTY = 'Ann; "B", C:\\n\r\nATTENDEE:mailto:evil@example.org\rX-EVIL:1\nBEGIN:VEVENT\u2028END:VCALENDAR\x00' + "ü" * 200


def an_entry() -> CalendarEntry:
    return CalendarEntry(
        uid="abc@consilium",
        sequence=2,
        start=START,
        end=START + timedelta(minutes=30),
        zone="America/New_York",
        stamp=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        hospital="Riverside Hospital",
        telephone="+49 30 5550100",
        organizer_email="visits@hospital.example",
        attendee_email="patient@example.org",
        attendee_name="Zofia Łącka",
        link="https://consilium.example/c#token",
    )


def event_of(file: bytes) -> Event:
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def test_an_invitation_is_a_request_in_utc() -> None:
    file = invitation(an_entry())
    event = event_of(file)
    assert Calendar.from_ical(file)["METHOD"] == "REQUEST"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("abc@consilium", 2, "CONFIRMED")
    assert b"DTSTART:20260310T150000Z\r\nDTEND:20260310T153000Z\r\n" in file
    assert b"DTSTAMP:20260301T093000Z\r\n" in file


def test_a_local_start_is_still_written_in_utc() -> None:
    from zoneinfo import ZoneInfo

    there = replace(an_entry(), start=START.astimezone(ZoneInfo("Asia/Kolkata")))
    assert b"DTSTART:20260310T150000Z\r\n" in invitation(there)


def test_a_cancellation_takes_the_same_entry_away() -> None:
    file = cancellation(replace(an_entry(), sequence=3))
    event = event_of(file)
    assert Calendar.from_ical(file)["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("abc@consilium", 3, "CANCELLED")
    assert not event.walk("VALARM")
    assert "You do not have to be anywhere." in event["DESCRIPTION"]


def test_the_entry_says_where_you_have_to_be_and_when_on_your_own_clock() -> None:
    event = event_of(invitation(an_entry()))
    assert event["SUMMARY"] == "Video visit, Riverside Hospital"
    assert event["LOCATION"] == "At home, by video: https://consilium.example/c#token"
    assert "Where you have to be: At home, by video." in event["DESCRIPTION"]
    assert "Tuesday 10 March 2026, 11:00 am to 11:30 am (America/New_York, UTC-04:00)" in event["DESCRIPTION"]


def test_the_alarm_rings_when_the_waiting_room_opens() -> None:
    (alarm,) = event_of(invitation(an_entry())).walk("VALARM")
    assert alarm["TRIGGER"].dt == -timedelta(minutes=30)


def test_a_visit_in_person_says_where_to_come_and_in_time_to_set_out() -> None:
    in_person = replace(an_entry(), in_person=True, place="1 Lakeside Drive", directions="Ask\nat the desk.")
    event = event_of(invitation(in_person))
    (alarm,) = event.walk("VALARM")
    assert event["SUMMARY"] == "Visit in person, Riverside Hospital"
    assert event["LOCATION"].startswith("1 Lakeside Drive: ")
    assert "How to get there: Ask at the desk." in event["DESCRIPTION"]
    assert "You can come in from 30 minutes" not in event["DESCRIPTION"]
    assert alarm["TRIGGER"].dt == -timedelta(hours=2)


def test_organizer_and_attendee_are_named() -> None:
    event = event_of(invitation(an_entry()))
    assert event["ORGANIZER"] == "mailto:visits@hospital.example"
    assert (event["ATTENDEE"], event["ATTENDEE"].params["CN"]) == ("mailto:patient@example.org", "Zofia Łącka")


OURS = {
    "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "DESCRIPTION", "ORGANIZER", "ATTENDEE",
    "STATUS", "CLASS",
}  # fmt: skip


def assert_only_ours(file: bytes, alarms: int) -> None:
    calendar = Calendar.from_ical(file)
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VEVENT", *["VALARM"] * alarms]
    assert set(calendar) == {"PRODID", "VERSION", "CALSCALE", "METHOD"}
    assert set(event_of(file)) == OURS
    assert not isinstance(event_of(file)["ATTENDEE"], list)
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert file.count(b"\r") == file.count(b"\n") == file.count(b"\r\n")


@settings(deadline=None)
@given(
    hospital=st.one_of(st.just(NASTY), st.text()),
    name=st.one_of(st.just(NASTY), st.text()),
    place=st.one_of(st.just(NASTY), st.text(alphabet='\r\n\t ,;:\\"=\x00\x85\u2028aé李')),
    link=st.one_of(st.just(NASTY), st.text()),
    uid=st.one_of(st.just(NASTY), st.text()),
)
def test_no_name_can_add_a_property(hospital: str, name: str, place: str, link: str, uid: str) -> None:
    entry = replace(an_entry(), hospital=hospital, attendee_name=name, place=place, link=link, uid=uid, telephone=place)
    assert_only_ours(invitation(entry), alarms=1)
    assert_only_ours(cancellation(entry), alarms=0)


def test_commas_semicolons_and_backslashes_come_back_as_written() -> None:
    event = event_of(invitation(replace(an_entry(), hospital="Saint Mary, Ward; A\\n")))
    assert event["SUMMARY"] == "Video visit, Saint Mary, Ward; A\\n"
    assert event["ORGANIZER"].params["CN"] == "Saint Mary, Ward; A\\n"


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b\r\nATTENDEE:mailto:x@y", "a b@c", "a@b,c@d", "<a@b>", "a@b\x00", "a@b;X=1", 'a"@b']
)
def test_what_is_not_an_address_is_refused(email: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        invitation(replace(an_entry(), attendee_email=email))
    assert refused.value.field == "attendee_email"


def test_a_spoken_time_in_winter_and_in_summer() -> None:
    hour = timedelta(hours=1)
    july = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert spoken_time(START, START + hour, "Europe/Berlin").endswith("4:00 pm to 5:00 pm (Europe/Berlin, UTC+01:00)")
    assert spoken_time(july, july + hour, "Europe/Berlin").startswith("Thursday 2 July 2026, 12:30 am to 1:30 am")

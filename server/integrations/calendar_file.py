"""Calendar files of a visit (RFC 5545, RFC 5546): one event, one attendee, times in UTC, nothing about the illness.

Who gets the file needs the same UID and a higher SEQUENCE to have the entry in their calendar moved or removed.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from server.domain import waiting_room
from server.domain.errors import InvalidValueError
from server.domain.wall_clock import zone_info
from server.domain.wording import day_words, hour_words

if TYPE_CHECKING:
    from icalendar import Alarm, Event, vCalAddress

# Calendars are read by colleagues and on lock screens: no diagnosis, no department.
BY_VIDEO = "Video visit"
IN_PERSON = "Visit in person"
AT_HOME = "At home, by video"
ALARM_BEFORE = waiting_room.OPENS_BEFORE
SET_OUT_BEFORE = timedelta(hours=2)  # who has to travel needs to hear of it before they have to leave

_ADDRESS = re.compile(r"[^\s@\"<>\\,;:()\[\]]+@[^\s@\"<>\\,;:()\[\]]+")


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What one person's calendar is told about a visit.

    `link` is an address and not a key: who opens it still has to come in. `place` is where this person has to be,
    `directions` how to find it; a visit is by video or `in_person`. `zone` is the person's own. `stamp` is when the
    file was asked for.
    """

    uid: str
    sequence: int
    start: datetime
    end: datetime
    zone: str
    stamp: datetime
    hospital: str
    telephone: str
    organizer_email: str
    attendee_email: str
    attendee_name: str
    link: str
    place: str = AT_HOME
    directions: str = ""
    in_person: bool = False


def invitation(entry: CalendarEntry) -> bytes:
    """Write the file that puts a visit into a calendar, or moves it there.

    Raises:
        InvalidValueError: an e-mail address is not one.
        UnknownZoneError: the person's zone does not exist.
    """
    return _file("REQUEST", _event(entry, "CONFIRMED", _told(entry)), _alarm(entry))


def cancellation(entry: CalendarEntry) -> bytes:
    """Write the file that takes a visit out of a calendar; `sequence` is that of the cancelled appointment.

    Raises:
        InvalidValueError: an e-mail address is not one.
        UnknownZoneError: the person's zone does not exist.
    """
    return _file("CANCEL", _event(entry, "CANCELLED", _told_of_the_end(entry)))


def spoken_time(start: datetime, end: datetime, zone: str) -> str:
    """Write a time so that nobody can take it for another: weekday, date, zone and distance from UTC.

    Raises:
        UnknownZoneError: the zone does not exist.
    """
    first, last = start.astimezone(zone_info(zone)), end.astimezone(zone_info(zone))
    distance = first.isoformat()[-len("+00:00") :]
    return f"{day_words(first)}, {hour_words(first)} to {hour_words(last)} ({zone}, UTC{distance})"


def _file(method: str, event: "Event", alarm: "Alarm | None" = None) -> bytes:
    from icalendar import Calendar  # Loading icalendar takes a tenth of a second, which a start can spare.

    calendar = Calendar()
    calendar.add("prodid", "-//Consilium//Visit//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if alarm is not None:
        event.add_component(alarm)
    calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def _event(entry: CalendarEntry, status: str, description: str) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", _line(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    event.add("dtstart", entry.start.astimezone(UTC))
    event.add("dtend", entry.end.astimezone(UTC))
    event.add("summary", f"{_summary(entry)}, {_line(entry.hospital)}")
    event.add("location", f"{_line(entry.place)}: {_line(entry.link)}")
    event.add("description", description)
    event.add("organizer", _person(entry.organizer_email, entry.hospital, "organizer_email"))
    event.add("attendee", _attendee(entry, asks=status == "CONFIRMED"))
    event.add("status", status)
    event.add("class", "PRIVATE")
    return event


def _summary(entry: CalendarEntry) -> str:
    return IN_PERSON if entry.in_person else BY_VIDEO


def _alarm(entry: CalendarEntry) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -(SET_OUT_BEFORE if entry.in_person else ALARM_BEFORE))
    alarm.add(
        "description", f"{_summary(entry)}: {'it begins soon' if entry.in_person else 'the waiting room is open'}"
    )
    return alarm


def _attendee(entry: CalendarEntry, *, asks: bool) -> "vCalAddress":
    attendee = _person(entry.attendee_email, entry.attendee_name, "attendee_email")
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    if asks:
        attendee.params["PARTSTAT"] = "NEEDS-ACTION"
        attendee.params["RSVP"] = "TRUE"
    return attendee


def _person(email: str, name: str, field: str) -> "vCalAddress":
    from icalendar import vCalAddress

    if not _ADDRESS.fullmatch(email) or _line(email) != email:
        raise InvalidValueError("This is not an e-mail address.", field)
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = _line(name).replace('"', "'")  # RFC 5545 section 3.2: a parameter cannot hold a quote.
    return address


def _told(entry: CalendarEntry) -> str:
    how = f"How to get there: {_line(entry.directions)}\n" if entry.in_person and entry.directions else ""
    door = (
        f"This visit is in person. Do not wait for it by video. Your page: {_line(entry.link)}\n"
        if entry.in_person
        else f"Your visit opens here: {_line(entry.link)}\n"
        "You can come in from 30 minutes before the start until 4 hours after it.\n"
    )
    return (
        f"Where you have to be: {_line(entry.place)}.\n"
        f"When: {spoken_time(entry.start, entry.end, entry.zone)}.\n"
        f"{how}{door}"
        f"If the time does not suit you, choose another one there or call {_line(entry.telephone)}, day or night."
    )


def _told_of_the_end(entry: CalendarEntry) -> str:
    return (
        f"The visit on {spoken_time(entry.start, entry.end, entry.zone)} is cancelled. "
        "You do not have to be anywhere.\n"
        f"To find a new time, open {_line(entry.link)} or call {_line(entry.telephone)}, day or night."
    )


def _line(text: str) -> str:
    """Keep a value on one line: what breaks or hides text becomes a space."""
    return "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text).strip()

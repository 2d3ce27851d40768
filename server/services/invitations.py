"""Who is told about a visit, and how: a mail that says where to be, with a calendar file, each in their own zone."""

from collections.abc import Callable
from datetime import datetime

from server.domain import guest_letters, letters, wording
from server.domain.actors import Account
from server.domain.appointments import Appointment, Mode, occupies_time
from server.domain.guests import GUESTS, Participation
from server.domain.letters import House
from server.integrations import calendar_file
from server.integrations.calendar_file import AT_HOME, CalendarEntry
from server.services.post import Post
from server.services.sign_in import SignIn
from server.storage import accounts, appointments, guests
from server.storage.database import Connection

FILE_NAME = "visit.ics"


class Invitations:
    """Writes to everybody whom a visit concerns."""

    def __init__(
        self, post: Post, sign_in: SignIn, house: House, organizer: str, clock: Callable[[], datetime]
    ) -> None:
        self._post = post
        self._sign_in = sign_in
        self._house = house
        self._organizer = organizer
        self._clock = clock

    async def booked(self, connection: Connection, appointment: Appointment, former: Account | None = None) -> None:
        """Tell everybody in it when the visit is, also when it has moved; `former` has handed the case over for it."""
        for person in await self._people(connection, appointment):
            entry = await self._entry(connection, person, appointment)
            letter = self._booked(person, appointment, entry.link, handed_over=former is not None)
            await self._send(connection, person, letter, appointment, calendar_file.invitation(entry), "REQUEST")
        if former is not None:
            await self._relieved(connection, former, appointment)
        for part in await self._guests(connection, appointment):
            await self.seated(connection, part, appointment)

    async def seated(self, connection: Connection, part: Participation, appointment: Appointment) -> None:
        """Tell a guest when the visit is in which they have a part."""
        guest = await accounts.get(connection, part.account_id)
        if guest.role in GUESTS:
            entry = await self._entry(connection, guest, appointment)
            when, by_video = wording.time_in(appointment.start, guest.zone), appointment.mode is not Mode.IN_PERSON
            letter = guest_letters.take_part(self._house, entry.link, when, by_video=by_video)
            file = calendar_file.invitation(entry)
            await self._send(connection, guest, letter, appointment, file, "REQUEST", part.id)

    async def excused(self, connection: Connection, part: Participation, appointment: Appointment) -> None:
        """Tell a guest that they are not needed at a visit any more."""
        guest = await accounts.get(connection, part.account_id)
        if guest.role in GUESTS:
            entry = await self._entry(connection, guest, appointment)
            letter = guest_letters.not_needed(self._house, wording.time_in(appointment.start, guest.zone))
            file = calendar_file.cancellation(entry)
            await self._send(connection, guest, letter, appointment, file, "CANCEL", f"{part.id}:excused")

    async def cancelled(self, connection: Connection, appointment: Appointment) -> None:
        """Tell everybody in it that the visit does not take place."""
        for person in await self._people(connection, appointment):
            entry = await self._entry(connection, person, appointment)
            when = wording.time_in(appointment.start, person.zone)
            letter = letters.visit_cancelled(self._house, entry.link, when)
            await self._send(connection, person, letter, appointment, calendar_file.cancellation(entry), "CANCEL")
        for part in await self._guests(connection, appointment):
            await self.excused(connection, part, appointment)

    async def file_for(self, connection: Connection, person: Account, appointment: Appointment) -> bytes:
        """Make one person's calendar file as things stand."""
        entry = await self._entry(connection, person, appointment)
        stands = occupies_time(appointment)
        return calendar_file.invitation(entry) if stands else calendar_file.cancellation(entry)

    def _booked(self, person: Account, appointment: Appointment, link: str, *, handed_over: bool) -> letters.Letter:
        when = wording.time_in(appointment.start, person.zone)
        if handed_over and person.id == appointment.specialist_id:
            return letters.case_is_yours(self._house, link, when)
        by_video, moved = appointment.mode is not Mode.IN_PERSON, appointment.sequence > 0
        return letters.visit_booked(
            self._house, link, when, by_video=by_video, moved=moved, another=handed_over and by_video
        )

    async def _relieved(self, connection: Connection, former: Account, appointment: Appointment) -> None:
        """Tell a specialist that the case has gone; an entry in their calendar, where there was one, goes too."""
        letter = letters.case_has_gone(self._house, wording.time_in(appointment.start, former.zone))
        entry = await self._entry(connection, former, appointment)
        file = calendar_file.cancellation(entry) if appointment.sequence > 0 else None
        await self._send(connection, former, letter, appointment, file, "CANCEL")

    async def _people(self, connection: Connection, appointment: Appointment) -> list[Account]:
        return [
            await accounts.get(connection, appointment.patient_id),
            await accounts.get(connection, appointment.specialist_id),
        ]

    async def _guests(self, connection: Connection, appointment: Appointment) -> tuple[Participation, ...]:
        visit = await appointments.visit_of(connection, appointment.id)
        return await guests.of_visit(connection, appointment.case_id, visit.id)

    async def _entry(self, connection: Connection, person: Account, appointment: Appointment) -> CalendarEntry:
        return CalendarEntry(
            uid=appointment.uid,
            sequence=appointment.sequence,
            start=appointment.start,
            end=appointment.end,
            zone=person.zone,
            stamp=self._clock(),
            hospital=self._house.name,
            telephone=self._house.phone,
            organizer_email=self._organizer,
            attendee_email=person.email,
            attendee_name=person.name,
            link=await self._sign_in.link_within(connection, person, appointment.case_id),
            place=self._house.address if appointment.mode is Mode.IN_PERSON else AT_HOME,
            directions=self._house.directions,
            in_person=appointment.mode is Mode.IN_PERSON,
        )

    async def _send(
        self,
        connection: Connection,
        person: Account,
        letter: letters.Letter,
        appointment: Appointment,
        file: bytes | None,
        method: str,
        part: str = "",
    ) -> None:
        await self._post.queue(
            connection,
            person,
            letter,
            key=f"appointment:{appointment.id}:{appointment.sequence}{part and ':'}{part}",
            case_id=appointment.case_id,
            attachment={"name": FILE_NAME, "type": f"text/calendar; method={method}", "text": file.decode()}
            if file
            else None,
        )

"""Which times can be offered: free for both people, and in the way that the rule says of that day.

By video with the case's own specialist first; where that is forbidden by their license alone, by video with another
one; then in person. Nothing else is offered.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from server.domain import slot_tokens
from server.domain.actors import Account, Actor
from server.domain.appointment_refusals import SlotTakenError
from server.domain.appointments import Mode
from server.domain.cases import Case
from server.domain.errors import DomainError
from server.domain.ids import AppointmentId, CaseId
from server.domain.policy import Decision, Stage
from server.domain.services import MODES, SERVICES
from server.domain.slot_tokens import SlotOffer, SlotTokenInvalidError
from server.services import openings
from server.services.access import case_for
from server.services.colleagues import Colleagues
from server.services.days import Days
from server.services.decisions import Decisions
from server.services.openings import Openings
from server.services.weighing import Weighing
from server.storage import accounts, claims
from server.storage.database import Connection, Database
from server.storage.keyring import Keyring

MOST_OTHERS = 3  # specialists at once: more are no help to choose from
UNKNOWN_TIME = "We do not know this time. Please choose one from the list."
NOT_ANY_MORE: Mapping[Mode, str] = {
    Mode.VIDEO: "This time cannot be booked by video. Please see what is still needed.",
    Mode.IN_PERSON: "This time cannot be booked in person. Please see how you can be seen.",
}

Window = tuple[datetime, datetime]  # [since, until)


class NotBookableError(DomainError):
    """The rule does not allow this time in this way; `extra` says what it says."""

    code = "not-bookable"

    def __init__(self, message: str, decision: Decision) -> None:
        super().__init__(message)
        self.extra = {"outcome": decision.outcome.value, "asks": list(decision.asks)}


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that can be booked now, and how people meet then."""

    start: datetime
    end: datetime
    specialist: Account
    mode: Mode
    token: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The bookable times of a case, way by way, and what the rule says of its own specialist."""

    weighing: Weighing
    video: tuple[Slot, ...] = ()
    others: tuple[Slot, ...] = ()  # by video with another specialist, where the own one's license forbids it
    in_person: tuple[Slot, ...] = ()

    def slots(self, mode: Mode | None = None) -> tuple[Slot, ...]:
        """Give the times of the first way there is, or of the one that is asked for."""
        by_video = self.video or self.others
        if mode is None:
            return by_video or self.in_person
        return {Mode.VIDEO: by_video, Mode.IN_PERSON: self.in_person}.get(mode, ())


class Slots:
    """Searches for times, and proves that an offered time still stands."""

    def __init__(
        self, database: Database, keyring: Keyring, decisions: Decisions, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._decisions = decisions
        self._colleagues = Colleagues(decisions)
        self._clock = clock

    async def search(self, actor: Actor, case_id: CaseId, since: datetime, until: datetime) -> Offer:
        """List the times from `since` to `until` that can be booked."""
        async with self._database.read() as connection:
            case = await case_for(connection, actor, case_id)
            return await self.offer(connection, case, since, until)

    async def offer(
        self,
        connection: Connection,
        case: Case,
        since: datetime,
        until: datetime,
        *,
        moving: AppointmentId | None = None,
    ) -> Offer:
        """Search inside the caller's transaction; the claims of the appointment `moving` do not count."""
        own = await self._days(connection, case)
        if case.specialist_id is None:
            return Offer(own.on(None))
        specialist = await accounts.get(connection, case.specialist_id)
        free = await self._openings(connection, case, [specialist], (since, until), moving)
        starts = free.starts(specialist.id, SERVICES[Mode.VIDEO])
        first = starts[0] if starts else None
        video = self._made(case, specialist, Mode.VIDEO, own.among(starts, Mode.VIDEO))
        if video:
            return Offer(own.on(first), video)
        others = await self._with_others(connection, case, own, first, (since, until), moving)
        at_the_clinic = own.among(free.starts(specialist.id, SERVICES[Mode.IN_PERSON]), Mode.IN_PERSON)
        return Offer(own.on(first), (), others, self._made(case, specialist, Mode.IN_PERSON, at_the_clinic))

    def offered(self, token: str, case_id: CaseId) -> SlotOffer:
        """Read an offer that we made for this case.

        Raises:
            SlotTokenInvalidError: we did not, or for another case.
            SlotOfferExpiredError: it is too old.
        """
        offer = self.read(token)
        if offer.case_id != case_id:
            raise SlotTokenInvalidError(UNKNOWN_TIME)
        return offer

    def read(self, token: str) -> SlotOffer:
        """Read an offer that we made, for whichever case."""
        offer = slot_tokens.verify(token, self._mac, now=self._clock())
        if offer.service not in MODES:
            raise SlotTokenInvalidError(UNKNOWN_TIME)
        return offer

    async def confirm(
        self,
        connection: Connection,
        case: Case,
        offer: SlotOffer,
        *,
        moving: AppointmentId | None = None,
    ) -> Weighing:
        """Look again, now, whether an offered time can be booked; return the decision that allows it.

        Raises:
            SlotTakenError: it is not free any more, or not among the specialist's hours.
            NotBookableError: the rule does not allow it, in this way and with this specialist.
        """
        mode, own = MODES[offer.service], await self._days(connection, case)
        specialist = await accounts.get(connection, offer.specialist_id)
        days: Days | None = own
        if specialist.id != case.specialist_id:
            others = await self._colleagues.of(connection, own, offer.start) if mode is Mode.VIDEO else {}
            days = others.get(specialist)
        if days is None or days.way(offer.start) is not mode:
            raise NotBookableError(NOT_ANY_MORE[mode], (days or own).on(offer.start).decision)
        free = await self._openings(connection, case, [specialist], (offer.start, offer.end), moving)
        if offer.start not in free.starts(specialist.id, SERVICES[mode]):
            raise SlotTakenError(claims.TAKEN)
        return days.on(offer.start)

    async def _with_others(
        self,
        connection: Connection,
        case: Case,
        own: Days,
        first: datetime | None,
        window: Window,
        moving: AppointmentId | None,
    ) -> tuple[Slot, ...]:
        """List the times with those who can see the patient by video soonest, each one's together."""
        others = await self._colleagues.of(connection, own, first)
        if not others:
            return ()
        free = await self._openings(connection, case, others, window, moving)
        service = SERVICES[Mode.VIDEO]
        possible = {
            person: [
                start
                for start in days.among(free.starts(person.id, service), Mode.VIDEO)
                if self._colleagues.may_help(own, start)
            ]
            for person, days in others.items()
        }
        soonest = sorted(
            (person for person in possible if possible[person]), key=lambda one: (possible[one][0], one.id)
        )
        return tuple(slot for one in soonest[:MOST_OTHERS] for slot in self._made(case, one, Mode.VIDEO, possible[one]))

    async def _days(self, connection: Connection, case: Case) -> Days:
        basis = await self._decisions.basis(connection, case, Stage.BOOKING, specialist_id=case.specialist_id)
        return Days(basis, self._decisions.weigh)

    async def _openings(
        self,
        connection: Connection,
        case: Case,
        specialists: Iterable[Account],
        window: Window,
        moving: AppointmentId | None,
    ) -> Openings:
        now = self._clock()
        return await openings.read(connection, case.patient_id, specialists, *window, now=now, moving=moving)

    def _made(self, case: Case, specialist: Account, mode: Mode, starts: Iterable[datetime]) -> tuple[Slot, ...]:
        return tuple(self._slot(case, specialist, mode, start) for start in starts)

    def _slot(self, case: Case, specialist: Account, mode: Mode, start: datetime) -> Slot:
        service = SERVICES[mode]
        end = start + service.duration
        offer = SlotOffer(service.id, specialist.id, start, end, case.id, self._clock())
        return Slot(start, end, specialist, mode, slot_tokens.encode(offer, self._mac))

    def _mac(self, data: bytes) -> bytes:
        return bytes.fromhex(self._keyring.mac("slots", data))

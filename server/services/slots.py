"""Which times can be offered: free for both people, and video by the rule on that day. Nothing else is offered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain import slot_tokens
from server.domain.actors import Account, Actor
from server.domain.appointments import SlotTakenError
from server.domain.cases import Case
from server.domain.decisions import bookable
from server.domain.errors import DomainError
from server.domain.ids import AccountId, AppointmentId, CaseId
from server.domain.policy import Decision, Stage
from server.domain.services import SECOND_OPINION
from server.domain.slot_tokens import SlotOffer
from server.domain.slots import free_starts
from server.services.access import case_for
from server.services.decisions import Decisions
from server.services.weighing import Weighing
from server.storage import accounts, claims, hours
from server.storage.claims import Span
from server.storage.database import Connection, Database
from server.storage.keyring import Keyring


class NotBookableError(DomainError):
    """The rule does not say video for this time; `extra` says what it says."""

    code = "not-bookable"

    def __init__(self, message: str, decision: Decision) -> None:
        super().__init__(message)
        self.extra = {"outcome": decision.outcome.value, "asks": list(decision.asks)}


@dataclass(frozen=True, slots=True)
class Slot:
    """One time that can be booked now."""

    start: datetime
    end: datetime
    specialist: Account
    token: str


@dataclass(frozen=True, slots=True)
class Offer:
    """The bookable times of a case, and what the rule says where there are none."""

    slots: tuple[Slot, ...]
    weighing: Weighing


class Slots:
    """Searches for times, and proves that an offered time still stands."""

    def __init__(
        self, database: Database, keyring: Keyring, decisions: Decisions, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._decisions = decisions
        self._clock = clock

    async def search(self, actor: Actor, case_id: CaseId, since: datetime, until: datetime) -> Offer:
        """List the times from `since` to `until` that can be booked by video."""
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
        basis = await self._decisions.basis(connection, case, Stage.BOOKING, specialist_id=case.specialist_id)
        general = self._decisions.weigh(basis, None)
        if case.specialist_id is None:
            return Offer((), general)
        specialist = await accounts.get(connection, case.specialist_id)
        starts = await self._free(connection, case, specialist, since, until, moving)
        video: dict[date, bool] = {}
        slots = []
        for start in starts:
            day = start.astimezone(ZoneInfo(basis.patient.zone)).date()
            if day not in video:
                video[day] = bookable(self._decisions.weigh(basis, start).decision)
            if video[day]:
                slots.append(self._slot(case, specialist, start))
        return Offer(tuple(slots), general if not starts else self._decisions.weigh(basis, starts[0]))

    def offered(self, token: str, case_id: CaseId) -> SlotOffer:
        """Read an offer that we made for this case.

        Raises:
            SlotTokenInvalidError: we did not, or for another case.
            SlotOfferExpiredError: it is too old.
        """
        offer = slot_tokens.verify(token, self._mac, now=self._clock())
        if offer.case_id != case_id:
            raise slot_tokens.SlotTokenInvalidError("We do not know this time. Please choose one from the list.")
        return offer

    def read(self, token: str) -> SlotOffer:
        """Read an offer that we made, for whichever case."""
        return slot_tokens.verify(token, self._mac, now=self._clock())

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
            NotBookableError: the rule does not say video.
        """
        basis = await self._decisions.basis(connection, case, Stage.BOOKING, specialist_id=offer.specialist_id)
        weighing = self._decisions.weigh(basis, offer.start)
        if not bookable(weighing.decision):
            raise NotBookableError(
                "This time cannot be booked by video. Please see what is still needed.", weighing.decision
            )
        specialist = await accounts.get(connection, offer.specialist_id)
        free = await self._free(connection, case, specialist, offer.start, offer.end, moving)
        if offer.start not in free:
            raise SlotTakenError(claims.TAKEN)
        return weighing

    async def _free(
        self,
        connection: Connection,
        case: Case,
        specialist: Account,
        since: datetime,
        until: datetime,
        moving: AppointmentId | None,
    ) -> list[datetime]:
        now = self._clock()
        reach = SECOND_OPINION.duration + timedelta(days=1)
        busy = await claims.busy(
            connection, (specialist.id, case.patient_id), since - reach, until + reach, now, without=moving
        )
        return free_starts(
            await hours.schedule_of(connection, specialist.id, specialist.zone),
            SECOND_OPINION,
            busy=[(span.start, span.end) for span in busy],
            since=since,
            until=until,
            now=now,
        )

    def _slot(self, case: Case, specialist: Account, start: datetime) -> Slot:
        end = start + SECOND_OPINION.duration
        offer = SlotOffer(SECOND_OPINION.id, specialist.id, start, end, case.id, self._clock())
        return Slot(start, end, specialist, slot_tokens.encode(offer, self._mac))

    def _mac(self, data: bytes) -> bytes:
        return bytes.fromhex(self._keyring.mac("slots", data))


def spans(patient: AccountId, specialist: AccountId, start: datetime, end: datetime) -> tuple[Span, Span]:
    """Say whose time a visit takes, with the specialist's time for notes."""
    before, after = SECOND_OPINION.buffer_before, SECOND_OPINION.buffer_after
    return Span(patient, start, end), Span(specialist, start - before, end + after)

"""Cuts off whoever may not be in a visit any more: signed out, switched off, off the case, or the visit is not there.

And hides addresses in visits where that is wished, takes pictures away where sound only was decided, and minds the gate
between waiting room and room. It looks at once when this process withdraws something, and often, for what other
processes or the time have ended.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from server.domain.appointments import Mode
from server.domain.ids import AccountId, VisitId
from server.domain.visits import VisitStatus
from server.services.gate import GateWatch
from server.services.sign_in import TOUCH_EVERY, limits
from server.storage import attendance
from server.storage import sign_in as sessions
from server.storage.attendance import Attendance
from server.storage.database import Database
from signaling import ids as signaling_ids
from signaling.endpoint import SignalingEndpoint
from signaling.rights import Role as VisitRole
from signaling.room import Presence
from signaling.roster import SeatState

LOOK_EVERY_SECONDS = 1.25  # security: a revoked person is cut off within two seconds

Who = tuple[VisitId, AccountId]

log = structlog.get_logger()


class Doorkeeper:
    """Looks after everybody who is in a visit of this process."""

    def __init__(
        self,
        database: Database,
        signaling: SignalingEndpoint,
        withdrawn: asyncio.Event,
        gate: GateWatch,
        clock: Callable[[], datetime],
        *,
        look_every_seconds: float = LOOK_EVERY_SECONDS,
    ) -> None:
        """`withdrawn` is set by whoever ends somebody's access, or changes who may know of whose address."""
        self._database = database
        self._signaling = signaling
        self._withdrawn = withdrawn
        self._gate = gate
        self._clock = clock
        self._look_every_seconds = look_every_seconds

    async def run(self) -> None:
        """Look for as long as the service runs."""
        while True:
            await self.look()
            try:
                async with asyncio.timeout(self._look_every_seconds):
                    await self._withdrawn.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Ask of everybody who is in a visit now whether they may still be there, and cut off who may not."""
        self._withdrawn.clear()
        here = {
            (VisitId(visit), AccountId(place.member)): place
            for visit, places in self._signaling.everybody().items()
            for place in places
        }
        if not here:
            return
        now = self._clock()
        grants = {place.grant for place in here.values() if place.grant}
        async with self._database.read() as connection:
            found = await attendance.of(connection, list(here), grants)
        good = {(one.visit_id, one.account_id): one for one in found if _lasts(one, here, now)}
        await self._keep_awake([one for one in good.values() if one.sign_in], now)
        for who, place in here.items():
            if who not in good or _waits_in_vain(good[who], here):
                self._cut_off(who, place)
        for one in {one.visit_id: one for one in good.values()}.values():
            self._signaling.hide_addresses(signaling_ids.VisitId(one.visit_id), hidden=one.relay_only)
            self._signaling.sound_only(signaling_ids.VisitId(one.visit_id), on=one.sound_only)
        for visit in {one.visit_id for one in good.values() if one.visit_status is VisitStatus.CANCELLED}:
            await self._signaling.end(signaling_ids.VisitId(visit), at_once=True)
        await self._gate.look({visit for (visit, _), place in here.items() if _waits_to_check_in(place)})

    async def _keep_awake(self, present: list[Attendance], now: datetime) -> None:
        """Whoever is in a visit is using their sign-in, though their browser asks us nothing."""
        drowsy = {one.sign_in for one in present if one.sign_in and one.seen_at and now - one.seen_at > TOUCH_EVERY}
        if drowsy:
            async with self._database.write() as connection:
                await sessions.touch_sessions(connection, drowsy, now)

    def _cut_off(self, who: Who, place: Presence) -> None:
        visit, account = who
        log.info("visit.access-ended", visit=visit, account=account)
        self._signaling.revoke(signaling_ids.MemberId(account), signaling_ids.VisitId(visit), grant=place.grant)


def _waits_to_check_in(place: Presence) -> bool:
    return place.role is VisitRole.PATIENT and place.state is SeatState.WAITING


def _lasts(one: Attendance, here: Mapping[Who, Presence], now: datetime) -> bool:
    """Whether this is the sign-in by which they came in, and its longest time is not over."""
    grant = here[one.visit_id, one.account_id].grant
    if not grant:  # a program's token has no session
        return True
    _, life = limits(one.role)
    return one.sign_in == grant and one.signed_in_at is not None and now - one.signed_in_at <= life


def _waits_in_vain(one: Attendance, here: Mapping[Who, Presence]) -> bool:
    """Whether the visit is in person now, and nobody is in the middle of a conversation that may still end well."""
    if one.mode is not Mode.IN_PERSON:
        return False
    inside = [who for who, place in here.items() if who[0] == one.visit_id and place.state is SeatState.IN]
    return (one.visit_id, one.account_id) not in inside or len(inside) == 1

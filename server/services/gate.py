"""Keeps watch over those who wait: the gate opens when their check-in is done, and shuts when an answer grows old."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.ids import VisitId
from server.services import rounds
from server.services.check_in import CheckIns
from server.storage import appointments, check_ins
from server.storage.database import Connection, Database
from signaling import ids as signaling_ids
from signaling.endpoint import SignalingEndpoint

AT_LEAST_EVERY = timedelta(seconds=15)  # for what no answer tells us: a licence that ends, a rule that changes


@dataclass(frozen=True, slots=True)
class Seen:
    """When a visit is to be looked at again, unless something new is said about its case before."""

    answers: int
    again_at: datetime


class GateWatch:
    """Looks after the patients who wait in visits of this process."""

    def __init__(
        self,
        database: Database,
        check_ins_of: CheckIns,
        signaling: SignalingEndpoint,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._check_ins = check_ins_of
        self._signaling = signaling
        self._clock = clock
        self._seen: dict[VisitId, Seen] = {}

    async def look(self, waiting: Collection[VisitId]) -> None:
        """Let everybody who waits in these visits be admissible or not, as it is now."""
        self._seen = {visit: seen for visit, seen in self._seen.items() if visit in waiting}
        if not waiting:
            return
        async with self._database.read() as connection:
            case_of = await appointments.cases_of_visits(connection, waiting)
            answers = await check_ins.counts(connection, set(case_of.values()))
        due = [visit for visit in waiting if visit in case_of and self._is_due(visit, answers.get(case_of[visit], 0))]
        await rounds.each(due, self._see_to)

    def _is_due(self, visit: VisitId, answers: int) -> bool:
        seen = self._seen.get(visit)
        return seen is None or seen.answers != answers or self._clock() >= seen.again_at

    async def _see_to(self, visit_id: VisitId) -> None:
        async with self._database.write() as connection:
            await self._set(connection, visit_id)

    async def _set(self, connection: Connection, visit_id: VisitId) -> None:
        visit = await appointments.visit(connection, visit_id)
        patient = (await appointments.get(connection, visit.appointment_id)).patient_id
        gate = await self._check_ins.gate(connection, visit)
        answers = await check_ins.counts(connection, {visit.case_id})
        latest = self._clock() + AT_LEAST_EVERY
        again_at = min(latest, gate.good_until) if gate.good_until else latest
        self._seen[visit_id] = Seen(answers.get(visit.case_id, 0), again_at)
        decided = await appointments.visit(connection, visit_id)
        self._signaling.sound_only(signaling_ids.VisitId(visit_id), on=decided.sound_only)  # before anybody is let in
        self._signaling.update_member(
            signaling_ids.VisitId(visit_id),
            signaling_ids.MemberId(patient),
            admissible=gate.admissible,
            reason=gate.reason,
        )

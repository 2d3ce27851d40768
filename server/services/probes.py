"""Probes of people's lines: one a person, few at once, and what comes of them written down as facts of the visit."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from server.domain import ids, line_probes, visits
from server.domain.actors import Actor
from server.domain.errors import DomainError, NotFoundError
from server.domain.facts import Party, Statement
from server.domain.ids import AccountId, VisitId
from server.domain.line_probes import (
    LineFigures,
    OfferUnusableError,
    ProbeFailure,
    ProbeRunningError,
    ProbesBusyError,
    ProbeState,
)
from server.domain.policy import Stage
from server.domain.visits import Visit
from server.integrations.probes import NoAnswerError, ProbeWorkers, RunningProbe
from server.services import trail
from server.services.access import case_for, visit_for
from server.services.visits import VisitNotOpenError
from server.storage import statements
from server.storage.database import Database
from signaling import probe_frames
from signaling.ice import IceServers
from signaling.ids import MemberId
from signaling.payloads import IceConfig
from signaling.probe_offer import UnusableOfferError, trimmed

MOST_AT_ONCE = 8
KEPT_FOR = timedelta(minutes=10)
Decide = Callable[..., Awaitable[object]]  # Decisions.decide

log = structlog.get_logger()


@dataclass(slots=True)
class Probe:
    """One probe, for as long as somebody may ask for it."""

    id: str
    visit_id: VisitId
    account_id: AccountId
    begun_at: datetime
    answer: str = ""
    state: ProbeState = ProbeState.CONNECTING
    figures: LineFigures | None = None
    failure: ProbeFailure | None = None


class Probes:
    """Begins probes, follows them to their end, and tells how they stand."""

    def __init__(
        self,
        database: Database,
        workers: ProbeWorkers,
        ice: IceServers,
        decide: Decide,
        clock: Callable[[], datetime],
        *,
        loopback: bool,
    ) -> None:
        """`loopback`: this service is reached on this machine only, and so are its probes."""
        self._database = database
        self._workers = workers
        self._ice = ice
        self._decide = decide
        self._clock = clock
        self._loopback = loopback
        self._probes: dict[str, Probe] = {}
        self._running: dict[AccountId, Probe] = {}
        self._following: dict[str, asyncio.Task[None]] = {}

    async def servers(self, actor: Actor, visit_id: VisitId) -> IceConfig:
        """Tell by which ways a page may come to its probe; the names in it are fresh and end soon.

        Raises:
            VisitNotOpenError: it is too early, too late, or the visit is over.
        """
        return self._ways(actor, await self._open_visit(actor, visit_id))

    async def begin(self, actor: Actor, visit_id: VisitId, offer: str) -> Probe:
        """Answer an offer; the measuring begins when both ends hear each other.

        Raises:
            VisitNotOpenError: it is too early, too late, or the visit is over.
            OfferUnusableError: the offer cannot be answered.
            ProbeRunningError: another probe of theirs is running.
            ProbesBusyError: too many probes of others are running.
        """
        visit = await self._open_visit(actor, visit_id)
        try:
            trimmed(offer)
        except UnusableOfferError as error:
            raise OfferUnusableError(_UNUSABLE) from error
        probe = self._admit(actor, visit)
        try:
            job = probe_frames.Job(offer, self._ways(actor, visit), self._loopback)
            running = await self._workers.start(job)
        except NoAnswerError as error:
            self._forget(probe)
            raise OfferUnusableError(_UNUSABLE) from error
        except BaseException:
            self._forget(probe)
            raise
        probe.answer = running.sdp
        self._following[probe.id] = asyncio.create_task(self._follow(actor, visit, probe, running))
        log.info("probe.answered", probe=probe.id, visit=visit.id)
        return probe

    async def look(self, actor: Actor, visit_id: VisitId, probe_id: str) -> Probe:
        """Tell how one's own probe stands.

        Raises:
            NotFoundError: there is none, not any more, or it is not theirs.
        """
        async with self._database.read() as connection:
            await visit_for(connection, actor, visit_id)
        probe = self._probes.get(probe_id)
        if probe is None or (probe.visit_id, probe.account_id) != (visit_id, actor.id):
            raise NotFoundError("There is no such probe.")
        return probe

    async def give_up(self, actor: Actor, visit_id: VisitId, probe_id: str) -> None:
        """End one's own probe early, as a page does that is left: it says nothing about the line.

        Raises:
            NotFoundError: there is none, not any more, or it is not theirs.
        """
        probe = await self.look(actor, visit_id, probe_id)
        await self._end([task] if (task := self._following.get(probe.id)) else [])

    async def close(self) -> None:
        """End every probe."""
        await self._end(list(self._following.values()))

    async def _open_visit(self, actor: Actor, visit_id: VisitId) -> Visit:
        async with self._database.read() as connection:
            visit = await visit_for(connection, actor, visit_id)
        if not visits.is_open(visit, self._clock()):
            raise VisitNotOpenError(_NOT_OPEN)
        return visit

    def _ways(self, actor: Actor, visit: Visit) -> IceConfig:
        return self._ice(MemberId(actor.id), self._clock(), relay_only=visit.relay_only)

    def _admit(self, actor: Actor, visit: Visit) -> Probe:
        if actor.id in self._running:
            raise ProbeRunningError("A test of your line is running. It ends in less than half a minute.")
        if len(self._running) >= MOST_AT_ONCE:
            raise ProbesBusyError("Many people test their line just now. Please try again in a minute.")
        now = self._clock()
        self._probes = {key: one for key, one in self._probes.items() if now - one.begun_at < KEPT_FOR}
        probe = Probe(ids.new(), visit.id, actor.id, now)
        self._probes[probe.id] = self._running[actor.id] = probe
        return probe

    def _forget(self, probe: Probe) -> None:
        self._running.pop(probe.account_id, None)
        self._probes.pop(probe.id, None)

    async def _end(self, following: list[asyncio.Task[None]]) -> None:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)

    async def _follow(self, actor: Actor, visit: Visit, probe: Probe, running: RunningProbe) -> None:
        """Follow a probe to its end; whoever asks hears of the end when the facts of it stand."""
        found: LineFigures | ProbeFailure = ProbeFailure.BROKEN_OFF
        try:
            found = await self._heard(probe, running)
            await running.end()
            await self._write_down(actor, visit, found)
        except DomainError as error:
            found = ProbeFailure.OURS
            log.warning("probe.not-noted", probe=probe.id, code=error.code)
        finally:
            self._running.pop(probe.account_id, None)
            self._following.pop(probe.id, None)
            _settle(probe, found)
            log.info("probe.ended", probe=probe.id, state=probe.state.value, failure=probe.failure)
            with suppress(ProcessLookupError):
                await running.end()

    async def _heard(self, probe: Probe, running: RunningProbe) -> LineFigures | ProbeFailure:
        async for frame in running.frames():
            match frame:
                case probe_frames.Opened():
                    probe.state = ProbeState.MEASURING
                case probe_frames.Measured(rtt_ms=rtt, loss_pct=loss, down_kbps=down, up_kbps=up):
                    return LineFigures(rtt, loss, down, up)
                case probe_frames.NeverOpened():
                    return ProbeFailure.NEVER_OPENED
                case _:
                    return ProbeFailure.BROKEN_OFF
        return ProbeFailure.OURS

    async def _write_down(self, actor: Actor, visit: Visit, found: LineFigures | ProbeFailure) -> None:
        """State what a patient's line carries, or that it did not open, and decide anew; others' lines say nothing."""
        if found in (ProbeFailure.BROKEN_OFF, ProbeFailure.OURS):
            return
        now = self._clock()
        async with self._database.write() as connection:
            case = await case_for(connection, actor, visit.case_id)
            if actor.id != case.patient_id:
                return
            before = await statements.of_visit(connection, visit.id)
            today = tuple(one for one in before if one.said_at >= visits.opens_at(visit))
            said = _said(found, today, actor, now)
            await statements.add(connection, case.id, said, visit.id)
            action = "visit.line-measured" if isinstance(found, LineFigures) else "visit.line-not-opened"
            await trail.record(connection, actor, action, "visit", visit.id, now=now, case_id=case.id)
            await self._decide(connection, actor, case, Stage.CHECK_IN, visit=visit)


def _said(
    found: LineFigures | ProbeFailure, before: tuple[Statement, ...], actor: Actor, now: datetime
) -> list[Statement]:
    failed = line_probes.failures(before)
    if not isinstance(found, LineFigures):
        return [_counted(line_probes.one_more(before), now)]
    measured = [
        Statement(name, value, Party.DEVICE, actor.id, now) for name, value in line_probes.measured(found).items()
    ]
    left = line_probes.failures_of_others(before)
    return measured if left == failed else [*measured, _counted(left, now)]


def _counted(failures: int, now: datetime) -> Statement:
    return Statement(line_probes.FAILED_ATTEMPTS, failures, Party.SYSTEM, line_probes.PROBE, now)


def _settle(probe: Probe, found: LineFigures | ProbeFailure) -> None:
    if isinstance(found, LineFigures):
        probe.state, probe.figures = ProbeState.DONE, found
    else:
        probe.state, probe.failure = ProbeState.FAILED, found


_NOT_OPEN = "You can test your line from 30 minutes before your visit until the visit is over."
_UNUSABLE = "We cannot test this line: the page's own words for it are not of a kind that we can answer."

"""The visit that a decision is about, from check-in on: its time, its specialist, and what counts for it alone."""

from dataclasses import dataclass, replace
from datetime import datetime

from server.domain import check_in, visits
from server.domain.appointments import Appointment
from server.domain.cases import Case
from server.domain.decisions import StoredDecision
from server.domain.facts import Party, Statement
from server.domain.ids import AccountId
from server.domain.policy import Policy, Stage
from server.domain.visits import Visit
from server.services.weighing import Basis, by_the_service
from server.storage import appointments, check_ins, decisions
from server.storage.database import Connection

ON_THE_DAY = frozenset({Stage.CHECK_IN, Stage.DURING_VISIT})


@dataclass(frozen=True, slots=True)
class Occasion:
    """A visit with the time agreed for it."""

    appointment: Appointment
    visit: Visit

    @property
    def host(self) -> AccountId:
        """The specialist of the visit."""
        return self.appointment.specialist_id


async def occasion_for(connection: Connection, case: Case, stage: Stage, visit: Visit | None) -> Occasion | None:
    """Find the visit that a step is about: this one, or the one that is to come; None before check-in."""
    if stage not in ON_THE_DAY:
        return None
    if visit is not None:
        return Occasion(await appointments.get(connection, visit.appointment_id), visit)
    standing = await appointments.standing(connection, case.id)
    return Occasion(standing, await appointments.visit_of(connection, standing.id)) if standing else None


async def on_the_day(connection: Connection, basis: Basis, occasion: Occasion, policy: Policy) -> Basis:
    """Add what the service knows of this visit; once the patient is in, only what is said in the visit is new."""
    visit = occasion.visit
    if basis.stage is Stage.DURING_VISIT and visit.admitted_decision_id is not None:
        admitted = await decisions.get(connection, visit.admitted_decision_id)
        later = await check_ins.said_in(connection, visit.id, after=admitted.decided_at)
        return replace(basis, said=(*_as_known_by(admitted), *later), frozen=True)
    told = await check_ins.decided_for(connection, visit.id)
    known = {
        check_in.FAILED_ATTEMPTS: check_in.failed_attempts(basis.said, since=visits.opens_at(visit)),
        check_in.TECH_RESCHEDULES: check_in.technical_moves(told, occasion.appointment.start, policy),
    }
    others = (one for one in basis.said if one.name not in known)
    return replace(basis, said=(*others, *by_the_service(known, basis.now)))


def _as_known_by(decision: StoredDecision) -> tuple[Statement, ...]:
    """Give the facts of a decision back as what people had said."""
    return tuple(
        Statement(name, fact["value"], Party(fact["said_as"]), fact["said_by"], datetime.fromisoformat(fact["said_at"]))
        for name, fact in decision.facts.items()
    )

"""Who else may see a patient by video, where it is their own specialist's license that does not allow it."""

from dataclasses import replace
from datetime import datetime

from server.domain.actors import Account, Role
from server.domain.authorisations import licensed_in
from server.domain.ways import another_may
from server.services.days import Days
from server.services.decisions import Decisions
from server.storage import accounts, decisions
from server.storage.database import Connection


class Colleagues:
    """Finds other specialists for a case; each is weighed with the same facts and their own licenses."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions

    def may_help(self, own: Days, start: datetime | None) -> bool:
        """Whether on that day it is the own specialist's license that stands in the way."""
        return another_may(own.on(start).decision, own.basis.rule.policy)

    async def of(self, connection: Connection, own: Days, start: datetime | None) -> dict[Account, Days]:
        """List those who have a license, looked up within a year, for the state in which the patient is."""
        state = own.on(start).facts.get("patient_state")
        if not isinstance(state, str) or not self.may_help(own, start):
            return {}
        rows = await decisions.all_authorisations(connection)
        there = licensed_in(rows, state, today=own.today) - {own.basis.specialist_id}
        return {
            person: Days(
                replace(
                    own.basis,
                    specialist_id=person.id,
                    authorisations=tuple(row for row in rows if row.specialist_id == person.id),
                ),
                self._decisions.weigh,
            )
            for person in await accounts.of_role(connection, Role.SPECIALIST)
            if person.id in there
        }

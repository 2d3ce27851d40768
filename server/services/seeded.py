"""What the demo says for its people: it is as young as the demo lives, until one of them says otherwise.

Nothing is ever seeded where people are really seen.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from server.domain.facts import Statement
from server.domain.ids import CaseId


@dataclass(slots=True)
class Seeded:
    """Remembers, as long as the process lives, between which instants a case's answers were put there by the demo."""

    _spans: dict[CaseId, tuple[datetime, datetime]] = field(default_factory=dict)

    def mark(self, case_id: CaseId, since: datetime, until: datetime) -> None:
        """Take everything said about a case from `since` to `until` for seeded."""
        self._spans[case_id] = (since, until)

    def fresh(self, case_id: CaseId, said: tuple[Statement, ...], now: datetime) -> tuple[Statement, ...]:
        """Give what was said, the seeded last words as if they were said now; what people say themselves grows old."""
        if case_id not in self._spans:
            return said
        since, until = self._spans[case_id]
        last = {one.name: one for one in said}
        seeded = {name for name, one in last.items() if since <= one.said_at <= until}
        return tuple(replace(one, said_at=now) if one is last[one.name] and one.name in seeded else one for one in said)

"""What the in-person rule says of each day with one specialist."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.domain.appointments import Mode
from server.domain.ways import way
from server.services.weighing import Basis, Weighing


class Days:
    """Decides once a day, on the patient's calendar; nothing is kept."""

    def __init__(self, basis: Basis, weigh: Callable[[Basis, datetime | None], Weighing]) -> None:
        self.basis = basis
        self._weigh = weigh
        self._zone = ZoneInfo(basis.patient.zone)
        self._found: dict[date, Weighing] = {}

    @property
    def today(self) -> date:
        """The day it is for the patient."""
        return self.basis.now.astimezone(self._zone).date()

    def on(self, start: datetime | None) -> Weighing:
        """Decide for a visit that starts then, or for no time in particular."""
        if start is None:
            return self._weigh(self.basis, None)
        day = start.astimezone(self._zone).date()
        if day not in self._found:
            self._found[day] = self._weigh(self.basis, start)
        return self._found[day]

    def way(self, start: datetime) -> Mode | None:
        """Name the way in which a visit that starts then may be booked."""
        weighing = self.on(start)
        return way(weighing.decision, weighing.facts)

    def among(self, starts: Iterable[datetime], mode: Mode) -> list[datetime]:
        """Keep the times that may be booked in this way."""
        return [start for start in starts if self.way(start) is mode]

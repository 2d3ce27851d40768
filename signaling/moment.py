"""The time, as the shell tells it to the core."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant twice: aware UTC for people, monotonic seconds for deadlines (blind to a clock that is set)."""

    utc: datetime
    seconds: float

"""The time, as the shell tells it to the core."""

from datetime import datetime

from msgspec import Struct


class Moment(Struct, frozen=True, gc=False):
    """One instant twice: aware UTC for people, monotonic seconds for deadlines (blind to a clock that is set)."""

    utc: datetime
    seconds: float

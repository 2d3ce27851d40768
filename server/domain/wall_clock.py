"""Wall-clock time in IANA zones as whole UTC minutes since 1970.

Integers only: two aware datetimes of one zone subtract by what the wall shows, not by the time that passed.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.domain.errors import DomainError

MINUTES_A_DAY = 1440

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


class UnknownZoneError(DomainError):
    """The name is not an IANA time zone."""

    code = "unknown-zone"


def zone_info(name: str) -> ZoneInfo:
    """Find a time zone by its IANA name.

    Raises:
        UnknownZoneError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZoneError("We do not know this time zone. Please choose one from the list.") from error


def floor_minute(instant: datetime) -> int:
    """Count the whole UTC minutes up to an instant."""
    return (instant - _EPOCH) // _MINUTE


def ceil_minute(instant: datetime) -> int:
    """Count the UTC minutes up to an instant, a begun one included."""
    return -((_EPOCH - instant) // _MINUTE)


def instant_of(minute: int) -> datetime:
    """Turn a UTC minute back into an aware datetime."""
    return _EPOCH + minute * _MINUTE


class WallClock:
    """Turns local dates and minutes of any zone into UTC minutes, and remembers each local day it has looked up."""

    def __init__(self) -> None:
        self._zones: dict[str, ZoneInfo] = {}
        self._even_midnights: dict[tuple[str, date], int | None] = {}
        self._marks: dict[tuple[str, date, int], tuple[int, int]] = {}

    def utc_minute(self, zone: str, day: date, minute: int) -> int:
        """Find when the clock shows a minute counted from a local day's 00:00; it may lie in a later day.

        A time that the clocks skip comes as much later as they skip (RFC 5545 section 3.3.5); of a time that they
        show twice the first is meant.
        """
        midnight = self._even_midnight(zone, day) if minute <= MINUTES_A_DAY else None
        return self._convert(zone, day, minute) if midnight is None else midnight + minute

    def local(self, zone: str, utc_minute: int) -> datetime:
        """Show a UTC minute on the zone's clock."""
        return instant_of(utc_minute).astimezone(self._zone(zone))

    def marks(self, zone: str, day: date, step: int) -> tuple[int, int]:
        """Mark the minutes of a local day that the clock shows as multiples of `step`: bit i is the first plus i."""
        key = (zone, day, step)
        if key not in self._marks:
            self._marks[key] = self._find_marks(zone, day, step)
        return self._marks[key]

    def _find_marks(self, zone: str, day: date, step: int) -> tuple[int, int]:
        first, after = self.utc_minute(zone, day, 0), self.utc_minute(zone, day, MINUTES_A_DAY)
        if self._even_midnight(zone, day) is not None:
            return first, sum(1 << minute for minute in range(0, MINUTES_A_DAY, step))
        shown = (self.local(zone, minute) for minute in range(first, after))
        return first, sum(1 << bit for bit, wall in enumerate(shown) if (wall.hour * 60 + wall.minute) % step == 0)

    def _even_midnight(self, zone: str, day: date) -> int | None:
        """Give the UTC minute at which a local day of 24 plain hours begins; None if the clocks change in it."""
        key = (zone, day)
        if key not in self._even_midnights:
            start = self._convert(zone, day, 0)
            lasts_a_day = self._convert(zone, day, MINUTES_A_DAY) - start == MINUTES_A_DAY
            self._even_midnights[key] = start if lasts_a_day else None
        return self._even_midnights[key]

    def _convert(self, zone: str, day: date, minute: int) -> int:
        wall = datetime.combine(day, time(), self._zone(zone)) + minute * _MINUTE
        return floor_minute(wall.astimezone(UTC))

    def _zone(self, name: str) -> ZoneInfo:
        if name not in self._zones:
            self._zones[name] = zone_info(name)
        return self._zones[name]

"""Times, spans and sizes in the words that people read. No clock: every instant is an argument."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_SIZES = ("bytes", "kB", "MB", "GB", "TB")  # decimal, as phones and desktops show them
_WORDS = {
    "dea": "DEA",
    "ecog": "ECOG",
    "kbps": "kbit/s",
    "max": "maximum",
    "min": "minimum",
    "pct": "percent",
    "tech": "technical",
    "voip": "VoIP",
}
_TITLES = frozenset({"dr", "dr.", "prof", "prof.", "mr", "mr.", "mrs", "mrs.", "ms", "ms.", "mx", "mx."})


def in_zone(instant: datetime, zone: str) -> datetime:
    """Move an instant to a zone's wall clock.

    Raises:
        ValueError: the instant carries no zone of its own.
        ZoneInfoNotFoundError: there is no such zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone cannot be shown")
    return instant.astimezone(ZoneInfo(zone))


def day_words(day: date) -> str:
    """Say a day with its weekday: "Tuesday 24 November 2026"."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def date_in(value: date, zone: str = "UTC") -> str:
    """Say the day that a date is, or that an instant falls on in a zone."""
    return day_words(in_zone(value, zone) if isinstance(value, datetime) else value)


def hour_words(wall: datetime) -> str:
    """Say an hour: "3:30 pm"; noon is named, because "12:00 pm" is read both ways."""
    if (wall.hour, wall.minute) == (12, 0):
        return "12:00 noon"
    return f"{wall.hour % 12 or 12}:{wall.minute:02} {'am' if wall.hour < 12 else 'pm'}"


def zone_words(wall: datetime, zone: str) -> str:
    """Name a zone by its city, with the offset where the clocks go back and the hour comes twice."""
    if zone in ("UTC", "Etc/UTC"):
        return "UTC"
    name = f"{zone.rsplit('/', 1)[-1].replace('_', ' ')} time"
    comes_twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    return f"{name}, {wall.tzname()}" if comes_twice else name


def hour_in(instant: datetime, zone: str) -> str:
    """Say the hour alone: "3:30 pm (Detroit time)"."""
    wall = in_zone(instant, zone)
    return f"{hour_words(wall)} ({zone_words(wall, zone)})"


def time_in(instant: datetime, zone: str) -> str:
    """Say an instant in full: "Tuesday 24 November 2026, 3:30 pm (Detroit time)"."""
    return f"{day_words(in_zone(instant, zone))}, {hour_in(instant, zone)}"


def duration(span: timedelta) -> str:
    """Say a span in its two largest units: "1 hour 30 minutes"."""
    rest = max(0, round(span.total_seconds()))
    said: list[str] = []
    for unit, seconds in _UNITS:
        count, rest = divmod(rest, seconds)
        if count:
            said.append(f"{count} {unit}" + ("" if count == 1 else "s"))
        if len(said) == 2 or (said and not count):
            break
    return " ".join(said) or "0 seconds"


def filesize(size_bytes: int) -> str:
    """Say a size as people's own devices do: "3.4 MB"."""
    size, unit = float(size_bytes), 0
    while round(size, 1) >= 1000 and unit < len(_SIZES) - 1:
        size, unit = size / 1000, unit + 1
    if unit == 0:
        return "1 byte" if size_bytes == 1 else f"{size_bytes} bytes"
    return f"{size:.0f} {_SIZES[unit]}" if size >= 100 else f"{size:.1f} {_SIZES[unit]}"


def instant(moment: datetime) -> str:
    """Write an instant for machines: RFC 3339, UTC, whole seconds, "Z"."""
    return in_zone(moment, "UTC").strftime("%Y-%m-%dT%H:%M:%SZ")


def initials(name: str) -> str:
    """Shorten a name to the first letters of its first and last word, without titles."""
    words = [word for word in name.split() if word.lower() not in _TITLES]
    ends = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0] for word in ends).upper()


def spoken(name: str) -> str:
    """Word a name from the policy's file: "dea_flexibility_until" is "DEA flexibility until"."""
    words = " ".join(_WORDS.get(word, word) for word in name.split("_"))
    return words[:1].upper() + words[1:]

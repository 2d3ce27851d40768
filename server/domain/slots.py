"""Bookable times: what is open minus what is taken, on a grid. No I/O, no clock.

A search works on masks: integers whose bits are minutes, so that shifting and `&` do the work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.availability import Minutes, Schedule, open_minutes
from server.domain.errors import InvalidValueError
from server.domain.wall_clock import WallClock, ceil_minute, floor_minute, instant_of

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Service:
    """What can be booked, for instance a first video visit; every length is in whole minutes.

    `step` is the grid on the specialist's wall clock, counted from local midnight. Nothing starts sooner than
    `min_notice` or later than `horizon` from now.
    """

    id: str
    duration: timedelta
    step: timedelta
    buffer_before: timedelta
    buffer_after: timedelta
    min_notice: timedelta
    horizon: timedelta

    def __post_init__(self) -> None:
        """Refuse lengths with which nothing could be booked."""
        if self.duration < MINUTE or not MINUTE <= self.step <= timedelta(days=1):
            raise InvalidValueError("A visit and the step between times last at least a minute.", "duration")
        lengths = (self.duration, self.step, self.buffer_before, self.buffer_after, self.min_notice, self.horizon)
        if any(length % MINUTE or length < timedelta() for length in lengths):
            raise InvalidValueError("Lengths of time are whole minutes.", "duration")


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of UTC minutes; bit i of a mask over it stands for minute `first` + i."""

    first: int
    last: int

    def mask(self, stretches: Iterable[Minutes], taken: Iterable[Minutes] = ()) -> int:
        """Set the bits inside the stretches and outside what is taken."""
        length = self.last - self.first
        bits = bytearray(b"0" * length)
        for value, group in ((b"1", stretches), (b"0", taken)):
            for start, end in group:
                begin = min(max(start - self.first, 0), length)
                stop = max(min(end - self.first, length), begin)
                bits[begin:stop] = value * (stop - begin)
        return int(bits[::-1], 2) if length else 0

    def minutes(self, mask: int) -> list[int]:
        """List the minutes whose bits are set, in order."""
        digits = f"{mask:b}"[::-1]
        found, bit = [], digits.find("1")
        while bit >= 0:
            found.append(self.first + bit)
            bit = digits.find("1", bit + 1)
        return found


def free_starts(
    schedule: Schedule,
    service: Service,
    *,
    busy: Iterable[tuple[datetime, datetime]],
    since: datetime,
    until: datetime,
    now: datetime,
    wall_clock: WallClock | None = None,
) -> list[datetime]:
    """List every time from `since` (included) to `until` (not included) at which the service can start.

    `busy` is half-open and already holds its own buffers; a part of a minute counts as the whole. Give one
    `wall_clock` for many specialists, and the days are looked up once.
    """
    begin = ceil_minute(max(since, now + service.min_notice))
    end = min(ceil_minute(until), floor_minute(now + service.horizon) + 1)
    if begin >= end:
        return []
    window = Window(begin, end)
    clock = wall_clock or WallClock()
    starts = start_mask(schedule, service, busy, window, clock)
    return [instant_of(minute) for minute in window.minutes(starts)]


def start_mask(
    schedule: Schedule,
    service: Service,
    busy: Iterable[tuple[datetime, datetime]],
    window: Window,
    wall_clock: WallClock,
) -> int:
    """Set the bits of the window's minutes at which the service can start.

    Masks of several people over one window combine: `|` for any of them, `&` for all of them.
    """
    before, after = service.buffer_before // MINUTE, (service.duration + service.buffer_after) // MINUTE
    wide = Window(window.first - before, window.last + after)
    open_stretches = open_minutes(schedule, wide.first, wide.last, wall_clock=wall_clock)
    taken = [(floor_minute(start), ceil_minute(end)) for start, end in busy]
    free = wide.mask(open_stretches, taken)
    return _runs(free, before + after) & _grid(schedule.zone, service.step // MINUTE, window, wall_clock)


def _runs(free: int, length: int) -> int:
    """Keep the bits from which on `length` bits are set, doubling the run that is known at each step."""
    known = 1
    while known < length:
        further = min(known, length - known)
        free &= free >> further
        known += further
    return free


def _grid(zone: str, step: int, window: Window, wall_clock: WallClock) -> int:
    """Set the bits whose minute the zone's clock shows as a multiple of the step since midnight."""
    grid = 0
    day, last_day = wall_clock.local(zone, window.first).date(), wall_clock.local(zone, window.last).date()
    while day <= last_day:
        first, bits = wall_clock.marks(zone, day, step)
        shift = first - window.first
        grid |= bits << shift if shift >= 0 else bits >> -shift
        day += timedelta(days=1)
    return grid & ((1 << (window.last - window.first)) - 1)

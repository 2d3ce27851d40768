"""From what arrived to what a line carries. Pure.

A rate is that of the best whole second of a flood, because a data channel that lost something sends far less for a
while than the line would carry. Chromium against lines of 150 kb/s to 1 Mb/s: the best second comes to 88 to 99 % of
the truth, the average to 55 to 80 %. The first half second does not count: a line lets a little through at once before
it holds to its rate.
"""

from collections.abc import Sequence
from statistics import median

BIN_MS = 250
FIRST_BIN = 2
SECOND_BINS = 4
FLOOD_BYTES = 1000  # what a message of a flood carries; one packet
ENVELOPE_BYTES = 93  # around it: IPv4 20, UDP 8, DTLS 37, SCTP 28


def kbps(bins: Sequence[int]) -> int:
    """Return what a line carries, from the bytes of a flood that arrived in each quarter of a second."""
    counted = bins[FIRST_BIN:]
    best = max((sum(counted[start : start + SECOND_BINS]) for start in range(len(counted))), default=0)
    on_the_wire = best * (FLOOD_BYTES + ENVELOPE_BYTES) / FLOOD_BYTES
    return round(on_the_wire * 8 / (SECOND_BINS * BIN_MS))


def loss_pct(sent: int, arrived: int) -> float:
    """Return how many of a hundred messages were lost on one way, to a tenth."""
    if sent <= 0:
        return 0.0
    return round(100 * (1 - min(max(arrived, 0), sent) / sent), 1)


def rtt_ms(round_trips: Sequence[float]) -> int:
    """Return the middle one of the round trips, given in seconds."""
    return round(median(round_trips) * 1000)

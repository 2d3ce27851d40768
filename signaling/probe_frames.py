"""What the service and the process that probes a line say to each other: one JSON object a line, either way."""

import msgspec

from signaling.payloads import IceConfig

MAX_FRAME_BYTES = 256 * 1024


class Job(msgspec.Struct, frozen=True):
    """Whose line, and by which ways."""

    offer: str
    ice: IceConfig
    loopback: (
        bool  # offer this machine's loopback address, too: where nothing else is served, nothing else may be there
    )


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """The answer to the offer."""

    sdp: str


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """Both ends hear each other; the measuring begins."""


class Measured(msgspec.Struct, frozen=True, tag="measured"):
    """What the line carries; `loss_pct` is of the worse direction."""

    rtt_ms: int
    loss_pct: float
    down_kbps: int
    up_kbps: int


class NeverOpened(msgspec.Struct, frozen=True, tag="never-opened"):
    """No way between the two ends was found in time."""


class BrokenOff(msgspec.Struct, frozen=True, tag="broken-off"):
    """The other end went away, or fell silent, in the middle."""


Frame = Answered | Opened | Measured | NeverOpened | BrokenOff


class BrokenFrameError(Exception):
    """A line is no frame."""


def encode(frame: Job | Frame) -> bytes:
    """Write a frame as a line."""
    return msgspec.json.encode(frame) + b"\n"


def decode(line: bytes) -> Frame:
    """Read what the process says.

    Raises:
        BrokenFrameError: it is no frame.
    """
    try:
        frame: Frame = msgspec.json.decode(line, type=Frame)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BrokenFrameError from error
    return frame

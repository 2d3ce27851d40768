"""Close codes and the reasons for denying a resume, as PROTOCOL.md section 3 and 7 list them."""

from enum import IntEnum, StrEnum


class CloseCode(IntEnum):
    """Why a socket is closed by us."""

    BAD_FRAME = 4400
    AUTH = 4401
    DENIED = 4403
    NO_VISIT = 4404
    SLOW_CONSUMER = 4408
    OUT_OF_ORDER = 4409
    SUPERSEDED = 4410
    TOO_BIG = 4413
    RATE = 4429
    VISIT_ENDED = 4440
    KICKED = 4441
    BYE = 1000  # RFC 6455 section 7.4.1: normal closure
    RESTART = 1012  # RFC 6455 registry: service restart
    TRY_AGAIN = 1013  # RFC 6455 registry: try again later


NEVER_COME_BACK = frozenset(
    {
        CloseCode.AUTH,
        CloseCode.DENIED,
        CloseCode.NO_VISIT,
        CloseCode.SUPERSEDED,
        CloseCode.VISIT_ENDED,
        CloseCode.KICKED,
        CloseCode.BYE,
    }
)
"""Codes after which a client that reconnects by itself would only fight another one."""


class Denial(StrEnum):
    """Why a session cannot be resumed."""

    EXPIRED = "expired"
    UNKNOWN = "unknown"
    EPOCH_CHANGED = "epoch_changed"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    KICKED = "kicked"

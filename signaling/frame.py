"""What a server writes on a WebSocket: RFC 6455 section 5.2, whole messages that are not masked. No I/O."""

import struct

from aiohttp import WSMsgType

FINAL = 0x80
SHORT, MEDIUM = 125, 0xFFFF  # bytes whose number stands in the second byte, or in two bytes after it
MEDIUM_FOLLOWS, LONG_FOLLOWS = 126, 127

_short = struct.Struct("!BB").pack
_medium = struct.Struct("!BBH").pack
_long = struct.Struct("!BBQ").pack


def frame(kind: WSMsgType, payload: bytes) -> bytes:
    """Write one message as one frame."""
    size = len(payload)
    if size <= SHORT:
        return _short(FINAL | kind, size) + payload
    if size <= MEDIUM:
        return _medium(FINAL | kind, MEDIUM_FOLLOWS, size) + payload
    return _long(FINAL | kind, LONG_FOLLOWS, size) + payload

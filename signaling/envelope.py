"""The envelope of every message, both ways: PROTOCOL.md section 2 as types.

A message is a tree, so that the collector of cycles has nothing to look for in it (`gc=False`).
"""

import msgspec

from signaling.ids import SessionId
from signaling.payloads import Count, Number, SessionRef


class FromClient(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="type"):
    """Whatever a client sends."""

    ack: Count = 0


class Handshake(FromClient, frozen=True):
    """A message that opens or takes up a session."""


class Transient(FromClient, frozen=True):
    """A message that may be lost."""


class Ordered(FromClient, frozen=True):
    """A message that is carried out once, in its order."""

    seq: Number


class Command(Ordered, frozen=True):
    """An ordered message that gets exactly one answer."""


class Relayed(Ordered, frozen=True):
    """An ordered message for one peer, answered only if it is refused."""

    to: SessionRef


class FromServer(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="type", omit_defaults=True):
    """Whatever the server sends. What has no `seq` is transient."""

    seq: int | None = None
    ack: int = 0


class FromPeer(FromServer, frozen=True):
    """What the server passes on, with the sender that it knows."""

    sender: SessionId = msgspec.field(name="from")

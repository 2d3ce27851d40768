"""The `data` of messages that pass through the server in both directions, and bounded texts."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signaling.ids import MemberId, SessionId

Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Number = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Words = Annotated[str, Meta(max_length=200)]
ShortText = Annotated[str, Meta(max_length=80)]
MemberRef = Annotated[MemberId, Meta(min_length=1, max_length=128)]
SessionRef = Annotated[SessionId, Meta(min_length=1, max_length=128)]
Level = Annotated[int, Meta(ge=0, le=5)]
Kind = Literal["audio", "video"]


class Payload(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What stands in `data`."""


class NoData(Payload, frozen=True):
    """Nothing."""


class Description(Payload, frozen=True):
    """An offer or an answer of one link generation. `sdp` is checked apart, for it has its own close codes."""

    gen: Number
    neg: Number
    sdp: str


class Candidate(Payload, frozen=True):
    """One ICE candidate in the browser's own form (RTCIceCandidateInit)."""

    candidate: Annotated[str, Meta(max_length=1024)]
    sdp_mid: ShortText | None = msgspec.field(name="sdpMid", default=None)
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=255)] | None = msgspec.field(name="sdpMLineIndex", default=None)
    username_fragment: Annotated[str, Meta(max_length=256)] | None = msgspec.field(
        name="usernameFragment", default=None
    )


class Candidates(Payload, frozen=True):
    """A batch of candidates; `eoc` ends them."""

    gen: Number
    ufrag: Annotated[str, Meta(max_length=256)] | None = None  # RFC 8839 section 5.4: up to 256 characters
    cands: Annotated[list[Candidate], Meta(max_length=20)] = msgspec.field(default_factory=list)
    eoc: bool = False


class RestartWish(Payload, frozen=True):
    """Asks the side that offers to restart ICE."""

    gen: Number
    why: Words = ""


class Media(Payload, frozen=True):
    """What one sends, and on which step of the quality ladder."""

    audio: bool = False
    video: bool = False
    share: bool = False
    level: Level = 0


class IceServer(Payload, frozen=True, omit_defaults=True):
    """One entry of RTCConfiguration.iceServers."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class IceConfig(Payload, frozen=True):
    """How to build a peer connection, good for `ttl_s` seconds."""

    ice_servers: list[IceServer] = msgspec.field(name="iceServers", default_factory=list)
    ice_transport_policy: Literal["all", "relay"] = msgspec.field(name="iceTransportPolicy", default="all")
    ttl_s: int = 600

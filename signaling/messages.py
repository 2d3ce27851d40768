"""What clients send: PROTOCOL.md section 3 as types, and how a frame becomes one of them. No I/O, no clock."""

from typing import Annotated, ClassVar, NoReturn

import msgspec
from msgspec import Meta

from signaling.codes import CloseCode
from signaling.commands import (
    ChatSend,
    IceGet,
    LinkReset,
    LobbyAdmit,
    LobbyDeny,
    MediaSet,
    MemberKick,
    MemberMute,
    VisitEnd,
    VisitLock,
    VisitUnlock,
)
from signaling.envelope import Handshake, Ordered, Relayed, Transient
from signaling.errors import ViolationError
from signaling.payloads import (
    Candidates,
    Count,
    Description,
    Level,
    NoData,
    Number,
    Payload,
    RestartWish,
    SessionRef,
    ShortText,
    Words,
)


class Device(Payload, frozen=True):
    """What the page says of the machine it runs on, in words for people."""

    ua: ShortText = ""
    net: ShortText = ""


class HeldPeer(Payload, frozen=True):
    """A peer connection that the page still holds."""

    peer: SessionRef
    gen: Number
    state: ShortText

    DEAD: ClassVar = frozenset({"failed", "closed"})


class HelloData(Payload, frozen=True):
    """Opens a session."""

    versions: Annotated[list[ShortText], Meta(max_length=16)]
    tab_id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    ticket: Annotated[str, Meta(max_length=8192)] = ""
    device: Device = Device()
    features: Annotated[list[ShortText], Meta(max_length=32)] = msgspec.field(default_factory=list)
    take_over: bool = False
    pcs: Annotated[list[HeldPeer], Meta(max_length=32)] = msgspec.field(default_factory=list)


class Hello(Handshake, frozen=True, tag="hello"):
    """The first message on a socket."""

    data: HelloData
    seq: Count = 0


class ResumeData(Payload, frozen=True):
    """Takes up a session after its socket was lost."""

    session_id: SessionRef
    resume_key: Annotated[str, Meta(max_length=256)]
    last_s: Count


class Resume(Handshake, frozen=True, tag="resume"):
    """The first message on a socket that follows a lost one."""

    data: ResumeData


class PingData(Payload, frozen=True):
    """The page's own time in milliseconds, given back as it came."""

    ts: float | int
    rtt: float | int | None = None


class Ping(Transient, frozen=True, tag="ping"):
    """Asks for a pong."""

    data: PingData


class Ack(Transient, frozen=True, tag="ack"):
    """Carries nothing but the acknowledgement."""

    data: NoData = NoData()


class LinkStateData(Payload, frozen=True):
    """How one end sees a link."""

    peer: SessionRef
    gen: Number
    pc: ShortText
    ice: ShortText = ""
    relay: bool = False
    rtt: float | int | None = None
    quality: ShortText | None = None
    level: Level = 0


class LinkState(Transient, frozen=True, tag="link.state"):
    """Evidence that the other end is alive, even if its socket is gone."""

    data: LinkStateData


class ByeData(Payload, frozen=True):
    """Why somebody leaves."""

    reason: Words = ""


class Bye(Ordered, frozen=True, tag="bye"):
    """Leaves on purpose."""

    data: ByeData = ByeData()


class RtcOffer(Relayed, frozen=True, tag="rtc.offer"):
    """An offer for the peer."""

    data: Description


class RtcAnswer(Relayed, frozen=True, tag="rtc.answer"):
    """An answer for the peer."""

    data: Description


class RtcIce(Relayed, frozen=True, tag="rtc.ice"):
    """Candidates for the peer."""

    data: Candidates


class RtcRestart(Relayed, frozen=True, tag="rtc.restart"):
    """A wish for an ICE restart."""

    data: RestartWish


CommandMessage = (
    LobbyAdmit
    | LobbyDeny
    | VisitLock
    | VisitUnlock
    | VisitEnd
    | MemberKick
    | MemberMute
    | MediaSet
    | ChatSend
    | LinkReset
)
OrderedMessage = Bye | IceGet | CommandMessage | RtcOffer | RtcAnswer | RtcIce | RtcRestart
ClientMessage = Hello | Resume | Ping | Ack | LinkState | OrderedMessage

CLIENT_TYPES = frozenset(str(kind.__struct_config__.tag) for kind in ClientMessage.__args__)
_UNNUMBERED = frozenset(
    str(kind.__struct_config__.tag) for kind in ClientMessage.__args__ if not issubclass(kind, Ordered)
)


class Misfit(msgspec.Struct, frozen=True, kw_only=True):
    """A frame with a sound envelope whose type or data we do not understand."""

    type: str
    seq: Number | None = None
    ack: Count = 0

    @property
    def known(self) -> bool:
        """Whether the type is one of ours."""
        return self.type in CLIENT_TYPES

    @property
    def transient(self) -> bool:
        """Whether the type is one of ours that has no number."""
        return self.type in _UNNUMBERED


_MESSAGE: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_MISFIT = msgspec.json.Decoder(Misfit)


def decode(frame: str) -> ClientMessage | Misfit:
    """Read one frame.

    Raises:
        ViolationError: it is not JSON, or its envelope is broken.
    """
    try:
        return _MESSAGE.decode(frame)
    except msgspec.ValidationError:
        return _misfit(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        _broken()


def _misfit(frame: str) -> Misfit:
    try:
        misfit = _MISFIT.decode(frame)
    except (msgspec.DecodeError, RecursionError):
        _broken()
    if misfit.known and misfit.seq is None and not misfit.transient:
        _broken()
    return misfit


def _broken() -> NoReturn:
    raise ViolationError(CloseCode.BAD_FRAME, "the frame is not a message")

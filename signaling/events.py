"""What the server sends: PROTOCOL.md section 4 and 5 as types. No I/O, no clock."""

import msgspec

from signaling.envelope import FromPeer, FromServer
from signaling.payloads import Candidates, Description, IceConfig, NoData, RestartWish
from signaling.views import (
    ChatView,
    DeniedData,
    ErrorData,
    GoingAwayData,
    LeftData,
    LinkAnewData,
    LinkClosedData,
    LinkView,
    LobbyListData,
    LobbyStateData,
    MemberView,
    MuteAskedData,
    PongData,
    ProblemView,
    ResumedData,
    SnapshotData,
    VisitChangedData,
    WelcomeData,
)


class Welcome(FromServer, frozen=True, tag="welcome"):
    """Answers hello."""

    data: WelcomeData


class Resumed(FromServer, frozen=True, tag="resumed"):
    """Answers resume."""

    data: ResumedData


class ResumeDenied(FromServer, frozen=True, tag="resume.denied"):
    """Answers a resume that is not possible."""

    data: DeniedData


class Snapshot(FromServer, frozen=True, tag="snapshot"):
    """Replaces whatever the client believed."""

    data: SnapshotData


class Pong(FromServer, frozen=True, tag="pong"):
    """Answers ping."""

    data: PongData


class AckBack(FromServer, frozen=True, tag="ack"):
    """Carries nothing but the acknowledgement."""

    data: NoData = NoData()


class Reply(FromServer, frozen=True, tag="reply"):
    """Answers a command."""

    re: int
    ok: bool | None = None
    error: ProblemView | None = None


class IceConfigReply(FromServer, frozen=True, tag="ice.config"):
    """Answers ice.get."""

    re: int
    data: IceConfig
    ok: bool | None = None


class LobbyState(FromServer, frozen=True, tag="lobby.state"):
    """Tells somebody who waits."""

    data: LobbyStateData


class LobbyList(FromServer, frozen=True, tag="lobby.list"):
    """Tells those who may let people in."""

    data: LobbyListData


class MemberJoined(FromServer, frozen=True, tag="member.joined"):
    """Somebody came in."""

    data: MemberView


class MemberChanged(FromServer, frozen=True, tag="member.changed"):
    """Something about somebody in the room changed."""

    data: MemberView


class MemberLeft(FromServer, frozen=True, tag="member.left"):
    """Somebody is gone for good."""

    data: LeftData


class MuteAsked(FromServer, frozen=True, tag="member.mute"):
    """Somebody asks one to switch off sound or picture."""

    data: MuteAskedData


class VisitChanged(FromServer, frozen=True, tag="visit.changed"):
    """The visit started, is locked, is about to end, or recovers."""

    data: VisitChangedData


class LinkOpen(FromServer, frozen=True, tag="link.open"):
    """A newcomer's link."""

    data: LinkView


class LinkAnew(FromServer, frozen=True, tag="link.reset"):
    """Build a brand-new peer connection."""

    data: LinkAnewData


class LinkClose(FromServer, frozen=True, tag="link.close"):
    """Close the peer connection."""

    data: LinkClosedData


class OfferFrom(FromPeer, frozen=True, tag="rtc.offer"):
    """A peer's offer."""

    data: Description


class AnswerFrom(FromPeer, frozen=True, tag="rtc.answer"):
    """A peer's answer."""

    data: Description


class IceFrom(FromPeer, frozen=True, tag="rtc.ice"):
    """A peer's candidates."""

    data: Candidates


class RestartFrom(FromPeer, frozen=True, tag="rtc.restart"):
    """A peer's wish for an ICE restart."""

    data: RestartWish


class ChatMsg(FromServer, frozen=True, tag="chat.msg"):
    """Somebody wrote something."""

    data: ChatView


class GoingAway(FromServer, frozen=True, tag="going_away"):
    """The server is about to restart."""

    data: GoingAwayData


class ErrorMessage(FromServer, frozen=True, tag="error"):
    """Answers what has no number."""

    data: ErrorData


ServerMessage = (
    Welcome
    | Resumed
    | ResumeDenied
    | Snapshot
    | Pong
    | AckBack
    | Reply
    | IceConfigReply
    | LobbyState
    | LobbyList
    | MemberJoined
    | MemberChanged
    | MemberLeft
    | MuteAsked
    | VisitChanged
    | LinkOpen
    | LinkAnew
    | LinkClose
    | OfferFrom
    | AnswerFrom
    | IceFrom
    | RestartFrom
    | ChatMsg
    | GoingAway
    | ErrorMessage
)

SERVER_TYPES = frozenset(str(kind.__struct_config__.tag) for kind in ServerMessage.__args__)
_ENCODER = msgspec.json.Encoder()


def encode(message: FromServer) -> bytes:
    """Write one frame."""
    return _ENCODER.encode(message)

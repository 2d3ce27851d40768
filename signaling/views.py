"""What clients are shown: the `data` of what the server sends."""

from datetime import datetime
from typing import Literal

from signaling.codes import Denial
from signaling.ids import MemberId, SessionId
from signaling.payloads import IceConfig, Kind, Media, Payload
from signaling.rights import Role

Reach = Literal["ok", "unstable", "away"]
Standing = Literal["waiting", "in"]
VisitState = Literal["open", "active", "ending", "ended", "recovering"]


class LimitsView(Payload, frozen=True):
    """What a client may use."""

    frame_bytes: int
    sdp_bytes: int
    candidate_bytes: int
    candidates_per_message: int
    candidates_per_negotiation: int
    chat_bytes: int
    messages_per_second: int
    messages_burst: int
    bytes_per_second: int
    bytes_burst: int
    commands_per_second: int
    commands_burst: int
    members: int


class WelcomeData(Payload, frozen=True):
    """Who one is here, and how to come back."""

    version: str
    session_id: SessionId
    resume_key: str
    member_id: MemberId
    role: Role
    caps: list[str]
    state: Standing
    epoch: int
    ping_ms: int
    dead_ms: int
    resume_ms: int
    topology: Literal["p2p"]
    features: list[str]
    limits: LimitsView


class ResumedData(Payload, frozen=True):
    """What follows again, and from where to send again."""

    session_id: SessionId
    from_s: int
    to_s: int
    epoch: int
    resend_from_c: int
    ice: IceConfig | None


class DeniedData(Payload, frozen=True):
    """Why not."""

    code: Denial


class MemberView(Payload, frozen=True):
    """Somebody in the room."""

    member: MemberId
    session: SessionId
    role: Role
    label: str
    host: bool
    conn: Reach
    media: Media


class VisitView(Payload, frozen=True):
    """The visit as a whole."""

    state: VisitState
    locked: bool
    sound_only: bool
    topology: Literal["p2p"]
    engine: Literal["p2p"]
    ends_in_ms: int | None


class MeView(Payload, frozen=True):
    """Oneself."""

    session: SessionId
    member: MemberId
    role: Role
    label: str
    host: bool
    state: Standing
    caps: list[str]


class LinkView(Payload, frozen=True):
    """One of one's own links."""

    peer: SessionId
    gen: int
    polite: bool
    initiator: bool


class WaitingView(Payload, frozen=True):
    """Somebody who waits, for those who may let them in."""

    member: MemberId
    role: Role
    label: str
    since: datetime
    conn: Reach
    admissible: bool
    reason: str


class ChatView(Payload, frozen=True):
    """Something that was written."""

    id: str
    member: MemberId
    label: str
    text: str
    at: datetime


class SnapshotData(Payload, frozen=True):
    """Everything one may know, at once."""

    rev: int
    visit: VisitView
    me: MeView
    members: list[MemberView]
    links: list[LinkView]
    lobby: list[WaitingView]
    chat: list[ChatView]
    ice: IceConfig | None


class PongData(Payload, frozen=True):
    """The ping's own time."""

    ts: float | int


class ProblemView(Payload, frozen=True, omit_defaults=True):
    """Why a command was refused."""

    code: str
    message: str
    retry_ms: int | None = None


class InRoomView(Payload, frozen=True):
    """Somebody whom one will meet."""

    role: Role
    label: str


class LobbyStateData(Payload, frozen=True):
    """How it stands with somebody who waits."""

    state: Literal["waiting", "denied"]
    position: int
    host_present: bool
    admissible: bool
    message: str
    in_room: list[InRoomView]


class LobbyListData(Payload, frozen=True):
    """Everybody who waits, the longest first."""

    waiting: list[WaitingView]


class LeftData(Payload, frozen=True):
    """Who left, and how."""

    member: MemberId
    session: SessionId
    why: Literal["bye", "lost", "kicked", "revoked"]


class MuteAskedData(Payload, frozen=True):
    """Who asks to switch off what."""

    by: MemberId
    kind: Kind


class VisitChangedData(Payload, frozen=True):
    """How it stands with the visit."""

    state: VisitState
    locked: bool
    ends_in_ms: int | None


class LinkAnewData(LinkView, frozen=True):
    """A link's next generation."""

    why: str


class LinkClosedData(Payload, frozen=True):
    """Which link is over, and why."""

    peer: SessionId
    gen: int
    why: str


class GoingAwayData(Payload, frozen=True):
    """When the server goes, and when to try again."""

    in_ms: int
    retry_ms: tuple[int, int]
    resume: bool


class ErrorData(Payload, frozen=True, omit_defaults=True):
    """What is wrong; `since` and `device` tell of the other tab."""

    code: str
    message: str
    fatal: bool
    since: datetime | None = None
    device: str | None = None

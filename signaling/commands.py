"""What a client asks the server to do: each gets exactly one answer."""

from typing import Annotated

from msgspec import Meta

from signaling.envelope import Command
from signaling.payloads import Kind, Media, MemberRef, NoData, Number, Payload, SessionRef, Words


class IceGet(Command, frozen=True, tag="ice.get"):
    """Asks for fresh ICE servers."""

    data: NoData = NoData()


class MemberData(Payload, frozen=True):
    """Whom it is about, and why."""

    member: MemberRef
    reason: Words = ""


class AdmitData(Payload, frozen=True):
    """Who may come in."""

    member: MemberRef


class LobbyAdmit(Command, frozen=True, tag="lobby.admit"):
    """Lets somebody in."""

    data: AdmitData


class LobbyDeny(Command, frozen=True, tag="lobby.deny"):
    """Sends somebody who waits away."""

    data: MemberData


class VisitLock(Command, frozen=True, tag="visit.lock"):
    """Lets nobody in any more."""

    data: NoData = NoData()


class VisitUnlock(Command, frozen=True, tag="visit.unlock"):
    """Lets people in again."""

    data: NoData = NoData()


class EndData(Payload, frozen=True):
    """Whether the person has confirmed it."""

    confirm: bool = False


class VisitEnd(Command, frozen=True, tag="visit.end"):
    """Ends the visit for everybody."""

    data: EndData = EndData()


class MemberKick(Command, frozen=True, tag="member.kick"):
    """Removes somebody from the visit."""

    data: MemberData


class MuteData(Payload, frozen=True):
    """Who is asked to switch off what."""

    member: MemberRef
    kind: Kind


class MemberMute(Command, frozen=True, tag="member.mute"):
    """Asks somebody to switch off sound or picture."""

    data: MuteData


class MediaSet(Command, frozen=True, tag="media.set"):
    """Says what one sends."""

    data: Media


class ChatData(Payload, frozen=True):
    """What somebody writes, under an id of their own."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    text: str


class ChatSend(Command, frozen=True, tag="chat.send"):
    """Writes to everybody in the room."""

    data: ChatData


class ResetData(Payload, frozen=True):
    """The link's next generation."""

    peer: SessionRef
    gen: Number
    why: Words = ""


class LinkReset(Command, frozen=True, tag="link.reset"):
    """Asks for a brand-new peer connection."""

    data: ResetData

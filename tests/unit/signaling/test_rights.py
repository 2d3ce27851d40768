"""The whole table of PROTOCOL.md section 6: every role, inside and waiting, with every message of a client."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from signaling.ids import MemberId
from signaling.messages import CLIENT_TYPES
from signaling.rights import CAPS, HOST_CAPS, Cap, Member, Role
from tests.unit.signaling.stage import (
    COLLEAGUE,
    COMPANION,
    HOST,
    INTERPRETER,
    OBSERVER,
    PATIENT,
    SCHEDULER,
    SDP,
    Client,
    Stage,
)

EVERYBODY = (HOST, COLLEAGUE, PATIENT, COMPANION, INTERPRETER, SCHEDULER, OBSERVER)
PEER = Member(MemberId("m_peer"), Role.INTERPRETER, "Pia")  # in the room
KNOCKS = Member(MemberId("m_knocks"), Role.COMPANION, "Kim")  # waits
STARTS = Member(MemberId("m_starts"), Role.COMPANION, "Sol")  # with whom a visit has started
ENVELOPE_ONLY = {"hello", "resume"}  # what stands first on a socket; later it closes with 4409

TO_PEER = {"gen": 1}


@dataclass(frozen=True)
class Ask:
    """A message and what it takes: a right, or merely to be in the room."""

    kind: str
    data: dict[str, Any]
    right: Cap | None = None
    waiting_too: bool = False
    relayed: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.right or ''}".strip()


ASKS = (
    Ask("lobby.admit", {"member": KNOCKS.id}, Cap.ADMIT, waiting_too=True),
    Ask("lobby.deny", {"member": KNOCKS.id}, Cap.ADMIT, waiting_too=True),
    Ask("visit.lock", {}, Cap.LOCK),
    Ask("visit.unlock", {}, Cap.LOCK),
    Ask("visit.end", {"confirm": True}, Cap.END),
    Ask("member.kick", {"member": PEER.id}, Cap.KICK),
    Ask("member.mute", {"member": PEER.id, "kind": "audio"}, Cap.ASK_MUTE),
    Ask("media.set", {"audio": True}, Cap.PUBLISH_AUDIO),
    Ask("media.set", {"video": True}, Cap.PUBLISH_VIDEO),
    Ask("media.set", {"share": True}, Cap.SHARE),
    Ask("media.set", {"level": 4}),
    Ask("chat.send", {"id": "1", "text": "Hello."}, Cap.CHAT),
    Ask("ice.get", {}),
    Ask("link.reset", {"gen": 2}),
    Ask("rtc.offer", {**TO_PEER, "neg": 1, "sdp": SDP}, relayed=True),
    Ask("rtc.answer", {**TO_PEER, "neg": 1, "sdp": SDP}, relayed=True),
    Ask("rtc.ice", {**TO_PEER, "cands": []}, relayed=True),
    Ask("rtc.restart", TO_PEER, relayed=True),
)
FOR_ALL = {"ping", "ack", "link.state", "bye"}


class Scene:
    """Somebody of a role, in the room or before its door, with a peer inside and somebody who knocks."""

    def __init__(self, member: Member, *, inside: bool) -> None:
        self.stage = Stage()
        self.host = self.stage.join(HOST)
        self.peer = self.stage.admitted(self.host, PEER)
        self.stage.join(KNOCKS)
        self.actor = self._bring(member, inside=inside)

    def ask(self, ask: Ask) -> str | None:
        """Send the message; return the code with which it is refused."""
        envelope = {"to": self.peer.session} if ask.relayed else {}
        data = ask.data | ({"peer": self.peer.session} if ask.kind == "link.reset" else {})
        seq = self.actor.send(ask.kind, data, **envelope)
        answers = [message for message in self.actor.inbox if message.get("re") == seq]
        assert answers or ask.relayed
        return next((answer["error"]["code"] for answer in answers if "error" in answer), None)

    def _bring(self, member: Member, *, inside: bool) -> Client:
        if member is HOST:
            return self.host
        if not inside:
            self.host.ask("visit.lock")  # nobody enters without waiting then, specialists included
        actor = self.stage.join(member)
        if inside and member.waits:
            self.host.ask("lobby.admit", {"member": member.id})
        return actor


def expected(member: Member, ask: Ask, *, inside: bool) -> str | None:
    """What the document says."""
    rights = CAPS[member.role] | (HOST_CAPS if member.host else frozenset())
    if not inside and not ask.waiting_too:
        return "not_admitted"
    return None if ask.right is None or ask.right in rights else "not_allowed"


def test_every_message_is_in_the_matrix() -> None:
    assert {ask.kind for ask in ASKS} | FOR_ALL | ENVELOPE_ONLY == CLIENT_TYPES
    assert {ask.right for ask in ASKS} - {None} == set(Cap) - {Cap.INVITE, Cap.KICK_EARLY}


@pytest.mark.parametrize("ask", ASKS, ids=str)
@pytest.mark.parametrize("member", EVERYBODY, ids=lambda member: member.label)
def test_in_the_room_a_role_may_do_what_the_table_says(member: Member, ask: Ask) -> None:
    scene = Scene(member, inside=True)
    scene.stage.admitted(scene.host, STARTS)  # the visit has started

    assert scene.ask(ask) == expected(member, ask, inside=True)


@pytest.mark.parametrize("ask", ASKS, ids=str)
@pytest.mark.parametrize("member", EVERYBODY[1:], ids=lambda member: member.label)
def test_before_the_door_nobody_reaches_anybody(member: Member, ask: Ask) -> None:
    scene = Scene(member, inside=False)
    heard = len(scene.peer.inbox)
    early = ask.kind == "member.kick" and member.role is Role.SCHEDULER  # before the visit has started
    shut = ask.kind == "lobby.admit" and expected(member, ask, inside=False) is None  # it is locked here

    refused = scene.ask(ask)

    assert refused == (None if early else "visit_locked" if shut else expected(member, ask, inside=False))
    if not early:
        assert len(scene.peer.inbox) == heard


@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("member", EVERYBODY, ids=lambda member: member.label)
def test_the_desk_removes_people_before_the_visit_has_started_only(member: Member, started: bool) -> None:
    scene = Scene(member, inside=True)
    if started:
        scene.stage.admitted(scene.host, STARTS)
    allowed = Cap.KICK in CAPS[member.role] or (member.role is Role.SCHEDULER and not started)

    refused = scene.ask(Ask("member.kick", {"member": PEER.id}))

    assert refused == (None if allowed else "not_allowed")


@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("member", EVERYBODY[1:], ids=lambda member: member.label)
def test_anybody_may_ping_tell_of_links_and_leave(member: Member, inside: bool) -> None:
    actor = Scene(member, inside=inside).actor
    actor.whisper("ping", {"ts": 7})
    actor.whisper("ack")
    actor.whisper("link.state", {"peer": "s_nobody", "gen": 1, "pc": "connected"})
    assert actor.data("pong") == {"ts": 7}
    assert actor.close_code is None

    actor.send("bye")

    assert actor.close_code == 1000


@pytest.mark.parametrize("member", EVERYBODY[1:], ids=lambda member: member.label)
def test_what_the_application_adds_to_one_person_counts(member: Member) -> None:
    extra = frozenset({Cap.SHARE, Cap.PUBLISH_AUDIO, Cap.CHAT})

    scene = Scene(replace(member, extra=extra), inside=True)

    assert scene.actor.welcome["caps"] == sorted(CAPS[member.role] | extra)
    assert scene.ask(Ask("media.set", {"audio": True, "share": True})) is None
    assert scene.ask(Ask("chat.send", {"id": "1", "text": "Hello."})) is None

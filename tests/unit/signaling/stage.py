"""A room on a stage: sockets are numbers, the clock is ours, the journal a list. The people are the cast."""

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from signaling.codes import CloseCode
from signaling.entrance import first_message
from signaling.ice import IceServers
from signaling.ids import Conn, MemberId, VisitId
from signaling.journal import Entry, decode_entry, encode_entry
from signaling.messages import Hello, Resume
from signaling.moment import Moment
from signaling.rights import Cap, Member, Role
from signaling.room import Room
from signaling.steps import Close, Notice, Record, Send, Step

HOST = Member(MemberId("m_host"), Role.SPECIALIST, "Dr. Okafor", host=True)
COLLEAGUE = Member(MemberId("m_colleague"), Role.SPECIALIST, "Dr. Lindqvist")
PATIENT = Member(MemberId("m_patient"), Role.PATIENT, "Ada")
COMPANION = Member(MemberId("m_companion"), Role.COMPANION, "Noor")
INTERPRETER = Member(MemberId("m_interpreter"), Role.INTERPRETER, "Ivo")
SCHEDULER = Member(MemberId("m_scheduler"), Role.SCHEDULER, "Sam")
OBSERVER = Member(MemberId("m_observer"), Role.OBSERVER, "Oona")

TURN = IceServers(turn=("turn:turn.example.org:3478?transport=udp",), secret=b"0123456789abcdef")
FINGERPRINT = ":".join(f"{byte:02X}" for byte in range(32))
SDP = f"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=fingerprint:sha-256 {FINGERPRINT}\r\n"
VISIT = VisitId("v_1")
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TAB = "tab-0001"
OTHER_TAB = "tab-0002"


def sharing(member: Member) -> Member:
    return replace(member, extra=frozenset({Cap.SHARE}))


class Stage:
    """Does what the shell does: appends before it commits, and carries sockets."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self.elapsed = 0.0
        self.journal: list[Entry] = list(entries)
        self.journal_works = True
        self.notices: list[Notice] = []
        self.inboxes: dict[Conn, list[dict[str, Any]]] = {}
        self.closed: dict[Conn, CloseCode] = {}
        self._conns = itertools.count(1)
        self._draws = itertools.count(1)
        self.room = self._open()

    @property
    def now(self) -> Moment:
        return Moment(START + timedelta(seconds=self.elapsed), 1000 + self.elapsed)

    def advance(self, seconds: float) -> None:
        """Let time pass, with a tick each second."""
        for _ in range(round(seconds)):
            self.elapsed += 1
            self.perform(self.room.tick(now=self.now))

    def restart(self) -> None:
        """Kill the process and begin again from what is written down."""
        self.inboxes.clear()
        self.closed.clear()
        self.room = self._open()

    def connect(self) -> "Client":
        conn = Conn(next(self._conns))
        self.inboxes[conn] = []
        return Client(self, conn)

    def join(self, member: Member, tab: str = TAB, **hello: Any) -> "Client":
        """Open a socket and say hello."""
        client = self.connect()
        client.hello(member, tab, **hello)
        return client

    def admitted(self, host: "Client", member: Member, tab: str = TAB) -> "Client":
        """Let somebody join and be let in."""
        client = self.join(member, tab)
        host.ask("lobby.admit", {"member": member.id})
        return client

    def perform(self, step: Step) -> None:
        self._carry_out(step)
        if step.pending is None:
            return
        if self.journal_works:
            self._write(step.pending.entries)
            self._carry_out(self.room.commit(step.pending, now=self.now))
        else:
            self._carry_out(self.room.refuse(step.pending, now=self.now))

    def news(self) -> list[tuple[str, str | None, str]]:
        return [(notice.news.value, notice.member, notice.why) for notice in self.notices]

    def _open(self) -> Room:
        room = Room(VISIT, self.journal, draw=lambda: f"{next(self._draws):06d}".ljust(32, "x"), ice=TURN, now=self.now)
        self._carry_out(room.tick(now=self.now))
        return room

    def _write(self, entries: Sequence[Entry]) -> None:
        self.journal.extend(decode_entry(encode_entry(entry)) for entry in entries)

    def _carry_out(self, step: Step) -> None:
        for effect in step.effects:
            match effect:
                case Send():
                    self._deliver(effect)
                case Close():
                    self.closed.setdefault(effect.conn, effect.code)
                case Record():
                    self._write([effect.entry])
                case Notice():
                    self.notices.append(effect)

    def _deliver(self, effect: Send) -> None:
        assert effect.conn not in self.closed, "nothing is sent to a closed socket"
        self.inboxes[effect.conn].append(json.loads(effect.payload))


class Client:
    """One browser tab on one socket."""

    def __init__(self, stage: Stage, conn: Conn) -> None:
        self.stage = stage
        self.conn = conn
        self.seq = 0

    @property
    def inbox(self) -> list[dict[str, Any]]:
        return self.stage.inboxes[self.conn]

    @property
    def close_code(self) -> CloseCode | None:
        return self.stage.closed.get(self.conn)

    @property
    def session(self) -> str:
        return str(self.welcome["session_id"])

    @property
    def welcome(self) -> dict[str, Any]:
        return dict(self.last("welcome")["data"])

    @property
    def last_seq(self) -> int:
        return max((message.get("seq", 0) for message in self.inbox), default=0)

    def all(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.inbox if message["type"] == kind]

    def last(self, kind: str) -> dict[str, Any]:
        return self.all(kind)[-1]

    def data(self, kind: str) -> dict[str, Any]:
        return dict(self.last(kind)["data"])

    def clear(self) -> None:
        """Forget what came, but not who one is."""
        kept = self.all("welcome")
        self.inbox[:] = kept

    def hello(self, member: Member, tab: str = TAB, *, seq: int = 0, **data: Any) -> None:
        hello = {"versions": ["1"], "ticket": "t", "tab_id": tab, "device": {"ua": "Test browser"}, **data}
        frame = json.dumps({"type": "hello", "data": hello} | ({"seq": seq} if seq else {}))
        message = first_message(frame)
        assert isinstance(message, Hello)
        self.seq = seq
        self.stage.perform(self.stage.room.hello(self.conn, member, message, now=self.stage.now))

    def resume(self, session: str, key: str, last: int) -> None:
        data = {"session_id": session, "resume_key": key, "last_s": last}
        message = first_message(json.dumps({"type": "resume", "data": data}))
        assert isinstance(message, Resume)
        self.stage.perform(self.stage.room.resume(self.conn, message, now=self.stage.now))

    def come_back(self, *, last: int | None = None, key: str | None = None) -> "Client":
        """Resume on a new socket, as a page does after it has lost this one."""
        client = self.stage.connect()
        client.seq = self.seq
        client.resume(self.session, key or self.welcome["resume_key"], self.last_seq if last is None else last)
        if client.all("resumed"):
            client.inbox.insert(0, self.last("welcome"))
        return client

    def raw(self, frame: str) -> None:
        self.stage.perform(self.stage.room.receive(self.conn, frame, now=self.stage.now))

    def send(self, kind: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> int:
        """Send the next numbered message; return its number."""
        self.seq += 1
        message = {"type": kind, "seq": self.seq, "data": data or {}, **envelope}
        self.raw(json.dumps(message))
        return self.seq

    def whisper(self, kind: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> None:
        """Send a message without a number."""
        self.raw(json.dumps({"type": kind, "data": data or {}, **envelope}))

    def ask(self, kind: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> dict[str, Any]:
        """Send a command; return its answer."""
        seq = self.send(kind, data, **envelope)
        (answer,) = (message for message in self.inbox if message.get("re") == seq)
        return answer

    def refused(self, kind: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> str:
        """Send a command that is refused; return the code."""
        return str(self.ask(kind, data, **envelope)["error"]["code"])

    def offer(self, to: "Client | str", **data: Any) -> int:
        peer = to if isinstance(to, str) else to.session
        return self.send("rtc.offer", {"gen": 1, "neg": 1, "sdp": SDP, **data}, to=peer)

    def lose(self) -> None:
        """Lose the socket without a word."""
        self.stage.perform(self.stage.room.lost(self.conn, now=self.stage.now))

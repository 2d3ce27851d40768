"""What a page believes: a reducer over what it has read, as a browser keeps one."""

from typing import Any

from signaling.rights import Member
from tests.unit.signaling.stage import Client, Stage

ONLY_INSIDE = ("rtc.", "link.", "member.", "chat.")


class Page:
    """One tab of one person. It reads when it is told to, so that a broken line can swallow what it has not read."""

    def __init__(self, stage: Stage, member: Member, tab: str) -> None:
        self.stage = stage
        self.member = member
        self.tab = tab
        self.client: Client | None = None
        self.session = ""
        self.key = ""
        self.last = 0
        self.seq = 0
        self.inside = False
        self.members: dict[str, dict[str, Any]] = {}
        self.links: dict[str, dict[str, Any]] = {}
        self.tokens: list[str] = []
        self.senders: dict[str, str] = {}
        self._read = 0

    @property
    def connected(self) -> bool:
        if self.client is None or self.client.close_code is not None:
            return False
        return self.stage.room.member_of(self.client.conn) is not None

    @property
    def unread(self) -> int:
        return len(self.client.inbox) - self._read if self.client is not None else 0

    def join(self) -> None:
        """Say hello, telling which peer connections this page still holds."""
        pcs = [{"peer": peer, "gen": link["gen"], "state": "connected"} for peer, link in self.links.items()]
        self._connect(self.stage.join(self.member, self.tab, take_over=True, pcs=pcs))
        self.seq = 0

    def reload(self) -> None:
        """Lose everything but the tab's name."""
        if self.connected:
            self.lose()
        self.links, self.members = {}, {}
        self.session, self.key, self.inside = "", "", False
        self.join()

    def resume(self) -> None:
        """Come back on a new socket, by hello if it cannot be resumed."""
        client = self.stage.connect()
        client.resume(self.session, self.key, self.last)
        denied = client.all("resume.denied")
        if denied and client.close_code is None:
            self.join()
        elif not denied and client.close_code is None:
            self._connect(client)

    def lose(self) -> None:
        """Lose the socket, and whatever was not read from it."""
        assert self.client is not None
        self.client.lose()
        self.client = None

    def send(self, kind: str, data: dict[str, Any], **envelope: Any) -> None:
        assert self.client is not None
        self.client.seq = self.seq
        self.seq = self.client.send(kind, data, **envelope)

    def answer(self) -> dict[str, Any]:
        """The answer to what was sent last."""
        assert self.client is not None
        return next((message for message in self.client.inbox if message.get("re") == self.seq), {})

    def read(self) -> None:
        assert self.client is not None
        for message in self.client.inbox[self._read :]:
            self._take(message)
        self._read = len(self.client.inbox)

    def _connect(self, client: Client) -> None:
        self.client = client
        self._read = 0

    def _take(self, message: dict[str, Any]) -> None:
        data = message.get("data", {})
        if message["type"] == "welcome":
            self.session, self.key, self.last = data["session_id"], data["resume_key"], 0
            self.inside = False
        if "seq" in message:
            assert message["seq"] == self.last + 1, "numbers have no gaps and nothing comes twice"
            self.last = message["seq"]
            self._reduce(message["type"], data, message)

    def _reduce(self, kind: str, data: dict[str, Any], message: dict[str, Any]) -> None:
        if kind.startswith(ONLY_INSIDE):
            assert self.inside, "who was not let in hears nothing from the room"
        if kind == "snapshot":
            self.inside = data["me"]["state"] == "in"
            self.members = {member["member"]: member for member in data["members"]}
            self.links = {link["peer"]: link for link in data["links"]}
        elif kind in ("member.joined", "member.changed"):
            self.members[data["member"]] = data
        elif kind == "member.left":
            del self.members[data["member"]]
        elif kind == "link.open":
            assert data["peer"] not in self.links
            self.links[data["peer"]] = data
        elif kind == "link.reset":
            assert data["gen"] > self.links[data["peer"]]["gen"], "generations only grow"
            self.links[data["peer"]] = data
        elif kind == "link.close":
            del self.links[data["peer"]]
        elif kind == "chat.msg":
            assert data["id"] != "never", "what comes twice is carried out once"
        elif kind == "rtc.restart":
            self.tokens.append(data["why"])
            self.senders[data["why"]] = message["from"]

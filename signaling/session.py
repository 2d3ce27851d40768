"""One member in one tab: the numbers of both directions, what can be replayed, and what it may use."""

import hmac
from collections import OrderedDict
from datetime import datetime
from hashlib import sha256

from msgspec import structs

from signaling.codes import CloseCode
from signaling.envelope import FromServer
from signaling.errors import SlowDownError, ViolationError
from signaling.events import IceConfigReply, Reply, encode
from signaling.ids import Conn, MemberId, SessionId
from signaling.limits import BYTES, COMMANDS, MESSAGES, REPLIES_KEPT, TokenBucket
from signaling.moment import Moment
from signaling.payloads import Media
from signaling.ring import Ring
from signaling.views import LobbyListData, LobbyStateData

Answer = Reply | IceConfigReply


class Session:
    """Survives its sockets for the resume window. Without a key it is one restored from the journal."""

    def __init__(self, session: SessionId, member: MemberId, *, now: Moment) -> None:
        self.id = session
        self.member = member
        self.media = Media()
        self.device = ""
        self.shown_list: LobbyListData | None = None
        self.shown_state: LobbyStateData | None = None
        self.conn: Conn | None = None
        self.connected_at: datetime = now.utc
        self.away_at: float | None = now.seconds
        self.heard_at = now.seconds
        self.unstable = False
        self.ring = Ring()
        self.processed = 0
        self._key_hash: bytes | None = None
        self._acked = 0
        self._owes_ack_since: float | None = None
        self._replies: OrderedDict[int, Answer] = OrderedDict()
        self._messages = TokenBucket(MESSAGES, seconds=now.seconds)
        self._bytes = TokenBucket(BYTES, seconds=now.seconds)
        self._commands = TokenBucket(COMMANDS, seconds=now.seconds)

    @property
    def restored(self) -> bool:
        """Whether this server process has never seen its client."""
        return self._key_hash is None

    def open(self, *, key: str, numbered: int) -> None:
        """Begin at 1 (or after a numbered hello), with a key to come back with."""
        self._key_hash = sha256(key.encode()).digest()
        self.processed = numbered

    def take_up(self, conn: Conn, *, now: Moment) -> None:
        """Go on, on this socket."""
        self.conn = conn
        self.connected_at = now.utc
        self.away_at = None
        self.heard_at = now.seconds
        self.unstable = False

    def lose(self, *, now: Moment) -> None:
        """Go on without a socket, for a while."""
        self.conn = None
        self.away_at = now.seconds

    def opens_with(self, key: str) -> bool:
        """Compare a resume key in constant time."""
        return self._key_hash is not None and hmac.compare_digest(sha256(key.encode()).digest(), self._key_hash)

    def meter(self, frame_bytes: int, *, seconds: float) -> None:
        """Count one frame.

        Raises:
            ViolationError: 4429, too many or too much.
        """
        if not self._messages.take(1, seconds=seconds) or not self._bytes.take(frame_bytes, seconds=seconds):
            raise ViolationError(CloseCode.RATE, "too many messages")

    def meter_command(self, *, seconds: float) -> None:
        """Count one command.

        Raises:
            SlowDownError: there were too many.
        """
        if not self._commands.take(1, seconds=seconds):
            raise SlowDownError(retry_ms=self._commands.wait_ms(1))

    def acknowledge(self, seq: int) -> None:
        """Forget what the client has processed.

        Raises:
            ViolationError: 4409, that was never sent.
        """
        if seq > self.ring.sent:
            raise ViolationError(CloseCode.OUT_OF_ORDER, "an acknowledgement of what was never sent")
        self.ring.acknowledge(seq)

    def accept(self, seq: int, *, seconds: float) -> bool:
        """Take the next number; False if it was processed before.

        Raises:
            ViolationError: 4409, something is missing in between.
        """
        if seq <= self.processed:
            return False
        if seq != self.processed + 1:
            raise ViolationError(CloseCode.OUT_OF_ORDER, "a message is missing")
        self.processed = seq
        if self._owes_ack_since is None:
            self._owes_ack_since = seconds
        return True

    def owes_ack(self, *, since: float) -> bool:
        """Whether something processed at or before then is not acknowledged yet."""
        return self._owes_ack_since is not None and self._owes_ack_since <= since

    def number(self, message: FromServer) -> bytes:
        """Give the message its number, keep it for replay and write it."""
        payload = encode(structs.replace(message, seq=self.ring.sent + 1, ack=self._ack()))
        self.ring.keep(payload)
        return payload

    def write(self, message: FromServer) -> bytes:
        """Write a message that has no number."""
        return encode(structs.replace(message, ack=self._ack()))

    def remember(self, reply: Answer) -> None:
        """Keep an answer for a client that asks again."""
        self._replies[reply.re] = reply
        if len(self._replies) > REPLIES_KEPT:
            self._replies.popitem(last=False)

    def answered(self, seq: int) -> Answer | None:
        """Return the answer that was given."""
        return self._replies.get(seq)

    def _ack(self) -> int:
        self._owes_ack_since = None
        return self.processed

"""Which STUN and TURN servers a browser may use, with credentials that expire.

TURN REST credentials: the name is `expiry:member`, the password the base64 HMAC-SHA1 of the name under the secret
shared with the TURN server (draft-uberti-behave-turn-rest-00). HMAC-SHA1 is that protocol's choice, and sound as a MAC.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from signaling.ids import MemberId
from signaling.payloads import IceConfig, IceServer
from signaling.relay_address import relay_address

MIN_SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class IceServers:
    """What the operator set. Nothing by default: browsers then connect directly or not at all.

    Relays are handed out in this order: over UDP, TCP, TLS; of each the operator's first first.
    """

    stun: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()
    secret: bytes = field(default=b"", repr=False)
    ttl: timedelta = timedelta(minutes=10)
    relay_only: bool = False

    def __post_init__(self) -> None:
        if any(not url.startswith(("stun:", "stuns:")) for url in self.stun):
            raise ValueError("a STUN address starts with stun: or stuns:")
        for url in self.turn:
            relay_address(url)
        if self.turn and len(self.secret) < MIN_SECRET_BYTES:
            raise ValueError("TURN needs the secret it shares with the TURN server, 16 bytes or more")
        if self.relay_only and not self.turn:
            raise ValueError("relay only needs a TURN server")

    def __call__(self, member: MemberId, now: datetime, *, relay_only: bool = False) -> IceConfig:
        """Return the configuration for one member, good for `ttl` from now.

        Where only relays may be used and there is none, nobody reaches anybody: better than to tell an address.
        """
        servers = [IceServer(urls=[url]) for url in self.stun]
        if self.turn:
            servers.append(self._relay(member, now))
        return IceConfig(
            ice_servers=servers,
            ice_transport_policy="relay" if self.relay_only or relay_only else "all",
            ttl_s=int(self.ttl.total_seconds()),
        )

    def _relay(self, member: MemberId, now: datetime) -> IceServer:
        username = f"{int((now + self.ttl).timestamp())}:{member}"
        digest = hmac.new(self.secret, username.encode(), hashlib.sha1).digest()
        urls = sorted(self.turn, key=lambda url: relay_address(url).rank)
        return IceServer(urls=urls, username=username, credential=base64.b64encode(digest).decode())

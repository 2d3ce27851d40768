"""STUN messages (RFC 8489), as far as a TURN client needs them (RFC 8656). No I/O.

HMAC-SHA1 and MD5 are the protocol's choice (RFC 8489 sections 14.5 and 9.2.2).
"""

import hashlib
import hmac
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from ipaddress import ip_address

COOKIE = 0x2112A442  # RFC 8489 section 5
HEADER = struct.Struct("!HHI12s")
ATTRIBUTE = struct.Struct("!HH")
HEADER_BYTES = HEADER.size
INTEGRITY_BYTES = 24  # RFC 8489 section 14.5, with the attribute's own header
FAMILIES = {4: 0x01, 6: 0x02}  # RFC 8489 section 14.1

Address = tuple[str, int]


class Method(IntEnum):
    """What is asked for."""

    BINDING = 0x001
    ALLOCATE = 0x003
    REFRESH = 0x004
    SEND = 0x006
    DATA = 0x007
    CREATE_PERMISSION = 0x008


class Kind(IntEnum):
    """Question or answer."""

    REQUEST = 0x000
    INDICATION = 0x010
    SUCCESS = 0x100
    ERROR = 0x110


class Attribute(IntEnum):
    """What a message says."""

    USERNAME = 0x0006
    MESSAGE_INTEGRITY = 0x0008
    ERROR_CODE = 0x0009
    LIFETIME = 0x000D
    XOR_PEER_ADDRESS = 0x0012
    DATA = 0x0013
    REALM = 0x0014
    NONCE = 0x0015
    XOR_RELAYED_ADDRESS = 0x0016
    REQUESTED_ADDRESS_FAMILY = 0x0017
    REQUESTED_TRANSPORT = 0x0019


@dataclass(frozen=True, slots=True)
class Message:
    """One message. Attributes that we do not know are kept by their number."""

    method: int
    kind: Kind
    transaction: bytes
    attributes: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def error(self) -> int:
        """The number of the refusal; 0 where there is none."""
        said = self.attributes.get(Attribute.ERROR_CODE, bytes(4))
        return said[2] % 8 * 100 + said[3] if len(said) >= 4 else 0

    def address(self, attribute: Attribute) -> Address:
        """Read an address.

        Raises:
            ValueError: it is missing or damaged.
        """
        return unpack_address(self.attributes.get(attribute, b""), self.transaction)

    def encode(self, key: bytes = b"") -> bytes:
        """Write the message; with a key, so that the other side knows who wrote it."""
        body = b"".join(_padded(number, value) for number, value in self.attributes.items())
        if key:
            signed = self._header(len(body) + INTEGRITY_BYTES) + body
            body += _padded(Attribute.MESSAGE_INTEGRITY, hmac.new(key, signed, hashlib.sha1).digest())
        return self._header(len(body)) + body

    def _header(self, length: int) -> bytes:
        return HEADER.pack(self.method | self.kind, length, COOKIE, self.transaction)


def decode(data: bytes) -> Message:
    """Read a message.

    Raises:
        ValueError: it is none.
    """
    if len(data) < HEADER_BYTES:
        raise ValueError("too short for STUN")
    number, length, cookie, transaction = HEADER.unpack_from(data)
    if cookie != COOKIE or number & 0xC000 or len(data) != HEADER_BYTES + length:
        raise ValueError("not STUN")
    return Message(number & ~Kind.ERROR, Kind(number & Kind.ERROR), transaction, _attributes(data[HEADER_BYTES:]))


def key_of(username: str, realm: str, password: str) -> bytes:
    """Make the key of the long-term credential (RFC 8489 section 9.2.2)."""
    return hashlib.md5(f"{username}:{realm}:{password}".encode(), usedforsecurity=False).digest()


def pack_address(address: Address, transaction: bytes) -> bytes:
    """Write an address, hidden from middleboxes that rewrite what looks like one (RFC 8489 section 14.2)."""
    host = ip_address(address[0])
    mask = _mask(transaction)
    port = struct.pack("!H", address[1] ^ COOKIE >> 16)
    return struct.pack("!BB", 0, FAMILIES[host.version]) + port + _xor(host.packed, mask)


def unpack_address(data: bytes, transaction: bytes) -> Address:
    """Read an address.

    Raises:
        ValueError: it is damaged.
    """
    if len(data) not in (8, 20):
        raise ValueError("not an address")
    port = struct.unpack_from("!H", data, 2)[0] ^ COOKIE >> 16
    return str(ip_address(_xor(data[4:], _mask(transaction)))), port


def _mask(transaction: bytes) -> bytes:
    return COOKIE.to_bytes(4, "big") + transaction


def _xor(data: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(data, mask, strict=False))


def _padded(number: int, value: bytes) -> bytes:
    return ATTRIBUTE.pack(number, len(value)) + value + bytes(-len(value) % 4)


def _attributes(body: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while body:
        if len(body) < ATTRIBUTE.size:
            raise ValueError("a cut attribute")
        number, length = ATTRIBUTE.unpack_from(body)
        value = body[ATTRIBUTE.size : ATTRIBUTE.size + length]
        if len(value) != length:
            raise ValueError("a cut attribute")
        found.setdefault(number, value)
        body = body[ATTRIBUTE.size + length + -length % 4 :]
    return found

"""The address of a TURN relay as browsers take it (RFC 7065): turn:HOST[:PORT][?transport=udp|tcp]. No I/O."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

PORTS = {"turn": 3478, "turns": 5349}  # RFC 7065 section 3.1
SYNTAX = re.compile(
    r"(?P<scheme>turns?):(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?"
    r"(?:\?transport=(?P<transport>udp|tcp))?"
)


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where a relay is, and how one speaks to it: "udp", "tcp" or "tls"."""

    host: str
    port: int
    way: str

    @property
    def rank(self) -> int:
        """Its place among the ways: the quickest first, what passes everywhere last."""
        return ("udp", "tcp", "tls").index(self.way)

    @property
    def unnamed_tls(self) -> bool:
        """Whether TLS goes to a number instead of a name, where Firefox does not go."""
        return self.way == "tls" and _is_number(self.host)


def relay_address(url: str) -> RelayAddress:
    """Read an address.

    Raises:
        ValueError: it is none that browsers take.
    """
    found = SYNTAX.fullmatch(url)
    if found is None or not 0 < int(found["port"] or 1) < 2**16:
        raise ValueError("a TURN address is like turn:turn.example.org:3478?transport=udp")
    scheme, transport = found["scheme"], found["transport"]
    if scheme == "turns" and transport == "udp":
        raise ValueError("browsers speak TLS to a TURN relay over TCP only")
    way = "tls" if scheme == "turns" else transport or "udp"
    return RelayAddress(found["host"].strip("[]"), int(found["port"] or PORTS[scheme]), way)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

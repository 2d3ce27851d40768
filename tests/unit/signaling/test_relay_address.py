"""Addresses of relays are what browsers take, and are handed out in the order in which one wants to use them."""

from datetime import UTC, datetime

import pytest

from signaling.ice import IceServers
from signaling.ids import MemberId
from signaling.relay_address import RelayAddress, relay_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("turn:t.example.org", RelayAddress("t.example.org", 3478, "udp")),
        ("turn:t.example.org:443?transport=tcp", RelayAddress("t.example.org", 443, "tcp")),
        ("turns:t.example.org", RelayAddress("t.example.org", 5349, "tls")),
        ("turns:192.0.2.7:443?transport=tcp", RelayAddress("192.0.2.7", 443, "tls")),
        ("turn:[2001:db8::7]:3478?transport=udp", RelayAddress("2001:db8::7", 3478, "udp")),
    ],
)
def test_an_address_is_read(url: str, address: RelayAddress) -> None:
    assert relay_address(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "turn:",
        "stun:t.example.org",
        "https://t.example.org",
        "turn://t.example.org",
        "turn:t.example.org:0",
        "turn:t.example.org:65536",
        "turn:t.example.org?transport=sctp",
        "turns:t.example.org?transport=udp",
        "turn:t.example.org\n",
        "turn:who@t.example.org",
    ],
)
def test_what_browsers_would_refuse_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="TURN"):
        relay_address(url)


def test_the_quickest_way_comes_first_whatever_the_operator_wrote() -> None:
    wanted = (
        "turn:t.example.org:3478?transport=udp",
        "turn:t.example.org:443?transport=udp",
        "turn:t.example.org:443?transport=tcp",
        "turns:t.example.org:443?transport=tcp",
    )
    written = (wanted[3], wanted[0], wanted[2], wanted[1])

    config = IceServers(turn=written, secret=b"x" * 16)(MemberId("m_1"), datetime(2026, 11, 22, tzinfo=UTC))

    assert config.ice_servers[0].urls == list(wanted)


@pytest.mark.parametrize(
    ("url", "unnamed"),
    [
        ("turns:turn.example.org", False),
        ("turns:192.0.2.7", True),
        ("turns:[2001:db8::7]:443", True),
        ("turn:192.0.2.7", False),
    ],
)
def test_tls_to_a_number_is_told_from_tls_to_a_name(url: str, unnamed: bool) -> None:
    assert relay_address(url).unnamed_tls is unnamed

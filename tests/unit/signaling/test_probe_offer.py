"""Of a stranger's offer only one data channel and literal addresses over UDP are looked at."""

import pytest

from signaling.probe_offer import MAX_CANDIDATES, UnusableOfferError, trimmed

OFFER = [
    "v=0",
    "o=- 1 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 0.0.0.0",
    "a=ice-ufrag:abcd",
    "a=ice-pwd:abcdefghijklmnopqrstuv",
    "a=fingerprint:sha-256 00:11",
    "a=setup:actpass",
    "a=mid:0",
    "a=sctp-port:5000",
]
GOOD = "a=candidate:1 1 udp 2122194687 198.51.100.7 40244 typ srflx raddr 0.0.0.0 rport 0"


def offer(*more: str, without: str = "-", instead: tuple[str, str] = ("", "")) -> str:
    lines = [line.replace(*instead) if instead[0] else line for line in OFFER if not line.startswith(without)]
    return "\r\n".join([*lines, *more, ""])


def test_what_is_needed_stays() -> None:
    assert trimmed(offer(GOOD)).splitlines() == [*OFFER, GOOD]


@pytest.mark.parametrize(
    "candidate",
    [
        "a=candidate:1 1 udp 2122194687 8d5ae3c1-3a3a-4a3a-8a3a-000000000000.local 40244 typ host",
        "a=candidate:1 1 udp 2122194687 internal.example 40244 typ host",
        "a=candidate:1 1 tcp 1518214911 198.51.100.7 9 typ host tcptype active",
        "a=candidate:1 2 udp 2122194687 198.51.100.7 40244 typ host",
        "a=candidate:1 1 udp 2122194687 198.51.100.7 0 typ host",
        "a=candidate:1 1 udp 2122194687 198.51.100.7 65536 typ host",
        "a=candidate:1 1 udp 99999999999999999999 198.51.100.7 40244 typ host",
        "a=candidate:1 1 udp x 198.51.100.7 40244 typ host",
        "a=candidate:1 1 udp 2122194687 198.51.100.7 ٤٠٢ typ host",
        "a=candidate:1 1 udp 2122194687 198.51.100.7 40244 typ prflx",
        "a=candidate:",
        "a=end-of-candidates",
    ],
)
def test_what_cannot_be_used_is_left_out(candidate: str) -> None:
    assert trimmed(offer(candidate)).splitlines() == OFFER


def test_few_addresses_are_enough() -> None:
    assert trimmed(offer(*[GOOD] * 100)).count("a=candidate:") == MAX_CANDIDATES


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "\r\n",
        "nonsense",
        "v=0",
        "\ud800",
        offer("m=audio 9 UDP/TLS/RTP/SAVPF 111"),
        offer("m=application 9 UDP/DTLS/SCTP webrtc-datachannel"),
        offer(instead=("m=application", "m=audio")),
        offer(without="m="),
        offer(without="a=ice-ufrag"),
        offer(without="a=ice-pwd"),
        offer(without="a=fingerprint"),
        offer("a=x:" + "y" * 33_000),
        offer(*["a=x"] * 500),
    ],
    ids=range(14),
)
def test_anything_else_is_no_offer_of_a_data_channel(bad: str) -> None:
    with pytest.raises(UnusableOfferError):
        trimmed(bad)

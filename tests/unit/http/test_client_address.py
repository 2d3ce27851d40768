"""Whose address counts: what our own proxies say, and what nobody else can make us believe."""

import pytest

from server.http.client_address import Proxies

PROXY = "127.0.0.1"
OUTSIDE = "198.51.100.7"


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        (OUTSIDE, [], OUTSIDE),
        (OUTSIDE, ["127.0.0.1"], OUTSIDE),  # a stranger who says so
        (PROXY, [], PROXY),
        (PROXY, [OUTSIDE], OUTSIDE),
        (PROXY, [f"127.0.0.1, {OUTSIDE}"], OUTSIDE),  # what the stranger said stands before what our proxy saw
        (PROXY, [f"{OUTSIDE}, 10.0.0.5"], OUTSIDE),  # two proxies of ours
        (PROXY, [OUTSIDE, "10.0.0.5"], OUTSIDE),
        (PROXY, ["nonsense"], PROXY),
        (PROXY, ["10.0.0.5"], "10.0.0.5"),
        ("::ffff:127.0.0.1", [OUTSIDE], OUTSIDE),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::/64"),
        (PROXY, ["2001:db8:1:2::9"], "2001:db8:1:2::/64"),
        ("", [], ""),
        ("a socket file", [OUTSIDE], "a socket file"),
    ],
)
def test_the_client_is_whom_our_proxies_saw(remote: str, forwarded: list[str], client: str) -> None:
    assert Proxies(["127.0.0.1", "10.0.0.0/8"]).client_of(remote, forwarded) == client


def test_without_proxies_nothing_is_believed() -> None:
    assert Proxies(()).client_of(PROXY, [OUTSIDE]) == PROXY

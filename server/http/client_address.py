"""Whose address a request counts against. Only a proxy of ours is believed when it says for whom it asks."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

Address = IPv4Address | IPv6Address
ONE_HOUSEHOLD = 64  # RFC 6177: a site has a /64 at the least, and every address in it


class Proxies:
    """The proxies in front of us."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks: tuple[IPv4Network | IPv6Network, ...] = tuple(ip_network(one) for one in networks)

    def client_of(self, remote: str, forwarded: Iterable[str]) -> str:
        """Return who asks: the last address in `X-Forwarded-For` that is none of our proxies, or else `remote`."""
        client = _parsed(remote)
        way = [part for header in forwarded for part in header.split(",")]
        while client is not None and way and self._ours(client):
            before = _parsed(way.pop())
            if before is None:
                break
            client = before
        return remote if client is None else _household(client)

    def _ours(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


PROXIES = web.AppKey("proxies", Proxies)


def address_of(request: web.Request) -> str:
    """Return whose address this request counts against."""
    return request.app[PROXIES].client_of(request.remote or "", request.headers.getall("X-Forwarded-For", []))


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _household(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, ONE_HOUSEHOLD), strict=False))

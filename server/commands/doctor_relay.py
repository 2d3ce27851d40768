"""Examines the TURN relay as two people in a visit would use it, and as a stranger would misuse it."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from ipaddress import ip_address

from config.settings import Settings
from server.commands.findings import Finding, bad, fine, unset
from server.integrations.turn import Allocation, Door, RelayRefusedError, RelaySilentError, Silence, allocation
from signaling.ice import IceServers
from signaling.ids import MemberId
from signaling.relay_address import relay_address

WHO = MemberId("doctor")
WORDS = b"consilium doctor"
ARRIVES_WITHIN_SECONDS = 0.5
SENDINGS = 4  # datagrams get lost
UNAUTHORIZED, FORBIDDEN, QUOTA_REACHED, FULL = 401, 403, 486, 508  # RFC 8656 section 19
INSIDE = ("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254")
INSIDE_6 = ("::1", "::127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fd00::1", "fe80::1")
SILENCES = {
    Silence.NAME: "There is no host of this name.",
    Silence.CERTIFICATE: "Browsers will not trust its certificate. Look at cert and pkey, and at the chain.",
    Silence.NO_ANSWER: "It does not answer. Look at the address, at the firewall, and whether coturn runs.",
}
REFUSALS = {
    UNAUTHORIZED: "It does not take our password: its secret is not that of [turn], or one of the clocks is wrong.",
    QUOTA_REACHED: "It gives no more addresses to one person. Raise user-quota to 64.",
    FULL: "It has no address left. Raise total-quota, or widen min-port to max-port.",
}


class NotKeptError(Exception):
    """The relay does not do what it has to; the message says what to do."""


async def examine_relay(settings: Settings, tls: ssl.SSLContext, now: datetime) -> list[Finding]:
    """Find out whether the relay relays in every way that is handed out, and refuses what it must."""
    turn = settings.turn
    if not turn.urls or not turn.secret:
        return [unset("Relay", "Where networks let nothing through directly, people cannot meet. Set [turn].")]
    secret = turn.secret.get_secret_value().encode()
    try:
        found = await asyncio.gather(
            *(_Examination(url, IceServers(turn=(url,), secret=secret), tls, now).findings() for url in turn.urls)
        )
    except ValueError as error:
        return [bad("Relay", f"{error}.")]
    return [finding for part in found for finding in part]


class _Examination:
    """One address of a relay."""

    def __init__(self, url: str, servers: IceServers, tls: ssl.SSLContext, now: datetime) -> None:
        self._url = url
        self._servers = servers
        self._tls = tls
        self._now = now

    async def findings(self) -> list[Finding]:
        """Have it relay; if it does, have it refuse."""
        relays = await self._finding("relays", self._relays)
        if relays.failed:
            return [relays]
        return [
            relays,
            await self._finding("refuses a wrong password", self._refuses_a_wrong_password),
            await self._finding("refuses a name that has ended", self._refuses_an_ended_name),
            await self._finding("passes nothing on to what is inside", self._keeps_inside),
        ]

    async def _finding(self, promise: str, proof: Callable[[], Awaitable[str]]) -> Finding:
        what = f"Relay {self._url} {promise}"
        try:
            return fine(what, await proof())
        except NotKeptError as error:
            return bad(what, str(error))
        except RelaySilentError as error:
            return bad(what, SILENCES[error.why])
        except RelayRefusedError as error:
            return bad(what, REFUSALS.get(error.number, f"It refuses with {error.number}."))

    async def _relays(self) -> str:
        async with allocation(self._door(), self._tls) as one, allocation(self._door(), self._tls) as other:
            await _let_in(one, other)
            await _let_in(other, one)
            await _carry(one, other)
            await _carry(other, one)
            relayed = one.relayed[0]
        if relay_address(self._url).unnamed_tls:
            return "Both ways. But Firefox opens TLS only by name: give the relay a name with a certificate."
        if ip_address(relayed).is_private:
            return f"Both ways. But {relayed} cannot be reached from outside: set external-ip."
        return "Both ways."

    async def _refuses_a_wrong_password(self) -> str:
        door = self._door()
        return await self._refuses(replace(door, password=door.password[::-1]))

    async def _refuses_an_ended_name(self) -> str:
        return await self._refuses(self._door(timedelta(hours=-1)))

    async def _refuses(self, door: Door) -> str:
        try:
            async with allocation(door, self._tls):
                raise NotKeptError("It lets people in who have no right. Set use-auth-secret and static-auth-secret.")
        except RelayRefusedError as error:
            if error.number != UNAUTHORIZED:
                raise
        return "It does."

    async def _keeps_inside(self) -> str:
        granted: list[str] = []
        async with allocation(self._door(), self._tls) as one:
            granted += [host for host in INSIDE if host != one.relayed[0] and await _may_send(one, host)]
        try:
            async with allocation(self._door(), self._tls, family=6) as one:
                granted += [host for host in INSIDE_6 if host != one.relayed[0] and await _may_send(one, host)]
        except RelayRefusedError:
            pass  # it has no address of IPv6, so nothing can be sent to one
        if granted:
            raise NotKeptError(f"It would send to {', '.join(granted)}. Use the list in config/deploy/coturn.conf.")
        return "It does not."

    def _door(self, later: timedelta = timedelta(0)) -> Door:
        address = relay_address(self._url)
        (server,) = self._servers(WHO, self._now + later).ice_servers
        return Door(address.host, address.port, address.way, server.username or "", server.credential or "")


async def _let_in(at: Allocation, other: Allocation) -> None:
    if not await _may_send(at, other.relayed[0]):
        raise NotKeptError(
            f"It does not pass anything on to its own address, {other.relayed[0]}. Take that off denied-peer-ip: "
            "two people who both need the relay meet there."
        )


async def _may_send(at: Allocation, host: str) -> bool:
    try:
        await at.permit(host)
    except RelayRefusedError as error:
        if error.number != FORBIDDEN:
            raise
        return False
    return True


async def _carry(one: Allocation, other: Allocation) -> None:
    for _ in range(SENDINGS):
        one.send(WORDS, other.relayed)
        try:
            if await asyncio.wait_for(other.heard.get(), ARRIVES_WITHIN_SECONDS) == WORDS:
                return
        except TimeoutError:
            continue
    raise NotKeptError("It takes what it is given, and nothing arrives. Look at min-port to max-port in its firewall.")

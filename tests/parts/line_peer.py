"""The other end of a probe, as PROTOCOL.md describes it: in a test's own process, or a program on a host of its own.

    peer = LinePeer()
    answer = ... await peer.offer() ...
    await peer.take(answer)

As a program it writes its offer as a JSON string on a line, reads the answer in the same form, and stays until it is
ended.
"""

import asyncio
import json
import sys
from contextlib import suppress
from typing import Any

from aiortc import RTCConfiguration, RTCDataChannel, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.rtcconfiguration import RTCIceTransportPolicy

PING, PONG, FLOOD = 1, 2, 3
MOST_WAITING_BYTES = 16 * 1024


class LinePeer:
    """Echoes, counts, and floods when it is asked to; or falls silent, if a test wants that."""

    def __init__(self, servers: list[dict[str, Any]] | None = None, policy: str = "all") -> None:
        given = [RTCIceServer(one["urls"], one.get("username"), one.get("credential")) for one in servers or []]
        self.connection = RTCPeerConnection(RTCConfiguration(given, RTCIceTransportPolicy(policy)))
        self.control = self.connection.createDataChannel("control", negotiated=True, id=0)
        self.line = self.connection.createDataChannel("line", negotiated=True, id=1, ordered=False, maxRetransmits=0)
        self.control.on("message", self._asked)
        self.line.on("message", self._heard)
        self.asked = asyncio.Event()
        self.silent = False
        self._loopback = policy == "all"
        self._pings = 0
        self._bins: list[int] = []
        self._flooded_since: float | None = None
        self._flooding: asyncio.Task[None] | None = None

    async def offer(self) -> str:
        """Describe this end, also by the loopback address."""
        assert self.connection.sctp is not None
        gatherer = self.connection.sctp.transport.transport.iceGatherer
        await gatherer.gather()
        if self._loopback:
            ice = gatherer._connection
            ice.turn_server = None
            ice._local_candidates += await ice.get_component_candidates(component=1, addresses=["127.0.0.1"])
        await self.connection.setLocalDescription()
        return self.connection.localDescription.sdp

    async def take(self, answer: str) -> None:
        """Take the other end's description; what follows needs nobody."""
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def close(self) -> None:
        """Go away."""
        if self._flooding:
            self._flooding.cancel()
        await self.connection.close()

    def _heard(self, message: bytes) -> None:
        if self.silent:
            return
        if message[0] == PING:
            self._pings += 1
            self.line.send(bytes([PONG]) + message[1:])
        else:
            self._count(len(message))

    def _count(self, size: int) -> None:
        now = asyncio.get_running_loop().time()
        if self._flooded_since is None:
            self._flooded_since = now
        index = int((now - self._flooded_since) * 4)
        self._bins.extend([0] * (index + 1 - len(self._bins)))
        self._bins[index] += size

    def _asked(self, message: str) -> None:
        self.asked.set()
        if self.silent:
            return
        ask = json.loads(message)
        if ask["ask"] == "report":
            self.control.send(json.dumps({"pings": self._pings, "bins": self._bins}))
        else:
            self._flooding = asyncio.create_task(flood(self.line, ask["kbps"], ask["ms"], ask["bytes"]))


async def flood(line: RTCDataChannel, kbps: int, ms: int, size: int) -> None:
    """Send so much for so long, or as much as goes."""
    clock = asyncio.get_running_loop().time
    began, sent = clock(), 0
    while (passed := clock() - began) * 1000 < ms:
        due = int(passed * kbps / 8 * 1000)
        while sent < due and line.bufferedAmount < MOST_WAITING_BYTES:
            line.send(bytes([FLOOD]).ljust(size, b"\0"))
            sent += size
        sent = max(sent, due - MOST_WAITING_BYTES)
        await asyncio.sleep(0.01)


async def main() -> None:
    """Be the other end as a program, with what it may use as JSON in the first argument."""
    ice = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    peer = LinePeer(ice.get("servers"), ice.get("policy", "all"))
    print(json.dumps(await peer.offer()), flush=True)
    answer = await asyncio.to_thread(sys.stdin.readline)
    await peer.take(json.loads(answer))
    await asyncio.to_thread(sys.stdin.readline)
    await peer.close()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main())

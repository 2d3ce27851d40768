"""A real TURN relay: coturn with the configuration that is shipped, on a host of the test's network or on loopback.

    with running_relay(require(COTURN), tmp_path, self_signed(tmp_path), at=server, allowed=[ADDRESSES]) as relay:
        relay.urls

Only addresses, ports, secret, certificate and the places of its files are the test's. The deny list that is shipped
holds; `allowed` are the peers to whom it relays all the same, as all addresses in tests are private. `ADDRESSES` of
`tests.parts.network` are those of a test's network. It ends with the test.
"""

import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from server.commands.environment import ROOT
from tests.parts.certificate import Certificate
from tests.parts.network import Host

SHIPPED = ROOT / "config" / "deploy" / "coturn.conf"
SECRET = "a secret that only the tests and their relay know"
PLAIN_PORT = 3478
TLS_PORT = 443
PATIENCE_SECONDS = 20
NOBODYS_PORTS = (20_000, 32_000)  # below those that Linux gives away (net.ipv4.ip_local_port_range)
WHO_AM_I = bytes.fromhex("00010000 2112a442") + bytes(12)  # a Binding request, RFC 8489 section 5


@dataclass(frozen=True, slots=True)
class Relay:
    """A running relay."""

    address: str
    plain_port: int
    tls_port: int
    secret: str
    log: Path

    def url(self, way: str) -> str:
        """Its address over "udp", "tcp" or "tls"."""
        if way == "tls":
            return f"turns:{self.address}:{self.tls_port}?transport=tcp"
        return f"turn:{self.address}:{self.plain_port}?transport={way}"

    @property
    def urls(self) -> tuple[str, ...]:
        """Its four addresses as an operator hands them out; the second port is the one that passes everywhere."""
        everywhere = f"turn:{self.address}:{self.tls_port}?transport="
        return self.url("udp"), f"{everywhere}udp", f"{everywhere}tcp", self.url("tls")


@contextmanager
def running_relay(
    program: Path,
    folder: Path,
    certificate: Certificate,
    *options: str,
    at: Host | None = None,
    allowed: Sequence[str] = (),
    configuration: Path = SHIPPED,
    secret: str | None = SECRET,
) -> Iterator[Relay]:
    """Start a relay, on its usual ports on a host of its own, on free ones here."""
    address = at.address if at else "127.0.0.1"
    ports = (PLAIN_PORT, TLS_PORT) if at else free_ports()
    command = [
        *("setpriv", "--pdeathsig", "TERM"),  # the kernel ends it when this process is killed
        program,
        *("-c", configuration),
        f"--listening-ip={address}",
        f"--relay-ip={address}",
        f"--listening-port={ports[0]}",
        f"--tls-listening-port={ports[1]}",
        *([f"--static-auth-secret={secret}"] if secret else []),
        f"--cert={certificate.file}",
        f"--pkey={certificate.key}",
        f"--userdb={folder / 'turn.db'}",
        f"--pidfile={folder / 'turn.pid'}",
        "--log-file=stdout",
        *(f"--allowed-peer-ip={peer}" for peer in allowed),
        *(["--allow-loopback-peers"] if "127.0.0.1" in allowed else []),
        *options,
    ]
    log = folder / "turn.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            at.command(*command) if at else list(map(str, command)), stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
    try:
        relay = Relay(address, *ports, secret or "", log)
        _wait_for(process, relay, at)
        yield relay
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)


def free_ports() -> tuple[int, int]:
    """Find two ports that nobody listens on, and that the kernel gives to nobody who asks for any port."""
    found = (port for port in iter(lambda: random.randrange(*NOBODYS_PORTS), None) if _is_free(port))
    return next(found), next(found)


def _is_free(port: int) -> bool:
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        try:
            for kind in (stream, datagrams):
                kind.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _wait_for(process: subprocess.Popen[bytes], relay: Relay, at: Host | None) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _answers(relay, at):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(relay.log.read_text(errors="replace"))
        time.sleep(0.02)


def _answers(relay: Relay, at: Host | None) -> bool:
    make = at.open_socket if at else partial(socket.socket, socket.AF_INET)
    try:
        with make(socket.SOCK_STREAM) as stream:
            stream.settimeout(0.5)
            stream.connect((relay.address, relay.tls_port))
        with make(socket.SOCK_DGRAM) as datagrams:
            datagrams.settimeout(0.2)
            datagrams.sendto(WHO_AM_I, (relay.address, relay.plain_port))
            return bool(datagrams.recv(1500))
    except OSError:
        return False

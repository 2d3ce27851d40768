"""Several hosts on this machine, a router between them, and everything that can happen to a line. Root only.

    with network() as net:
        server, patient = net.host("server"), net.host("patient")
        web.SockSite(runner, server.listen(8080))        # served by this process, on that host's loopback
        subprocess.Popen(server.command("program"))      # or by a process there, listening on 127.0.0.1
        patient.opens(8080, at=server)
        chromium = patient.program(require(CHROMIUM), tmp_path)
        async with running_browser(driver, chromium, loopback=False) as browser:
            ...                                          # http://localhost:8080/, http://patient.localhost:8080/
            with patient.cut():                          # nothing comes or goes, and nobody is told
                ...

A page at `localhost` is a secure context with its own cookies for each NAME.localhost. `opens` lets every connection to
that port leave over the host's line, by the kernel's address translation: what happens to the line happens to it, and
an address that moved away takes its connections along without a word. Media goes straight from host to host.

Each host is a network namespace with one cable, `line`, to the router's namespace. This machine's own network is not
touched: addresses are the same in every network, and nothing in it can reach the outside. A guard removes the
namespaces and ends what is left in them as soon as this process closes the network or dies.
"""

import ctypes
import os
import secrets
import shlex
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.parts.program import ProgramError, run

NETWORK = "10.77"
ADDRESSES = f"{NETWORK}.0.0-{NETWORK}.255.255"  # all that hosts can have
ENTER_NETWORK = 0x40000000  # CLONE_NEWNET
IPV6_OFF = "net/ipv6/conf/default/disable_ipv6"  # its address comes late, and browsers drop what they load then
GUARD = """
cat
for name in $(ip netns list | cut -d ' ' -f 1 | grep "^$0-"); do
    for process in $(ip netns pids "$name"); do kill -9 "$process"; done
    ip netns del "$name"
done
"""
LEAVES_OVER_THE_LINE = """
table ip open_{port} {{
    chain out {{
        type nat hook output priority -100
        ip daddr 127.0.0.1 tcp dport {port} dnat to {address}:{port}
    }}
    chain named {{
        type nat hook postrouting priority 100
        ip saddr 127.0.0.1 oifname "line" masquerade
    }}
    chain kept {{
        type filter hook output priority 0
        ct state invalid tcp dport {port} drop
    }}
}}
"""
COMES_TO_LOOPBACK = """
table ip door_{port} {{
    chain in {{
        type nat hook prerouting priority -100
        iifname "line" tcp dport {port} dnat to 127.0.0.1
    }}
}}
"""


@dataclass(slots=True)
class Host:
    """A host with one line to the router. Faults are context managers; the line is whole again after them."""

    name: str
    network: "Network"
    number: int
    address: str

    @property
    def namespace(self) -> str:
        """What the kernel knows it by."""
        return f"{self.network.name}-{self.name}"

    def command(self, *words: str | Path) -> list[str]:
        """The command that runs the words on this host."""
        return ["ip", "netns", "exec", self.namespace, *map(str, words)]

    def program(self, program: Path, folder: Path) -> Path:
        """Write a script into the folder that runs the program on this host; the script's path."""
        script = folder / f"{program.name}-at-{self.name}"
        script.write_text(f'#!/bin/sh\nexec {shlex.join(self.command(program))} "$@"\n')
        script.chmod(0o755)
        return script

    def open_socket(self, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
        """Make a socket of this process that is on this host."""
        with ThreadPoolExecutor(1) as thread:  # a thread can move, and its sockets with it; the process stays
            return thread.submit(_socket_in, self.namespace, kind).result()

    def listen(self, port: int = 0) -> socket.socket:
        """Listen on this host's loopback, for this process to serve."""
        listening = self.open_socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen()
        listening.setblocking(False)
        return listening

    def opens(self, port: int, *, at: "Host") -> None:
        """Make `localhost:port` here be the other host's, reached over both lines."""
        self._nft(LEAVES_OVER_THE_LINE.format(port=port, address=at.address))
        _switch(self.namespace, "net/netfilter/nf_conntrack_tcp_loose", 0)  # what lost its address is not known again
        at.door(port)

    def door(self, port: int) -> None:
        """Let others come to what listens on this host's loopback."""
        if (self.name, port) not in self.network.doors:
            self.network.doors.add((self.name, port))
            self._nft(COMES_TO_LOOPBACK.format(port=port))

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Let nothing come or go. Nobody is told: the cable still has light."""
        with self._drops("cut", ""):
            yield

    @contextmanager
    def losing(self, percent: int) -> Iterator[None]:
        """Lose that share of the packets, each way."""
        with self._drops("losing", f"numgen random mod 100 < {percent}"):
            yield

    @contextmanager
    def without_udp(self) -> Iterator[None]:
        """Let no UDP come or go."""
        with self._drops("without_udp", "meta l4proto udp"):
            yield

    @contextmanager
    def only_to(self, *ports: int) -> Iterator[None]:
        """Let only TCP to and from these ports of others come and go, as strict hospitals do."""
        others = f"!= {{ {', '.join(map(str, ports))} }}"
        with self._drops("only_to", f"tcp dport {others}", f"tcp sport {others}"), self.without_udp():
            yield

    @contextmanager
    def without(self, other: "Host") -> Iterator[None]:
        """Let nothing come from or go to that other host; everybody else is reached."""
        with self._drops(f"without_{other.name}", f"ip daddr {other.address}", f"ip saddr {other.address}"):
            yield

    @contextmanager
    def slow(self, *, kbit: int) -> Iterator[None]:
        """Let through so many kilobits a second, each way; what waits longer than 150 ms is lost."""
        ends = ((self.namespace, "line"), (self.network.router, f"to-{self.name}"))
        for namespace, device in ends:
            run(f"tc -n {namespace} qdisc add dev {device} root tbf rate {kbit}kbit burst 16kb latency 150ms".split())
        try:
            yield
        finally:
            for namespace, device in ends:
                run(f"tc -n {namespace} qdisc del dev {device} root".split())

    @contextmanager
    def unplugged(self) -> Iterator[None]:
        """Pull the cable out at the router; this host sees it."""
        _ip(f"-n {self.network.router} link set to-{self.name} down")
        try:
            yield
        finally:
            _ip(f"-n {self.network.router} link set to-{self.name} up")

    def move(self) -> None:
        """Have another address from now on, as after a change of network."""
        left, self.address = self.address, f"{NETWORK}.{self.number}.{int(self.address.rpartition('.')[2]) + 1}"
        _ip(f"-n {self.namespace} addr del {left}/24 dev line")
        self._settle()

    def plug_in(self) -> None:
        """Put the cable in and switch everything on."""
        router = self.network.router
        _switch(self.namespace, IPV6_OFF, 1)
        _ip(f"-n {router} link add to-{self.name} type veth peer name line netns {self.namespace}")
        _ip(f"-n {router} addr add {NETWORK}.{self.number}.1/24 dev to-{self.name}")
        _ip(f"-n {router} link set to-{self.name} up")
        _ip(f"-n {self.namespace} link set lo up")
        _ip(f"-n {self.namespace} link set line up")
        _switch(self.namespace, "net/ipv4/conf/all/route_localnet", 1)
        self._settle()

    def _settle(self) -> None:
        _ip(f"-n {self.namespace} addr add {self.address}/24 dev line")
        _ip(f"-n {self.namespace} route add default via {NETWORK}.{self.number}.1")

    @contextmanager
    def _drops(self, fault: str, going: str, coming: str | None = None) -> Iterator[None]:
        table, cable = f"inet {fault}_{self.name}", f'"to-{self.name}"'
        both = f"iifname {cable} {going} drop; oifname {cable} {going if coming is None else coming} drop;"
        _nft(
            self.network.router, f"table {table} {{ chain forward {{ type filter hook forward priority 0; {both} }}; }}"
        )
        try:
            yield
        finally:
            _nft(self.network.router, f"delete table {table}")

    def _nft(self, rules: str) -> None:
        _nft(self.namespace, rules)


@dataclass(slots=True)
class Network:
    """A router, and the hosts around it."""

    name: str
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    doors: set[tuple[str, int]] = field(default_factory=set)

    @property
    def router(self) -> str:
        """The router's namespace."""
        return f"{self.name}-router"

    def host(self, name: str) -> Host:
        """Connect another host; its name has at most twelve letters, as a device's has fifteen."""
        number = next(self.numbers)
        made = Host(name, self, number, address=f"{NETWORK}.{number}.2")
        _ip(f"netns add {made.namespace}")
        made.plug_in()
        return made


def is_allowed() -> bool:
    """Whether this machine lets this process make networks."""
    try:
        with network() as made:
            made.host("patient").opens(1, at=made.host("server"))
            return True
    except ProgramError:
        return False


@contextmanager
def network() -> Iterator[Network]:
    """Make a router under a name that nobody else has; remove it and all hosts afterwards."""
    made = Network(f"consilium-{secrets.token_hex(3)}")
    with _guard(made.name):
        _ip(f"netns add {made.router}")
        _switch(made.router, "net/ipv4/ip_forward", 1)
        yield made


@contextmanager
def _guard(name: str) -> Iterator[None]:
    """Start what clears up when this process closes its end of a pipe, or dies."""
    guard = subprocess.Popen(
        ["sh", "-c", GUARD, name], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield
    finally:
        guard.communicate()


def _socket_in(namespace: str, kind: socket.SocketKind) -> socket.socket:
    entrance = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(entrance, ENTER_NETWORK):
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
        return socket.socket(socket.AF_INET, kind)
    finally:
        os.close(entrance)


def _switch(namespace: str, setting: str, value: int) -> None:
    run(["ip", "netns", "exec", namespace, "sh", "-c", f"echo {value} > /proc/sys/{setting}"])


def _nft(namespace: str, rules: str) -> None:
    run(["ip", "netns", "exec", namespace, "nft", rules])


def _ip(arguments: str) -> None:
    run(["ip", *arguments.split()])

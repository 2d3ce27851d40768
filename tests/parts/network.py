"""A second host on this machine: a network namespace with an address and a default route of its own. Root only.

A program is put into it by `Namespace.program`, which writes a script that starts it there; as Playwright's
`executable_path` such a script puts a whole browser onto the second host. Loopback inside is the namespace's own:
a page from outside is fetched from `outside_address`, which is no secure context unless Chromium is told so
(`--unsafely-treat-insecure-origin-as-secure=ORIGIN`).
"""

import secrets
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.parts.program import ProgramError, run


@dataclass(frozen=True, slots=True)
class Namespace:
    """A host of its own, and the two ends of the cable to it."""

    name: str
    address: str
    outside_address: str

    def program(self, program: Path, folder: Path) -> Path:
        """Write a script into the folder that runs the program inside; the script's path."""
        script = folder / f"{program.name}-in-{self.name}"
        script.write_text(f'#!/bin/sh\nexec ip netns exec {self.name} {shlex.quote(str(program))} "$@"\n')
        script.chmod(0o755)
        return script


def is_allowed() -> bool:
    """Whether this machine lets this process make a namespace and go into it."""
    try:
        with namespace():
            return True
    except ProgramError:
        return False


@contextmanager
def namespace() -> Iterator[Namespace]:
    """Make a namespace with a cable to this one, under names that nobody else has; remove both afterwards."""
    token = secrets.token_bytes(2)
    name, network = f"consilium-{token.hex()}", f"10.{200 + token[0] % 50}.{token[1]}"
    made = Namespace(name, address=f"{network}.2", outside_address=f"{network}.1")
    _ip(f"netns add {name}")
    try:
        with _cable(made, f"out-{token.hex()}", f"in-{token.hex()}"):
            yield made
    finally:
        _ip(f"netns del {name}")


@contextmanager
def _cable(to: Namespace, outside: str, inside: str) -> Iterator[None]:
    _ip(f"link add {outside} type veth peer name {inside} netns {to.name}")
    try:
        _ip(f"addr add {to.outside_address}/30 dev {outside}")
        _ip(f"link set {outside} up")
        _ip(f"-n {to.name} link set lo up")
        _ip(f"-n {to.name} addr add {to.address}/30 dev {inside}")
        _ip(f"-n {to.name} link set {inside} up")
        _ip(f"-n {to.name} route add default via {to.outside_address}")
        yield
    finally:
        _ip(f"link del {outside}")  # at once; with the namespace it would go later, when the kernel has time


def _ip(arguments: str) -> None:
    run(["ip", *arguments.split()])

"""A second host on this machine: a network namespace with an address and a default route of its own. Root only.

A program is put into it by `Namespace.program`, which writes a script that starts it there; as Playwright's
`executable_path` such a script puts a whole browser onto the second host. Loopback inside is the namespace's own:
a page from outside is fetched from `outside_address`, which is no secure context unless Chromium is told so
(`--unsafely-treat-insecure-origin-as-secure=ORIGIN`).
"""

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


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


@contextmanager
def namespace(number: int = 1) -> Iterator[Namespace]:
    """Make a namespace with a cable to this one, named after this process; remove it afterwards."""
    name = f"consilium-{os.getpid()}-{number}"
    outside, inside = f"co{os.getpid()}-{number}", f"ci{os.getpid()}-{number}"  # at most 15 letters
    third = os.getpid() % 200
    made = Namespace(name, f"10.213.{third}.{number * 4 + 2}", f"10.213.{third}.{number * 4 + 1}")
    _ip(f"netns add {name}")
    try:
        _ip(f"link add {outside} type veth peer name {inside} netns {name}")
        _ip(f"addr add {made.outside_address}/30 dev {outside}")
        _ip(f"link set {outside} up")
        _ip(f"-n {name} link set lo up")
        _ip(f"-n {name} addr add {made.address}/30 dev {inside}")
        _ip(f"-n {name} link set {inside} up")
        _ip(f"-n {name} route add default via {made.outside_address}")
        yield made
    finally:
        _ip(f"netns del {name}")  # takes the cable with it


def _ip(arguments: str) -> None:
    subprocess.run(["ip", *arguments.split()], check=True, capture_output=True)

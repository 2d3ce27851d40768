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
from tests.parts.network import Host

ENDS_WITHIN_SECONDS = 20


class Demo:
    """The demo on one folder, here or on a host of the test's network. It can be killed and started again."""

    def __init__(self, data: Path, *options: str, port: int = 0, at: Host | None = None) -> None:
        command = [sys.executable, "-P", "-m", "server.commands", "demo", "--json", "--port", str(port), "--data", data]
        self._command = at.command(*command, *options) if at else [*map(str, command), *options]
        self._process: subprocess.Popen[str] | None = None
        self.log = data.with_suffix(".log")

    def start(self) -> dict[str, Any]:
        """Start it; what `demo --json` printed when it was ready."""
        with self.log.open("a") as errors:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self.log.read_text()
        return {**json.loads(line), "log": self.log, "pid": self._process.pid}

    def end(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """Send it a signal and wait until it is gone; its exit status, None if it did not run."""
        process, self._process = self._process, None
        if process is None:
            return None
        assert process.stdout is not None
        process.send_signal(how)
        status = process.wait(ENDS_WITHIN_SECONDS)
        process.stdout.close()
        return status


@contextmanager
def running_demo(data: Path, *options: str) -> Iterator[dict[str, Any]]:
    """Start the demo on a free port; give what `demo --json` printed."""
    demo = Demo(data, *options)
    try:
        yield demo.start()
    finally:
        demo.end()

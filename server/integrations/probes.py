"""Runs a process a probe: it answers an offer, measures, and ends. Whatever it does, it is gone in time.

The process has no settings, no keys and no database: the job is all it knows, and the figures are all we take from it.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path

from signaling.probe_frames import MAX_FRAME_BYTES, Answered, BrokenFrameError, Frame, Job, decode, encode

DEADLINE_SECONDS = 30  # its own is shorter
ANSWERS_WITHIN_SECONDS = 15  # a relay that is away costs five
_PROJECT = Path(__file__).parents[2]
_WORKER = (sys.executable, "-s", "-P", "-m", "signaling.probe")


class NoAnswerError(Exception):
    """The process made nothing of the offer."""


class RunningProbe:
    """A probe that has answered."""

    def __init__(self, worker: asyncio.subprocess.Process, sdp: str) -> None:
        self.sdp = sdp
        self._worker = worker

    async def frames(self) -> AsyncIterator[Frame]:
        """Give what it says until it says no more, because it has ended or was ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(DEADLINE_SECONDS):
                while (frame := await _next(self._worker)) is not None:
                    yield frame

    async def end(self) -> None:
        """End the process, if it has not ended."""
        await _end(self._worker)


class ProbeWorkers:
    """Starts probes."""

    def __init__(self, command: Sequence[str] = _WORKER) -> None:
        self._command = command

    async def start(self, job: Job) -> RunningProbe:
        """Start a probe and return it with its answer.

        Raises:
            NoAnswerError: the offer cannot be answered, or the process died of it.
        """
        worker = await self._begin()
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_SECONDS):
                assert worker.stdin is not None
                worker.stdin.write(encode(job))
                frame = await _next(worker)
        except TimeoutError as error:
            await _end(worker)
            raise NoAnswerError from error
        except BaseException:
            await _end(worker)
            raise
        if not isinstance(frame, Answered):
            await _end(worker)
            raise NoAnswerError
        return RunningProbe(worker, frame.sdp)

    async def _begin(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,  # held open: the process ends when we do
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=_PROJECT,
            env={"PYTHONPATH": str(_PROJECT), "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "PATH": os.defpath},
            limit=MAX_FRAME_BYTES,
            start_new_session=True,
        )


async def _next(worker: asyncio.subprocess.Process) -> Frame | None:
    """Read what the process says next; None if that is nothing, or nothing that we know."""
    assert worker.stdout is not None
    try:
        line = await worker.stdout.readline()
        return decode(line) if line else None
    except (BrokenFrameError, ValueError):  # ValueError: a line without end
        return None


async def _end(worker: asyncio.subprocess.Process) -> None:
    if worker.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)  # Process.kill() would race with the event loop for the exit status
    if worker.stdin is not None:
        worker.stdin.close()
    await worker.wait()

"""What is safe to show of a file: descriptions and pictures, made in a process of its own that may fail.

The original is never shown. Nothing that comes back is believed before it is checked.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from server.domain.errors import DomainError
from server.domain.sniffing import MediaType
from server.domain.summaries import NoSummary, PdfSummary, PictureSummary, ScanSummary, Summary
from server.integrations.derivatives_frame import (
    MAX_ANSWER_BYTES,
    Answer,
    BrokenAnswerError,
    Job,
    Refusal,
    decode,
)

DEADLINE_SECONDS = 30
MAX_AT_ONCE = 2
SCAN_HEADER_BYTES = 16 * 1024 * 1024
_PICTURES = frozenset({MediaType.JPEG, MediaType.PNG, MediaType.TIFF, MediaType.WEBP, MediaType.HEIC})
_DESCRIBED = _PICTURES | {MediaType.PDF, MediaType.DICOM}
_SHOWN_AS_PICTURE = _PICTURES | {MediaType.DICOM}
_PROJECT = Path(__file__).parents[2]
_WORKER = (sys.executable, "-s", "-P", "-m", "server.integrations.derivatives_worker")


class UnreadableDocumentError(DomainError):
    """The file cannot be opened; somebody has to send it again."""

    code = "unreadable-document"


class NoPreviewError(DomainError):
    """The file is kept, but we cannot show it."""

    code = "no-preview"


class NoSuchPageError(DomainError):
    """The document has fewer pages."""

    code = "no-such-page"


@dataclass(frozen=True, slots=True)
class Derivative:
    """A picture that we made, safe to show."""

    media_type: MediaType
    width: int
    height: int
    data: bytes


_NO_PREVIEW = "We have this file, but we cannot show it here. Your specialist can download it."
_DAMAGED = "We cannot open this file. It may be damaged. Please check the original and send it again."
_TOO_SLOW = "This file takes too long to open. Please send it again in a simpler form, such as a plain PDF or a photo."
_LOCKED = "This PDF is locked with a password. Please save it without the password and send it again."
_TOO_LARGE = "We have this file, but it is too large to show here. Your specialist can download it."
_REFUSALS: Mapping[str, tuple[type[DomainError], str]] = {
    Refusal.DAMAGED: (UnreadableDocumentError, _DAMAGED),
    Refusal.PASSWORD: (UnreadableDocumentError, _LOCKED),
    Refusal.TOO_LARGE: (NoPreviewError, _TOO_LARGE),
    Refusal.NO_PREVIEW: (NoPreviewError, _NO_PREVIEW),
    Refusal.NO_SUCH_PAGE: (NoSuchPageError, "This document has no such page."),
}


class Derivatives:
    """Describes and draws files, a few at a time."""

    def __init__(self, *, deadline_seconds: float = DEADLINE_SECONDS, at_once: int = MAX_AT_ONCE) -> None:
        self._deadline_seconds = deadline_seconds
        self._turn = asyncio.Semaphore(at_once)

    async def describe(self, media_type: MediaType, source: AsyncIterable[bytes]) -> Summary:
        """Say what is in the file; of kinds that we do not open, nothing.

        Raises:
            UnreadableDocumentError: the file is damaged, locked or not what it seems.
            NoPreviewError: it is too large to be opened here.
        """
        if media_type not in _DESCRIBED:
            return NoSummary()
        limit = SCAN_HEADER_BYTES if media_type is MediaType.DICOM else None
        answer = await self._ask(Job.DESCRIBE, media_type, 0, source, limit)
        try:
            return _summary(media_type, answer.fields)
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableDocumentError(_DAMAGED) from error

    async def picture(self, media_type: MediaType, source: AsyncIterable[bytes]) -> Derivative:
        """Draw a picture, or the first frame of a scan.

        Raises:
            UnreadableDocumentError: the picture is damaged or not what it seems.
            NoPreviewError: it is a kind that we cannot show, or too large.
        """
        if media_type not in _SHOWN_AS_PICTURE:
            raise NoPreviewError(_NO_PREVIEW)
        try:
            return _derivative(await self._ask(Job.PICTURE, media_type, 0, source))
        except UnreadableDocumentError as error:
            if media_type is MediaType.DICOM:  # its header was read: it is a scan, in a coding that we lack
                raise NoPreviewError(_NO_PREVIEW) from error
            raise

    async def page(self, number: int, source: AsyncIterable[bytes]) -> Derivative:
        """Draw a page of a PDF, counted from 1.

        Raises:
            UnreadableDocumentError: the file is damaged or locked.
            NoSuchPageError: it has fewer pages.
        """
        return _derivative(await self._ask(Job.PAGE, MediaType.PDF, number, source))

    async def _ask(
        self, job: Job, media_type: MediaType, page: int, source: AsyncIterable[bytes], limit: int | None = None
    ) -> Answer:
        async with self._turn:
            try:
                async with asyncio.timeout(self._deadline_seconds), _worker(job, media_type, page) as worker:
                    raw = await _converse(worker, source, limit)
            except TimeoutError as error:
                raise UnreadableDocumentError(_TOO_SLOW) from error
        try:
            answer = decode(raw)
        except BrokenAnswerError as error:
            raise UnreadableDocumentError(_DAMAGED) from error
        if "refused" in answer.fields:
            refusal, words = _REFUSALS.get(str(answer.fields["refused"]), _REFUSALS[Refusal.DAMAGED])
            raise refusal(words)
        return answer


@asynccontextmanager
async def _worker(job: Job, media_type: MediaType, page: int) -> AsyncIterator[asyncio.subprocess.Process]:
    worker = await asyncio.create_subprocess_exec(
        *_WORKER,
        job,
        media_type,
        str(page),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=_PROJECT,
        env={"PYTHONPATH": str(_PROJECT), "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "PATH": os.defpath},
        start_new_session=True,
    )
    try:
        yield worker
        await worker.wait()
    finally:
        if worker.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(worker.pid, signal.SIGKILL)  # Process.kill() would race with the event loop for the exit status
            await worker.wait()


async def _converse(worker: asyncio.subprocess.Process, source: AsyncIterable[bytes], limit: int | None) -> bytes:
    assert worker.stdin is not None
    assert worker.stdout is not None
    feeding = asyncio.create_task(_feed(worker.stdin, source, limit))
    try:
        answer = await _read_up_to(worker.stdout, MAX_ANSWER_BYTES)
    finally:
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding
    return answer


async def _feed(stdin: asyncio.StreamWriter, source: AsyncIterable[bytes], limit: int | None) -> None:
    left = limit
    try:
        async for piece in source:
            stdin.write(piece if left is None else piece[:left])
            await stdin.drain()
            left = None if left is None else left - len(piece)
            if left is not None and left <= 0:
                break
    except (BrokenPipeError, ConnectionResetError):
        return  # the worker has heard enough; its answer says what it made of it
    finally:
        stdin.close()
        if isinstance(source, AsyncGenerator):
            await source.aclose()


async def _read_up_to(stdout: asyncio.StreamReader, limit: int) -> bytes:
    answer = bytearray()
    while piece := await stdout.read(256 * 1024):
        answer += piece
        if len(answer) > limit:
            return b""
    return bytes(answer)


def _summary(media_type: MediaType, fields: dict[str, Any]) -> Summary:
    if media_type is MediaType.PDF:
        return PdfSummary(pages=_whole(fields["pages"]))
    if media_type in _PICTURES:
        return PictureSummary(width=_whole(fields["width"]), height=_whole(fields["height"]))
    return ScanSummary(
        modality=_text(fields["modality"]),
        description=_text(fields["description"]),
        study_uid=_text(fields["study_uid"]),
        series_uid=_text(fields["series_uid"]),
        study_date=_date(fields["study_date"]),
        rows=_whole(fields["rows"]),
        columns=_whole(fields["columns"]),
        frames=_whole(fields["frames"]),
        patient_name=_text(fields["patient_name"]),
        birth_date=_date(fields["birth_date"]),
    )


def _derivative(answer: Answer) -> Derivative:
    kinds = {b"\xff\xd8\xff": MediaType.JPEG, b"\x89PN": MediaType.PNG}
    kind = kinds.get(answer.body[:3])
    try:
        width, height = _whole(answer.fields["width"]), _whole(answer.fields["height"])
    except (KeyError, ValueError) as error:
        raise UnreadableDocumentError(_DAMAGED) from error
    if kind is None:
        raise UnreadableDocumentError(_DAMAGED)
    return Derivative(kind, width, height, answer.body)


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value < 10**9:
        raise ValueError("not a count")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError("not a short text")
    return "".join(character if character.isprintable() else " " for character in value)


def _date(value: object) -> date | None:
    return None if value is None else date.fromisoformat(_text(value))

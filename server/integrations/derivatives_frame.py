"""One job and one answer between the service and the process that opens files of strangers.

The job is in the arguments, the file on standard input. The answer is `CSD1`, the length of a JSON object in four
bytes, the object, and the bytes of a picture if there is one. The service believes nothing of it before it is checked.
"""

import json
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_MAGIC = b"CSD1"
_LENGTH = struct.Struct(">I")
_MAX_FIELDS_BYTES = 64 * 1024
MAX_ANSWER_BYTES = 32 * 1024 * 1024


class Job(StrEnum):
    """What is asked of a file."""

    DESCRIBE = "describe"
    PICTURE = "picture"
    PAGE = "page"


class Refusal(StrEnum):
    """Why a job cannot be done."""

    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105
    TOO_LARGE = "too-large"
    NO_PREVIEW = "no-preview"
    NO_SUCH_PAGE = "no-such-page"


class CannotDoError(Exception):
    """The job cannot be done; only within the process that opens files."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class BrokenAnswerError(Exception):
    """The process did not answer, or answered something else than an answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a job."""

    fields: dict[str, Any]
    body: bytes = b""


def encode(answer: Answer) -> bytes:
    """Write an answer as bytes."""
    fields = json.dumps(answer.fields, allow_nan=False).encode()
    return _MAGIC + _LENGTH.pack(len(fields)) + fields + answer.body


def decode(raw: bytes) -> Answer:
    """Read an answer.

    Raises:
        BrokenAnswerError: the bytes are no answer.
    """
    start = len(_MAGIC) + _LENGTH.size
    if len(raw) < start or not raw.startswith(_MAGIC):
        raise BrokenAnswerError
    (length,) = _LENGTH.unpack_from(raw, len(_MAGIC))
    if length > min(_MAX_FIELDS_BYTES, len(raw) - start):
        raise BrokenAnswerError
    try:
        fields = json.loads(raw[start : start + length])
    except ValueError as error:
        raise BrokenAnswerError from error
    if not isinstance(fields, dict):
        raise BrokenAnswerError
    return Answer(fields, raw[start + length :])

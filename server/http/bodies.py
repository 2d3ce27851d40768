"""JSON from strangers: parsed once, with every limit, into plain values.

aiohttp's own `request.json()` answers malformed, deep and huge-number bodies with 500 and accepts NaN.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, NoReturn

from aiohttp import web
from multidict import MultiDictProxy

from server.domain.errors import DomainError

MAX_BODY_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_DIGITS = 40
PATIENCE_SECONDS = 8.0


class MalformedBodyError(DomainError):
    """The bytes are not the JSON that is asked for."""

    code = "malformed-body"


class UnsupportedBodyError(DomainError):
    """The content type is not the one that is asked for."""

    code = "unsupported-media-type"


class BodyTooLargeError(DomainError):
    """The body is larger than any request of this kind."""

    code = "body-too-large"


class BodyTooSlowError(DomainError):
    """The body does not come."""

    code = "body-too-slow"


@asynccontextmanager
async def in_time() -> AsyncIterator[None]:
    """Wait for a short body no longer than anybody's line needs.

    Raises:
        BodyTooSlowError: it took too long.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield
    except TimeoutError as error:
        raise BodyTooSlowError("What you sent took too long to arrive. Please send it again.") from error


async def form_of(request: web.Request) -> "MultiDictProxy[str | bytes | bytearray | web.FileField]":
    """Read a form without files.

    Raises:
        BodyTooSlowError: it does not come.
    """
    async with in_time():
        return await request.post()


async def json_bytes(request: web.Request) -> bytes:
    """Read the body: one JSON object within every limit, still to be validated.

    Raises:
        UnsupportedBodyError: it is not labelled `application/json`, or is compressed.
        BodyTooLargeError: more than `MAX_BODY_BYTES`.
        BodyTooSlowError: it does not come.
        MalformedBodyError: not UTF-8, not JSON, not an object, too deep, NaN, a number of more than `MAX_DIGITS`.
    """
    if request.content_type != "application/json" or "Content-Encoding" in request.headers:
        raise UnsupportedBodyError("Send the body as application/json, not compressed.")
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise BodyTooLargeError(f"The body is larger than {MAX_BODY_BYTES} bytes.")
    raw = bytearray()
    async with in_time():
        async for chunk in request.content.iter_any():
            raw += chunk
            if len(raw) > MAX_BODY_BYTES:
                raise BodyTooLargeError(f"The body is larger than {MAX_BODY_BYTES} bytes.")
    check(bytes(raw))
    return bytes(raw)


def check(raw: bytes) -> None:
    """Let bytes pass that are one JSON object within every limit.

    Raises:
        MalformedBodyError: as in `json_bytes`.
    """
    try:
        text = raw.decode("utf-8")
        _refuse_depth(text)
        value = json.loads(
            text,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_number,
            object_pairs_hook=_object,
        )
    except (UnicodeDecodeError, ValueError) as error:
        raise MalformedBodyError("The body is not valid JSON.") from error
    if not isinstance(value, dict):
        raise MalformedBodyError("The body must be one JSON object.")


def _refuse_depth(text: str) -> None:
    depth = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            escaped, in_string = (character == "\\" and not escaped), (character != '"' or escaped)
        elif character == '"':
            in_string, escaped = True, False
        elif character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError("too deep")
        elif character in "]}":
            depth -= 1


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _integer(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number that long means nothing here")
    return int(digits)


def _number(digits: str) -> float:
    if len(digits) > MAX_DIGITS:
        raise ValueError("a number that long means nothing here")
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError("out of range")
    return value


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, item in pairs:
        if key in value:
            raise ValueError("a name stands twice")
        _refuse_nul(key)
        _refuse_nul(item)
        value[key] = item
    return value


def _refuse_nul(value: Any) -> None:
    if isinstance(value, str) and "\x00" in value:
        raise ValueError("NUL cannot be stored as text")
    if isinstance(value, list):
        for item in value:
            _refuse_nul(item)

"""The tus 1.0.0 resumable upload protocol: headers in, values and headers out. No I/O, no clock.

Extensions: creation, creation-with-upload, checksum, termination, expiration. Section names are those of
the protocol's text, version 1.0.0 (2016-03-25).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from server.domain.errors import DomainError
from server.domain.tus_refusals import (
    ChecksumMismatchError,
    ChecksumUnknownError,
    MalformedHeaderError,
    OffsetMismatchError,
    UploadExpiredError,
    UploadTooLargeError,
    VersionNotSupportedError,
    WrongContentTypeError,
)
from server.domain.upload_metadata import UploadMetadata, from_base64, parse_metadata

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
CHECKSUM_ALGORITHMS = ("sha1", "sha256")  # "Checksum": sha1 is the one every server has
BODY_TYPE = "application/offset+octet-stream"
METHODS = frozenset({"OPTIONS", "POST", "HEAD", "PATCH", "DELETE"})
EXPIRES_AFTER = timedelta(days=7)
EXPIRES_AT_LATEST_AFTER = timedelta(days=30)
_NUMBER = re.compile(r"[0-9]{1,18}")

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request must come to."""

    algorithm: str
    digest: bytes

    def hasher(self) -> "_Hash":
        """Give an empty digest to feed the request's bytes to."""
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def verify(self, hasher: "_Hash") -> None:
        """Compare with what arrived.

        Raises:
            ChecksumMismatchError: the bytes were changed on the way.
        """
        if not hmac.compare_digest(hasher.digest(), self.digest):
            raise ChecksumMismatchError("The file was damaged on the way. We send this part again.")


@dataclass(frozen=True, slots=True)
class Create:
    """Begin an upload of `length` bytes; `with_body` if the first of them come along."""

    length: int
    metadata: UploadMetadata
    with_body: bool
    checksum: Checksum | None


@dataclass(frozen=True, slots=True)
class Patch:
    """Add bytes from `offset` on; `length` is how many come, if the client says so."""

    offset: int
    length: int | None
    checksum: Checksum | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an upload stands."""

    length: int
    offset: int
    expires_at: datetime


def method_of(method: str, headers: Iterable[tuple[str, str]]) -> str:
    """Give the method that is meant: some networks let only POST through ("X-HTTP-Method-Override")."""
    override = _fold(headers).get("x-http-method-override")
    return override.upper() if method == "POST" and override and override.upper() in METHODS else method


def check_version(headers: Iterable[tuple[str, str]]) -> None:
    """Let a request pass that speaks our version.

    Raises:
        VersionNotSupportedError: it speaks another, or does not say.
    """
    _check_version(_fold(headers))


def parse_create(headers: Iterable[tuple[str, str]], *, max_bytes: int) -> Create:
    """Read the headers of a POST.

    Raises:
        VersionNotSupportedError, MalformedHeaderError, InvalidMetadataError, UploadTooLargeError,
        WrongContentTypeError, ChecksumUnknownError
    """
    fields = _fold(headers)
    _check_version(fields)
    if "upload-concat" in fields:
        raise MalformedHeaderError("A file is sent as one upload here, not in parts to be joined.")
    length = _number(fields, "upload-length")
    if length > max_bytes:
        raise UploadTooLargeError(f"This file is larger than {max_bytes // 10**9} GB, the most we can take.")
    with_body = _has_body(fields)
    if with_body:
        _check_body_type(fields)
    if _optional_number(fields, "content-length", 0) > length:
        raise UploadTooLargeError("More arrives than the size that was announced.")
    return Create(length, parse_metadata(fields.get("upload-metadata", "")), with_body, _checksum(fields))


def parse_patch(headers: Iterable[tuple[str, str]]) -> Patch:
    """Read the headers of a PATCH.

    Raises:
        VersionNotSupportedError, WrongContentTypeError, MalformedHeaderError, ChecksumUnknownError
    """
    fields = _fold(headers)
    _check_version(fields)
    _check_body_type(fields)
    announced = _number(fields, "content-length") if "content-length" in fields else None
    return Patch(_number(fields, "upload-offset"), announced, _checksum(fields))


def check_live(standing: Standing, *, now: datetime) -> None:
    """Let an upload pass that may still be continued.

    Raises:
        UploadExpiredError: it was left alone for too long.
    """
    if now >= standing.expires_at:
        raise UploadExpiredError("This upload was left alone for too long. Please send the file again.")


def room_for(patch: Patch, standing: Standing, *, now: datetime) -> int:
    """Give how many bytes may still be stored from the patch's body.

    Raises:
        UploadExpiredError: it was left alone for too long.
        OffsetMismatchError: we stand at another place.
        UploadTooLargeError: more is announced than the file has left.
    """
    check_live(standing, now=now)
    if patch.offset != standing.offset:
        raise OffsetMismatchError(f"We have {standing.offset} bytes of this file. Please go on from there.")
    room = standing.length - standing.offset
    if patch.length is not None and patch.length > room:
        raise past_the_end()
    return room


def past_the_end() -> UploadTooLargeError:
    """Give the refusal of bytes beyond the announced length; those before it are kept."""
    return UploadTooLargeError("More arrives than the size that was announced.")


def expiry(*, created_at: datetime, now: datetime) -> datetime:
    """Give when an upload that moved now expires: a week later, at most 30 days after it began."""
    return min(now + EXPIRES_AFTER, created_at + EXPIRES_AT_LATEST_AFTER)


def options_headers(*, max_bytes: int) -> Headers:
    """Say what this server can do."""
    return {
        "Tus-Resumable": VERSION,
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(max_bytes),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUM_ALGORITHMS),
    }


def created_headers(location: str, standing: Standing) -> Headers:
    """Answer a POST."""
    return {"Location": location, **progress_headers(standing)}


def head_headers(standing: Standing, metadata_header: str) -> Headers:
    """Answer a HEAD."""
    echo = {"Upload-Metadata": metadata_header} if metadata_header else {}
    return {
        "Cache-Control": "no-store",
        "Upload-Length": str(standing.length),
        **echo,
        **progress_headers(standing),
    }


def progress_headers(standing: Standing) -> Headers:
    """Answer a PATCH; a complete upload does not expire."""
    unfinished = standing.offset < standing.length
    expires = {"Upload-Expires": _http_date(standing.expires_at)} if unfinished else {}
    return {"Tus-Resumable": VERSION, "Upload-Offset": str(standing.offset), **expires}


def refusal_headers(error: DomainError) -> Headers:
    """Give what every refusal carries; another version is told ours."""
    version = {"Tus-Version": VERSION} if isinstance(error, VersionNotSupportedError) else {}
    return {"Tus-Resumable": VERSION, **version}


def _fold(headers: Iterable[tuple[str, str]]) -> Headers:
    fields: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key in fields and (key.startswith(("upload-", "tus-")) or key in ("content-length", "content-type")):
            raise MalformedHeaderError(f"The header {name} is given twice.")
        fields[key] = value.strip()
    return fields


def _check_version(fields: Headers) -> None:
    if fields.get("tus-resumable") != VERSION:
        raise VersionNotSupportedError(f"Uploads speak version {VERSION} of the tus protocol.")


def _check_body_type(fields: Headers) -> None:
    if fields.get("content-type", "").lower() != BODY_TYPE:
        raise WrongContentTypeError(f"The bytes of an upload are sent as {BODY_TYPE}.")


def _has_body(fields: Headers) -> bool:
    return "transfer-encoding" in fields or _optional_number(fields, "content-length", 0) > 0


def _number(fields: Headers, name: str) -> int:
    value = fields.get(name, "")
    if not _NUMBER.fullmatch(value):
        raise MalformedHeaderError(f"The header {name.title()} must be a whole number of bytes.")
    return int(value)


def _optional_number(fields: Headers, name: str, default: int) -> int:
    return _number(fields, name) if name in fields else default


def _checksum(fields: Headers) -> Checksum | None:
    header = fields.get("upload-checksum")
    if header is None:
        return None
    algorithm, _, encoded = header.partition(" ")
    if algorithm not in CHECKSUM_ALGORITHMS:
        raise ChecksumUnknownError(f"Checksums may be {' or '.join(CHECKSUM_ALGORITHMS)}.")
    checksum = Checksum(algorithm, from_base64(encoded, "Upload-Checksum"))
    if len(checksum.digest) != checksum.hasher().digest_size:
        raise MalformedHeaderError("The header Upload-Checksum has not the length of its kind.")
    return checksum


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)

"""The resumable upload protocol: what a client may ask, what it is refused, and what it is told."""

import base64
import hashlib
import inspect
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import tus, tus_refusals
from server.domain.documents import Container, DocumentKind
from server.domain.errors import DomainError
from server.domain.tus import Checksum, Patch, Standing
from server.domain.tus_refusals import (
    ChecksumMismatchError,
    ChecksumUnknownError,
    InvalidMetadataError,
    MalformedHeaderError,
    OffsetMismatchError,
    UploadExpiredError,
    UploadTooLargeError,
    VersionNotSupportedError,
    WrongContentTypeError,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GIB = 2**30


def metadata(**values: str) -> str:
    values = {"case": "case-1", "filename": "report.pdf", **values}
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def a_post(**changes: str | None) -> Mapping[str, str]:
    return headers({"Tus-Resumable": "1.0.0", "Upload-Length": "100", "Upload-Metadata": metadata()}, changes)


def a_patch(**changes: str | None) -> Mapping[str, str]:
    body = {"Content-Type": "application/offset+octet-stream", "Content-Length": "60"}
    return headers({"Tus-Resumable": "1.0.0", "Upload-Offset": "40", **body}, changes)


def headers(standard: dict[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    merged = {**standard, **{name.replace("_", "-"): value for name, value in changes.items()}}
    return {name: value for name, value in merged.items() if value is not None}


def create(fields: Mapping[str, str]) -> tus.Create:
    return tus.parse_create(fields.items(), max_bytes=GIB)


def test_an_upload_is_begun_with_what_the_sender_says() -> None:
    begun = create(a_post(Upload_Metadata=metadata(kind="labs", filetype="application/pdf", container="tar")))

    assert (begun.length, begun.with_body, begun.checksum) == (100, False, None)
    assert (begun.metadata.case, begun.metadata.filename) == ("case-1", "report.pdf")
    assert (begun.metadata.kind, begun.metadata.container) == (DocumentKind.LABS, Container.TAR)


def test_a_kind_that_is_not_said_is_other() -> None:
    assert create(a_post()).metadata.kind is DocumentKind.OTHER


def test_the_first_bytes_may_come_along() -> None:
    assert create(a_post(Content_Length="100", Content_Type=tus.BODY_TYPE)).with_body
    assert create(a_post(Transfer_Encoding="chunked", Content_Type=tus.BODY_TYPE)).with_body
    assert not create(a_post(Content_Length="0", Content_Type="text/plain")).with_body


def test_a_patch_says_where_it_goes_on() -> None:
    assert tus.parse_patch(a_patch().items()) == Patch(40, 60, None)
    assert tus.parse_patch(a_patch(Content_Length=None).items()) == Patch(40, None, None)


def test_header_names_have_no_case() -> None:
    assert tus.parse_patch({name.upper(): value for name, value in a_patch().items()}.items()).offset == 40


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"Tus-Resumable": None}, VersionNotSupportedError),
        ({"Tus-Resumable": "0.2.2"}, VersionNotSupportedError),
        ({"Upload-Length": None}, MalformedHeaderError),
        ({"Upload-Length": None, "Upload-Defer-Length": "1"}, MalformedHeaderError),
        ({"Upload-Length": "-1"}, MalformedHeaderError),
        ({"Upload-Length": "+1"}, MalformedHeaderError),
        ({"Upload-Length": "1e3"}, MalformedHeaderError),
        ({"Upload-Length": "１"}, MalformedHeaderError),
        ({"Upload-Length": "9" * 30}, MalformedHeaderError),
        ({"Upload-Length": str(GIB + 1)}, UploadTooLargeError),
        ({"Content-Length": "101", "Content-Type": tus.BODY_TYPE}, UploadTooLargeError),
        ({"Content-Length": "5", "Content-Type": "application/json"}, WrongContentTypeError),
        ({"Content-Length": "5"}, WrongContentTypeError),
        ({"Content-Length": "many"}, MalformedHeaderError),
        ({"Upload-Concat": "partial"}, MalformedHeaderError),
        ({"Upload-Metadata": None}, InvalidMetadataError),
        ({"Upload-Metadata": ""}, InvalidMetadataError),
        ({"Upload-Metadata": "case"}, InvalidMetadataError),
        ({"Upload-Metadata": metadata(case="../x")}, InvalidMetadataError),
        ({"Upload-Metadata": metadata(filename="")}, InvalidMetadataError),
        ({"Upload-Metadata": metadata(filename="../..")}, InvalidMetadataError),
        ({"Upload-Metadata": metadata(kind="selfie")}, InvalidMetadataError),
        ({"Upload-Metadata": metadata(container="rar")}, InvalidMetadataError),
        ({"Upload-Metadata": metadata(filetype="x" * 101)}, InvalidMetadataError),
        ({"Upload-Metadata": f"{metadata()},case QQ=="}, MalformedHeaderError),
        ({"Upload-Metadata": f"{metadata()},"}, MalformedHeaderError),
        ({"Upload-Metadata": "case %%%"}, MalformedHeaderError),
        ({"Upload-Metadata": "case Q"}, MalformedHeaderError),
        ({"Upload-Metadata": "case /w=="}, MalformedHeaderError),
        ({"Upload-Metadata": metadata(more="x" * 4000)}, MalformedHeaderError),
        ({"Upload-Checksum": "md5 AAAA"}, ChecksumUnknownError),
        ({"Upload-Checksum": "sha1"}, MalformedHeaderError),
        ({"Upload-Checksum": "sha256 %"}, MalformedHeaderError),
    ],
)
def test_a_faulty_post_is_refused(changes: dict[str, str | None], refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        create(a_post(**changes))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"Tus-Resumable": "2.0.0"}, VersionNotSupportedError),
        ({"Content-Type": "application/octet-stream"}, WrongContentTypeError),
        ({"Content-Type": None}, WrongContentTypeError),
        ({"Upload-Offset": None}, MalformedHeaderError),
        ({"Upload-Offset": "forty"}, MalformedHeaderError),
        ({"Upload-Checksum": "crc32 AAAA"}, ChecksumUnknownError),
    ],
)
def test_a_faulty_patch_is_refused(changes: dict[str, str | None], refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        tus.parse_patch(a_patch(**changes).items())


def test_a_header_given_twice_is_refused() -> None:
    with pytest.raises(MalformedHeaderError):
        tus.parse_patch([*a_patch().items(), ("upload-offset", "41")])


@given(st.dictionaries(st.sampled_from(["Upload-Length", "Upload-Metadata", "Upload-Checksum"]), st.text(max_size=40)))
def test_whatever_the_headers_hold_the_answer_is_a_refusal_from_the_table(changes: dict[str, str]) -> None:
    with suppress(*tus_refusals.STATUS):
        create({**a_post(), **changes})


def test_every_refusal_has_its_status() -> None:
    refusals = {
        value
        for _, value in inspect.getmembers(tus_refusals, inspect.isclass)
        if issubclass(value, DomainError) and value is not DomainError
    }

    assert refusals == set(tus_refusals.STATUS)


def test_a_checksum_lets_only_the_same_bytes_pass() -> None:
    digest = base64.b64encode(hashlib.sha1(b"hello", usedforsecurity=False).digest()).decode()
    checksum = tus.parse_patch(a_patch(Upload_Checksum=f"sha1 {digest}").items()).checksum
    assert checksum is not None
    hasher = checksum.hasher()
    hasher.update(b"hel")
    with pytest.raises(ChecksumMismatchError):
        checksum.verify(hasher)
    hasher.update(b"lo")
    checksum.verify(hasher)


def test_sha256_is_known_too() -> None:
    checksum = Checksum("sha256", hashlib.sha256(b"x").digest())
    hasher = checksum.hasher()
    hasher.update(b"x")

    checksum.verify(hasher)


STANDING = Standing(length=100, offset=40, expires_at=NOW + timedelta(days=1))


def test_there_is_room_for_what_is_left() -> None:
    assert tus.room_for(Patch(40, 60, None), STANDING, now=NOW) == 60
    assert tus.room_for(Patch(40, None, None), STANDING, now=NOW) == 60


@pytest.mark.parametrize(
    ("patch", "days_later", "refusal"),
    [
        (Patch(39, 1, None), 0, OffsetMismatchError),
        (Patch(41, 1, None), 0, OffsetMismatchError),
        (Patch(40, 61, None), 0, UploadTooLargeError),
        (Patch(40, 60, None), 1, UploadExpiredError),
    ],
)
def test_a_patch_that_does_not_fit_is_refused(patch: Patch, days_later: int, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal):
        tus.room_for(patch, STANDING, now=NOW + timedelta(days=days_later))


def test_an_upload_lives_a_week_after_it_moved_and_thirty_days_at_most() -> None:
    assert tus.expiry(created_at=NOW, now=NOW) == NOW + timedelta(days=7)
    assert tus.expiry(created_at=NOW, now=NOW + timedelta(days=28)) == NOW + timedelta(days=30)


def test_the_answers_say_where_the_upload_stands() -> None:
    head = tus.head_headers(STANDING, "case QQ==")

    assert head["Upload-Offset"] == "40"
    assert head["Upload-Length"] == "100"
    assert head["Cache-Control"] == "no-store"
    assert head["Upload-Metadata"] == "case QQ=="
    assert head["Upload-Expires"] == "Mon, 23 Nov 2026 12:00:00 GMT"
    assert tus.created_headers("/api/v1/uploads/u1", STANDING)["Location"] == "/api/v1/uploads/u1"
    assert "Upload-Metadata" not in tus.head_headers(STANDING, "")


def test_a_complete_upload_does_not_expire() -> None:
    assert "Upload-Expires" not in tus.progress_headers(Standing(100, 100, NOW))


def test_options_say_what_the_server_can_do() -> None:
    assert tus.options_headers(max_bytes=GIB) == {
        "Tus-Resumable": "1.0.0",
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,creation-with-upload,checksum,termination,expiration",
        "Tus-Max-Size": str(GIB),
        "Tus-Checksum-Algorithm": "sha1,sha256",
    }


def test_another_version_is_told_ours() -> None:
    with pytest.raises(VersionNotSupportedError) as refused:
        tus.check_version({"Tus-Resumable": "0.1"}.items())

    assert tus.refusal_headers(refused.value) == {"Tus-Resumable": "1.0.0", "Tus-Version": "1.0.0"}
    assert tus.refusal_headers(tus.past_the_end()) == {"Tus-Resumable": "1.0.0"}


@pytest.mark.parametrize(
    ("method", "override", "meant"),
    [
        ("POST", "PATCH", "PATCH"),
        ("POST", "delete", "DELETE"),
        ("POST", "TRACE", "POST"),
        ("POST", "", "POST"),
        ("HEAD", "DELETE", "HEAD"),
    ],
)
def test_a_post_may_stand_for_another_method(method: str, override: str, meant: str) -> None:
    assert tus.method_of(method, {"X-HTTP-Method-Override": override}.items()) == meant

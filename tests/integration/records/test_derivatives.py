"""Files of strangers are opened in a process of their own, which may fail and take nobody with it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from server.domain.sniffing import MediaType
from server.domain.summaries import NoSummary, PdfSummary, PictureSummary, ScanSummary
from server.integrations.derivatives import (
    Derivatives,
    NoPreviewError,
    NoSuchPageError,
    UnreadableDocumentError,
)
from server.integrations.derivatives_worker import MAX_INPUT_BYTES
from tests.unit.records.heic_photos import a_heic
from tests.unit.records.hostile_files import a_huge_png, a_locked_pdf, a_lossless_scan, a_pdf, a_photo, a_scan


@pytest.fixture
def derivatives() -> Derivatives:
    return Derivatives()


async def stream(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1 << 20):
        yield data[start : start + (1 << 20)]


async def test_documents_are_described(derivatives: Derivatives) -> None:
    photo, pdf, scan = await asyncio.gather(
        derivatives.describe(MediaType.JPEG, stream(a_photo(orientation=6))),
        derivatives.describe(MediaType.PDF, stream(a_pdf(pages=3))),
        derivatives.describe(MediaType.DICOM, stream(a_scan())),
    )

    assert photo == PictureSummary(width=40, height=60)
    assert pdf == PdfSummary(pages=3)
    assert scan == ScanSummary("CT", "Chest", "", "", date(2026, 3, 1), 8, 8, 1, "Doe Jane", date(1970, 1, 2))
    assert await derivatives.describe(MediaType.ZIP, stream(b"PK")) == NoSummary()


async def test_documents_are_drawn(derivatives: Derivatives) -> None:
    photo, page, scan = await asyncio.gather(
        derivatives.picture(MediaType.JPEG, stream(a_photo())),
        derivatives.page(2, stream(a_pdf())),
        derivatives.picture(MediaType.DICOM, stream(a_scan())),
    )

    assert (photo.media_type, photo.width, photo.height) == (MediaType.JPEG, 60, 40)
    assert page.media_type is MediaType.PNG
    assert page.data.startswith(b"\x89PNG")
    assert (scan.width, scan.height) == (8, 8)


async def test_a_scan_from_a_real_machine_is_drawn(derivatives: Derivatives) -> None:
    data = Path(str(get_testdata_file("MR_small_RLE.dcm", download=False))).read_bytes()

    assert (await derivatives.picture(MediaType.DICOM, stream(data))).width == 64


async def test_a_scan_from_a_hospital_cd_and_a_photo_from_a_telephone_are_drawn(derivatives: Derivatives) -> None:
    scan = a_lossless_scan(np.arange(64, dtype=np.uint16).reshape(8, 8), bits=12)
    photo = a_heic(Image.new("RGB", (128, 64), "red"), tile=64, turns=1)

    drawn, shown = await asyncio.gather(
        derivatives.picture(MediaType.DICOM, stream(scan)), derivatives.picture(MediaType.HEIC, stream(photo))
    )
    assert (drawn.width, drawn.height) == (8, 8)
    assert (shown.media_type, shown.width, shown.height) == (MediaType.JPEG, 64, 128)
    assert await derivatives.describe(MediaType.HEIC, stream(photo)) == PictureSummary(64, 128)


async def test_a_scan_in_a_coding_that_we_lack_is_kept_but_not_shown(derivatives: Derivatives) -> None:
    data = Path(str(get_testdata_file("SC_rgb_jls_lossy_sample.dcm", download=False))).read_bytes()

    with pytest.raises(NoPreviewError):
        await derivatives.picture(MediaType.DICOM, stream(data))


@pytest.mark.parametrize(
    ("media_type", "data", "words"),
    [
        (MediaType.JPEG, a_photo(size=(900, 900))[:3000], "damaged"),
        (MediaType.PNG, b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "damaged"),
        (MediaType.PNG, b"", "damaged"),
        (MediaType.PDF, a_locked_pdf(), "password"),
        (MediaType.PDF, b"%PDF-1.7\n", "damaged"),
        (MediaType.DICOM, bytes(128) + b"DICM" + b"\xff" * 400, "damaged"),
        (MediaType.HEIC, a_heic(Image.new("RGB", (64, 64)))[:-200], "damaged"),
    ],
)
async def test_a_file_that_does_not_open_says_what_to_do(
    derivatives: Derivatives, media_type: MediaType, data: bytes, words: str
) -> None:
    with pytest.raises(UnreadableDocumentError, match=words) as refused:
        await derivatives.describe(media_type, stream(data))
    assert "send it again" in str(refused.value)


async def test_a_huge_picture_is_kept_but_not_shown(derivatives: Derivatives) -> None:
    with pytest.raises(NoPreviewError, match="too large"):
        await derivatives.picture(MediaType.PNG, stream(a_huge_png(30_000)))


async def test_a_scan_that_wants_more_memory_than_there_is_is_not_shown(derivatives: Derivatives) -> None:
    frames = a_scan(np.zeros((4000, 4000), np.uint16), Rows=4999, Columns=4999, BitsAllocated=16)

    with pytest.raises(NoPreviewError):
        await derivatives.picture(MediaType.DICOM, stream(frames))


async def test_a_file_larger_than_we_open_is_kept_but_not_shown(derivatives: Derivatives) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_INPUT_BYTES // (1 << 20) + 2):
            yield bytes(1 << 20)

    with pytest.raises(NoPreviewError):
        await derivatives.describe(MediaType.PDF, endless())


async def test_a_file_that_takes_too_long_is_given_up(derivatives: Derivatives) -> None:
    with pytest.raises(UnreadableDocumentError, match="too long"):
        await Derivatives(deadline_seconds=0.05).page(1, stream(a_pdf()))


async def test_a_page_that_is_not_there_is_refused(derivatives: Derivatives) -> None:
    with pytest.raises(NoSuchPageError):
        await derivatives.page(3, stream(a_pdf()))


async def test_a_store_that_fails_is_not_taken_for_a_bad_file(derivatives: Derivatives) -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield a_pdf()[:100]
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await derivatives.describe(MediaType.PDF, failing())


async def test_kinds_without_a_picture_have_none(derivatives: Derivatives) -> None:
    with pytest.raises(NoPreviewError):
        await derivatives.picture(MediaType.ZIP, stream(b"PK"))

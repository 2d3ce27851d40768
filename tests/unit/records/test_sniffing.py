"""A file is what its first bytes say, and only known kinds are taken."""

import io
import tarfile
import zipfile
from pathlib import Path

import pydicom.data
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from server.domain.sniffing import HEAD_BYTES, MediaType, Sniffed, Verdict, sniff, with_empty_preamble


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


def tarred() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.txt"))
    return target.getvalue()


def picture(kind: str) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4)).save(target, kind)
    return target.getvalue()


def dicom(preamble: bytes) -> bytes:
    return preamble.ljust(128, b"\0") + b"DICM" + bytes(200)


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"%PDF-1.7\n", MediaType.PDF),
        (picture("JPEG"), MediaType.JPEG),
        (picture("PNG"), MediaType.PNG),
        (picture("TIFF"), MediaType.TIFF),
        (picture("WEBP"), MediaType.WEBP),
        (b"II+\0\x08\0\0\0", MediaType.TIFF),
        (b"\0\0\0\x18ftypheic\0\0\0\0", MediaType.HEIC),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", MediaType.HEIC),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", MediaType.MP4),
        (dicom(b""), MediaType.DICOM),
        (dicom(b"II*\0"), MediaType.DICOM),
        (dicom(b"scanner software 1.0"), MediaType.DICOM),
        (zipped("DICOM/IM1"), MediaType.ZIP),
        (zipped("[Content_Types].xml", "word/document.xml"), MediaType.DOCX),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), MediaType.ZIP),
        (tarred(), MediaType.TAR),
        (b"\x1f\x8b\x08\0\0\0\0\0", MediaType.GZIP),
        (b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">', MediaType.XML),
        (b'\xef\xbb\xbf{"resourceType": "Bundle"}', MediaType.JSON),
        (b"##fileformat=VCFv4.2\n#CHROM", MediaType.VCF),
        ("Hämoglobin 12,1 g/dl\r\n".encode(), MediaType.TEXT),
        (b"x" + "ä".encode() * HEAD_BYTES, MediaType.TEXT),
    ],
)
def test_what_we_take_is_known_by_its_first_bytes(head: bytes, media_type: MediaType) -> None:
    assert sniff(head[:HEAD_BYTES]) == Sniffed(media_type, Verdict.ACCEPTED)


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"", "empty"),
        (zipped(), "empty"),
        (b"MZ\x90\0", "program"),
        (b"\x7fELF\x02", "program"),
        (b"\xcf\xfa\xed\xfe\x07", "program"),
        (b"#!/bin/sh\n", "program"),
        (dicom(b"MZ\x90\0"), "hidden"),
        (dicom(b"\x7fELF"), "hidden"),
        (dicom(b"PK\x03\x04"), "hidden"),
        (dicom(b"%PDF-1.4"), "hidden"),
        (dicom(b"#!/bin/sh"), "hidden"),
        (dicom(b"<html>"), "hidden"),
        (b"<html><body>%PDF-1.4", "web page"),
        (b"  <!DOCTYPE html>", "web page"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', "web page"),
        (b"<?xml version='1.0'?><note/>", "web page"),
        (b"hello <script>alert(1)</script>", "web page"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Office"),
        (b"{\\rtf1", "RTF"),
        (b"\0\0\0\x18ftypxxxx", "do not know"),
        (b"\x01\x02\x03\x04", "do not know"),
        (b"text with \x1b[31m controls", "do not know"),
        (b"\n%PDF-1.7", None),
    ],
)
def test_everything_else_is_refused_with_a_reason_in_words(head: bytes, word: str | None) -> None:
    sniffed = sniff(head)

    if word is None:  # a PDF begins at its first byte; what stands elsewhere is only text
        assert sniffed.media_type is MediaType.TEXT
        return
    assert sniffed.verdict is Verdict.REFUSED
    assert word in sniffed.reason
    assert sniffed.reason.endswith(".")


def test_a_scan_that_is_a_tiff_too_is_a_scan() -> None:
    path = Path(str(pydicom.data.get_testdata_file("CT_small.dcm", download=False)))

    assert sniff(path.read_bytes()[:HEAD_BYTES]).media_type is MediaType.DICOM


@given(st.binary(max_size=400))
def test_any_bytes_get_a_verdict(head: bytes) -> None:
    assert sniff(head).verdict in Verdict


@given(st.binary(max_size=300), st.integers(0, 400))
def test_whatever_stands_before_a_scan_is_zeros_when_it_is_handed_out(file: bytes, start: int) -> None:
    whole = bytes(min(128, len(file))) + file[128:]

    assert with_empty_preamble(file[start:], start) == whole[start:]

"""Files as people and attackers send them, built small."""

import io
import struct
import zlib

import numpy as np
import pydicom
import pypdfium2
from PIL import Image
from pydicom.encaps import encapsulate
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, JPEGLosslessSV1
from pypdf import PdfReader, PdfWriter


def a_photo(*, size: tuple[int, int] = (60, 40), orientation: int = 1, place: str = "") -> bytes:
    """A JPEG, red on its stored left half, with a camera's notes."""
    photo = Image.new("RGB", size, "blue")
    photo.paste("red", (0, 0, size[0] // 2, size[1]))
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010E] = place
    return saved(photo, "JPEG", exif=notes, quality=95)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def a_huge_png(side: int) -> bytes:
    """A true PNG of `side` by `side` pixels in few bytes."""
    row = bytes(1 + (side + 7) // 8)
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def a_pdf(*, pages: int = 2, size: tuple[float, float] = (595, 842)) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(*size)
    target = io.BytesIO()
    document.save(target)
    document.close()
    return target.getvalue()


def a_locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.append_pages_from_reader(PdfReader(io.BytesIO(a_pdf())))
    writer.encrypt("secret", algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def a_scan(pixels: np.ndarray | None = None, *, coding: UID = ExplicitVRLittleEndian, **header: object) -> bytes:
    """A CT slice of Jane Doe with any header overridden; None leaves a field out."""
    pixels = np.arange(64, dtype=np.uint16).reshape(8, 8) if pixels is None else pixels
    scan = pydicom.Dataset()
    standard = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": "1.2.3",
        "Modality": "CT",
        "StudyDescription": "Chest",
        "StudyDate": "20260301",
        "PatientName": "Doe^Jane",
        "PatientBirthDate": "19700102",
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "SamplesPerPixel": 1,
        "PixelRepresentation": 0,
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PhotometricInterpretation": "MONOCHROME2",
        "PixelData": pixels.tobytes(),
    }
    for name, value in {**standard, **header}.items():
        if value is not None:
            setattr(scan, name, value)
    scan.file_meta = pydicom.dataset.FileMetaDataset()
    scan.file_meta.TransferSyntaxUID = coding
    target = io.BytesIO()
    scan.save_as(target, enforce_file_format=True)
    return target.getvalue()


def a_lossless_scan(pixels: np.ndarray, *, bits: int, **header: object) -> bytes:
    """A grey scan coded in JPEG lossless, as most CDs of hospitals are."""
    stored = {"BitsStored": bits, "HighBit": bits - 1, "PixelData": encapsulate([lossless_jpeg(pixels, bits)])}
    return a_scan(pixels, coding=JPEGLosslessSV1, **{**stored, **header})


def lossless_jpeg(pixels: np.ndarray, bits: int) -> bytes:
    """ITU-T T.81 annex H with the left neighbour as prediction, and a code of five bits for every size."""
    stored = pixels.astype(np.int64) & ((1 << bits) - 1)
    coded = []
    for row, column in np.ndindex(stored.shape):
        left, above = (row, column - 1), (row - 1, 0)
        expected = int(stored[left] if column else stored[above] if row else 1 << (bits - 1))
        difference = (int(stored[row, column]) - expected + 32768) % 65536 - 32768
        size = abs(difference).bit_length()
        coded.append(format(size, "05b"))
        if 0 < size < 16:
            coded.append(format(difference if difference > 0 else difference + (1 << size) - 1, f"0{size}b"))
    text = "".join(coded)
    text += "1" * (-len(text) % 8)
    data = bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8)).replace(b"\xff", b"\xff\0")
    frame = _segment(0xC3, struct.pack(">BHHBBBB", bits, *pixels.shape, 1, 1, 0x11, 0))
    codes = _segment(0xC4, bytes([0, 0, 0, 0, 0, 17, *[0] * 11, *range(17)]))
    return b"\xff\xd8" + frame + codes + _segment(0xDA, bytes([1, 1, 0, 1, 0, 0])) + data + b"\xff\xd9"


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

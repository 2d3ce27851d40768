"""Files as people and attackers send them, built small."""

import io
import struct
import zlib

import numpy as np
import pydicom
import pypdfium2
from PIL import Image
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian
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


def a_scan(pixels: np.ndarray | None = None, **header: object) -> bytes:
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
    scan.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    target = io.BytesIO()
    scan.save_as(target, enforce_file_format=True)
    return target.getvalue()

"""Reads headers and draws the first frame of DICOM files of strangers. Runs only in the process that opens files."""

import codecs
import io
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
from PIL import Image
from pydicom.charset import python_encoding
from pydicom.pixels.decoders import base as _decoders  # noqa: F401  loaded now, because no file can be opened later
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from server.integrations import lossless_frame
from server.integrations.derivatives_frame import Answer, CannotDoError, Refusal
from server.integrations.render_picture import MAX_PIXELS, MAX_SIDE_PIXELS, encoded

_EVERY_SCAN_HAS_ONE = ("SOPClassUID", "SOPInstanceUID", "Modality")
_MAX_TEXT_CHARACTERS = 200
_MOST_VALUES_LOOKED_AT = 1_000_000  # for the window of a scan that asks for none

_LARGEST_NUMBER = 1e30

_Floats = npt.NDArray[np.float32]


def prepare() -> None:
    """Load everything that reading a scan may need, because no file can be opened later."""
    lossless_frame.prepare()
    for encoding in python_encoding.values():
        codecs.lookup(encoding)
    sample = pydicom.Dataset()
    sample.Rows, sample.Columns, sample.SamplesPerPixel, sample.PixelRepresentation = 2, 2, 1, 0
    sample.BitsAllocated, sample.BitsStored, sample.HighBit = 16, 16, 15
    sample.PhotometricInterpretation, sample.PatientName, sample.StudyDate = "MONOCHROME2", "A^B", "20260101"
    sample.SOPClassUID, sample.SOPInstanceUID, sample.PixelData = SecondaryCaptureImageStorage, "1.2", bytes(8)
    sample.file_meta = pydicom.dataset.FileMetaDataset()
    sample.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    file = io.BytesIO()
    sample.save_as(file, enforce_file_format=True)
    describe(file.getvalue())
    render(file.getvalue())


def describe(data: bytes) -> Answer:
    """Read what the header says; the pixels may be missing from the end of the data."""
    header = pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True)
    if not any(name in header for name in _EVERY_SCAN_HAS_ONE):
        raise CannotDoError(Refusal.DAMAGED)
    return Answer(
        {
            "modality": _text(header, "Modality"),
            "description": _text(header, "StudyDescription") or _text(header, "SeriesDescription"),
            "study_uid": _text(header, "StudyInstanceUID"),
            "series_uid": _text(header, "SeriesInstanceUID"),
            "study_date": _date(header, "StudyDate"),
            "rows": _count(header, "Rows"),
            "columns": _count(header, "Columns"),
            "frames": max(_count(header, "NumberOfFrames"), 1),
            "patient_name": _text(header, "PatientName").replace("^", " ").replace("=", " ").strip(),
            "birth_date": _date(header, "PatientBirthDate"),
        }
    )


def render(data: bytes) -> Answer:
    """Draw the first frame in 8 bits, with the window that the scan asks for."""
    scan = pydicom.dcmread(io.BytesIO(data))
    pixels = _count(scan, "Rows") * _count(scan, "Columns")
    if pixels == 0 or "PixelData" not in scan:
        raise CannotDoError(Refusal.NO_PREVIEW)
    if pixels > MAX_PIXELS // 4:
        raise CannotDoError(Refusal.TOO_LARGE)
    frame = lossless_frame.first_frame(scan) if lossless_frame.covers(scan) else pixel_array(scan, index=0)
    picture = Image.fromarray(_drawn(scan, frame))
    picture.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return encoded(picture, lossless=True)


def _drawn(scan: pydicom.Dataset, frame: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    interpretation = _text(scan, "PhotometricInterpretation")
    if interpretation == "PALETTE COLOR":
        frame = apply_color_lut(frame, scan)
    if frame.ndim == 3:
        return _in_eight_bits(frame)
    levels = _windowed(scan, _measured(scan, frame))
    return 255 - levels if interpretation == "MONOCHROME1" else levels


def _in_eight_bits(frame: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    if frame.dtype == np.uint8:
        return frame
    highest = max(int(frame.max(initial=0)), 255)
    return (frame.astype(np.float32) * (255 / highest)).clip(0, 255).astype(np.uint8)


def _measured(scan: pydicom.Dataset, frame: npt.NDArray[Any]) -> _Floats:
    """Give what was measured, such as Hounsfield units; a slope that is no number is left out."""
    slope, intercept = _number(scan, "RescaleSlope"), _number(scan, "RescaleIntercept")
    if "ModalityLUTSequence" in scan:
        return np.asarray(apply_modality_lut(frame, scan), dtype=np.float32)
    return frame.astype(np.float32) * (1.0 if slope is None else slope) + (intercept or 0.0)


def _windowed(scan: pydicom.Dataset, values: _Floats) -> npt.NDArray[np.uint8]:
    """Map to grey (DICOM PS3.3 section C.11.2.1.2); without a usable window, the middle 98 % of the values."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        raise CannotDoError(Refusal.DAMAGED)
    centre, width = _number(scan, "WindowCenter"), _number(scan, "WindowWidth")
    low, high = np.percentile(known[:: known.size // _MOST_VALUES_LOOKED_AT + 1], (1, 99))
    if centre is not None and width is not None and width > 1:
        low, high = centre - 0.5 - (width - 1) / 2, centre - 0.5 + (width - 1) / 2
    values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    levels: npt.NDArray[np.uint8] = ((values - low) * (255 / max(high - low, 1e-9))).clip(0, 255).astype(np.uint8)
    return levels


def _text(scan: pydicom.Dataset, name: str) -> str:
    return str(scan.get(name) or "")[:_MAX_TEXT_CHARACTERS]


def _count(scan: pydicom.Dataset, name: str) -> int:
    value = _number(scan, name)
    return int(value) if value is not None and 0 <= value < 1e6 else 0


def _number(scan: pydicom.Dataset, name: str) -> float | None:
    """Give a number that can be reckoned with; of several, the first."""
    value = scan.get(name)
    if isinstance(value, pydicom.multival.MultiValue | list):
        value = value[0] if value else None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < _LARGEST_NUMBER else None


def _date(scan: pydicom.Dataset, name: str) -> str | None:
    """Give a date of the form YYYYMMDD (DICOM PS3.5 section 6.2, DA) as ISO 8601."""
    try:
        return date.fromisoformat(_text(scan, name).strip()).isoformat()
    except ValueError:
        return None

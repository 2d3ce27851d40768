"""The codings of hospital CDs give back exactly the numbers that the scanner stored."""

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from server.integrations import lossless_frame
from server.integrations.derivatives_frame import CannotDoError
from tests.unit.records.hostile_files import a_lossless_scan, a_scan


def read(data: bytes) -> pydicom.Dataset:
    return pydicom.dcmread(io.BytesIO(data))


def shipped(name: str) -> pydicom.Dataset:
    return read(Path(str(get_testdata_file(name, download=False))).read_bytes())


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
def test_lossless_jpeg_of_any_depth_is_exact(bits: int) -> None:
    pixels = np.random.default_rng(bits).integers(0, 1 << bits, (9, 13)).astype(np.uint16)
    scan = read(a_lossless_scan(pixels, bits=bits))

    assert lossless_frame.covers(scan)
    assert (lossless_frame.first_frame(scan) == pixels).all()


def test_values_below_zero_stay_below_zero() -> None:
    pixels = np.array([[-1024, -1], [0, 2047]], np.int16)
    scan = read(a_lossless_scan(pixels, bits=12, PixelRepresentation=1))

    assert (lossless_frame.first_frame(scan) == pixels).all()


def test_jpeg_ls_is_exact() -> None:
    coded, plain = shipped("MR_small_jpeg_ls_lossless.dcm"), shipped("MR_small.dcm")

    assert (lossless_frame.first_frame(coded) == plain.pixel_array).all()


def test_colour_in_lossless_jpeg_is_exact() -> None:
    coded, plain = shipped("SC_rgb_jpeg_gdcm.dcm"), shipped("SC_rgb_gdcm_KY.dcm")

    assert (lossless_frame.first_frame(coded) == plain.pixel_array).all()


def test_colour_in_jpeg_ls_is_not_drawn_rather_than_drawn_wrongly() -> None:
    with pytest.raises(CannotDoError):
        lossless_frame.first_frame(shipped("SC_rgb_jls_lossy_sample.dcm"))


@pytest.mark.parametrize("frame", [b"", b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xc4\0\x02\xff\xda"])
def test_a_frame_that_holds_no_picture_is_refused(frame: bytes) -> None:
    scan = read(a_lossless_scan(np.zeros((2, 2), np.uint16), bits=8))
    scan.PixelData = pydicom.encaps.encapsulate([frame or b"\0\0"])

    with pytest.raises((CannotDoError, ValueError, OSError)):
        lossless_frame.first_frame(scan)


def test_other_codings_are_left_to_others() -> None:
    assert not lossless_frame.covers(read(a_scan()))

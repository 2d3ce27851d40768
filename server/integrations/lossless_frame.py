"""Decodes the lossless codings that hospitals write CDs in and pydicom alone cannot read: JPEG lossless and JPEG-LS.

Runs only in the process that opens files. What comes out is checked against a decoder's own habit: it scales samples of
fewer bits up to 16, and that is undone.
"""

from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pydicom
from av.video.codeccontext import VideoCodecContext
from pydicom.encaps import generate_frames
from pydicom.uid import JPEGLossless, JPEGLosslessSV1, JPEGLSLossless, JPEGLSNearLossless

from server.integrations.derivatives_frame import CannotDoError, Refusal

_CODECS = {JPEGLossless: "mjpeg", JPEGLosslessSV1: "mjpeg", JPEGLSLossless: "jpegls", JPEGLSNearLossless: "jpegls"}
_LOSSLESS_START = 0xC3  # SOF3, ITU-T T.81 table B.1
_LS_START = 0xF7  # SOF55, ITU-T T.87 annex C
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_COLOURS = frozenset({"rgb24", "bgr24", "gbrp"})
_ADDED_UP_TO = {"gray": 8, "gray16le": 16}  # bits of a decoded sample


def covers(scan: pydicom.Dataset) -> bool:
    """Tell whether the scan is in one of these codings."""
    return scan.file_meta.get("TransferSyntaxUID") in _CODECS


def prepare() -> None:
    """Load the decoders, because no file can be opened later."""
    for codec in set(_CODECS.values()):
        av.CodecContext.create(codec, "r")


def first_frame(scan: pydicom.Dataset) -> npt.NDArray[Any]:
    """Decode the first frame to its own numbers."""
    coded = next(generate_frames(scan.PixelData, number_of_frames=1))
    frame = _decoded(_CODECS[scan.file_meta.TransferSyntaxUID], coded)
    marker, bits = _precision(coded)
    if frame.format.name in _COLOURS and scan.SamplesPerPixel == 3 and marker == _LOSSLESS_START:
        return np.asarray(frame.to_ndarray(format="rgb24"))
    added = _ADDED_UP_TO.get(frame.format.name, 0) - bits
    if added < 0 or scan.SamplesPerPixel != 1 or (marker == _LS_START and added):
        raise CannotDoError(Refusal.NO_PREVIEW)  # of JPEG-LS with other bits it is not known how they are scaled
    return _signed(scan, np.asarray(frame.to_ndarray(), dtype=np.uint16) >> added)


def _decoded(codec: str, coded: bytes) -> av.VideoFrame:
    decoder = av.CodecContext.create(codec, "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = 1
    frames = [*decoder.decode(av.Packet(coded)), *decoder.decode(None)]
    if not frames:
        raise CannotDoError(Refusal.NO_PREVIEW)
    return frames[0]


def _precision(coded: bytes) -> tuple[int, int]:
    """Find the start of frame and the bits of its samples (ITU-T T.81 section B.2.2)."""
    at = 2
    while at + 5 <= len(coded) and coded[at] == 0xFF:
        marker = coded[at + 1]
        if marker in (_LOSSLESS_START, _LS_START):
            return marker, coded[at + 4]
        at += 2 if marker in _WITHOUT_LENGTH else 2 + int.from_bytes(coded[at + 2 : at + 4])
    raise CannotDoError(Refusal.NO_PREVIEW)


def _signed(scan: pydicom.Dataset, frame: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Read the stored bits as the header says: below zero too, if it says so."""
    if scan.PixelRepresentation != 1:
        return frame
    spare = 32 - int(scan.BitsStored)
    return frame.astype(np.int32) << spare >> spare

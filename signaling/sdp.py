"""The few things about a session description on which the server insists; the rest is the browsers' business."""

import re

from signaling.codes import CloseCode
from signaling.errors import ViolationError
from signaling.limits import MAX_SDP_BYTES

_FINGERPRINT_LINE = re.compile(r"^a=fingerprint(.*)$", re.MULTILINE | re.IGNORECASE)
_DIGEST_BYTES = {"sha-256": 32, "sha-384": 48, "sha-512": 64}  # RFC 8122 section 5, without what is broken
_HEX_PAIRS = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2})*")


def check_sdp(sdp: str) -> None:
    """Refuse a description that is too big, is none, or does not bind exactly one certificate.

    Raises:
        ViolationError: 4413 over the limit, 4400 otherwise.
    """
    if len(sdp.encode()) > MAX_SDP_BYTES:
        raise ViolationError(CloseCode.TOO_BIG, "the description is too big")
    lines = sdp.replace("\r\n", "\n")
    if not lines.startswith("v=0\n") or "\0" in lines or "\r" in lines:
        raise ViolationError(CloseCode.BAD_FRAME, "not a session description")
    fingerprints: dict[str, str] = {}
    for text in _FINGERPRINT_LINE.findall(lines):
        algorithm, digest = _fingerprint(text)
        if fingerprints.setdefault(algorithm, digest) != digest:
            raise ViolationError(CloseCode.BAD_FRAME, "two different fingerprints")
    if "sha-256" not in fingerprints:
        raise ViolationError(CloseCode.BAD_FRAME, "no sha-256 fingerprint")


def _fingerprint(text: str) -> tuple[str, str]:
    algorithm, _, digest = text.removeprefix(":").strip().upper().partition(" ")
    size = _DIGEST_BYTES.get(algorithm.lower())
    if size is None or len(digest) != 3 * size - 1 or not _HEX_PAIRS.fullmatch(digest):
        raise ViolationError(CloseCode.BAD_FRAME, "an unsafe fingerprint")
    return algorithm.lower(), digest

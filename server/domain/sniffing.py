"""What a file really is, by its first bytes. A closed list: what is not on it is refused, whatever its name says.

DICOM is asked first: a slide scan may be TIFF and DICOM at once, and other lists then call it a picture.
"""

from dataclasses import dataclass
from enum import StrEnum

HEAD_BYTES = 4096  # how many first bytes are looked at
DICOM_PREAMBLE_BYTES = 128  # DICOM PS3.10 section 7.1
_DICOM_MAGIC = b"DICM"


class MediaType(StrEnum):
    """The kinds of file that we take."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    HEIC = "image/heic"
    TIFF = "image/tiff"
    WEBP = "image/webp"
    DICOM = "application/dicom"
    ZIP = "application/zip"
    TAR = "application/x-tar"
    GZIP = "application/gzip"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    MP4 = "video/mp4"
    XML = "application/xml"
    JSON = "application/json"
    VCF = "text/vcf"
    TEXT = "text/plain"
    UNKNOWN = "application/octet-stream"


class Verdict(StrEnum):
    """Whether we take the file."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is, whether we take it, and why not, in words for the person who sent it."""

    media_type: MediaType
    verdict: Verdict
    reason: str = ""


_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # TIFF 6.0 section 2, and BigTIFF
_PROGRAM_STARTS = (
    b"MZ",  # Windows
    b"\x7fELF",  # Linux
    b"\xfe\xed\xfa\xce",  # Mach-O, both widths and byte orders
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # Mach-O fat, Java
    b"#!",
)
_BAD_PREAMBLES = (*_PROGRAM_STARTS, b"PK", b"%PDF", b"<", b"{\\rtf", b"\xd0\xcf\x11\xe0")  # CVE-2019-11687
_STARTS = (
    (b"%PDF-", MediaType.PDF),
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    *((start, MediaType.TIFF) for start in _TIFF_STARTS),
    (b"\x1f\x8b\x08", MediaType.GZIP),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
_MP4_BRANDS = frozenset({b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  "})
_OTHER_FORMATS = (
    (b"Rar!", "This is a RAR archive, which we cannot open. Please send the files inside it, or pack them as ZIP."),
    (
        b"7z\xbc\xaf",
        "This is a 7z archive, which we cannot open. Please send the files inside it, or pack them as ZIP.",
    ),
    (b"\xd0\xcf\x11\xe0", "This is an old Office file, which we cannot open. Please save it as PDF and send that."),
    (b"{\\rtf", "This is an RTF file, which we cannot open. Please save it as PDF and send that."),
)
_PROGRAM = "This is a program, not a record. If it came on a CD, please send the CD's other files without it."
_WEB_PAGE = "This is a web page or a drawing, which we cannot open safely. Please print it as PDF and send that."
_PREAMBLE = (
    "This scan has something else hidden in front of it, so we do not keep it. Please ask for a fresh copy from the"
    " place that made it."
)
_EMPTY = "This file is empty. Please check the original and send it again."
_UNKNOWN = "We do not know this kind of file. Please send it as PDF, as a photo, or as the original scan (DICOM)."
_WEB_TAGS = ("<html", "<script", "<svg", "<!doctype html", "<iframe")
_CLINICAL_XML = ("<clinicaldocument", "http://hl7.org/fhir", "urn:hl7-org:v3")
_TEXT_CONTROLS = frozenset("\t\n\r\f\x0b")


def sniff(head: bytes) -> Sniffed:
    """Tell what a file is by its first `HEAD_BYTES`; give fewer only if the file has no more."""
    if not head:
        return _refused(_EMPTY)
    if head[DICOM_PREAMBLE_BYTES : DICOM_PREAMBLE_BYTES + 4] == _DICOM_MAGIC:
        return _refused(_PREAMBLE) if head.startswith(_BAD_PREAMBLES) else _accepted(MediaType.DICOM)
    if head.startswith(_PROGRAM_STARTS):
        return _refused(_PROGRAM)
    for start, media_type in _STARTS:
        if head.startswith(start):
            return _accepted(media_type)
    return _sniff_container(head) or _sniff_other_format(head) or _sniff_text(head) or _refused(_UNKNOWN)


def with_empty_preamble(chunk: bytes, start: int) -> bytes:
    """Give a piece of a DICOM file that begins at byte `start`, with zeros for whatever stood in front of the scan."""
    covered = min(max(DICOM_PREAMBLE_BYTES - start, 0), len(chunk))
    return bytes(covered) + chunk[covered:]


def _sniff_container(head: bytes) -> Sniffed | None:
    if head.startswith(b"PK\x05\x06"):
        return _refused(_EMPTY)
    if head.startswith(b"PK\x03\x04"):
        word = b"[Content_Types].xml" in head or b"_rels/.rels" in head
        return _accepted(MediaType.DOCX if word and b"word/" in head else MediaType.ZIP)
    if head[257:262] == b"ustar":  # POSIX.1-1988
        return _accepted(MediaType.TAR)
    if head[4:8] == b"ftyp":  # ISO/IEC 14496-12 section 4.3
        return _sniff_brand(head[8:12])
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _accepted(MediaType.WEBP)
    return None


def _sniff_brand(brand: bytes) -> Sniffed:
    if brand in _HEIC_BRANDS:
        return _accepted(MediaType.HEIC)
    return _accepted(MediaType.MP4) if brand in _MP4_BRANDS else _refused(_UNKNOWN)


def _sniff_other_format(head: bytes) -> Sniffed | None:
    return next((_refused(reason) for start, reason in _OTHER_FORMATS if head.startswith(start)), None)


def _sniff_text(head: bytes) -> Sniffed | None:
    text = _as_text(head)
    if text is None:
        return None
    folded = text.lstrip("\ufeff \t\r\n").lower()
    if any(tag in folded for tag in _WEB_TAGS):
        return _refused(_WEB_PAGE)
    if folded.startswith("<"):
        return _accepted(MediaType.XML) if any(mark in folded for mark in _CLINICAL_XML) else _refused(_WEB_PAGE)
    if folded.startswith("{") and '"resourcetype"' in folded:
        return _accepted(MediaType.JSON)
    return _accepted(MediaType.VCF if folded.startswith("##fileformat=vcf") else MediaType.TEXT)


def _as_text(head: bytes) -> str | None:
    """Decode UTF-8 whose last character may be cut; None if it is not the text of a person."""
    for cut in range(4):
        try:
            text = head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return text if all(character >= " " or character in _TEXT_CONTROLS for character in text) else None
    return None


def _accepted(media_type: MediaType) -> Sniffed:
    return Sniffed(media_type, Verdict.ACCEPTED)


def _refused(reason: str) -> Sniffed:
    return Sniffed(MediaType.UNKNOWN, Verdict.REFUSED, reason)

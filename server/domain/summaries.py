"""What can be said of a document's contents without opening it for people."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PictureSummary:
    """A photograph or a scan of paper, upright, in its own pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PdfSummary:
    """A paper of so many pages."""

    pages: int


@dataclass(frozen=True, slots=True)
class ScanSummary:
    """One DICOM object; what its header does not say, or says wrongly, is empty, zero or None."""

    modality: str
    description: str
    study_uid: str
    series_uid: str
    study_date: date | None
    rows: int
    columns: int
    frames: int
    patient_name: str
    birth_date: date | None


@dataclass(frozen=True, slots=True)
class NoSummary:
    """A kind of document of which nothing is read."""


Summary = PictureSummary | PdfSummary | ScanSummary | NoSummary

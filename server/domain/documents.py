"""A document: one file of a person's records, what it is and what became of it."""

from collections.abc import Mapping
from enum import StrEnum


class DocumentKind(StrEnum):
    """What a document is about."""

    PATHOLOGY_REPORT = "pathology_report"
    PATHOLOGY_SLIDES = "pathology_slides"
    IMAGING_STUDY = "imaging_study"
    IMAGING_REPORT = "imaging_report"
    OPERATIVE_NOTE = "operative_note"
    LABS = "labs"
    GENOMICS = "genomics"
    SYSTEMIC_TREATMENT = "systemic_treatment"
    RADIOTHERAPY = "radiotherapy"
    MEDICATION_LIST = "medication_list"
    CONSULT_NOTES = "consult_notes"
    OTHER = "other"


LOINC: Mapping[DocumentKind, str] = {  # DocumentReference.type, LOINC 2.78; a study and what is other have none
    DocumentKind.PATHOLOGY_REPORT: "11529-5",
    DocumentKind.IMAGING_REPORT: "18726-0",
    DocumentKind.OPERATIVE_NOTE: "11504-8",
    DocumentKind.LABS: "11502-2",
    DocumentKind.GENOMICS: "51969-4",
    DocumentKind.SYSTEMIC_TREATMENT: "11486-8",
    DocumentKind.MEDICATION_LIST: "10160-0",
    DocumentKind.CONSULT_NOTES: "11488-4",
}


class DocumentStatus(StrEnum):
    """What became of a document; the system sets the first four and `wrong-person`, the specialist the rest."""

    UPLOADING = "uploading"
    PROCESSING = "processing"
    RECEIVED = "received"
    REFUSED = "refused"
    WRONG_PERSON = "wrong-person"
    UNREADABLE = "unreadable"
    REJECTED = "rejected"
    ACCEPTED = "accepted"


class Container(StrEnum):
    """How the bytes of an upload are packed."""

    RAW = "raw"
    TAR = "tar"
    ZIP = "zip"

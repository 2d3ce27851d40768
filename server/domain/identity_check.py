"""Whether a scan belongs to the person of the case. Wrong-person CDs are a known kind of mistake."""

import re
import unicodedata
from datetime import date
from enum import StrEnum

from server.domain.summaries import ScanSummary

_NAME_PARTS = re.compile(r"[^\W\d_]{2,}")
_NO_NAMES = frozenset({"anon", "anonymous", "anonymized", "anonymised", "unknown", "none", "patient", "deidentified"})


class Identity(StrEnum):
    """What a scan's header says of whose it is."""

    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"


def identity_of(scan: ScanSummary, *, name: str, birth_date: date | None) -> Identity:
    """Compare the scan's header with the person of the case.

    Only what contradicts is OTHER: a birth date that differs, or a name of which no part is shared.
    """
    theirs, ours = _parts(scan.patient_name), _parts(name)
    dates_known = scan.birth_date is not None and birth_date is not None
    if dates_known and scan.birth_date != birth_date:
        return Identity.OTHER
    if not theirs or not ours:
        return Identity.UNKNOWN
    if theirs.isdisjoint(ours):
        return Identity.OTHER
    whole_name = min(theirs, ours, key=len) <= theirs & ours and len(theirs & ours) > 1
    return Identity.SAME if dates_known or whole_name else Identity.UNKNOWN


def _parts(name: str) -> frozenset[str]:
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", name) if not unicodedata.combining(character)
    )
    return frozenset(part.casefold() for part in _NAME_PARTS.findall(plain)) - _NO_NAMES

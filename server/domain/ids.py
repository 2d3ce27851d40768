"""Identifiers: unguessable strings, one type per kind of object."""

import secrets
from typing import NewType

AccountId = NewType("AccountId", str)
CaseId = NewType("CaseId", str)
DocumentId = NewType("DocumentId", str)
UploadId = NewType("UploadId", str)
DecisionId = NewType("DecisionId", str)
HoldId = NewType("HoldId", str)
AppointmentId = NewType("AppointmentId", str)
VisitId = NewType("VisitId", str)

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread.
LENGTH = 26  # 130 bits; OWASP ASVS 11.5.1 asks for 128.


def new() -> str:
    """Make an identifier that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def new_secret() -> str:
    """Make a bearer secret of 256 bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)

"""Signed offers of a time, so that only what the search has offered can be booked. The key stays with the caller."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from server.domain.errors import DomainError
from server.domain.ids import AccountId, CaseId

LIFETIME = timedelta(minutes=15)
MAX_TOKEN_CHARACTERS = 1000

_PURPOSE = b"consilium slot 1\n"  # so that a signature made for anything else is worth nothing here

Mac = Callable[[bytes], bytes]
"""Signs bytes with a key that only the service knows."""


@dataclass(frozen=True, slots=True)
class SlotOffer:
    """A time that was free when the search looked, for one case; instants are whole seconds in UTC."""

    service: str
    specialist_id: AccountId
    start: datetime
    end: datetime
    case_id: CaseId
    issued_at: datetime


class SlotTokenInvalidError(DomainError):
    """We have not made this token, or it has been changed."""

    code = "slot-token-invalid"


class SlotOfferExpiredError(DomainError):
    """The offer is older than `LIFETIME`."""

    code = "slot-offer-expired"


def encode(offer: SlotOffer, mac: Mac) -> str:
    """Write an offer as a token that cannot be changed unnoticed."""
    fields = [
        offer.service,
        offer.specialist_id,
        _seconds(offer.start),
        _seconds(offer.end),
        offer.case_id,
        _seconds(offer.issued_at),
    ]
    payload = _base64(json.dumps(fields, separators=(",", ":")).encode())
    return f"{payload}.{_signature(payload, mac)}"


def verify(token: str, mac: Mac, *, now: datetime) -> SlotOffer:
    """Read an offer back.

    Raises:
        SlotTokenInvalidError: the token is not one of ours.
        SlotOfferExpiredError: the offer has lapsed.
    """
    payload, separator, signature = token.partition(".")
    acceptable = len(token) <= MAX_TOKEN_CHARACTERS and token.isascii() and separator
    if not acceptable or not hmac.compare_digest(signature, _signature(payload, mac)):
        raise SlotTokenInvalidError("We do not know this time. Please choose one from the list.")
    offer = _offer(payload)
    if now - offer.issued_at > LIFETIME:
        raise SlotOfferExpiredError("You looked at these times a while ago. Please load the list again.")
    return offer


def _offer(payload: str) -> SlotOffer:
    """Read a payload whose signature is good, so that its shape is ours."""
    service, specialist, start, end, case, issued_at = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return SlotOffer(service, AccountId(specialist), _instant(start), _instant(end), CaseId(case), _instant(issued_at))


def _signature(payload: str, mac: Mac) -> str:
    return _base64(mac(_PURPOSE + payload.encode()))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _seconds(instant: datetime) -> int:
    return int(instant.timestamp())


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

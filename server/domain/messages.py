"""A message on its way to one person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.errors import DomainError
from server.domain.ids import AccountId, CaseId


class DeliveryError(DomainError):
    """A message could not be handed over; it is tried again."""

    code = "delivery"


@dataclass(frozen=True, slots=True)
class Message:
    """One mail or SMS. `attachment` is {"name", "type", "text"}; `dedupe_key` keeps it from being written twice."""

    id: str
    dedupe_key: str
    channel: str
    account_id: AccountId
    case_id: CaseId | None
    recipient: str
    subject: str
    body: str
    attachment: dict[str, str] | None
    due_at: datetime
    state: str
    attempts: int
    sent_at: datetime | None
    created_at: datetime


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many failures: half a minute, doubling, at most an hour."""
    return timedelta(seconds=min(30 * 2 ** max(0, attempts - 1), 3600))

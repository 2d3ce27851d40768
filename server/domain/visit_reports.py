"""What a page's connections went through in a visit, sent by somebody for whom it did not work. No I/O, no clock."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.ids import AccountId, VisitId

KEPT_FOR = timedelta(days=30)
MOST_LINES = 500
MOST_LETTERS = 80  # of one line
LONGEST_MS = 30 * 24 * 3600 * 1000  # a page that somebody left open for a month
WORDS = r"^[A-Za-z0-9.:_>?-]+( [A-Za-z0-9.:_>?-]+)*$"  # no @, no quotes, no letters of names in other scripts
CODE = r"^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}$"  # letters that nobody mistakes on the telephone


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One thing that happened, so long after the page began; `peer` numbers the connection that it happened to."""

    at_ms: int
    peer: int | None
    what: str


@dataclass(frozen=True, slots=True)
class VisitReport:
    """What one page sent. `age_ms` is how old the page was then."""

    id: str
    visit_id: VisitId
    account_id: AccountId
    code: str
    age_ms: int
    lines: tuple[ReportLine, ...]
    received_at: datetime

    @property
    def began_at(self) -> datetime:
        """When the page began, by our clock and not by theirs."""
        return self.received_at - timedelta(milliseconds=self.age_ms)

    @property
    def kept_until(self) -> datetime:
        """When it is thrown away."""
        return self.received_at + KEPT_FOR


def read_code(typed: str) -> str | None:
    """Read a code as somebody writes it down while they hear it; None where it is none."""
    letters = re.sub(r"[^0-9A-Z]", "", typed.upper())
    code = f"{letters[:4]}-{letters[4:]}"
    return code if re.match(CODE, code) else None

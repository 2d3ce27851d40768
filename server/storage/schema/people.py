"""People and how they get in: accounts, links, codes, sessions, tickets, licences."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, false

from server.domain.actors import Role
from server.domain.authorisations import AuthorisationKind
from server.storage.schema.columns import ID, account_ref, case_ref, metadata
from server.storage.types import Closed, Instant, Sealed

accounts = Table(
    "accounts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("role", Closed(Role), nullable=False),
    Column("name", Sealed("accounts.name"), nullable=False),
    Column("email", Sealed("accounts.email"), nullable=False),
    Column("email_mac", String(64), nullable=False, unique=True),
    Column("phone", Sealed("accounts.phone"), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("language", String(12), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("on_call", Boolean, nullable=False, server_default=false()),
)

# The token itself is never stored: it is derived from the key, so that every message can carry the same link.
links = Table(
    "links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    account_ref(),
    case_ref(nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("revoked_at", Instant),
)

codes = Table(
    "codes",
    metadata,
    Column("id", ID, primary_key=True),
    account_ref(),
    Column("browser_mac", String(64), nullable=False),
    Column("code_mac", String(64), nullable=False),
    Column("channel", String(12), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("spent_at", Instant),
    Index("ix_codes_account_browser", "account_id", "browser_mac"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id_hash", String(64), primary_key=True),
    Column("public_id", ID, nullable=False, unique=True),
    account_ref(),
    Column("verified_by", String(12), nullable=False),
    Column("device", Sealed("sessions.device"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_sessions_account_id", "account_id"),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    account_ref(),
    Column("label", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("jti", ID, primary_key=True),
    Column("spent_at", Instant, nullable=False),
)

authorisations = Table(
    "authorisations",
    metadata,
    Column("id", ID, primary_key=True),
    account_ref("specialist_id"),
    Column("state", String(2), nullable=False),
    Column("kind", Closed(AuthorisationKind), nullable=False),
    Column("number", Sealed("authorisations.number"), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("verified_on", Date, nullable=False),
    account_ref("verified_by"),
    Index("ix_authorisations_specialist_id", "specialist_id"),
)

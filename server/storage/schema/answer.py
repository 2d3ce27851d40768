"""The answer: one opinion a case."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from server.storage.schema.columns import ID, account_ref, metadata
from server.storage.types import Instant, Sealed

opinions = Table(
    "opinions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey("cases.id"), nullable=False, unique=True),
    account_ref("specialist_id"),
    Column("status", String(12), nullable=False),
    Column("body", Sealed("opinions.body"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("signed_at", Instant),
    Column("text_sha256", String(64)),
)

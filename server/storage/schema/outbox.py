"""What leaves, what happened, what was already done: messages, audit events, idempotency keys."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from server.storage.schema.columns import ID, account_ref, case_ref, metadata
from server.storage.types import Instant, Sealed

messages = Table(
    "messages",
    metadata,
    Column("id", ID, primary_key=True),
    Column("dedupe_key", String(200), nullable=False, unique=True),
    Column("channel", String(8), nullable=False),
    account_ref(),
    case_ref(nullable=True),
    Column("recipient", Sealed("messages.recipient"), nullable=False),
    Column("subject", Sealed("messages.subject"), nullable=False),
    Column("body", Sealed("messages.body"), nullable=False),
    Column("attachment", Sealed("messages.attachment")),
    Column("appointment_id", ID),
    Column("appointment_sequence", Integer),
    Column("due_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("created_at", Instant, nullable=False),
    Index("ix_messages_state_due_at", "state", "due_at"),
)

audit_events = Table(
    "audit_events",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", ID),
    Column("role", String(20)),
    Column("action", String(60), nullable=False),
    Column("object_kind", String(30), nullable=False),
    Column("object_id", ID, nullable=False),
    Column("case_id", ID),
    Column("outcome", String(20), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_events_case_id", "case_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("account_id", ID, primary_key=True),
    Column("route", String(120), primary_key=True),
    Column("key_mac", String(64), primary_key=True),
    Column("request_sha256", String(64), nullable=False),
    Column("status", Integer),
    Column("response", Sealed("idempotency_keys.response")),
    Column("created_at", Instant, nullable=False),
)

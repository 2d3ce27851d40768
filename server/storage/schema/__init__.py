"""Every table. Names follow FHIR where FHIR has a word; what is private is `Sealed`; instants are `Instant`."""

from server.storage.schema.answer import opinions
from server.storage.schema.case import case_people, cases, reviews, tasks
from server.storage.schema.columns import metadata
from server.storage.schema.outbox import audit_events, idempotency_keys, messages
from server.storage.schema.people import access_tokens, accounts, authorisations, codes, links, sessions, tickets
from server.storage.schema.records import blobs, documents, uploads, waivers
from server.storage.schema.rule import decisions, policies, statements
from server.storage.schema.time import (
    appointments,
    availability_exceptions,
    availability_rules,
    claims,
    holds,
    visit_journal,
    visit_reports,
    visits,
)

__all__ = [
    "access_tokens",
    "accounts",
    "appointments",
    "audit_events",
    "authorisations",
    "availability_exceptions",
    "availability_rules",
    "blobs",
    "case_people",
    "cases",
    "claims",
    "codes",
    "decisions",
    "documents",
    "holds",
    "idempotency_keys",
    "links",
    "messages",
    "metadata",
    "opinions",
    "policies",
    "reviews",
    "sessions",
    "statements",
    "tasks",
    "tickets",
    "uploads",
    "visit_journal",
    "visit_reports",
    "visits",
    "waivers",
]

"""Every table. Names follow FHIR where FHIR has a word; what is private is `Sealed`; instants are `Instant`."""

from server.storage.schema.answer import opinions
from server.storage.schema.case import case_people, cases, coverage_worksheets, reviews, tasks
from server.storage.schema.columns import metadata
from server.storage.schema.outbox import audit_events, idempotency_keys, messages
from server.storage.schema.people import access_tokens, accounts, authorisations, codes, links, sessions, tickets
from server.storage.schema.policy import policy_signatures, policy_versions
from server.storage.schema.records import blobs, documents, uploads, waivers
from server.storage.schema.rule import approvals, decisions, fact_sheets, policies, statements
from server.storage.schema.time import (
    appointments,
    availability_exceptions,
    availability_rules,
    claims,
    holds,
    visit_journal,
    visit_reports,
    visits,
    whereabouts,
)

__all__ = [
    "access_tokens",
    "accounts",
    "appointments",
    "approvals",
    "audit_events",
    "authorisations",
    "availability_exceptions",
    "availability_rules",
    "blobs",
    "case_people",
    "cases",
    "claims",
    "codes",
    "coverage_worksheets",
    "decisions",
    "documents",
    "fact_sheets",
    "holds",
    "idempotency_keys",
    "links",
    "messages",
    "metadata",
    "opinions",
    "policies",
    "policy_signatures",
    "policy_versions",
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
    "whereabouts",
]

"""A kept decision is made again from its policy and its facts; whatever does not come out the same is named."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from server.domain.decisions import StoredDecision
from server.domain.facts import FactSheet, load_fact_sheet
from server.domain.ids import CaseId, DecisionId
from server.domain.policy import ENGINE_VERSION, FactValue, Policy, Stage, canonical, decide, load_policy
from server.domain.replay import differences

SHIPPED = Path(__file__).resolve().parents[3] / "config" / "policy"


def mac(data: bytes) -> str:
    return sha256(b"a key of the test" + data).hexdigest()


def kept(policy: Policy, sheet: FactSheet, now: datetime, age: timedelta, **facts: FactValue) -> StoredDecision:
    decision = decide(policy, Stage.BOOKING, facts)
    said = {"said_as": "patient", "said_by": "somebody", "said_at": (now - age).isoformat()}
    return StoredDecision(
        id=DecisionId("decision"),
        case_id=CaseId("case"),
        number=1,
        visit_id=None,
        stage=Stage.BOOKING,
        specialist_id=None,
        slot_start=None,
        decided_at=now,
        policy_sha256=policy.sha256,
        sheet_sha256=sheet.sha256,
        engine=ENGINE_VERSION,
        facts={name: {"value": value, **said} for name, value in facts.items()},
        facts_mac=mac(canonical(facts)),
        outcome=decision.outcome,
        fired=list(decision.fired),
        unknown_rules=list(decision.unknown_rules),
        asks=list(decision.asks),
        resolved=list(decision.resolved),
        approvals=[{"rule": rule, "approval": "one", "by": "dr-lund", "at": ""} for rule in decision.resolved],
        safety_screen_incomplete=decision.safety_screen_incomplete,
        provisional=decision.provisional,
        words=[],
        questions=[],
        language="en",
        previous_id=None,
    )


@pytest.fixture
def decision(policy: Policy, sheet: FactSheet, now: datetime) -> StoredDecision:
    facts: dict[str, Any] = {"ecog": 3, "rf_cord": False, "packet_loss_pct": 0.5, "clinician_approved_rules": ["C07"]}
    return kept(policy, sheet, now, timedelta(hours=1), **facts)


def test_what_is_as_it_was_made_stands(decision: StoredDecision, policy: Policy, sheet: FactSheet) -> None:
    assert decision.resolved == ["C07"]
    assert differences(decision, policy, sheet, mac) == ()


def test_a_decision_from_before_sheets_were_kept_stands_without_one(decision: StoredDecision, policy: Policy) -> None:
    assert differences(replace(decision, sheet_sha256=None), policy, None, mac) == ()


@pytest.mark.parametrize("name", ["ecog", "rf_cord", "packet_loss_pct"])
def test_a_changed_fact_is_found_by_its_digest(
    decision: StoredDecision, policy: Policy, sheet: FactSheet, name: str
) -> None:
    other = {"ecog": 4, "rf_cord": None, "packet_loss_pct": 0.6}[name]
    changed = {**decision.facts, name: {**decision.facts[name], "value": other}}

    assert "facts_mac" in differences(replace(decision, facts=changed), policy, sheet, mac)


def test_another_key_is_found(decision: StoredDecision, policy: Policy, sheet: FactSheet) -> None:
    assert differences(decision, policy, sheet, lambda data: sha256(data).hexdigest()) == ("facts_mac",)


def test_facts_that_the_policy_does_not_accept_are_found(
    decision: StoredDecision, policy: Policy, sheet: FactSheet
) -> None:
    changed = {**decision.facts, "shoe_size": {**decision.facts["ecog"], "value": 42}}

    assert differences(replace(decision, facts=changed), policy, sheet, mac) == ("facts_mac", "facts")


def test_another_engine_does_not_try(decision: StoredDecision, policy: Policy, sheet: FactSheet) -> None:
    assert differences(replace(decision, engine="2"), policy, sheet, mac) == ("engine",)


def test_without_its_own_policy_nothing_is_decided(decision: StoredDecision, sheet: FactSheet) -> None:
    other = load_policy((SHIPPED / "in-person.toml").read_bytes() + b"# one byte more\n")

    assert differences(decision, None, sheet, mac) == ("policy",)
    assert differences(decision, other, sheet, mac) == ("policy",)


def test_another_sheet_is_found(decision: StoredDecision, policy: Policy, sheet: FactSheet) -> None:
    other = load_fact_sheet((SHIPPED / "facts.toml").read_bytes() + b"# one byte more\n", policy)

    assert differences(decision, policy, None, mac) == ("sheet",)
    assert differences(decision, policy, other, mac) == ("sheet",)


def test_a_rule_lifted_by_nobody_is_found(decision: StoredDecision, policy: Policy, sheet: FactSheet) -> None:
    assert differences(replace(decision, approvals=[]), policy, sheet, mac) == ("approvals",)


def test_a_fact_that_was_too_old_is_found_unless_it_stands(policy: Policy, sheet: FactSheet, now: datetime) -> None:
    old = kept(policy, sheet, now, timedelta(hours=25), rf_cord=True)
    standing = replace(old, facts={"rf_cord": {**old.facts["rf_cord"], "stands": True}})

    assert differences(old, policy, sheet, mac) == ("ages",)
    assert differences(standing, policy, sheet, mac) == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("outcome", "video_ok"),
        ("fired", ["C04"]),
        ("unknown_rules", []),
        ("asks", []),
        ("resolved", []),
        ("safety_screen_incomplete", False),
        ("provisional", True),
    ],
)
def test_another_answer_is_found(
    decision: StoredDecision, policy: Policy, sheet: FactSheet, name: str, value: object
) -> None:
    assert name in differences(replace(decision, **{name: value}), policy, sheet, mac)

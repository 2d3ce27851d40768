"""An approval of one rule: it counts while everything that the rule looks at stays as it was, and never again after."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.domain.approvals import Approval, NotApprovableError, as_word, looked_at, mark, standing
from server.domain.facts import FactSheet, Party, Statement, load_fact_sheet
from server.domain.ids import AccountId, CaseId, DecisionId
from server.domain.policy import FactValue, Outcome, Policy, Stage, decide, load_policy

SHIPPED = Path(__file__).resolve().parents[3] / "config" / "policy"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def said(name: str, value: Any, at: datetime, said_as: Party = Party.SPECIALIST) -> Statement:
    return Statement(name, value, said_as, "somebody", at)


def approved(policy: Policy, rule_id: str, at: datetime, **facts: FactValue) -> Approval:
    return Approval(
        id=f"approval-of-{rule_id}",
        case_id=CaseId("case"),
        rule_id=rule_id,
        rule_mark=mark(policy, rule_id),
        decision_id=DecisionId("decision"),
        policy_sha256=policy.sha256,
        facts=facts,
        reason="A nurse is with her.",
        approved_by=AccountId("dr-lund"),
        approved_at=at,
    )


def counting(
    sheet: FactSheet, approvals: list[Approval], words: list[Statement], now: datetime, stage: Stage = Stage.BOOKING
) -> list[str]:
    return [one.rule_id for one in standing(approvals, sheet, sheet.history(words), stage, now)]


@pytest.fixture
def weak(now: datetime) -> Statement:
    return said("ecog", 3, now - 3 * HOUR)


@pytest.fixture
def of_weakness(policy: Policy, now: datetime) -> Approval:
    return approved(policy, "C07", now - 2 * HOUR, ecog=3)


def test_it_counts_while_nothing_changes(
    sheet: FactSheet, now: datetime, weak: Statement, of_weakness: Approval
) -> None:
    assert counting(sheet, [of_weakness], [weak], now) == ["C07"]
    assert counting(sheet, [of_weakness], [weak, said("ecog", 3, now - HOUR)], now) == ["C07"]


@pytest.mark.parametrize("changed", [4, 2, None])
def test_it_is_void_when_a_fact_changes_and_stays_void_when_it_changes_back(
    sheet: FactSheet, now: datetime, weak: Statement, of_weakness: Approval, changed: int | None
) -> None:
    other = said("ecog", changed, now - HOUR)

    assert counting(sheet, [of_weakness], [weak, other], now) == []
    assert counting(sheet, [of_weakness], [weak, other, said("ecog", 3, now)], now) == []


def test_it_is_void_when_a_fact_has_grown_too_old_and_stays_void_when_it_is_said_again(
    sheet: FactSheet, policy: Policy, now: datetime
) -> None:
    approval = approved(policy, "C07", now - 39 * DAY, ecog=3)
    old, again = said("ecog", 3, now - 40 * DAY), said("ecog", 3, now - DAY)

    assert counting(sheet, [approval], [old], now) == []
    assert counting(sheet, [approval], [old, again], now) == []
    assert counting(sheet, [approval], [old, said("ecog", 3, now - 20 * DAY)], now) == ["C07"]


def test_it_is_void_when_what_it_stood_on_is_not_known_any_more(
    sheet: FactSheet, now: datetime, of_weakness: Approval
) -> None:
    assert counting(sheet, [of_weakness], [], now) == []


def test_another_approval_does_not_revive_it(sheet: FactSheet, policy: Policy, now: datetime, weak: Statement) -> None:
    words = [
        weak,
        said("serious_news_expected", True, now - 3 * HOUR),
        said("ecog", 4, now - HOUR),
        said("ecog", 3, now - HOUR / 2),
    ]
    first = approved(policy, "C07", now - 2 * HOUR, ecog=3)
    later = approved(policy, "C08", now, serious_news_expected=True)

    assert counting(sheet, [first, later], words, now) == ["C08"]


def test_each_rule_hangs_on_its_own_facts(sheet: FactSheet, policy: Policy, now: datetime, weak: Statement) -> None:
    approvals = [
        approved(policy, "C07", now - 2 * HOUR, ecog=3),
        approved(policy, "C08", now - 2 * HOUR, serious_news_expected=True),
    ]
    news = said("serious_news_expected", True, now - 3 * HOUR)

    assert counting(sheet, approvals, [weak, news], now) == ["C07", "C08"]
    assert counting(sheet, approvals, [weak, news, said("ecog", 4, now)], now) == ["C08"]


@pytest.mark.parametrize("ending", ["void_at", "withdrawn_at"])
def test_what_has_ended_counts_never_again(
    sheet: FactSheet, now: datetime, weak: Statement, of_weakness: Approval, ending: str
) -> None:
    assert counting(sheet, [replace(of_weakness, **{ending: now})], [weak], now) == []


def test_what_the_service_knows_itself_is_compared_by_value_and_not_by_time(now: datetime) -> None:
    text = (SHIPPED / "in-person.toml").read_text()
    by_the_service = 'all = [{fact="ecog", at_least="ecog_review_from"}]'
    assert by_the_service in text
    policy = load_policy(text.replace(by_the_service, 'all = [{fact="imaging_available", is=false}]').encode())
    sheet = load_fact_sheet((SHIPPED / "facts.toml").read_bytes(), policy)
    approval = approved(policy, "C07", now - 2 * HOUR, imaging_available=False)

    def found(value: bool) -> list[Statement]:
        return [said("imaging_available", value, now, Party.SYSTEM)]

    assert counting(sheet, [approval], found(value=False), now) == ["C07"]
    assert counting(sheet, [approval], found(value=True), now) == []


@pytest.mark.parametrize(
    ("was", "becomes", "counts"),
    [
        ("ecog_review_from = 3", "ecog_review_from = 2", []),
        ("You spend much of the day resting.", "You rest for much of the day.", ["C07"]),
    ],
)
def test_a_policy_that_asks_otherwise_voids_it_and_one_that_words_otherwise_does_not(
    now: datetime, weak: Statement, of_weakness: Approval, was: str, becomes: str, counts: list[str]
) -> None:
    text = (SHIPPED / "in-person.toml").read_text()
    assert was in text
    policy = load_policy(text.replace(was, becomes).encode())
    sheet = load_fact_sheet((SHIPPED / "facts.toml").read_bytes(), policy)

    assert counting(sheet, [of_weakness], [weak], now) == counts


def test_only_a_recommendation_that_stands_in_the_way_can_be_approved(policy: Policy) -> None:
    facts: dict[str, FactValue] = {"ecog": 3, "exam_needed": True, "fever_38": True, "immunosuppressed": False}
    decision = decide(policy, Stage.BOOKING, facts)

    assert decision.outcome is Outcome.IN_PERSON_REQUIRED
    assert looked_at(policy, decision, "C07", facts) == {"ecog": 3}
    for stricter_absent_or_not_known in ("C04", "C08", "C02", "Z99"):
        with pytest.raises(NotApprovableError):
            looked_at(policy, decision, stricter_absent_or_not_known, facts)


def test_the_policy_reads_all_that_is_approved(policy: Policy, now: datetime) -> None:
    early, late = approved(policy, "C08", now - HOUR), approved(policy, "C07", now)

    word = as_word([early, late])["clinician_approved_rules"]

    assert (word.value, word.said_as, word.said_at) == (["C07", "C08"], Party.SPECIALIST, now)
    assert as_word([]) == {}

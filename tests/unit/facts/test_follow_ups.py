"""From what a decision needs to a task for somebody, and back when it is settled."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.actors import Role
from server.domain.facts import FactSheet, Party
from server.domain.follow_ups import FOLLOW_UPS, REST, rests, still, wanted
from server.domain.ids import AccountId, CaseId
from server.domain.policy import Decision, FactValue, Outcome, Policy, Stage, decide
from server.domain.tasks import Task, TaskKind

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
ASKED_OF_STAFF = frozenset({Party.SCHEDULER, Party.SPECIALIST})


def kinds(decision: Decision) -> set[TaskKind]:
    return {follow_up.kind for follow_up in FOLLOW_UPS if wanted(decision, follow_up)}


def booked(policy: Policy, **facts: FactValue) -> Decision:
    return decide(policy, Stage.BOOKING, facts)


def test_every_question_to_the_staff_becomes_somebodys_task(sheet: FactSheet) -> None:
    followed = {name for follow_up in FOLLOW_UPS for name in follow_up.because}
    asked = {
        name
        for name, entry in sheet.entries.items()
        if entry.question.asked_of in ASKED_OF_STAFF and entry.question.fact.kind == "asked"
    }

    assert asked <= followed


def test_every_rule_that_needs_support_or_may_be_approved_is_somebodys_task_or_the_patients_own(policy: Policy) -> None:
    followed = {name for follow_up in FOLLOW_UPS for name in follow_up.because}
    ours = {rule.id for rule in policy.rules if rule.outcome in (Outcome.NEEDS_SUPPORT, Outcome.IN_PERSON_RECOMMENDED)}

    assert ours - followed == {"P08"}  # to stop driving


def test_names_in_the_table_are_facts_or_rules(policy: Policy) -> None:
    known = policy.facts.keys() | policy.rules_by_id.keys()

    assert all(follow_up.because <= known for follow_up in FOLLOW_UPS)


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"support_status": "pending"}, TaskKind.SUPPORT),
        ({"interpreter_status": "unavailable"}, TaskKind.FIND_INTERPRETER),
        ({"prior_auth": "denied"}, TaskKind.PRIOR_APPROVAL),
        ({"age_years": 16, "guardian_confirmed": False}, TaskKind.GUARDIAN),
        ({"capacity_doubt": True}, TaskKind.REPRESENTATIVE),
        ({"camera_ok": False}, TaskKind.DEVICE),
        ({"ecog": 4}, TaskKind.VIDEO_OR_NOT),
        ({}, TaskKind.JUDGEMENT),
        ({}, TaskKind.COVERAGE),
    ],
)
def test_what_is_needed_makes_its_task(policy: Policy, facts: dict[str, FactValue], kind: TaskKind) -> None:
    assert kind in kinds(booked(policy, **facts))


def test_a_license_that_nobody_has_looked_up_is_the_desks_to_look_up(policy: Policy) -> None:
    asked = booked(policy, patient_country="US", patient_state="MI")
    known = booked(policy, patient_country="US", patient_state="MI", clinician_authorised_states=["MI"])

    assert TaskKind.LICENCE in kinds(asked)
    assert TaskKind.LICENCE not in kinds(known)


def test_nobody_is_asked_about_sound_only_before_the_line_is_known_to_be_bad(policy: Policy) -> None:
    good: dict[str, FactValue] = {"camera_ok": True, "mic_ok": True, "browser_supported": True, "failed_attempts": 0}
    (judgement,) = (one for one in FOLLOW_UPS if one.kind is TaskKind.JUDGEMENT)

    before = decide(policy, Stage.CHECK_IN, good)
    bad = decide(policy, Stage.CHECK_IN, good | {"bandwidth_kbps": 300, "packet_loss_pct": 0.0})

    assert "audio_clinically_ok" in before.asks
    assert "audio_clinically_ok" not in wanted(before, judgement)
    assert "audio_clinically_ok" in wanted(bad, judgement)


def test_an_answer_settles_a_question(policy: Policy) -> None:
    facts: dict[str, FactValue] = {"support_status": "not_needed"}

    assert still(["support_status"], booked(policy), {}, policy) == {"support_status"}
    assert still(["support_status"], booked(policy, **facts), facts, policy) == set()


def test_a_step_that_does_not_look_at_something_settles_nothing_of_it(policy: Policy) -> None:
    request = decide(policy, Stage.REQUEST, {})

    assert still(["payer_video", "P03"], request, {}, policy) == {"payer_video", "P03"}


def test_a_rule_that_stands_or_is_not_decided_is_not_settled(policy: Policy) -> None:
    pending = booked(policy, support_status="pending")
    open_ = booked(policy)
    arranged = booked(policy, support_status="arranged")

    assert [bool(still(["P03"], one, {}, policy)) for one in (pending, open_, arranged)] == [True, True, False]


def test_a_question_that_no_longer_applies_is_settled(policy: Policy) -> None:
    assert still(["guardian_confirmed"], booked(policy, age_years=58), {"age_years": 58}, policy) == set()


def test_what_a_person_has_ticked_off_rests_for_a_day_and_what_settled_itself_does_not() -> None:
    task = Task("t", CaseId("c"), TaskKind.DEVICE, Role.SCHEDULER, "", NOW, NOW, AccountId("a"), ["T01"])

    assert rests([task], ["T01"], NOW + REST - timedelta(seconds=1))
    assert not rests([task], ["T01"], NOW + REST)
    assert not rests([task], ["T01", "T03"], NOW)
    assert not rests([replace(task, done_by=None)], ["T01"], NOW)

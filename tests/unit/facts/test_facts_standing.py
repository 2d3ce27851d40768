"""What stands until a named clinician clears it with a reason: events, and what a patient says during the visit."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.domain.facts import FactSheet, Party, Statement
from server.domain.policy import Stage

HOUR = timedelta(hours=1)
LONG = timedelta(days=400)
STANDS_IN_THE_VISIT = (
    "rf_breathing",
    "rf_heart_brain",
    "rf_cord",
    "rf_svc",
    "rf_bleeding",
    "rf_metabolic",
    "rf_self_harm",
    "fever_38",
    "immunosuppressed",
    "prefers_in_person",
)


def said(name: str, value: Any, said_as: Party, at: datetime, stage: Stage | None = None) -> Statement:
    return Statement(name, value, said_as, "somebody", at, stage)


def cleared(name: str, at: datetime, reason: str = "She pressed the wrong button.") -> Statement:
    return replace(said(name, False, Party.SPECIALIST, at), reason=reason)


def test_a_clinicians_button_stays_pressed(sheet: FactSheet, now: datetime) -> None:
    pressed = said("clinician_emergency", True, Party.SPECIALIST, now - LONG)
    others = [said("clinician_emergency", False, party, now - HOUR) for party in Party]
    blanked = said("clinician_emergency", None, Party.SPECIALIST, now - HOUR)

    assert sheet.current([pressed, *others, blanked], Stage.BOOKING, now) == {"clinician_emergency": True}


def test_a_named_clinician_clears_a_button_with_a_reason(sheet: FactSheet, now: datetime) -> None:
    pressed = said("clinician_emergency", True, Party.SPECIALIST, now - HOUR)

    assert sheet.current([pressed, cleared("clinician_emergency", now)], Stage.BOOKING, now) == {
        "clinician_emergency": False
    }


def test_a_button_that_was_cleared_can_be_pressed_again(sheet: FactSheet, now: datetime) -> None:
    first = said("clinician_converts", True, Party.SPECIALIST, now - 3 * HOUR)
    again = said("clinician_converts", True, Party.SPECIALIST, now - HOUR)

    assert sheet.current([first, cleared("clinician_converts", now - 2 * HOUR), again], Stage.BOOKING, now) == {
        "clinician_converts": True
    }


def test_what_stands_in_the_visit_is_what_a_patient_says_against_video(sheet: FactSheet) -> None:
    assert sheet.latching == set(STANDS_IN_THE_VISIT)


@pytest.mark.parametrize("name", STANDS_IN_THE_VISIT)
def test_a_yes_in_the_visit_is_not_taken_back_by_the_patient(sheet: FactSheet, now: datetime, name: str) -> None:
    yes = said(name, True, Party.PATIENT, now - 2 * HOUR, Stage.DURING_VISIT)
    no = said(name, False, Party.PATIENT, now - HOUR, Stage.DURING_VISIT)
    unsure = said(name, None, Party.PATIENT, now, Stage.DURING_VISIT)

    assert sheet.current([yes, no, unsure], Stage.DURING_VISIT, now) == {name: True}


@pytest.mark.parametrize("name", STANDS_IN_THE_VISIT)
def test_a_yes_in_the_visit_does_not_grow_old(sheet: FactSheet, now: datetime, name: str) -> None:
    yes = said(name, True, Party.PATIENT, now - LONG, Stage.DURING_VISIT)

    assert sheet.current([yes], Stage.CHECK_IN, now) == {name: True}


@pytest.mark.parametrize("name", STANDS_IN_THE_VISIT)
def test_a_named_clinician_clears_a_yes_of_the_visit(sheet: FactSheet, now: datetime, name: str) -> None:
    yes = said(name, True, Party.PATIENT, now - HOUR, Stage.DURING_VISIT)
    without_a_reason = said(name, False, Party.SPECIALIST, now, Stage.DURING_VISIT)

    assert sheet.current([yes, without_a_reason], Stage.DURING_VISIT, now) == {name: True}
    assert sheet.current([yes, cleared(name, now)], Stage.DURING_VISIT, now) == {name: False}


def test_after_it_is_cleared_the_patient_is_heard_again(sheet: FactSheet, now: datetime) -> None:
    yes = said("rf_cord", True, Party.PATIENT, now - 3 * HOUR, Stage.DURING_VISIT)
    at_home = said("rf_cord", True, Party.PATIENT, now - HOUR, Stage.REQUEST)
    better = said("rf_cord", False, Party.PATIENT, now, Stage.REQUEST)

    assert sheet.current([yes, cleared("rf_cord", now - 2 * HOUR), at_home, better], Stage.BOOKING, now) == {
        "rf_cord": False
    }


def test_a_cleared_warning_sign_grows_old_like_any_other_answer(sheet: FactSheet, now: datetime) -> None:
    yes = said("rf_cord", True, Party.PATIENT, now - LONG, Stage.DURING_VISIT)

    assert sheet.current([yes, cleared("rf_cord", now - 25 * HOUR)], Stage.BOOKING, now) == {}


@pytest.mark.parametrize("stage", [None, Stage.REQUEST, Stage.BOOKING, Stage.CHECK_IN])
def test_before_the_visit_people_may_change_their_minds(sheet: FactSheet, now: datetime, stage: Stage | None) -> None:
    yes = said("prefers_in_person", True, Party.PATIENT, now - HOUR, stage)
    no = said("prefers_in_person", False, Party.PATIENT, now, stage)

    assert sheet.current([yes, no], Stage.BOOKING, now) == {"prefers_in_person": False}


def test_a_clinicians_reason_does_not_answer_what_was_never_said_in_a_visit(sheet: FactSheet, now: datetime) -> None:
    aged = replace(said("telehealth_consent", False, Party.SPECIALIST, now), reason="They agreed on the phone.")

    assert sheet.current([aged], Stage.BOOKING, now) == {}


def test_nobody_states_an_approval(sheet: FactSheet, now: datetime) -> None:
    stated = [said("clinician_approved_rules", ["C07"], party, now) for party in Party]

    assert sheet.current(stated, Stage.BOOKING, now) == {}

"""What people are asked, and how their answers are read."""

import re
from dataclasses import replace
from typing import Any

import pytest

from server.domain.errors import InvalidValueError
from server.domain.facts import UNKNOWN, FactSheet, Party, Place, Question, parse_answer
from server.domain.policy import FactType, Policy, Stage


def names(questions: tuple[Question, ...]) -> list[str]:
    return [question.name for question in questions]


def test_the_warning_signs_come_first(sheet: FactSheet, policy: Policy) -> None:
    asked = names(sheet.questions(policy.reads(Stage.REQUEST), Party.PATIENT, stage=Stage.REQUEST))
    assert asked[0] == "rf_breathing"
    assert asked[7:9] == ["fever_38", "immunosuppressed"]
    assert len(asked) == 13


def test_a_question_brings_its_follow_up(sheet: FactSheet) -> None:
    assert names(sheet.questions({"fever_38"}, Party.PATIENT)) == ["fever_38", "immunosuppressed"]
    assert names(sheet.questions({"payer_video"}, Party.SCHEDULER)) == ["payer_video", "self_pay_accepted"]


def test_a_follow_up_that_the_step_does_not_need_stays_away(sheet: FactSheet) -> None:
    asked = {"patient_country"}
    assert names(sheet.questions(asked, Party.PATIENT, stage=Stage.REQUEST)) == ["patient_country"]
    assert names(sheet.questions(asked, Party.PATIENT, stage=Stage.BOOKING)) == ["patient_country", "patient_state"]


def test_a_follow_up_whose_case_is_not_given_stays_away(sheet: FactSheet) -> None:
    age = {"age_years", "guardian_confirmed"}
    assert names(sheet.questions(age, Party.SCHEDULER, known={"age_years": 58})) == []
    assert names(sheet.questions(age, Party.SCHEDULER, known={"age_years": 17})) == ["guardian_confirmed"]
    assert names(sheet.questions(age, Party.SCHEDULER)) == ["guardian_confirmed"]


def test_a_party_is_asked_only_its_own_questions(sheet: FactSheet, policy: Policy) -> None:
    asked = [name for party in Party for name in names(sheet.questions(policy.facts, party))]
    buttons = {"clinician_emergency", "clinician_converts", "clinician_approved_rules"}
    assert sorted(asked) == sorted(policy.facts.keys() - buttons)


def test_on_the_day_the_patient_is_asked_where_they_are_now(sheet: FactSheet) -> None:
    [before] = sheet.questions({"patient_state"}, Party.PATIENT, stage=Stage.BOOKING)
    [now] = sheet.questions({"patient_state"}, Party.PATIENT, stage=Stage.CHECK_IN)
    assert before.text == "Which state will you be in on the day of the visit?"
    assert now.text == "Which state are you in right now?"


def test_a_place_names_what_is_asked_there(sheet: FactSheet) -> None:
    asked = names(sheet.questions(sheet.asked_at(Place.COVERAGE), Party.SCHEDULER))
    assert asked == ["payer_video", "self_pay_accepted", "plan_mandates_in_person", "prior_auth", "payer_audio_ok"]


def test_every_choice_has_words(sheet: FactSheet) -> None:
    for entry in sheet.entries.values():
        question = entry.question
        assert bool(question.options) == (question.type in (FactType.BOOL, FactType.ENUM, FactType.STR)), question.name
        assert all(option.label and option.label != option.value for option in question.options)
        assert UNKNOWN not in {option.value for option in question.options}


def test_every_question_to_a_patient_is_plain(sheet: FactSheet, policy: Policy) -> None:
    for question in sheet.questions(policy.facts, Party.PATIENT):
        assert question.text.endswith("?")
        assert "!" not in question.text + question.hint
        assert len(re.findall(r"\w+", question.text)) <= 25, question.name
        assert question.unknown_label in ("I don't know", "I am not sure yet")


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("rf_cord", "true", True),
        ("rf_cord", " false ", False),
        ("rf_cord", UNKNOWN, None),
        ("age_years", "58", 58),
        ("age_years", UNKNOWN, None),
        ("packet_loss_pct", "0.5", 0.5),
        ("tumour_site", "lung", "lung"),
        ("patient_state", "MI", "MI"),
        ("visit_date", "2026-12-10", "2026-12-10"),
        ("clinician_authorised_states", "MI, OH", ["MI", "OH"]),
    ],
)
def test_an_answer_is_read(sheet: FactSheet, name: str, raw: str, value: Any) -> None:
    parsed = parse_answer(sheet.entries[name].question, raw)
    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "raw", "sentence"),
    [
        ("rf_cord", "", "Please answer, or choose “I don't know”."),
        ("rf_cord", "yes", "Please choose one of the answers shown."),
        ("rf_cord", "1", "Please choose one of the answers shown."),
        ("tumour_site", "Lung", "Please choose one of the answers shown."),
        ("patient_state", "ON", "Please choose one of the answers shown."),
        ("age_years", "old", "Please give a whole number from 0 to 120."),
        ("age_years", "58.5", "Please give a whole number from 0 to 120."),
        ("age_years", "121", "Please give a whole number from 0 to 120."),
        ("age_years", "٥٨", "Please give a whole number from 0 to 120."),
        ("age_years", "9" * 5000, "Please give a whole number from 0 to 120."),
        ("packet_loss_pct", "nan", "Please give a number from 0 to 100."),
        ("packet_loss_pct", "-1", "Please give a number from 0 to 100."),
        ("visit_date", "10.12.2026", "Please give a day that exists, as year-month-day: 2030-01-31."),
        ("visit_date", "2026-02-30", "Please give a day that exists, as year-month-day: 2030-01-31."),
        ("clinician_authorised_states", "Michigan", "Please check how this is written."),
    ],
)
def test_what_is_no_answer_is_refused_in_plain_words(sheet: FactSheet, name: str, raw: str, sentence: str) -> None:
    with pytest.raises(InvalidValueError) as refusal:
        parse_answer(sheet.entries[name].question, raw)
    assert (str(refusal.value), refusal.value.field) == (sentence, name)


def test_a_text_without_a_list_to_pick_from_is_written(sheet: FactSheet) -> None:
    question = replace(sheet.entries["patient_country"].question, options=())
    assert parse_answer(question, "FR") == "FR"
    with pytest.raises(InvalidValueError, match="check how this is written"):
        parse_answer(question, "France")

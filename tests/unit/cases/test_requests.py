"""The request form: nothing is defaulted, "I don't know" is an answer, and an emergency comes before everything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.domain import requests
from server.domain.calls import worries
from server.domain.facts import FactSheet, load_fact_sheet
from server.domain.policy import load_policy
from server.domain.request_form import MOST_QUESTIONS, make_form
from server.domain.requests import Form, Kind

POLICY = Path(__file__).parents[3] / "config" / "policy"
RED_FLAGS = (
    "rf_breathing",
    "rf_heart_brain",
    "rf_cord",
    "rf_svc",
    "rf_bleeding",
    "rf_metabolic",
    "rf_self_harm",
    "fever_38",
)
WELL = dict.fromkeys(RED_FLAGS, "no") | {"amber_symptom_count": 0, "new_neuro_nonurgent": "no"}
COMPLETE: dict[str, Any] = WELL | {
    "name": "Maria Kowalska",
    "phone": "313 555 0142",
    "reasons": ["more-options"],
    "cancer_type": "breast",
    "treatment_timing": "unknown",
    "surgery_done": "no",
    "questions": ["Is surgery the only way?"],
    "age_years": 58,
    "patient_country": "US",
    "patient_state": "MI",
    "language": "Polish",
    "interpreter": "yes",
    "support": ["none"],
    "telehealth_consent": "yes",
    "prefers_in_person": "no",
}


@pytest.fixture(scope="module")
def sheet() -> FactSheet:
    policy = load_policy((POLICY / "in-person.toml").read_bytes())
    return load_fact_sheet((POLICY / "facts.toml").read_bytes(), policy)


@pytest.fixture(scope="module")
def form(sheet: FactSheet) -> Form:
    return make_form(sheet)


def test_name_and_telephone_come_before_the_questions_about_emergencies(form: Form) -> None:
    names = [item.name for item in form.items]

    assert names[:2] == ["name", "phone"]
    assert max(names.index(flag) for flag in RED_FLAGS) < names.index("reasons")


def test_a_complete_request_misses_nothing(form: Form) -> None:
    assert requests.missing(form, COMPLETE) == ()


def test_an_empty_request_misses_everything_that_has_no_leave_to_be_left_out(form: Form) -> None:
    follow_ups = {"patient_state"}  # asked once what they follow is answered

    assert {one.name for one in requests.missing(form, {})} == set(COMPLETE) - follow_ups


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_what_is_missing_is_said_in_words_with_its_page(form: Form, name: str) -> None:
    (one,) = requests.missing(form, {key: value for key, value in COMPLETE.items() if key != name})

    section = form.section(one.section)
    assert section is not None
    assert name in {item.name for item in section.items}
    assert one.words.endswith(".")


def test_i_do_not_know_may_be_sent(form: Form) -> None:
    unsure = {
        item.name: "unknown" for item in form.items if "unknown" in dict(item.options) and item.kind is not Kind.MANY
    }

    assert len(unsure) >= len(RED_FLAGS)
    assert requests.missing(form, COMPLETE | unsure) == ()
    assert requests.emergencies(form, COMPLETE | unsure) == ()


def test_a_state_is_only_asked_of_those_who_will_be_in_the_country_that_has_them(form: Form) -> None:
    abroad = {name: value for name, value in COMPLETE.items() if name != "patient_state"} | {"patient_country": "CA"}

    assert requests.missing(form, abroad) == ()


@pytest.mark.parametrize("flag", RED_FLAGS)
def test_one_yes_to_a_red_flag_is_an_emergency_in_the_policys_words(form: Form, flag: str) -> None:
    answers = COMPLETE | {flag: "yes"}

    assert len(requests.emergencies(form, answers)) == 1
    (words,) = requests.emergency_words(form, answers)
    assert "911" in words or "emergency room" in words


def test_the_words_come_before_anything_else_is_answered(form: Form) -> None:
    assert requests.emergency_words(form, {"rf_bleeding": "yes"})


def test_without_a_yes_there_are_no_words_of_emergency(form: Form) -> None:
    assert requests.emergency_words(form, COMPLETE | {"rf_cord": "unknown"}) == ()


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({}, ()),
        ({"rf_cord": "unknown"}, ("rf_cord",)),
        ({"amber_symptom_count": 1}, ("amber_symptom_count",)),
        ({"amber_symptom_count": "unknown"}, ("amber_symptom_count",)),
        ({"new_neuro_nonurgent": "yes"}, ("new_neuro_nonurgent",)),
        ({"new_neuro_nonurgent": "unknown"}, ("new_neuro_nonurgent",)),
        ({"fever_38": "yes", "immunosuppressed": "no"}, ("fever_38", "immunosuppressed")),
        ({"immunosuppressed": "yes"}, ()),
    ],
)
def test_a_nurse_rings_those_who_are_unsure_or_unwell(
    form: Form, sheet: FactSheet, change: dict[str, Any], because: tuple[str, ...]
) -> None:
    assert worries(sheet, requests.facts(form, COMPLETE | change)) == because


def test_facts_are_what_was_said_and_nothing_else(form: Form) -> None:
    said = requests.facts(form, COMPLETE | {"rf_cord": "unknown", "patient_state": "unknown"})

    assert said["rf_breathing"] is False
    assert said["rf_cord"] is None
    assert said["telehealth_consent"] is True
    assert said["patient_state"] is None
    assert said["age_years"] == 58
    assert "name" not in said
    assert requests.facts(form, {}) == {}


def test_an_answer_taken_back_is_unknown_as_a_fact(form: Form) -> None:
    assert requests.facts(form, {"rf_cord": None}) == {"rf_cord": None}


def test_saving_keeps_other_answers_and_tidies_the_new_ones() -> None:
    merged = requests.merged(
        {"name": "Maria", "diagnosis": "cancer"},
        {"name": "  Maria Kowalska ", "diagnosis": "", "questions": [" Why? ", "", "Why?"], "reasons": []},
    )

    assert merged == {"name": "Maria Kowalska", "questions": ["Why?"]}


def test_every_fact_that_can_be_unknown_offers_to_say_so(form: Form) -> None:
    offered = {item.name for item in form.items if item.entry and "unknown" in dict(item.options)}

    assert {item.name for item in form.items if item.entry} - offered == {"age_years"}


def test_at_most_five_questions_are_asked(form: Form) -> None:
    (item,) = [item for item in form.items if item.kind is Kind.LIST]

    assert item.most == MOST_QUESTIONS == 5


def test_answers_about_emergencies_are_good_for_a_day() -> None:
    now = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)

    assert requests.safety_is_old(None, now)
    assert requests.safety_is_old(now - timedelta(hours=24, seconds=1), now)
    assert not requests.safety_is_old(now - timedelta(hours=24), now)


def test_answers_read_as_people_chose_them(form: Form) -> None:
    items = {item.name: item for item in form.items}

    assert requests.in_words(items["support"], ["hearing", "memory"]) == ("Hearing", "Remembering, or finding words")
    assert requests.in_words(items["patient_state"], "MI") == ("Michigan",)
    assert requests.in_words(items["amber_symptom_count"], 2) == ("2",)
    assert requests.in_words(items["rf_cord"], "unknown") == ("I don't know",)
    assert requests.in_words(items["diagnosis"], None) == ()


def test_what_is_missing_reaches_programs_with_the_path_of_each_answer() -> None:
    told = requests.IncompleteRequestError((requests.Missing("reach", "phone", "Give us a telephone number."),))

    assert told.extra == {"errors": [{"field": "answers.phone", "message": "Give us a telephone number."}]}


def test_checklists_may_refer_to_what_people_choose_from(form: Form) -> None:
    offered = requests.offered(form)

    assert offered["cancer_type"] == {"breast", "lung", "other", "unknown"}
    assert "diagnosis" not in offered


def test_numbers_are_kept_as_they_are() -> None:
    assert requests.merged({}, {"age_years": 58, "amber_symptom_count": 0}) == {
        "age_years": 58,
        "amber_symptom_count": 0,
    }


@pytest.mark.parametrize("fever", ["yes", "unknown"])
def test_who_has_a_fever_or_does_not_know_is_asked_on(form: Form, fever: str) -> None:
    (one,) = requests.missing(form, COMPLETE | {"fever_38": fever})

    assert one.name == "immunosuppressed"


def test_nobody_without_a_fever_is_asked_on(form: Form) -> None:
    assert "immunosuppressed" not in {one.name for one in requests.missing(form, {"fever_38": "no"})}


def test_the_follow_up_comes_right_after_the_fever(form: Form) -> None:
    names = [item.name for item in form.items]

    assert names[names.index("fever_38") + 1] == "immunosuppressed"


@pytest.mark.parametrize(("weak", "emergency"), [("yes", True), ("unknown", True), ("no", False)])
def test_a_fever_is_an_emergency_for_those_whose_immune_system_may_be_weak(
    form: Form, weak: str, emergency: bool
) -> None:
    answers = COMPLETE | {"fever_38": "yes", "immunosuppressed": weak}

    assert bool(requests.emergencies(form, answers)) is emergency
    assert requests.missing(form, answers) == ()


def test_a_fever_alone_is_an_emergency_as_long_as_nothing_else_is_known(form: Form) -> None:
    assert requests.emergencies(form, {"fever_38": "yes"})


@pytest.mark.parametrize(
    ("sent", "waits"),
    [
        ({"fever_38": "yes"}, {"fever_38"}),
        ({"fever_38": "yes", "immunosuppressed": "unknown"}, set()),
        ({"fever_38": "unknown"}, set()),
        ({"fever_38": "no"}, set()),
        ({"patient_country": "US"}, set()),
    ],
)
def test_a_yes_that_leads_to_another_question_waits_for_its_answer(
    form: Form, sent: dict[str, str], waits: set[str]
) -> None:
    assert {name for section in form.sections for name in requests.held_back(section, sent)} == waits


def test_what_is_an_emergency_is_what_the_policy_says(form: Form) -> None:
    rules = tuple(rule for rule in form.policy.rules if rule.id != "E06")
    lenient = replace(form, policy=replace(form.policy, rules=rules))

    assert requests.emergencies(form, {"rf_bleeding": "yes"}) == ("E06",)
    assert requests.emergencies(lenient, {"rf_bleeding": "yes"}) == ()
    assert "rf_bleeding" not in {name for section in lenient.sections for name in lenient.stops(section)}

"""Who is to be called because of an answer, and what the caller reads."""

from server.domain.calls import call_sheet, in_words, number_in, said, warning_signs, worries
from server.domain.facts import FactSheet
from server.domain.policy import Policy


def test_yes_and_i_do_not_know_worry_and_no_does_not(sheet: FactSheet) -> None:
    answers = {"rf_cord": True, "rf_svc": None, "rf_bleeding": False, "telehealth_consent": None}

    assert worries(sheet, answers) == ("rf_cord", "rf_svc")


def test_symptoms_worry_from_the_first_one(sheet: FactSheet) -> None:
    assert worries(sheet, {"amber_symptom_count": 0, "new_neuro_nonurgent": False}) == ()
    assert worries(sheet, {"amber_symptom_count": 1, "new_neuro_nonurgent": None}) == (
        "amber_symptom_count",
        "new_neuro_nonurgent",
    )


def test_warning_signs_are_what_the_emergency_rules_read(policy: Policy) -> None:
    signs = warning_signs(policy)

    assert {"rf_cord", "fever_38", "immunosuppressed", "clinician_emergency"} <= signs
    assert not {"amber_symptom_count", "patient_state"} & signs


def test_the_caller_reads_the_number_first(sheet: FactSheet) -> None:
    fever = sheet.entries["fever_38"].question

    note = call_sheet("313 555 0142", "Maria Kowalska", [said(fever, True), said(fever, None)])

    assert note.splitlines() == [
        "Call 313 555 0142.",
        "Ask for Maria Kowalska.",
        f"{fever.text} Yes.",
        f"{fever.text} I don't know.",
    ]
    assert number_in(note) == "313 555 0142"
    assert number_in("Please assign another one.") == ""


def test_answers_are_said_in_the_words_that_were_chosen(sheet: FactSheet) -> None:
    entries = sheet.entries

    assert in_words(entries["patient_state"].question, "MI") == "Michigan"
    assert in_words(entries["payer_video"].question, None) == "Not known yet"
    assert in_words(entries["ecog"].question, 2) == "2"

"""A fact sheet that does not fit its policy is refused, and every fault is named with its place."""

import pytest

from server.domain.facts import FactSheet, load_fact_sheet
from server.domain.policy import Policy, PolicyFaultsError

ECOG = '[facts.ecog]\nasked_of = "specialist"'
FEVER = 'only_if = {fact="fever_38", is=true}'
CONVERTS = '[facts.clinician_converts]\nasked_of = "specialist"'

BROKEN: dict[str, tuple[str, str, str]] = {
    "not TOML": ("[sheet]", "[sheet", "file: is not TOML"),
    "of another policy": ('policy = "modality-starter"', 'policy = "other"', "sheet.policy: must be modality-starter"),
    "without a version": ('version = "2026.11-draft1"', "", "sheet.version: is missing"),
    "a section nobody knows": ("\n[words]", "\n[x]\n[words]", "x: is not known here"),
    "no word for yes": ('yes = "Yes"', "", "words.yes: is missing"),
    "a word nobody needs": ('yes = "Yes"', 'yes = "Yes"\nmaybe = "Maybe"', "words.maybe: is not known here"),
    "a fact left out": (ECOG, '[facts.ecogg]\nasked_of = "specialist"', "facts.ecog: is missing"),
    "a fact of no policy": (
        ECOG,
        f'[facts.shoe_size]\nplace = "x"\n{ECOG}',
        "facts.shoe_size: modality-starter has no",
    ),
    "asked of nobody": (ECOG, "[facts.ecog]", "facts.ecog.asked_of: is missing"),
    "asked of a stranger": (ECOG, '[facts.ecog]\nasked_of = "uncle"', "facts.ecog.asked_of: must be one of patient"),
    "also from a stranger": (ECOG, f'{ECOG}\nalso_from = ["uncle"]', "facts.ecog.also_from: there is no uncle"),
    "at no place": ('place = "licences"', 'place = "moon"', "clinician_authorised_states.place: must be one of"),
    "no question": ('question = "Are the scans here?"', "", "facts.imaging_available.question: is missing"),
    "a blank hint": (ECOG, f'{ECOG}\nhint2 = "x"', "facts.ecog.hint2: is not known here"),
    "a label left out": ('lung = "Lung"', "", "facts.tumour_site.labels: must label exactly"),
    "a label too many": (
        'lung = "Lung"',
        'lung = "Lung"\nfoot = "Foot"',
        "facts.tumour_site.labels: must label exactly",
    ),
    "a label for what cannot be": ('MI = "Michigan"', 'Mi = "Michigan"', "patient_state.labels: holds what"),
    "labels for yes and no": (FEVER, f"{FEVER}\n[facts.immunosuppressed.labels]\nx='x'", "labels: is not known here"),
    "things to count for a yes": ('items = ["Pain', 'itemss = ["Pain', "amber_symptom_count.itemss: is not known"),
    "an age nobody defined": ('max_age = "condition"', 'max_age = "ever"', "ecog.max_age: there is no [ages.ever]"),
    "an age at no step": ('check_in = "2h"', 'checkin = "2h"', "ages.symptoms.checkin: is not known here"),
    "an age without a unit": ('check_in = "2h"', 'check_in = "2"', "ages.symptoms.check_in: must be a whole number"),
    "an age of nothing": ('check_in = "2h"', 'check_in = "0h"', "ages.symptoms.check_in: must be a whole number"),
    "words at no step": ('question_at = {check_in="Which state', 'question_at = {x="', "question_at.x: is not known"),
    "a case that cannot be": (FEVER, FEVER.replace("true", '"yes"'), "immunosuppressed.only_if.is: is nothing that"),
    "a case of no fact": (FEVER, FEVER.replace("fever_38", "fever"), "only_if.fact: there is no fact fever"),
    "a chain of cases": (
        "[facts.new_neuro_nonurgent]",
        '[facts.new_neuro_nonurgent]\nonly_if = {fact="immunosuppressed", is=true}',
        "facts.new_neuro_nonurgent.only_if: may not follow",
    ),
    "a button for others": (CONVERTS, f'{CONVERTS}\nalso_from = ["patient"]', "only the specialist may say this"),
    "a button that grows old": (CONVERTS, f'{CONVERTS}\nmax_age = "payer"', "max_age: this does not grow old"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_sheet_is_refused(sheet_bytes: bytes, policy: Policy, kind: str) -> None:
    old, new, fault = BROKEN[kind]
    text = sheet_bytes.decode()
    assert old in text
    with pytest.raises(PolicyFaultsError) as refusal:
        load_fact_sheet(text.replace(old, new).encode(), policy)
    assert any(fault in str(found) for found in refusal.value.faults), str(refusal.value)


def test_the_sheet_knows_its_own_bytes(sheet: FactSheet, sheet_bytes: bytes, policy: Policy) -> None:
    assert sheet.version == policy.version
    assert load_fact_sheet(sheet_bytes + b"\n", policy).sha256 != sheet.sha256

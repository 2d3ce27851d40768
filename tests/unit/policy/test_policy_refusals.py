"""A policy with a fault is refused, and every fault is named with its place."""

import pytest

from server.domain.policy import Policy, PolicyFaultsError, load_policy
from tests.unit.policy.damages import damaged

E01 = """id = "E01"
name = "Trouble breathing or airway"
outcome = "emergency_now"
at = ["request", "booking", "check_in", "during_visit"]
all = [{fact="rf_breathing", is=true}]"""

BROKEN: dict[str, tuple[str, str, str]] = {
    "not TOML": ("[policy]", "[policy", "file: is not TOML"),
    "nested without end": ("[lists]", "x = " + "[" * 5000 + "]" * 5000 + "\n[lists]", "file: is not TOML"),
    "an endless number": ("adult_age = 18", "adult_age = " + "9" * 5000, "file: is not TOML"),
    "longer than any policy": ("[policy]", "#" * 1_000_001 + "\n[policy]", "file: is longer than"),
    "a section nobody knows": ("[lists]", "[list]", "list: is not known here"),
    "a section that is no table": (
        '[policy]\nid = "modality-starter"',
        'policy = 1\n[x]\nid = "x"',
        "policy: must be a table",
    ),
    "no version": ('version = "2026.11-draft1"', "", "policy.version: is missing"),
    "a status nobody knows": ('status = "draft" ', 'status = "drafty"', "policy.status: must be one of draft"),
    "a first day that does not exist": ('"2026-12-01"', '"2026-13-01"', "policy.effective_from: must be a day"),
    "a first day that is no text": ('"2026-12-01"', "2026-12-01", "policy.effective_from: must be text"),
    "an empty list": ('served_countries = ["US"]', "served_countries = []", "lists.served_countries: must be a list"),
    "a list with one entry twice": ('["US"]', '["US", "US"]', "lists.served_countries: must be a list"),
    "a number that is text": ("adult_age = 18", 'adult_age = "18"', "numbers.adult_age: must be a number"),
    "a number that is none": ("adult_age = 18", "adult_age = nan", "numbers.adult_age: must be a number"),
    "a number that is a truth": ("adult_age = 18", "adult_age = true", "numbers.adult_age: must be a number"),
    "a name in capitals": ("adult_age = 18", "Adult_Age = 18", "numbers.Adult_Age: must be named in small letters"),
    "a day that does not exist": ('= "2026-12-31"', '= "2026-02-30"', "dates.dea_flexibility_until: must be a day"),
    "a day written otherwise": ('= "2026-12-31"', '= "20261231"', "dates.dea_flexibility_until: must be a day"),
    "a fact of no type": ('rf_cord = {type="bool", ', "rf_cord = {", "facts.rf_cord.type: is missing"),
    "a fact of an unknown type": (
        'rf_cord = {type="bool"',
        'rf_cord = {type="boolean"',
        "facts.rf_cord.type: must be one of bool",
    ),
    "a fact without its risk": (', risk="true"}\nrf_heart', "}\nrf_heart", "facts.rf_breathing.risk: is missing"),
    "a risk that does not suit the type": (
        'max=4, risk="higher"',
        'max=4, risk="true"',
        "facts.ecog.risk: must be one of higher",
    ),
    "a fact with a key nobody reads": ("min=0, max=4,", "min=0, max=4, maxx=4,", "facts.ecog.maxx: is not known here"),
    "a number without limits": ("min=0, max=4, ", "min=0, ", "facts.ecog.max: is missing"),
    "limits the wrong way round": ("min=0, max=4,", "min=5, max=4,", "facts.ecog.min: must not be above max"),
    "an enum without values": (
        ' values=["not_needed","arranged","pending","unavailable"],',
        "",
        "facts.interpreter_status.values: is missing",
    ),
    "an enum value twice": (
        '"pending","unavailable"]',
        '"pending","pending"]',
        "facts.interpreter_status.values: must be a list",
    ),
    "a text of any kind": (
        'patient_state = {type="str", pattern="^[A-Z]{2}$",',
        'patient_state = {type="str",',
        "facts.patient_state.pattern: is missing",
    ),
    "a pattern that is none": (
        'patient_state = {type="str", pattern="^[A-Z]{2}$"',
        'patient_state = {type="str", pattern="["',
        "facts.patient_state.pattern: must be a regular",
    ),
    "a kind nobody knows": ('kind="event"', 'kind="evnt"', "facts.clinician_converts.kind: must be one of asked"),
    "an event that is a number": (
        'min=0, max=4, risk="higher"',
        'min=0, max=4, risk="higher", kind="event"',
        "facts.ecog.kind: an event must be a bool",
    ),
    "a second disposition": (
        'rf_cord = {type="bool", risk="true"',
        'rf_cord = {type="bool", risk="true", kind="disposition"',
        "facts.rf_cord.kind: clinician_approved_rules alone",
    ),
    "nowhere to approve": (
        "clinician_approved_rules = ",
        "clinician_approved = ",
        "facts.clinician_approved_rules: is missing",
    ),
    "an approval that is no list": (
        'clinician_approved_rules = {type="strlist", ',
        'clinician_approved_rules = {type="str", ',
        "a disposition must be a strlist",
    ),
    "a derived fact named like a given one": (
        "[derived.voip_ok]",
        "[derived.camera_ok]",
        "derived.camera_ok: is a given fact already",
    ),
    "derived facts in a circle": (
        '{fact="phone_reachable", is=true}',
        '{fact="audio_ok", is=true}',
        "derived: these read each other in a circle",
    ),
    "a derived fact without conditions": (
        "[derived.voip_ok]\nall",
        "[derived.voip_ok]\nal",
        "derived.voip_ok: needs either all or any",
    ),
    "rules that are no list": ("[[rules]]", "[[rule]]", "rules: is missing"),
    "an id twice": ('id = "E02"', 'id = "E01"', "rules: 2 rules have the id E01"),
    "an id of another kind": ('id = "E02"', 'id = "E2"', "rules[2] E2.id: must be a capital letter"),
    "no id": ('id = "E02"', "", "rules[2].id: is missing"),
    "no name": ('name = "Trouble breathing or airway"', "", "rules[1] E01.name: is missing"),
    "no words for the patient": ('patient = "Trouble', 'pateint = "Trouble', "rules[1] E01.patient: is missing"),
    "blank words for the patient": (
        'patient = "These signs can mean a heart or brain emergency. Call 911 now."',
        'patient = " "',
        "rules[2] E02.patient: must be text",
    ),
    "no source": ('source = ["S11", "S13"]', "", "rules[3] E03.source: is missing"),
    "an empty source": ('source = ["S11", "S13"]', "source = []", "rules[3] E03.source: must be a list"),
    "an outcome nobody knows": (E01, E01.replace("emergency_now", "emergency"), "rules[1] E01.outcome: must be one of"),
    "a step nobody knows": (E01, E01.replace('"check_in"', '"checkin"'), "rules[1] E01.at: there is no step checkin"),
    "no step": (
        E01,
        E01.replace('"request", "booking", "check_in", "during_visit"', ""),
        "rules[1] E01.at: must be a list",
    ),
    "no condition": (E01, E01.replace('{fact="rf_breathing", is=true}', ""), "rules[1] E01.all: must be a list"),
    "conditions that are no list": (
        E01,
        E01.replace('[{fact="rf_breathing", is=true}]', "true"),
        "rules[1] E01.all: must be a list",
    ),
    "a condition that is no table": (
        E01,
        E01.replace('{fact="rf_breathing", is=true}', "1"),
        "rules[1] E01.all[1]: must be a table",
    ),
    "all and any": (E01, E01 + '\nany = [{fact="rf_cord", is=true}]', "rules[1] E01: needs either all or any"),
    "neither all nor any": (E01, E01.replace("all =", "al ="), "rules[1] E01.al: is not known here"),
    "a fact nobody declared": (
        E01,
        E01.replace("rf_breathing", "rf_breathng"),
        "rules[1] E01.all[1].fact: there is no fact rf_breathng",
    ),
    "a condition on no fact": (E01, E01.replace('fact="rf_breathing", ', ""), "rules[1] E01.all[1].fact: is missing"),
    "an operator nobody knows": (
        E01,
        E01.replace("is=true", "equals=true"),
        "rules[1] E01.all[1].equals: is not known here",
    ),
    "two operators": (
        E01,
        E01.replace("is=true", "is=true, is_or_unknown=true"),
        "rules[1] E01.all[1]: needs exactly one of is",
    ),
    "an operator that does not suit": (
        E01,
        E01.replace("is=true", "at_least=1"),
        "rules[1] E01.all[1].at_least: rf_breathing is a bool",
    ),
    "yes as text": (E01, E01.replace("is=true", 'is="true"'), "rules[1] E01.all[1].is: is nothing that rf_breathing"),
    "yes as one": (E01, E01.replace("is=true", "is=1"), "rules[1] E01.all[1].is: is nothing that rf_breathing"),
    "a list where one value belongs": (
        'is="pending"',
        'is=["pending"]',
        "P03.all[1].is: is nothing that support_status",
    ),
    "a value outside the enum": ('is="cannot_arrange"', 'is="cannot"', "P04.all[1].is: is nothing that support_status"),
    "a list with a value outside the enum": (
        '"penile_testicular"]\n\n',
        '"penile"]\n\n',
        "C06.all[1].in: is nothing that tumour_site",
    ),
    "a list nobody keeps": (
        'not_in="served_countries"',
        'not_in="served"',
        "L01.all[1].not_in: is nothing that patient_country",
    ),
    "text where a list belongs": (
        'not_in="served_countries"',
        'not_in="US"',
        "L01.all[1].not_in: is nothing that patient_country",
    ),
    "a number nobody keeps": ('below="adult_age"', 'below="adultage"', "P01.all[1].below: is nothing that age_years"),
    "a number never reached": (
        'at_least="ecog_review_from"',
        "at_least=5",
        "C07.all[1].at_least: is nothing that ecog",
    ),
    "half a number for whole ones": (
        'at_least="ecog_review_from"',
        "at_least=2.5",
        "C07.all[1].at_least: is nothing that ecog",
    ),
    "a date nobody keeps": (
        'after="dea_flexibility_until"',
        'after="dea"',
        "L03.all[3].after: is nothing that visit_date",
    ),
    "a list fact that is none": (
        'not_in_fact="clinician_authorised_states"',
        'not_in_fact="tumour_site"',
        "L02.all[2].not_in_fact: is nothing",
    ),
    "approvals read by a rule": (
        'not_in_fact="clinician_authorised_states"',
        'not_in_fact="clinician_approved_rules"',
        "L02.all[2].not_in_fact: is nothing",
    ),
    "a list fact nobody declared": (
        'not_in_fact="clinician_authorised_states"',
        "not_in_fact=3",
        "L02.all[2].not_in_fact: is nothing",
    ),
    "no default rule": ("default = true", "", "rules: exactly one rule must be the default"),
    "two default rules": (
        E01,
        E01.replace('all = [{fact="rf_breathing", is=true}]', "default = true"),
        "rules: exactly one rule must be the default",
    ),
    "a default that is not true": ("default = true", "default = false", "V00.default: must be true, or absent"),
    "a default with conditions": (
        "default = true",
        'default = true\nall = [{fact="rf_cord", is=true}]',
        "V00.all: is not known here",
    ),
    "a default that is not video": (
        'outcome = "video_ok"',
        'outcome = "audio_fallback"',
        "V00.outcome: the default rule must say video_ok",
    ),
    "a default that leaves a step out": (
        'at = ["request", "records_review", "booking", "check_in", "during_visit"]\ndefault',
        'at = ["request"]\ndefault',
        "V00.at: the default rule must stand at every step",
    ),
    "video by another rule": (
        'outcome = "audio_fallback"',
        'outcome = "video_ok"',
        "T02.outcome: only the default rule may say video_ok",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_policy_is_refused(policy_bytes: bytes, kind: str) -> None:
    old, new, fault = BROKEN[kind]
    with pytest.raises(PolicyFaultsError) as refusal:
        load_policy(damaged(policy_bytes, old, new))
    assert any(fault in str(found) for found in refusal.value.faults), str(refusal.value)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(PolicyFaultsError, match="file: is not TOML"):
        load_policy(b"\xff\xfe")


def test_every_fault_is_named_at_once(policy_bytes: bytes) -> None:
    data = policy_bytes
    for old, new in (
        ("adult_age = 18", "Adult_Age = 18"),
        ("[lists]", "[list]"),
        ('id = "E02"', 'id = "E01"'),
        ("min=0, max=4,", "min=0, max=4, maxx=4,"),
    ):
        data = damaged(data, old, new)
    with pytest.raises(PolicyFaultsError, match="This policy cannot be used") as refusal:
        load_policy(data)
    places = {fault.place for fault in refusal.value.faults}
    assert places >= {"list", "rules", "facts.ecog.maxx", "rules[15] C06.all[1].in", "numbers.Adult_Age"}


def test_a_fault_is_named_once(policy_bytes: bytes) -> None:
    with pytest.raises(PolicyFaultsError) as refusal:
        load_policy(damaged(policy_bytes, "[derived.voip_ok]", "[derived.VOIP]"))
    assert len(set(refusal.value.faults)) == len(refusal.value.faults)


def test_an_operand_may_be_named_or_written_out(policy: Policy, policy_bytes: bytes) -> None:
    data = policy_bytes
    for old, new in (
        ('at_least="ecog_review_from"', "at_least=3"),
        ('after="dea_flexibility_until"', 'after="2026-12-31"'),
        ('not_in="served_countries"', 'not_in=["US"]'),
    ):
        data = damaged(data, old, new)
    assert [rule.patient for rule in load_policy(data).rules] == [rule.patient for rule in policy.rules]

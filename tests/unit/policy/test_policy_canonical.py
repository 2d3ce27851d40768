"""The bytes of the facts, on which the keyed hashes of stored decisions stand: they never change."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.domain.policy import FactType, canonical

TEXTS = st.text(st.characters(exclude_categories=()))  # also halves of characters, which a pattern may let in
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)  # no range lets those in
VALUES = st.none() | st.booleans() | NUMBERS | TEXTS | st.lists(TEXTS) | st.lists(TEXTS).map(tuple)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]*", fullmatch=True), VALUES))
@settings(deadline=None, max_examples=300)
@example({"packet_loss_pct": 0.00001})
@example({"packet_loss_pct": 1e16})
@example({"packet_loss_pct": -0.0, "bandwidth_kbps": 2**64})
@example({"patient_state": "M\u00ed", "ecog": 1})
@example({"patient_state": "\x7f", "patient_country": '\\"/\n\u2028'})
@example({"patient_state": "\ud800"})
@example({"support_status": FactType.ENUM})  # a text of a closed set is a text
def test_the_bytes_are_those_of_sorted_json_without_spaces(facts: dict[str, Any]) -> None:
    known = {name: value for name, value in facts.items() if value is not None}
    assert canonical(facts) == json.dumps(known, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("facts", "written"),
    [
        ({}, b"{}"),
        ({"fever_38": None, "ecog": 1, "age_years": 40}, b'{"age_years":40,"ecog":1}'),
        ({"packet_loss_pct": 0.00001, "rf_cord": False}, b'{"packet_loss_pct":1e-05,"rf_cord":false}'),
        ({"packet_loss_pct": 5.0}, b'{"packet_loss_pct":5.0}'),
        ({"packet_loss_pct": 1e16}, b'{"packet_loss_pct":1e+16}'),
        ({"tumour_site": "gyn\u00e4kologisch"}, b'{"tumour_site":"gyn\\u00e4kologisch"}'),
    ],
)
def test_what_was_stored_once_is_written_the_same_today(facts: dict[str, Any], written: bytes) -> None:
    assert canonical(facts) == written


def test_the_same_facts_are_the_same_bytes() -> None:
    told = canonical({"ecog": 1, "clinician_authorised_states": ("MI", "OH"), "fever_38": None})
    assert told == canonical({"clinician_authorised_states": ["MI", "OH"], "ecog": 1})
    assert told == b'{"clinician_authorised_states":["MI","OH"],"ecog":1}'

"""A policy that is written reads as the same policy, and the same policy is the same bytes, in every process."""

import os
import subprocess
import sys
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.policy import Policy, load_policy
from server.domain.policy.write import write
from tests.unit.policy.damages import damages
from tests.unit.policy.situations import POLICY, ROOT

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40).filter(str.strip)


def same(one: Policy, other: Policy) -> bool:
    return replace(one, sha256="") == replace(other, sha256="")


def test_the_shipped_policy_comes_back_from_its_own_writing(policy: Policy) -> None:
    body = write(policy)

    assert same(load_policy(body), policy)
    assert write(load_policy(body)) == body


@settings(deadline=None, max_examples=100)
@given(WORDS, WORDS, st.floats(0.01, 99), st.lists(WORDS, min_size=1, max_size=4, unique=True))
def test_every_word_and_number_that_somebody_may_write_comes_back(
    version: str, patient: str, loss: float, entries: list[str]
) -> None:
    rules = tuple(replace(rule, patient=patient) if rule.id == "E01" else rule for rule in POLICY.rules)
    changed = replace(
        POLICY,
        version=version,
        rules=rules,
        numbers={**POLICY.numbers, "video_max_loss_pct": loss},
        lists={**POLICY.lists, "served_countries": ("US", *entries)},
    )
    read = load_policy(write(changed)) if all(len(e) == 2 and e.isascii() and e.isupper() for e in entries) else None

    assert read is None or read.lists["served_countries"] == ("US", *entries)
    fewer = load_policy(write(replace(changed, lists=POLICY.lists)))
    assert (fewer.version, fewer.rules_by_id["E01"].patient) == (version, patient)
    assert fewer.numbers["video_max_loss_pct"] == loss


def test_another_rule_is_another_file(policy: Policy) -> None:
    written = [write(replace(policy, **changes)) for _, changes in damages(policy)]

    changed = [body for body in written if body != write(policy)]
    assert len(changed) > len(written) * 0.9


def test_every_process_writes_the_same_bytes(policy: Policy) -> None:
    program = (
        "import sys; from server.domain.policy import load_policy; from server.domain.policy.write import write; "
        "sys.stdout.buffer.write(write(load_policy(sys.stdin.buffer.read())))"
    )
    body = (ROOT / "config/policy/in-person.toml").read_bytes()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", program], input=body, env=environment, capture_output=True, check=True
        )
        assert done.stdout == write(policy)

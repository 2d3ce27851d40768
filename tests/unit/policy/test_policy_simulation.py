"""A new policy is held against the old one over past cases before anybody signs it."""

from typing import Any

from server.domain.policy import Decided, Outcome, Policy, Stage, load_policy, simulate


def past(acceptance: dict[str, Any]) -> list[Decided]:
    return [Decided(case["id"], Stage(case["stage"]), case["facts"]) for case in acceptance["cases"]]


def changed(policy_bytes: bytes, old: str, new: str) -> Policy:
    text = policy_bytes.decode()
    assert old in text
    return load_policy(text.replace(old, new).encode())


def test_the_same_policy_changes_nothing(policy: Policy, acceptance: dict[str, Any]) -> None:
    simulation = simulate(policy, policy, past(acceptance))
    assert all(before is after for before, after in simulation.matrix)
    assert sum(simulation.matrix.values()) == len(acceptance["cases"])
    assert not simulation.loosens
    assert simulation.toward_caution == ()


def test_a_looser_policy_names_every_case_that_moves_toward_video(
    policy: Policy, policy_bytes: bytes, acceptance: dict[str, Any]
) -> None:
    looser = changed(policy_bytes, "ecog_review_from = 3", "ecog_review_from = 4")
    simulation = simulate(policy, looser, past(acceptance))
    assert simulation.loosens
    assert {"REV-07", "REV-14"} <= set(simulation.toward_video)
    assert simulation.matrix[Outcome.IN_PERSON_RECOMMENDED, Outcome.VIDEO_OK] == len(simulation.toward_video)


def test_a_stricter_policy_loosens_nothing(policy: Policy, policy_bytes: bytes, acceptance: dict[str, Any]) -> None:
    stricter = changed(policy_bytes, "video_min_kbps = 600", "video_min_kbps = 3000")
    simulation = simulate(policy, stricter, past(acceptance))
    assert not simulation.loosens
    assert "CHK-01" in simulation.toward_caution


def test_a_case_that_the_new_policy_cannot_read_needs_a_look(policy: Policy, policy_bytes: bytes) -> None:
    narrower = changed(policy_bytes, "max=120,", "max=99,")
    simulation = simulate(policy, narrower, [Decided("old", Stage.BOOKING, {"age_years": 100})])
    assert (simulation.undecidable, simulation.loosens) == (("old",), True)

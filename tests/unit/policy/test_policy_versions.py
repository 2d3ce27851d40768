"""A version is drafted, checked, signed by two people, in force from a day, and retired; nothing else happens to it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from server.domain.ids import AccountId
from server.domain.policy.policy import PolicyStatus
from server.domain.policy.versions import (
    TRANSITIONS,
    ActivationDayError,
    AlreadySignedError,
    InForceError,
    PolicyMovedOnError,
    PolicyOutdatedError,
    PolicySignature,
    PolicyVersion,
    ReasonMissingError,
    SamePolicyError,
    activated,
    checked,
    edited_on,
    in_force,
    is_signed,
    moved,
    needs_reason,
    retired,
    signed,
    superseded,
    taken_back,
)

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)


def a_version(name: str, status: PolicyStatus = PolicyStatus.DRAFT, **changed: object) -> PolicyVersion:
    return replace(
        PolicyVersion(
            id=name,
            sha256=f"sha-{name}",
            version=name,
            status=status,
            based_on=None,
            followed_by=None,
            drafted_by=AccountId("author"),
            drafted_at=NOW,
            checked_at=None,
            checked_against=None,
            found=None,
            active_from=None,
            activated_by=None,
            activated_at=None,
            retired_at=None,
        ),
        **changed,
    )


def in_force_since(name: str, day: date, at: datetime = NOW) -> PolicyVersion:
    return a_version(name, PolicyStatus.ACTIVE, active_from=day, activated_at=at, activated_by=AccountId("a"))


STARTER = in_force_since("starter", date(2026, 11, 1))
TIGHT, LOOSE = {"loosens": False}, {"loosens": True}


def by(person: str, reason: str = "", voided: bool = False) -> PolicySignature:
    return PolicySignature(person, "next", AccountId(person), "admin", reason, NOW, NOW if voided else None)


def a_checked_version(found: dict[str, bool] = TIGHT) -> PolicyVersion:
    return checked(a_version("next"), STARTER.sha256, found, NOW)


def an_approved_version() -> PolicyVersion:
    return signed(a_checked_version(), STARTER, [by("sam")], by("lena"))


def activate(version: PolicyVersion, on: date, current: PolicyVersion = STARTER, text: date = TODAY) -> PolicyVersion:
    return activated(version, current, on, effective_from=text, today=TODAY, by=AccountId("sam"), now=NOW)


def test_the_whole_way_from_a_draft_to_the_end() -> None:
    version = an_approved_version()
    assert version.status is PolicyStatus.APPROVED
    version = activate(version, TOMORROW)

    assert in_force([STARTER, version], TODAY) is STARTER
    assert in_force([STARTER, version], TOMORROW) is version
    assert superseded([STARTER, version], TODAY) == ()
    assert superseded([STARTER, version], TOMORROW) == (STARTER,)
    assert retired(STARTER, version, NOW).status is PolicyStatus.RETIRED


def test_no_step_is_left_out_and_none_is_taken_back() -> None:
    for status in PolicyStatus:
        for wanted in PolicyStatus:
            if wanted in TRANSITIONS[status]:
                assert moved(a_version("x", status), wanted).status is wanted
            else:
                with pytest.raises(PolicyMovedOnError):
                    moved(a_version("x", status), wanted)
    assert PolicyStatus.ACTIVE not in TRANSITIONS[PolicyStatus.DRAFT] | TRANSITIONS[PolicyStatus.SIMULATED]


def test_two_different_people_sign() -> None:
    version = a_checked_version()
    once = signed(version, STARTER, [], by("sam"))

    assert once.status is PolicyStatus.SIMULATED
    with pytest.raises(AlreadySignedError):
        signed(once, STARTER, [by("sam")], by("sam"))
    assert signed(once, STARTER, [by("sam", voided=True)], by("lena")).status is PolicyStatus.SIMULATED
    assert signed(once, STARTER, [by("sam")], by("lena")).status is PolicyStatus.APPROVED
    assert not is_signed([by("sam"), by("sam")])


def test_what_was_not_checked_is_not_signed() -> None:
    for version in (a_version("next"), an_approved_version(), activate(an_approved_version(), TOMORROW)):
        with pytest.raises(PolicyMovedOnError):
            signed(version, STARTER, [], by("ida"))


def test_what_makes_something_looser_is_signed_with_a_reason_only() -> None:
    version = a_checked_version(LOOSE)

    assert needs_reason(version)
    for reason in ("", "   "):
        with pytest.raises(ReasonMissingError):
            signed(version, STARTER, [], by("sam", reason))
    assert signed(version, STARTER, [by("sam", "so")], by("lena", "The new guideline.")).status is PolicyStatus.APPROVED


def test_a_check_against_a_policy_that_is_out_of_force_does_not_count() -> None:
    another = in_force_since("another", TODAY)

    with pytest.raises(PolicyOutdatedError):
        signed(a_checked_version(), another, [], by("sam"))
    with pytest.raises(PolicyOutdatedError):
        activate(an_approved_version(), TODAY, another)
    assert checked(an_approved_version(), another.sha256, TIGHT, NOW).status is PolicyStatus.SIMULATED


def test_the_starter_policy_is_signed_where_it_stands() -> None:
    assert signed(STARTER, STARTER, [], by("sam")) is STARTER
    with pytest.raises(PolicyMovedOnError):
        signed(STARTER, STARTER, [by("sam"), by("lena")], by("ida"))


def test_no_version_comes_into_force_before_its_own_text_says_or_in_the_past() -> None:
    for day, text in ((TODAY - timedelta(days=1), TODAY), (TODAY, TOMORROW)):
        with pytest.raises(ActivationDayError):
            activate(an_approved_version(), day, text=text)
    with pytest.raises(PolicyMovedOnError):
        activate(a_checked_version(), TODAY)


def test_of_two_versions_from_one_day_the_one_that_was_activated_last_decides() -> None:
    first = in_force_since("first", TODAY, NOW)
    second = in_force_since("second", TODAY, NOW + timedelta(hours=1))

    assert in_force([second, first], TODAY) is second
    assert superseded([second, first, STARTER], TODAY) == (first, STARTER)
    assert in_force([a_version("draft")], TODAY) is None


def test_what_decides_is_not_put_aside() -> None:
    with pytest.raises(InForceError):
        retired(STARTER, STARTER, NOW)
    waiting = activate(an_approved_version(), TOMORROW)
    assert in_force([STARTER, retired(waiting, STARTER, NOW)], TOMORROW) is STARTER


def test_an_edit_puts_a_draft_aside_and_undoing_it_brings_it_back_unchecked() -> None:
    aside = edited_on(an_approved_version(), "sha-of-the-edit", NOW)
    back = taken_back(aside)

    assert (aside.status, aside.followed_by) == (PolicyStatus.RETIRED, "sha-of-the-edit")
    assert (back.status, back.found, back.checked_against, back.retired_at) == (PolicyStatus.DRAFT, None, None, None)
    for version in (STARTER, activate(an_approved_version(), TOMORROW)):
        with pytest.raises(PolicyMovedOnError):
            edited_on(version, "sha-of-the-edit", NOW)
    for version in (STARTER, a_version("draft"), retired(a_version("draft"), STARTER, NOW)):
        with pytest.raises(SamePolicyError):
            taken_back(version)

"""The versions of a policy on their way: drafted, checked, signed by two people, in force from a day, retired.

How far a version has come stands beside its bytes, never in them; what was in force once is never edited. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from server.domain.errors import ConflictError, InvalidValueError
from server.domain.ids import AccountId
from server.domain.policy.policy import PolicyStatus

SIGNATURES = 2  # of two different people

TRANSITIONS: Mapping[PolicyStatus, frozenset[PolicyStatus]] = {
    PolicyStatus.DRAFT: frozenset({PolicyStatus.SIMULATED, PolicyStatus.RETIRED}),
    PolicyStatus.SIMULATED: frozenset({PolicyStatus.SIMULATED, PolicyStatus.APPROVED, PolicyStatus.RETIRED}),
    PolicyStatus.APPROVED: frozenset({PolicyStatus.SIMULATED, PolicyStatus.ACTIVE, PolicyStatus.RETIRED}),
    PolicyStatus.ACTIVE: frozenset({PolicyStatus.RETIRED}),
    PolicyStatus.RETIRED: frozenset({PolicyStatus.DRAFT}),  # only what an edit put aside, and never was in force
}
OPEN = frozenset({PolicyStatus.DRAFT, PolicyStatus.SIMULATED, PolicyStatus.APPROVED})  # may still be edited


class PolicyMovedOnError(ConflictError):
    """The version is not where this could be done to it."""

    code = "policy-moved-on"


class PolicyOutdatedError(ConflictError):
    """It was held against a policy that is not in force any more."""

    code = "policy-check-outdated"


class AlreadySignedError(ConflictError):
    """The same person has signed before; the second signature is somebody else's."""

    code = "policy-already-signed"


class SamePolicyError(ConflictError):
    """There is a version with exactly these bytes."""

    code = "policy-unchanged"


class InForceError(ConflictError):
    """Something has to decide, so what is in force stays until another version takes its place."""

    code = "policy-in-force"


class ReasonMissingError(InvalidValueError):
    """What makes the rule looser, or cannot be told, is signed with a reason only."""

    code = "policy-reason-missing"


class ActivationDayError(InvalidValueError):
    """It cannot come into force on that day."""

    code = "policy-day"


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version, and how far it has come. `found` is what the last check found, as JSON."""

    id: str
    sha256: str
    version: str
    status: PolicyStatus
    based_on: str | None  # the sha256 of another version
    followed_by: str | None  # the sha256 of what an edit made of it
    drafted_by: AccountId | None  # nobody where it came as a file
    drafted_at: datetime
    checked_at: datetime | None
    checked_against: str | None  # the sha256 of what was in force then
    found: dict[str, Any] | None
    active_from: date | None
    activated_by: AccountId | None
    activated_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class PolicySignature:
    """Somebody's word that a version may come into force; void once what it was given to has changed."""

    id: str
    version_id: str
    account_id: AccountId
    role: str
    reason: str
    signed_at: datetime
    voided_at: datetime | None


def moved(version: PolicyVersion, status: PolicyStatus) -> PolicyVersion:
    """Bring a version on.

    Raises:
        PolicyMovedOnError: it cannot go there from where it is.
    """
    if status not in TRANSITIONS[version.status]:
        raise PolicyMovedOnError(f"This version is {WORDS[version.status]}, so this cannot be done any more.")
    return replace(version, status=status)


WORDS: Mapping[PolicyStatus, str] = {
    PolicyStatus.DRAFT: "a draft that is not checked",
    PolicyStatus.SIMULATED: "checked and not signed by two people",
    PolicyStatus.APPROVED: "signed and has no day yet",
    PolicyStatus.ACTIVE: "in force, or has a day from which it will be",
    PolicyStatus.RETIRED: "put aside",
}


def in_force(versions: Iterable[PolicyVersion], today: date) -> PolicyVersion | None:
    """Find what decides on a day: of what has come into force, the version that did so last."""
    begun = [
        version
        for version in versions
        if version.status is PolicyStatus.ACTIVE and version.active_from is not None and version.active_from <= today
    ]
    return max(begun, key=_began, default=None)


def superseded(versions: Sequence[PolicyVersion], today: date) -> tuple[PolicyVersion, ...]:
    """List what was in force until another version took its place."""
    current = in_force(versions, today)
    return tuple(
        version
        for version in versions
        if current is not None
        and version.status is PolicyStatus.ACTIVE
        and version.active_from is not None
        and _began(version) < _began(current)
    )


def _began(version: PolicyVersion) -> tuple[date, datetime]:
    assert version.active_from is not None
    assert version.activated_at is not None
    return version.active_from, version.activated_at


def checked(version: PolicyVersion, against: str, found: dict[str, Any], now: datetime) -> PolicyVersion:
    """Note what a check found when the version was held against the bytes of another one.

    Raises:
        PolicyMovedOnError: it is in force, or put aside.
    """
    after = moved(version, PolicyStatus.SIMULATED)
    return replace(after, checked_at=now, checked_against=against, found=found)


def needs_reason(version: PolicyVersion) -> bool:
    """Tell whether who signs has to say why: somebody moves toward video, or nobody can tell."""
    return bool(version.found and version.found["loosens"])


def is_signed(signatures: Iterable[PolicySignature]) -> bool:
    """Tell whether two different people have signed."""
    return len({signature.account_id for signature in signatures if signature.voided_at is None}) >= SIGNATURES


def signed(
    version: PolicyVersion,
    current: PolicyVersion,
    signatures: Iterable[PolicySignature],
    new: PolicySignature,
) -> PolicyVersion:
    """Add a signature; the second one of two people approves a version that was checked.

    What is in force unsigned, as the starter policy is at first, is signed where it stands.

    Raises:
        PolicyMovedOnError: it was not checked, or is not open any more.
        PolicyOutdatedError: another policy came into force since it was checked.
        AlreadySignedError: this person has signed it.
        ReasonMissingError: it makes something looser, and nothing says why.
    """
    standing = [signature for signature in signatures if signature.voided_at is None]
    if new.account_id in {signature.account_id for signature in standing}:
        raise AlreadySignedError("You have signed this version. The second signature has to be another person's.")
    if version.sha256 == current.sha256:
        if is_signed(standing):
            raise PolicyMovedOnError("Two people have signed this version.")
        return version
    if version.status is not PolicyStatus.SIMULATED:
        raise PolicyMovedOnError(f"This version is {WORDS[version.status]}, so it cannot be signed now.")
    refuse_outdated(version, current)
    if needs_reason(version) and not new.reason.strip():
        raise ReasonMissingError("It makes something looser, so please write why that is right.", "reason")
    return moved(version, PolicyStatus.APPROVED) if is_signed([*standing, new]) else version


def activated(
    version: PolicyVersion,
    current: PolicyVersion,
    on: date,
    *,
    effective_from: date,
    today: date,
    by: AccountId,
    now: datetime,
) -> PolicyVersion:
    """Let a signed version come into force on a day, as early as its own text says.

    Raises:
        PolicyMovedOnError: it is not signed by two people, or has a day already.
        PolicyOutdatedError: another policy came into force since it was checked.
        ActivationDayError: the day has passed, or is before the one in its text.
    """
    after = moved(version, PolicyStatus.ACTIVE)
    refuse_outdated(version, current)
    if on < today:
        raise ActivationDayError("That day has passed. Choose today or a later day.", "on")
    if on < effective_from:
        raise ActivationDayError(f"Its text says from {effective_from.isoformat()} on. Choose that day or later.", "on")
    return replace(after, active_from=on, activated_by=by, activated_at=now)


def refuse_outdated(version: PolicyVersion, current: PolicyVersion) -> None:
    """Let nothing be signed or activated that was held against another policy than the one in force.

    Raises:
        PolicyOutdatedError: it was.
    """
    if version.checked_against != current.sha256:
        raise PolicyOutdatedError("Another policy came into force since this was checked. Please check it again.")


def retired(version: PolicyVersion, current: PolicyVersion, now: datetime) -> PolicyVersion:
    """Put a version aside for good.

    Raises:
        InForceError: it is the one that decides.
        PolicyMovedOnError: it was put aside before.
    """
    if version.sha256 == current.sha256:
        raise InForceError("This version is in force. It is retired when another one takes its place.")
    return replace(moved(version, PolicyStatus.RETIRED), retired_at=now)


def edited_on(version: PolicyVersion, sha256: str, now: datetime) -> PolicyVersion:
    """Put a draft aside for what an edit made of it.

    Raises:
        PolicyMovedOnError: it has a day already, or was put aside.
    """
    if version.status not in OPEN:
        raise PolicyMovedOnError(f"This version is {WORDS[version.status]}, so it cannot be edited.")
    return replace(moved(version, PolicyStatus.RETIRED), followed_by=sha256, retired_at=now)


def taken_back(version: PolicyVersion) -> PolicyVersion:
    """Bring back a draft whose edits were undone, as a draft that was never checked.

    Raises:
        SamePolicyError: it is no such draft, but a version of its own.
    """
    if version.followed_by is None or version.active_from is not None:
        raise SamePolicyError(f"There is a version with exactly this text: {version.version}.")
    after = moved(version, PolicyStatus.DRAFT)
    return replace(after, followed_by=None, checked_at=None, checked_against=None, found=None, retired_at=None)

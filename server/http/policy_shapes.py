"""A policy and its versions on the wire: what is sent, and what is given."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, StrictFloat, StrictInt

from server.domain.policy import Outcome, PolicyStatus, Stage
from server.domain.policy.compare import Change, Direction
from server.domain.policy.edits import Edits, RuleEdit
from server.domain.policy.sentences import sentence
from server.domain.policy.versions import PolicyVersion
from server.http.api import Shape
from server.http.values import ONE_LINE, Day, Text, words
from server.services.policy_shelf import Listed, Opened, Signed

MOST = 1_000_000_000  # no threshold is larger
MOST_ENTRIES = 200
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,59}$")]
RuleId = Annotated[str, Field(pattern="^[A-Z][0-9]{2}$")]
VersionName = Annotated[str, Text(80, ONE_LINE)]
Range = Field(ge=-MOST, le=MOST)
Threshold = Annotated[StrictInt, Range] | Annotated[StrictFloat, Range]
NAMED: dict[str, Any] = {"additionalProperties": False}


class RuleIn(Shape):
    """What changes in one rule; what is left out or null stays."""

    patient: Annotated[str, words(1000)] | None = None
    at: Annotated[list[Stage], Field(min_length=1, max_length=len(Stage))] | None = None
    outcome: Outcome | None = None


class EditsIn(Shape):
    """What changes in a version; what is left out or null stays."""

    version: VersionName | None = None
    effective_from: Day | None = None
    numbers: dict[Name, Threshold] = Field(default={}, max_length=MOST_ENTRIES, json_schema_extra=NAMED)
    lists: dict[Name, Annotated[list[Annotated[str, words(200)]], Field(max_length=MOST_ENTRIES)]] = Field(
        default={}, max_length=MOST_ENTRIES, json_schema_extra=NAMED
    )
    dates: dict[Name, Day] = Field(default={}, max_length=MOST_ENTRIES, json_schema_extra=NAMED)
    rules: dict[RuleId, RuleIn] = Field(default={}, max_length=MOST_ENTRIES, json_schema_extra=NAMED)

    def edits(self) -> Edits:
        """Give what was sent as edits."""
        return Edits(
            version=self.version,
            effective_from=self.effective_from,
            numbers=self.numbers,
            lists={name: tuple(entries) for name, entries in self.lists.items()},
            dates=self.dates,
            rules={rule_id: _rule_edit(rule) for rule_id, rule in self.rules.items()},
        )


class DraftIn(Shape):
    """A new version: on the ground of which one, under which name, from when at the earliest."""

    based_on: Sha256
    version: VersionName
    effective_from: Day


class SignatureIn(Shape):
    """Somebody's word; a reason where it makes something looser."""

    reason: Annotated[str, Text(2000)] = ""


class ActivationIn(Shape):
    """From which day it decides."""

    on: Day


class Against(Shape):
    """With which version to compare."""

    against: Sha256


class SignatureOut(Shape):
    """A signature that counts."""

    by: str
    role: str
    reason: str
    signed_at: AwareDatetime


class VersionOut(Shape):
    """One version: the SHA-256 of its bytes is its id."""

    id: str
    version: str
    status: PolicyStatus
    in_force: bool
    signed: bool
    active_from: date | None
    based_on: str | None
    followed_by: str | None
    drafted_by: str | None
    drafted_at: AwareDatetime
    checked_at: AwareDatetime | None
    checked_against: str | None
    retired_at: AwareDatetime | None
    signatures: list[SignatureOut]


class EndingOut(Shape):
    """A date of the policy in force that has passed or soon will; from then on its rules are stricter."""

    name: str
    on: date


class PoliciesOut(Shape):
    """Every version, the newest first."""

    policies: list[VersionOut]
    ending: list[EndingOut]


class RuleOut(Shape):
    """One rule, and how it reads."""

    id: str
    name: str
    outcome: Outcome
    at: list[Stage]
    sentence: str
    patient: str
    source: list[str]


class PolicyOut(VersionOut):
    """One version with all that can be edited, its rules in sentences, and what its last check found."""

    policy: str
    effective_from: date
    numbers: dict[str, int | float]
    lists: dict[str, list[str]]
    dates: dict[str, date]
    rules: list[RuleOut]
    check: dict[str, Any] | None


class ChangeOut(Shape):
    """One thing that differs, as text."""

    section: str
    name: str
    key: str
    before: str | None
    after: str | None
    direction: Direction


class ChangesOut(Shape):
    """What differs between two versions."""

    changes: list[ChangeOut]


def version_out(listed: Listed) -> VersionOut:
    """Put a version on the wire."""
    return VersionOut(**_version(listed))


def policy_out(opened: Opened) -> PolicyOut:
    """Put a version with all that it says on the wire."""
    policy, sheet = opened.policy, opened.rule.sheet
    return PolicyOut(
        **_version(opened.listed),
        policy=policy.id,
        effective_from=policy.effective_from,
        numbers=dict(policy.numbers),
        lists={name: list(entries) for name, entries in policy.lists.items()},
        dates=dict(policy.dates),
        rules=[
            RuleOut(
                id=rule.id,
                name=rule.name,
                outcome=rule.outcome,
                at=list(rule.stages),
                sentence=sentence(rule, sheet).text,
                patient=rule.patient,
                source=list(rule.sources),
            )
            for rule in policy.rules
        ],
        check=opened.version.found,
    )


def changes_out(changes: tuple[Change, ...]) -> ChangesOut:
    """Put differences on the wire."""
    return ChangesOut(
        changes=[
            ChangeOut(
                section=change.section,
                name=change.name,
                key=change.key,
                before=plain(change.before),
                after=plain(change.after),
                direction=change.direction,
            )
            for change in changes
        ]
    )


def plain(value: object) -> str | None:
    """Say a value of a policy as text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {plain(entry)}" for key, entry in value.items())
    return str(value)


def _version(listed: Listed) -> dict[str, Any]:
    version: PolicyVersion = listed.version
    same = ("version", "status", "active_from", "based_on", "followed_by", "drafted_by", "drafted_at", "checked_at")
    return {name: getattr(version, name) for name in (*same, "checked_against", "retired_at")} | {
        "id": version.sha256,
        "in_force": listed.current,
        "signed": listed.is_signed,
        "signatures": [_signature(one) for one in listed.signatures],
    }


def _signature(signed: Signed) -> SignatureOut:
    signature = signed.signature
    return SignatureOut(
        by=signed.person.id, role=signature.role, reason=signature.reason, signed_at=signature.signed_at
    )


def _rule_edit(rule: RuleIn) -> RuleEdit:
    stages = None if rule.at is None else tuple(stage for stage in Stage if stage in rule.at)
    return RuleEdit(patient=rule.patient, stages=stages, outcome=rule.outcome)

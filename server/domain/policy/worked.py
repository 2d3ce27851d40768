"""Worked cases: situations that people have decided by hand, held against a policy. Pure: bytes in, value out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.policy.decision import Decision, decide
from server.domain.policy.errors import FactsError
from server.domain.policy.outcome import RANK, Outcome
from server.domain.policy.policy import Policy
from server.domain.policy.stage import Stage, parse_stage

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """A situation and what is expected of the decision about it."""

    id: str
    title: str
    stage: Stage
    facts: Facts
    outcome: Outcome
    expect: Mapping[str, Any]  # other parts of the decision, as they stand in JSON
    fires: str = ""  # a rule that must be among those that fire


@dataclass(frozen=True, slots=True)
class Reject:
    """Facts that no decision may be made on, and why."""

    id: str
    title: str
    stage: str
    facts: Facts
    error: str


@dataclass(frozen=True, slots=True)
class Worked:
    """Everything there is to hold a policy against; `baselines` are the cases in which nothing stands in the way."""

    baselines: Mapping[Stage, Facts]
    cases: tuple[WorkedCase, ...]
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A worked case that a policy decides otherwise than expected; `found` is None where it refuses the facts."""

    case: WorkedCase
    found: Outcome | None

    @property
    def toward_video(self) -> bool:
        """Whether somebody would come nearer to a visit by video, or nobody can tell."""
        return self.found is None or RANK[self.found] < RANK[self.case.outcome]


@dataclass(frozen=True, slots=True)
class Ran:
    """How a policy did."""

    cases: int
    rejects: int
    differences: tuple[Difference, ...]
    accepted: tuple[Reject, ...]  # facts that should have been refused

    @property
    def toward_video(self) -> bool:
        """Whether any worked case comes nearer to video, or is decided although it should not be."""
        return bool(self.accepted) or any(difference.toward_video for difference in self.differences)


def load_worked(*files: bytes) -> Worked:
    """Read worked cases; the first file has the baselines."""
    read = [json.loads(file) for file in files]
    baselines = read[0]["baselines"]

    def entries(section: str) -> Iterator[Mapping[str, Any]]:
        for content in read:
            yield from content.get(section, ())

    return Worked(
        baselines={Stage(name): facts for name, facts in baselines.items()},
        cases=(
            *(_case(entry, baselines) for entry in entries("cases")),
            *(_cell(entry, baselines) for entry in entries("rule_by_stage_matrix")),
        ),
        rejects=tuple(_reject(entry, baselines) for entry in entries("reject_cases")),
    )


def run(policy: Policy, worked: Worked) -> Ran:
    """Decide every worked case by the policy."""
    found = ((case, _decide(policy, case)) for case in worked.cases)
    differences = tuple(
        Difference(case, decision.outcome if decision else None)
        for case, decision in found
        if not _as_expected(case, decision)
    )
    accepted = tuple(reject for reject in worked.rejects if not _refused(policy, reject))
    return Ran(len(worked.cases), len(worked.rejects), differences, accepted)


def _case(entry: Mapping[str, Any], baselines: Mapping[str, Facts]) -> WorkedCase:
    return WorkedCase(
        id=entry["id"],
        title=entry["title"],
        stage=Stage(entry["stage"]),
        facts=_facts(entry, baselines),
        outcome=Outcome(entry["expect"]["outcome"]),
        expect={name: value for name, value in entry["expect"].items() if name != "outcome"},
    )


def _cell(entry: Mapping[str, Any], baselines: Mapping[str, Facts]) -> WorkedCase:
    rule, stage = entry["rule"], Stage(entry["stage"])
    return WorkedCase(
        id=f"{rule}-{stage.value.replace('_', '-')}",
        title=f"Nothing but what rule {rule} is about",
        stage=stage,
        facts={**baselines[stage], **entry["set"]},
        outcome=Outcome(entry["expect"]["outcome"]),
        expect={},
        fires=entry["expect"]["fired_includes"],
    )


def _reject(entry: Mapping[str, Any], baselines: Mapping[str, Facts]) -> Reject:
    return Reject(entry["id"], entry["title"], entry["stage"], _facts(entry, baselines), entry["expect_error"])


def _facts(entry: Mapping[str, Any], baselines: Mapping[str, Facts]) -> Facts:
    if "facts" in entry:
        return dict(entry["facts"])
    return {**baselines[entry["stage"]], **entry["changed_from_baseline"]}


def _decide(policy: Policy, case: WorkedCase) -> Decision | None:
    try:
        return decide(policy, case.stage, case.facts)
    except FactsError:
        return None


def _as_expected(case: WorkedCase, decision: Decision | None) -> bool:
    if decision is None or decision.outcome is not case.outcome:
        return False
    plain = decision.plain()
    return all(plain[name] == value for name, value in case.expect.items()) and (
        not case.fires or case.fires in decision.fired
    )


def _refused(policy: Policy, reject: Reject) -> bool:
    try:
        decide(policy, parse_stage(reject.stage), reject.facts)
    except FactsError as error:
        return reject.error in str(error)
    return False

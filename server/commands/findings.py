"""What an examination finds: one thing, how it stands, and what to do."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing stands."""

    OK = "ok"
    FAILED = "failed"
    NOT_SET = "not set"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line for the operator."""

    what: str
    state: State
    says: str

    @property
    def failed(self) -> bool:
        """Whether something has to be done."""
        return self.state is State.FAILED


def fine(what: str, says: str) -> Finding:
    """Note that all is well."""
    return Finding(what, State.OK, says)


def bad(what: str, says: str) -> Finding:
    """Note what is wrong and what to do about it."""
    return Finding(what, State.FAILED, says)


def unset(what: str, says: str) -> Finding:
    """Note what nobody has set up, and what that means."""
    return Finding(what, State.NOT_SET, says)


def passed(findings: Iterable[Finding]) -> bool:
    """Whether nothing failed."""
    return not any(finding.failed for finding in findings)


def table(findings: list[Finding]) -> str:
    """Write the findings for people."""
    width = max(len(finding.what) for finding in findings)
    lines = [f"{finding.state:<8} {finding.what:<{width}}  {finding.says}" for finding in findings]
    failed = sum(finding.failed for finding in findings)
    closing = f"{failed} of {len(findings)} failed." if failed else "Nothing failed."
    return "\n".join([*lines, "", closing])


def as_json(findings: list[Finding]) -> str:
    """Write the findings for programs, on one line."""
    checks = [{"what": one.what, "state": one.state.value, "says": one.says} for one in findings]
    return json.dumps({"ok": passed(findings), "checks": checks}, ensure_ascii=False)

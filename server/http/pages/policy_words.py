"""Steps, outcomes and differences of a policy in the words of its pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.domain.facts import FactSheet
from server.domain.policy import Outcome, Policy, Stage
from server.domain.policy.compare import Change, Direction
from server.domain.policy.fact import is_full_date
from server.domain.policy.sentences import fact_words, steps, value_words, words_of
from server.domain.wording import day_words, spoken
from server.http.policy_shapes import plain
from server.services.policy_shelf import Opened

STAGES: Mapping[str, str] = {
    Stage.REQUEST: "Request",
    Stage.RECORDS_REVIEW: "Records review",
    Stage.BOOKING: "Booking",
    Stage.CHECK_IN: "Check-in",
    Stage.DURING_VISIT: "During the visit",
}
OUTCOMES: Mapping[str, str] = {
    Outcome.VIDEO_OK: "Video",
    Outcome.AUDIO_FALLBACK: "Sound only",
    Outcome.IN_PERSON_RECOMMENDED: "Better in person",
    Outcome.NEEDS_SUPPORT: "Help first",
    Outcome.NEEDS_INFORMATION: "Know more first",
    Outcome.IN_PERSON_REQUIRED: "In person",
    Outcome.EMERGENCY_NOW: "Emergency",
}
DIRECTIONS: Mapping[Direction, tuple[str, str]] = {
    Direction.STRICTER: ("good", "Stricter"),
    Direction.LOOSER: ("care", "Looser"),
    Direction.UNCLEAR: ("info", "Both ways: see the check"),
    Direction.NEITHER: ("quiet", "Words only"),
}
SETTINGS = frozenset({"numbers", "lists", "dates"})
KEYS: Mapping[str, str] = {
    "": "",
    "name": "name",
    "outcome": "what follows",
    "at": "where it is asked",
    "when": "what it asks",
    "patient": "what the patient reads",
    "source": "sources",
}
SECTIONS: Mapping[str, str] = {
    "policy": "",
    "numbers": "",
    "lists": "",
    "dates": "",
    "facts": "Fact: ",
    "derived": "Worked out: ",
    "rules": "Rule ",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, in words."""

    what: str
    before: str
    after: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class GapWords:
    """A risk that alone changes nothing, in words."""

    asked: str
    value: str
    steps: str
    new: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many decisions went from each old outcome to each new one, the mildest first."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, list[int]], ...]


def difference(change: Change, old: Opened, new: Opened) -> Difference:
    """Word a difference between two versions."""
    name = change.name if change.section == "rules" else spoken(change.name)
    what = SECTIONS[change.section] + name + (f": {KEYS[change.key]}" if change.key else "")
    return Difference(
        what=what,
        before=_side(change, change.before, old),
        after=_side(change, change.after, new),
        direction=change.direction,
    )


def setting_words(policy: Policy, name: str, value: Any, sheet: FactSheet) -> str:
    """Word a threshold, a list or a date as it stands in a policy."""
    if isinstance(value, list | tuple):
        labels = dict(list_options(policy, name, sheet))
        return ", ".join(str(labels.get(entry, entry)) for entry in value)
    if isinstance(value, date):
        return day_words(value)
    return day_words(date.fromisoformat(value)) if isinstance(value, str) and is_full_date(value) else str(value)


def _side(change: Change, value: Any, opened: Opened) -> str:
    if value is None:
        return "Not there"
    if change.key == "outcome":
        return OUTCOMES[value]
    if change.key == "at":
        return ", ".join(STAGES[stage] for stage in value)
    if change.key == "when":
        return "; ".join(words_of(value, opened.rule.sheet))
    if change.section in SETTINGS or change.name == "effective_from":
        return setting_words(opened.policy, change.name, value, opened.rule.sheet)
    return plain(value) or ""


def gap_words(gap: Mapping[str, Any], sheet: FactSheet) -> GapWords:
    """Word a risk that alone changes nothing."""
    stages = tuple(Stage(stage) for stage in gap["stages"])
    value = value_words(gap["fact"], gap["value"], sheet)
    return GapWords(fact_words(gap["fact"], sheet), value, steps(stages), gap["new"])


def matrix(counted: list[Mapping[str, Any]]) -> Matrix:
    """Lay the counts of a simulation out as a table."""
    counts = {(one["before"], one["after"]): one["count"] for one in counted}
    order = [outcome.value for outcome in Outcome]
    before, after = ({pair[side] for pair in counts} for side in (0, 1))
    columns = tuple(outcome for outcome in order if outcome in after)
    rows = tuple(
        (outcome, [counts.get((outcome, column), 0) for column in columns]) for outcome in order if outcome in before
    )
    return Matrix(columns, rows)


def list_options(policy: Policy, name: str, sheet: FactSheet) -> list[tuple[str, str]]:
    """Give what a list can hold, where what it is compared with is chosen from a list of its own."""
    groups = [rule.when for rule in policy.rules if rule.when is not None] + list(policy.derived.values())
    facts = {condition.fact for group in groups for condition in group.conditions if condition.named == name}
    options = {
        option.value: option.label
        for fact in facts & sheet.entries.keys()
        for option in sheet.entries[fact].question.options
    }
    if not options:
        return []
    return [*options.items(), *((entry, entry) for entry in policy.lists[name] if entry not in options)]

"""What stands between a person and a time by video, and whose turn it is. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from server.domain.appointments import Mode
from server.domain.decisions import StoredDecision
from server.domain.facts import FactSheet, Party, Place
from server.domain.policy import Decision, Outcome, Policy
from server.domain.ways import way

OURS_TO_ARRANGE = frozenset({Outcome.NEEDS_INFORMATION, Outcome.NEEDS_SUPPORT})


OF_THE_PATIENT = frozenset({Party.PATIENT, Party.DEVICE})


class Told(Protocol):
    """A decision, fresh or kept."""

    @property
    def outcome(self) -> Outcome:
        """How the patient may be seen."""

    @property
    def asks(self) -> Iterable[str]:
        """The facts that are missing."""

    @property
    def fired(self) -> Iterable[str]:
        """The rules that fired."""


class Obstacle(StrEnum):
    """The first thing to be done before a time can be offered."""

    EMERGENCY = "emergency"
    QUESTIONS = "questions"  # the patient has to answer something
    IN_PERSON = "in-person"
    DEVICE = "device"  # camera, microphone and browser have to be tried
    RECORDS = "records"
    ARRANGING = "arranging"  # somebody of ours has to find something out, or to arrange it
    CLINICIAN = "clinician"  # a clinician decides with the patient
    NO_TIMES = "no-times"  # video is fine, and nobody has a free time


def obstacle(decision: Decision, sheet: FactSheet) -> Obstacle:
    """Name what stands in the way, where a decision offers no time; the patient's own turn comes first."""
    waiting_for = {sheet.entries[name].question.asked_of for name in decision.asks}
    in_person = decision.outcome is Outcome.IN_PERSON_REQUIRED
    if decision.outcome is Outcome.EMERGENCY_NOW:
        return Obstacle.EMERGENCY
    if Party.PATIENT in waiting_for and (not in_person or decision.safety_screen_incomplete):
        return Obstacle.QUESTIONS
    if in_person:
        return Obstacle.IN_PERSON
    if Party.DEVICE in waiting_for | _speak_of(decision, sheet):
        return Obstacle.DEVICE
    if Place.RECORDS in _places(decision, sheet):
        return Obstacle.RECORDS
    if waiting_for or decision.outcome in OURS_TO_ARRANGE:
        return Obstacle.ARRANGING
    return Obstacle.CLINICIAN if decision.outcome is Outcome.IN_PERSON_RECOMMENDED else Obstacle.NO_TIMES


def patients_turn(told: Told, sheet: FactSheet) -> bool:
    """Whether nothing but the patient's own answers, their device, or their choice is missing for a visit by video."""
    entries, clauses = sheet.entries, sheet.policy.clauses
    missing = set(told.asks).union(*(clauses[name].reads for name in told.fired if name in clauses))
    by_video = told.outcome is Outcome.VIDEO_OK or told.outcome in OURS_TO_ARRANGE
    return by_video and all(entries[name].question.asked_of in OF_THE_PATIENT for name in missing if name in entries)


def turn(told: StoredDecision, sheet: FactSheet) -> Mode | None:
    """Name the way in which the patient can go and choose a time; None while something of ours is open."""
    if patients_turn(told, sheet):
        return Mode.VIDEO
    return Mode.IN_PERSON if way(told, told.plain) is Mode.IN_PERSON else None


def alarms(fired: Iterable[str], policy: Policy) -> tuple[str, ...]:
    """Name the emergency rules among those that fired."""
    rules = policy.rules_by_id
    return tuple(name for name in fired if name in rules and rules[name].outcome is Outcome.EMERGENCY_NOW)


def emergency_words(fired: Iterable[str], policy: Policy) -> tuple[str, ...]:
    """Give the policy's fixed words for the emergency rules among those that fired, and no other words."""
    return policy.words(alarms(fired, policy))


def _speak_of(decision: Decision, sheet: FactSheet) -> set[Party]:
    """Name those about whose answers alone a rule has fired."""
    return {
        party
        for names in _read_by_fired(decision, sheet)
        for party in Party
        if all(sheet.entries[name].question.asked_of is party for name in names)
    }


def _places(decision: Decision, sheet: FactSheet) -> set[Place]:
    return {sheet.entries[name].question.place for names in _read_by_fired(decision, sheet) for name in names}


def _read_by_fired(decision: Decision, sheet: FactSheet) -> list[frozenset[str]]:
    clauses = sheet.policy.clauses
    return [frozenset(clauses[name].reads) for name in decision.fired if name in clauses]

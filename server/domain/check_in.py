"""Check-in: what is still missing on the day before a patient may be let in, and for how long it holds. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.domain.facts import FactSheet, Party, Question, Statement
from server.domain.obstacles import Told
from server.domain.policy import Outcome, Policy, Stage

ADMISSIBLE = frozenset({Outcome.VIDEO_OK, Outcome.AUDIO_FALLBACK})
PROOFS = frozenset({"passkey", "code"})  # the ways of signing in that prove who somebody is

IDENTITY = "identity_verified"
FAILED_ATTEMPTS = "failed_attempts"
TECH_RESCHEDULES = "tech_reschedules"
MOST_ATTEMPTS = 100  # the policy counts no further


class Part(StrEnum):
    """What a check-in is made of, in the order of asking."""

    WHERE = "where"
    SAFETY = "safety"
    PRIVACY = "privacy"
    DEVICE = "device"
    LINE = "line"
    IDENTITY = "identity"
    OURS = "ours"  # what the desk, the specialist or the service has to find out


PART_OF: Mapping[str, Part] = {
    "patient_country": Part.WHERE,
    "patient_state": Part.WHERE,
    "callback_and_address_confirmed": Part.WHERE,
    "setting_safe_private": Part.PRIVACY,
    "phone_reachable": Part.PRIVACY,
    "camera_ok": Part.DEVICE,
    "mic_ok": Part.DEVICE,
    "browser_supported": Part.DEVICE,
    "bandwidth_kbps": Part.LINE,
    "packet_loss_pct": Part.LINE,
    FAILED_ATTEMPTS: Part.LINE,
    TECH_RESCHEDULES: Part.LINE,
    IDENTITY: Part.IDENTITY,
}
"""Any other question is about safety where the patient answers it, and ours where somebody else does."""


class PartState(StrEnum):
    """How one part stands."""

    DONE = "done"
    OPEN = "open"
    STOPS = "stops"  # it is known, and it is what stands in the way


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the patient may be let in; `reason` says to patient and specialist alike what is missing.

    `asks_sound`: only whether the patient agrees to sound only is missing.
    """

    admissible: bool
    asks_sound: bool
    reason: str
    parts: Mapping[Part, PartState]
    finding_out: tuple[Question, ...]  # what somebody of ours is asked


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was decided for a visit before, as far as it tells why the visit was moved."""

    slot_start: datetime | None
    outcome: Outcome
    fired: list[str]


def part_of(question: Question) -> Part:
    """Tell which part of the check-in a question belongs to."""
    return PART_OF.get(question.name) or (Part.SAFETY if question.asked_of is Party.PATIENT else Part.OURS)


def standing(told: Told, sheet: FactSheet, *, sound_agreed: bool) -> Standing:
    """Tell how a check-in stands by what was decided, and by whether the patient agrees to go on with sound only."""
    asks_sound = told.outcome is Outcome.AUDIO_FALLBACK and not sound_agreed
    if asks_sound:
        return Standing(False, True, ASKS_SOUND, _parts(told, [], sheet), ())
    admissible = told.outcome in ADMISSIBLE
    asked = _asked_now(told, sheet)
    parts = _parts(told, asked, sheet)
    ours = tuple(question for question in asked if part_of(question) is Part.OURS)
    return Standing(admissible, False, "" if admissible else _reason(told, parts, ours, sheet.policy), parts, ours)


def good_until(said: Mapping[str, Statement], known: Iterable[str], sheet: FactSheet, stage: Stage) -> datetime | None:
    """Tell when the first of the answers that a step stands on grows too old; None where none does."""
    reads = sheet.policy.reads(stage)
    ages = ((name, sheet.entries[name].max_age.get(stage)) for name in known if name in reads and name in said)
    return min((said[name].said_at + age for name, age in ages if age is not None), default=None)


def failed_attempts(said: Iterable[Statement], *, since: datetime) -> int:
    """Tell how often joining has failed today; what happened on another day does not count."""
    today = [one.value for one in said if one.name == FAILED_ATTEMPTS and one.said_at >= since]
    return today[-1] if today and isinstance(today[-1], int) else 0


def technical_moves(told: Iterable[Earlier], start: datetime, policy: Policy) -> int:
    """Tell how many other times the visit had that it did not take place at because of the line."""
    last = {one.slot_start: one for one in told if one.slot_start not in (None, start)}
    return sum(_line_failed(one, policy) for one in last.values())


def _line_failed(one: Earlier, policy: Policy) -> bool:
    about_the_line = (FAILED_ATTEMPTS in policy.clauses[rule].reads for rule in one.fired if rule in policy.clauses)
    return one.outcome not in ADMISSIBLE and any(about_the_line)


def _asked_now(told: Told, sheet: FactSheet) -> list[Question]:
    """Give what is missing, without what matters only once it is known that the line fails."""
    asked = [sheet.entries[name].question for name in told.asks]
    if {Part.DEVICE, Part.LINE}.isdisjoint(map(part_of, asked)):
        return asked
    return [one for one in asked if part_of(one) in (Part.DEVICE, Part.LINE) or not _follows_the_line(one, sheet)]


def _follows_the_line(question: Question, sheet: FactSheet) -> bool:
    read_by = [clause.reads for clause in sheet.policy.clauses.values() if question.name in clause.reads]
    return all(FAILED_ATTEMPTS in reads for reads in read_by)


def _parts(told: Told, asked: Iterable[Question], sheet: FactSheet) -> Mapping[Part, PartState]:
    parts = dict.fromkeys(Part, PartState.DONE)
    if told.outcome not in ADMISSIBLE:
        for rule in told.fired:
            parts |= dict.fromkeys(_about(rule, sheet), PartState.STOPS)
    return parts | {part_of(question): PartState.OPEN for question in asked}


def _about(rule: str, sheet: FactSheet) -> set[Part]:
    """Name the parts that a rule speaks of: ours only where it speaks of nothing that is the patient's."""
    clause = sheet.policy.clauses.get(rule)
    found = {part_of(sheet.entries[name].question) for name in clause.reads} if clause else set()
    return found - {Part.OURS} or found


WORDS: Mapping[Part, str] = {
    Part.WHERE: "the place, the address and the phone number for this visit",
    Part.SAFETY: "the questions about health and the visit",
    Part.PRIVACY: "whether the place is safe and private",
    Part.DEVICE: "the test of the camera and the microphone",
    Part.LINE: "the test of the line",
    Part.IDENTITY: "who is here",
}
WHOM: Mapping[Party, str] = {
    Party.SCHEDULER: "the desk",
    Party.SPECIALIST: "the specialist",
    Party.SYSTEM: "our records",
}


ASKS_SOUND = "The video does not work. The page asks the patient whether to go on with sound only."


def _reason(told: Told, parts: Mapping[Part, PartState], ours: tuple[Question, ...], policy: Policy) -> str:
    if told.outcome is Outcome.EMERGENCY_NOW:
        return "An answer is a warning sign. The page says what to do now, and we call."
    sentences = list(policy.words(rule for rule in told.fired if rule in policy.clauses)[:1])
    still = [WORDS[part] for part, state in parts.items() if state is PartState.OPEN and part in WORDS]
    if still:
        sentences.append(f"Check-in is not finished. Still open: {', '.join(still)}.")
    if ours:
        sentences.append(f"We are asking {' and '.join(_whom(ours))}: {' '.join(one.text for one in ours)}")
    return " ".join(sentences)


def _whom(questions: Iterable[Question]) -> Iterable[str]:
    return dict.fromkeys(WHOM.get(question.asked_of, "the desk") for question in questions)

"""The coverage worksheet: what a plan said on the telephone, by whom and when. No I/O, no clock.

What the plan did not say is unknown, never covered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from server.domain.actors import Role
from server.domain.errors import InvalidValueError
from server.domain.ids import AccountId, CaseId
from server.domain.letters import one_line
from server.domain.policy import FactValue

HEADING = "What your plan told us, not a promise of payment"
MOST_CHARACTERS = 120
OLDEST = timedelta(days=366)  # what a plan said longer ago says nothing about this visit

Answers = Mapping[str, str]


class CallDayError(InvalidValueError):
    """The plan cannot have said anything on this day, or said it too long ago."""

    code = "call-day"


class Item(StrEnum):
    """One thing to ask the plan; the value is its name on the wire."""

    PLAN = "plan"
    NETWORK = "network"
    REFERRAL = "referral"
    PRIOR_AUTH = "prior_auth"
    VIDEO = "video"
    UNCONFIRMED = "goes_on_unconfirmed"
    SELF_PAY = "pays_themselves"
    SOUND = "sound_only"
    SECOND_OPINION = "second_opinion"
    IN_PERSON = "in_person_only"
    DEDUCTIBLE = "deductible_left"
    COPAY = "copay"
    PATHOLOGY = "pathology_reread"
    IMAGING = "imaging_reread"
    REFERENCE = "reference"
    SPOKE_WITH = "spoke_with"


@dataclass(frozen=True, slots=True)
class Question:
    """How an item is asked; without options it is a line of text."""

    text: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


YES_NO = (("yes", "Yes"), ("no", "No"))
UNSAID = ("", "Not known yet")

QUESTIONS: Mapping[Item, Question] = {
    Item.PLAN: Question(
        "What kind of plan is it?",
        options=(
            ("medicare", "Medicare"),
            ("medicare-advantage", "Medicare Advantage"),
            ("medicaid", "Medicaid"),
            ("employer-insured", "From an employer, insured"),
            ("employer-self-funded", "From an employer that pays itself"),
            ("marketplace", "From the marketplace"),
            ("none", "No plan"),
        ),
    ),
    Item.NETWORK: Question("Is our hospital in the plan's network?", options=YES_NO),
    Item.REFERRAL: Question(
        "Does the plan want a referral?",
        options=(("not-needed", "No"), ("have", "Yes, and we have it"), ("needed", "Yes, and it is missing")),
    ),
    Item.PRIOR_AUTH: Question(
        "Does the plan have to approve this visit first, and has it?",
        options=(
            ("not_required", "No approval needed"),
            ("approved", "Approved"),
            ("pending", "Asked for, no answer yet"),
            ("denied", "Refused"),
        ),
    ),
    Item.VIDEO: Question("Does the plan pay for a video visit with a new specialist?", options=YES_NO),
    Item.UNCONFIRMED: Question(
        "If they could not say: does the patient know this, and want to go on?",
        "Leave this open if the plan has said yes or no.",
        YES_NO,
    ),
    Item.SELF_PAY: Question(
        "If they do not pay: does the patient want to pay for the video visit?",
        "Go over the costs first.",
        YES_NO,
    ),
    Item.SOUND: Question("Does the plan pay if the visit has to go on with sound only?", options=YES_NO),
    Item.SECOND_OPINION: Question("Does the plan want a second opinion before surgery?", options=YES_NO),
    Item.IN_PERSON: Question("Does the plan count only a second opinion in person?", options=YES_NO),
    Item.DEDUCTIBLE: Question("How much of the deductible is left?", "For example $400."),
    Item.COPAY: Question("How much does the patient pay for a visit?", "For example $40."),
    Item.PATHOLOGY: Question("Is reading the tissue samples again a bill of its own?", options=YES_NO),
    Item.IMAGING: Question("Is reading the scans again a bill of its own?", options=YES_NO),
    Item.REFERENCE: Question("Reference number of the call"),
    Item.SPOKE_WITH: Question("With whom did you speak?", "The name of the person at the plan."),
}


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One call to the plan as somebody wrote it down; another call is another worksheet."""

    id: str
    case_id: CaseId
    number: int
    filled_by: AccountId
    filled_as: Role
    filled_at: datetime
    said_on: date
    answers: Answers

    @property
    def confirmed(self) -> bool:
        """Whether the desk stands behind it; what a patient writes down alone decides nothing."""
        return self.filled_as is Role.SCHEDULER


def check(answers: Answers, said_on: date, today: date) -> dict[str, str]:
    """Take the answers that say something.

    Raises:
        CallDayError: the day cannot be.
        InvalidValueError: an answer is none of those offered.
    """
    if said_on > today:
        raise CallDayError("The day of the call cannot be in the future.", "said_on")
    if today - said_on > OLDEST:
        raise CallDayError("This call is more than a year ago. Please call the plan again.", "said_on")
    return {item.value: _checked(item, answers[item]) for item in Item if answers.get(item)}


def _checked(item: Item, answer: str) -> str:
    options = QUESTIONS[item].options
    if options and answer not in dict(options):
        raise InvalidValueError("Please choose one of the answers shown.", item.value)
    if len(answer) > MOST_CHARACTERS:
        raise InvalidValueError(f"Please keep this under {MOST_CHARACTERS} characters.", item.value)
    return one_line(answer, item.value)


def facts(answers: Answers) -> dict[str, FactValue | None]:
    """Read the facts of the in-person rule out of a worksheet; None is unknown."""
    return {
        "payer_video": _video(answers),
        "payer_audio_ok": _yes(answers, Item.SOUND),
        "prior_auth": answers.get(Item.PRIOR_AUTH),
        "plan_mandates_in_person": _yes(answers, Item.IN_PERSON),
        "self_pay_accepted": _yes(answers, Item.SELF_PAY),
    }


def _video(answers: Answers) -> str | None:
    pays = _yes(answers, Item.VIDEO)
    if pays is None:
        return "unverified_acknowledged" if _yes(answers, Item.UNCONFIRMED) else None
    return "covered" if pays else "not_covered"


def _yes(answers: Answers, item: Item) -> bool | None:
    return {"yes": True, "no": False}.get(answers.get(item, ""))


def said_at(said_on: date, now: datetime, day_begins: datetime, earlier: datetime | None) -> datetime:
    """Give the instant at which the plan counts as having spoken: on the day of the call, after what was noted of it.

    `day_begins` is when that day began at the hospital; `earlier` the last that is noted of it.
    """
    at = now if day_begins + timedelta(days=1) > now else day_begins
    return at if earlier is None else max(at, earlier + timedelta(microseconds=1))


SENTENCES: Mapping[Item, Mapping[str, str]] = {
    Item.NETWORK: {
        "yes": "Our hospital is in your plan's network.",
        "no": "Our hospital is not in your plan's network. You may pay more.",
    },
    Item.REFERRAL: {
        "not-needed": "You need no referral.",
        "have": "Your plan wants a referral, and we have it.",
        "needed": "Your plan wants a referral. Please ask your doctor for one.",
    },
    Item.PRIOR_AUTH: {
        "not_required": "Your plan does not have to approve this visit first.",
        "approved": "Your plan has approved this visit.",
        "pending": "Your plan has to approve this visit first. We have asked, and wait for the answer.",
        "denied": "Your plan has refused to approve this visit. We tell you what you can do.",
    },
    Item.VIDEO: {
        "yes": "Your plan says that it pays for this visit by video.",
        "no": "Your plan says that it does not pay for this visit by video.",
        "": "Your plan did not say if it pays for this visit by video.",
    },
    Item.SOUND: {
        "yes": "It also pays if the visit goes on with sound only.",
        "no": "It does not pay if the visit goes on with sound only.",
        "": "It did not say if it pays for sound only.",
    },
    Item.SECOND_OPINION: {
        "yes": "Your plan wants a second opinion before it pays for surgery.",
        "no": "Your plan does not ask for a second opinion before surgery.",
    },
    Item.IN_PERSON: {
        "yes": "Only a second opinion in person counts for your plan.",
        "no": "A second opinion by video counts for your plan too.",
        "": "It did not say if a second opinion by video counts.",
    },
    Item.PATHOLOGY: {
        "yes": "Reading your tissue samples again is a bill of its own.",
        "no": "Reading your tissue samples again is not billed apart.",
    },
    Item.IMAGING: {
        "yes": "Reading your scans again is a bill of its own.",
        "no": "Reading your scans again is not billed apart.",
    },
}


def summary(answers: Answers) -> tuple[str, ...]:
    """Say in plain words what the plan said, and what it did not say."""
    told = [words.get(answers.get(item, ""), "") for item, words in SENTENCES.items()]
    if deductible := answers.get(Item.DEDUCTIBLE):
        told.append(f"You still pay this yourself before the plan pays: {deductible}.")
    if copay := answers.get(Item.COPAY):
        told.append(f"You pay this for a visit: {copay}.")
    return tuple(sentence for sentence in told if sentence)

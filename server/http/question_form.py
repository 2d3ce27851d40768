"""Questions of the in-person rule as a form of a page: what is shown, and how what was sent is read.

The same form serves patient, scheduler and specialist. What is shown as answered and is sent back unchanged is not
said again: an answer keeps the day on which it was given.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.domain.calls import in_words
from server.domain.errors import InvalidValueError
from server.domain.facts import UNKNOWN, FactSheet, Party, Place, Question, parse_answer
from server.domain.policy import FactType, FactValue
from server.domain.wording import date_in
from server.services.weighing import Asked

NONE = "none"  # in a list of things to count: "none of these"
MOST_RADIOS = 8  # a longer list is picked from
MOST_NUMBERS = 10  # a longer range is typed
ONE_ANSWER = "Please give one answer only."
AGAIN = "You have told us this before. It can change, so we ask again."
TOO_OLD = "What was said before is too old now."
NONE_AND_SOME = "You chose “None of these” and something else. Please choose one or the other."

TITLES: Mapping[tuple[Party, Place], tuple[str, str]] = {
    (Party.PATIENT, Place.REQUEST): ("How you are now", "Some signs need help today. Please answer each one."),
    (Party.PATIENT, Place.PROFILE): ("About you", ""),
    (Party.PATIENT, Place.BOOKING): ("The visit", "The law and good care ask us to know this before a video visit."),
    (Party.PATIENT, Place.CHECK_IN): ("A safe place", "So that you can talk freely, and we can reach you."),
    (Party.SCHEDULER, Place.COVERAGE): (
        "Coverage",
        "What the plan told you, not a promise of payment.",
    ),
    (Party.SCHEDULER, Place.SUPPORT): ("Help and interpreter", "It costs the patient nothing."),
    (Party.SPECIALIST, Place.REVIEW): ("Your judgment", "Nobody else answers these, and nothing is chosen for you."),
}

Sent = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `shape` is row, list, select, number or checklist; `value` is what is chosen, as it is sent."""

    name: str
    shape: str
    text: str
    hint: str
    note: str
    options: tuple[tuple[str, str], ...]
    unknown_label: str
    value: str
    counted: tuple[str, ...]
    least: int
    most: int
    open: bool
    again: bool  # answered before, too long ago
    required: bool
    error: str


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one place, the open ones first."""

    id: str
    title: str
    lead: str
    fields: tuple[Field, ...]
    page: str = ""  # where these are answered, if not here

    @property
    def open(self) -> int:
        """How many are not answered."""
        return sum(field.open for field in self.fields)


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """Everything that one person is asked at one step."""

    action: str
    back: str
    of: Party
    for_patient: bool  # the patient reads it; staff may leave questions open
    groups: tuple[Group, ...]
    error_summary: tuple[tuple[str, str], ...] = ()

    @property
    def open(self) -> int:
        """How many are not answered."""
        return sum(group.open for group in self.groups)

    @property
    def answered(self) -> tuple[Field, ...]:
        """What is answered, of all groups."""
        return tuple(field for group in self.groups for field in group.fields if not field.open)


@dataclass(frozen=True, slots=True)
class Given:
    """What a form sent: the answers that are new, and what is wrong, by fact."""

    answers: Mapping[str, FactValue | None]
    errors: Mapping[str, str]


def build(
    asked: Sequence[Asked],
    *,
    action: str,
    back: str,
    of: Party,
    reader: Party,
    zone: str,
    worksheet: str = "",
    errors: Mapping[str, str] | None = None,
    sent: Sent | None = None,
) -> QuestionForm:
    """Put questions together as a form; `sent` shows again what was sent with errors in it.

    What a plan says is asked on the coverage worksheet, where there is one.
    """
    wrong = errors or {}
    places: dict[Place, list[Field]] = {}
    for one in asked if reader is Party.PATIENT else _certain(asked):
        field = _field(one, reader=reader, zone=zone, error=wrong.get(one.question.name, ""), sent=sent)
        places.setdefault(one.question.place, []).append(field)
    pages = {Place.COVERAGE: worksheet} if of is Party.SCHEDULER else {}
    groups = (_group(of, reader, place, fields, pages.get(place, "")) for place, fields in places.items())
    return QuestionForm(
        action=action,
        back=back,
        of=of,
        for_patient=reader is Party.PATIENT,
        groups=tuple(sorted(groups, key=lambda group: not group.open)),
        error_summary=tuple((name, sentence) for name, sentence in wrong.items()),
    )


def read(asked: Sequence[Asked], sent: Sent, sheet: FactSheet, *, every: bool) -> Given:
    """Read what was sent; `every` asks for an answer to each open question, follow-ups only where they apply."""
    answers: dict[str, FactValue | None] = {}
    errors: dict[str, str] = {}
    empty: list[Asked] = []
    for one in asked:
        name = one.question.name
        try:
            raw = _raw(one.question, sent.get(name, ()))
            if not raw:
                empty.append(one)
                continue
            value = parse_answer(one.question, raw)
        except InvalidValueError as error:
            errors[name] = str(error)
            continue
        if one.open or value != one.value:
            answers[name] = value
    if every:
        known = {one.question.name: one.value for one in asked if one.value is not None}
        errors |= _missing(empty, sheet, known | {name: value for name, value in answers.items() if value is not None})
    return Given(
        answers, {one.question.name: errors[one.question.name] for one in asked if one.question.name in errors}
    )


def _missing(empty: Iterable[Asked], sheet: FactSheet, known: Mapping[str, FactValue]) -> dict[str, str]:
    needed = (one for one in empty if one.open and sheet.entries[one.question.name].applies(known) is True)
    return {one.question.name: f"Please answer, or choose “{one.question.unknown_label}”." for one in needed}


def _raw(question: Question, values: Sequence[str]) -> str:
    """Bring what the form sent for one question into the one text that an answer is read from."""
    given = [value.strip() for value in values if value.strip()]
    if question.items:
        return _count(question, given)
    if len(set(given)) > 1:
        raise InvalidValueError(ONE_ANSWER, question.name)
    return given[0] if given else ""


def _count(question: Question, given: Sequence[str]) -> str:
    things = {value for value in given if value in map(str, range(len(question.items)))}
    single = set(given) - things
    if single and (things or len(single) > 1):
        raise InvalidValueError(NONE_AND_SOME if single == {NONE} else ONE_ANSWER, question.name)
    if single:
        return {NONE: "0", UNKNOWN: UNKNOWN}.get(single.pop(), "?")
    return str(len(things)) if things else ""


def _certain(asked: Sequence[Asked]) -> Iterable[Asked]:
    """Leave out the follow-ups to what is itself still open: staff see them when it turns out that they apply."""
    return (one for one in asked if one.certain)


def _group(of: Party, reader: Party, place: Place, fields: list[Field], page: str) -> Group:
    title, lead = TITLES.get((of, place), (place.value.replace("-", " ").capitalize(), ""))
    if any(field.again for field in fields):
        lead = f"{lead} {AGAIN if reader is Party.PATIENT else TOO_OLD}".strip()
    return Group(f"questions-{place}", title, lead, tuple(sorted(fields, key=lambda field: not field.open)), page)


def _field(one: Asked, *, reader: Party, zone: str, error: str, sent: Sent | None) -> Field:
    question = one.question
    shown = _shown(one) if sent is None else tuple(sent.get(question.name, ()))
    minimum, maximum = question.fact.minimum, question.fact.maximum
    whole = question.type is FactType.INT and maximum < float("inf")
    return Field(
        name=question.name,
        shape=_shape(question),
        text=question.text,
        hint=question.hint,
        note=_note(one, reader, zone),
        options=_options(question),
        unknown_label=question.unknown_label,
        value=next((value for value in shown if value), ""),
        counted=shown,
        least=int(minimum) if whole else 0,
        most=int(maximum) if whole else 0,
        open=one.open,
        again=one.open and one.last is not None,
        required=one.open and reader is Party.PATIENT and question.only_if is None,
        error=error,
    )


def _shape(question: Question) -> str:
    if question.items:
        return "checklist"
    if question.type is FactType.BOOL:
        return "row"
    if question.options:
        return "list" if len(question.options) <= MOST_RADIOS else "select"
    few = question.type is FactType.INT and question.fact.maximum - question.fact.minimum <= MOST_NUMBERS
    return "row" if few else "number"


def _options(question: Question) -> tuple[tuple[str, str], ...]:
    if question.items:
        return tuple((str(number), item) for number, item in enumerate(question.items))
    if question.options:
        return tuple((option.value, option.label) for option in question.options)
    if _shape(question) == "row":
        numbers = range(int(question.fact.minimum), int(question.fact.maximum) + 1)
        return tuple((str(number), str(number)) for number in numbers)
    return ()


def _shown(one: Asked) -> tuple[str, ...]:
    """Give what is chosen before anybody touches the form: only what holds, never a guess."""
    if one.open:
        return (UNKNOWN,) if one.said_at is not None and one.last is None else ()
    if one.question.items:
        return (NONE,) if one.value == 0 else ()
    return (str(one.value).lower() if isinstance(one.value, bool) else str(one.value),)


def _note(one: Asked, reader: Party, zone: str) -> str:
    """Say what was answered last, and when; to patients only of what holds, for what is asked again stays open."""
    if one.said_at is None or (reader is Party.PATIENT and one.open and one.last is not None):
        return ""
    who = "You said" if reader is Party.PATIENT else "Noted"
    return f"{who} “{in_words(one.question, one.last)}” on {date_in(one.said_at, zone)}."

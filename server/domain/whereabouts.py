"""Where a patient says they are at a visit: for the law, and to send help. Never copied from anywhere. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from server.domain.errors import InvalidValueError
from server.domain.facts import FactSheet
from server.domain.ids import CaseId, VisitId
from server.domain.policy import FactValue

COUNTRY, STATE, CONFIRMED = "patient_country", "patient_state", "callback_and_address_confirmed"
OF_THE_PLACE = frozenset({COUNTRY, STATE, CONFIRMED})


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is, and how to ring them there; the state only where doctors need a license for it."""

    country: str
    state: str | None
    address: str
    callback: str


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A patient's own word on where they are, with its instant."""

    id: str
    case_id: CaseId
    visit_id: VisitId
    said_by: str
    said_at: datetime
    country: str
    state: str | None
    address: str
    callback: str

    @property
    def place(self) -> Place:
        """What was said."""
        return Place(self.country, self.state, self.address, self.callback)


def check(place: Place, sheet: FactSheet) -> Place:
    """Give a place that the policy can read.

    Raises:
        InvalidValueError: a country or state that nobody can choose, or no state where one is needed.
    """
    _one_of(COUNTRY, place.country, sheet, "country", "Please choose the country you are in right now.")
    if sheet.entries[STATE].applies({COUNTRY: place.country}) is not True:
        return Place(place.country, None, place.address, place.callback)
    _one_of(STATE, place.state, sheet, "state", "Please choose the state you are in right now.")
    return place


def facts(place: Place) -> Mapping[str, FactValue | None]:
    """Say as facts of the rule what a place means."""
    return {COUNTRY: place.country, STATE: place.state, CONFIRMED: True}


def _one_of(name: str, value: str | None, sheet: FactSheet, field: str, sentence: str) -> None:
    if value not in {option.value for option in sheet.entries[name].question.options}:
        raise InvalidValueError(sentence, field)

"""Moving a visit by video to the clinic while it goes on: its own specialist's alone, once they have said why. Pure."""

from collections.abc import Iterable

from server.domain.appointments import Mode
from server.domain.events import Event
from server.domain.facts import Statement
from server.domain.ids import AccountId
from server.domain.services import MODES
from server.domain.slot_tokens import SlotOffer
from server.domain.visits import Visit, VisitMovedOnError, VisitStatus

CALL_THE_DESK = "The desk can find another time: please call them."


class NotConvertedError(VisitMovedOnError):
    """Nobody has said that this visit has to be in person, or the time is not one of this specialist at the clinic."""

    code = "not-converted"


def require_convertible(visit: Visit, standing: Iterable[Statement], offer: SlotOffer, specialist: AccountId) -> None:
    """Let the specialist of a visit under way give it one of their own times at the clinic, and do nothing else.

    Raises:
        VisitMovedOnError: the visit is not under way.
        NotConvertedError: it was not said that it has to be in person, or the time is another kind of time.
    """
    if visit.status is not VisitStatus.IN_PROGRESS:
        raise VisitMovedOnError(f"This visit is not under way. {CALL_THE_DESK}")
    if all(one.name != Event.CONVERTS.value for one in standing):
        raise NotConvertedError("Please say first why you want to meet in person.")
    if MODES[offer.service] is not Mode.IN_PERSON or offer.specialist_id != specialist:
        raise NotConvertedError(f"You can offer your own times at the clinic here. {CALL_THE_DESK}")

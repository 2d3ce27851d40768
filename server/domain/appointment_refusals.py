"""Why an appointment cannot be made, changed or noted, in words for whoever tried."""

from server.domain.errors import DomainError


class SlotTakenError(DomainError):
    """Somebody else has the time, or it overlaps with another one of theirs."""

    code = "slot-taken"


class AlreadyBookedError(DomainError):
    """The case has a visit to come."""

    code = "already-booked"


class TimePassedError(DomainError):
    """The time to be booked is not in the future."""

    code = "time-passed"


class AppointmentMovedOnError(DomainError):
    """The appointment is not in a status in which this can be done."""

    code = "appointment-moved-on"


class WaitingRoomNotOpenError(DomainError):
    """It is too early to come in."""

    code = "waiting-room-not-open"


class WaitingRoomClosedError(DomainError):
    """It is too late to come in."""

    code = "waiting-room-closed"


class VisitElsewhereError(DomainError):
    """The visit is in person: nobody comes in by its link."""

    code = "visit-elsewhere"


class NotYetHeldError(DomainError):
    """A visit that has not been possible yet cannot have taken place."""

    code = "visit-not-held-yet"


class NotInPersonError(DomainError):
    """Who came to a visit by video is noted by the visit itself."""

    code = "not-in-person"


class NoShowTooEarlyError(DomainError):
    """The person may still come."""

    code = "no-show-too-early"


class CancelReasonError(DomainError):
    """A cancellation says why, in at most `MAX_REASON_CHARACTERS`."""

    code = "cancel-reason"

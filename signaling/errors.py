"""Refusals: answered to the sender, or closing the socket. Each has its code and a sentence for people."""

from typing import ClassVar

from signaling.codes import CloseCode


class SignalingError(Exception):
    """Whatever signaling refuses."""


class ViolationError(SignalingError):
    """The client breaks the protocol: its socket is closed."""

    def __init__(self, close_code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.close_code = close_code
        self.reason = reason


class AdmissionRefusedError(SignalingError):
    """The ticket opens nothing here. What `admit` raises, with the close code for the client."""

    def __init__(self, close_code: CloseCode = CloseCode.AUTH, reason: str = "the ticket is not valid") -> None:
        super().__init__(reason)
        self.close_code = close_code
        self.reason = reason


class JournalUnavailableError(SignalingError):
    """The journal cannot be read or written just now. What a `Journal` raises."""


class RefusalError(SignalingError):
    """A message is refused; the sender is told and the socket stays open."""

    code: ClassVar[str]
    words: ClassVar[str]

    def __init__(self, words: str | None = None, *, retry_ms: int | None = None) -> None:
        self.message = words or self.words
        self.retry_ms = retry_ms
        super().__init__(self.message)


class AlreadyHereError(RefusalError):
    """The member is connected in another tab."""

    code = "already_here"
    words = "You are already in this visit in another window or on another device."


class BadDataError(RefusalError):
    """The data of a message does not fit its type."""

    code = "bad_data"
    words = "Something went wrong on this page. Please reload it."


class ConfirmNeededError(RefusalError):
    """Ending for everybody must be confirmed."""

    code = "confirm_needed"
    words = "Please confirm that the visit ends for everybody."


class NotAdmissibleError(RefusalError):
    """The application does not let this member in yet."""

    code = "not_admissible"
    words = "This person has not finished check-in yet."


class NotAdmittedError(RefusalError):
    """The sender still waits."""

    code = "not_admitted"
    words = "Please wait until you are let in."


class NotAllowedError(RefusalError):
    """The sender's role may not do this."""

    code = "not_allowed"
    words = "You cannot do this in this visit. Please ask the specialist."


class NoSuchMemberError(RefusalError):
    """Nobody by that id is here."""

    code = "no_such_member"
    words = "This person is no longer here."


class NoSuchPeerError(RefusalError):
    """There is no link with that session."""

    code = "no_such_peer"
    words = "This person is no longer connected."


class SlowDownError(RefusalError):
    """Too many commands in a short time."""

    code = "slow_down"
    words = "That was too fast. Please wait a moment and try again."


class StaleLinkError(RefusalError):
    """The link has another generation now."""

    code = "stale_link"
    words = "The connection was made anew in the meantime."


class TooBigError(RefusalError):
    """A chat message is empty or over its limit."""

    code = "too_big"
    words = "Please write between 1 and 4000 characters."


class TooManyCandidatesError(RefusalError):
    """One negotiation sends more candidates than any network has."""

    code = "too_many_candidates"
    words = "The connection could not be made. We try again."


class TryAgainError(RefusalError):
    """The journal did not take it; nothing happened."""

    code = "try_again"
    words = "That did not work just now. Please try again."


class UnknownTypeError(RefusalError):
    """No message has that name."""

    code = "unknown_type"
    words = "This page is newer or older than the server. Please reload it."


class UnsupportedVersionError(RefusalError):
    """Client and server share no version."""

    code = "unsupported_version"
    words = "This page is newer or older than the server. Please reload it."


class VisitEndingError(RefusalError):
    """The visit is about to end."""

    code = "visit_ending"
    words = "The visit is about to end."


class VisitFullError(RefusalError):
    """The room holds no more people."""

    code = "visit_full"
    words = "The room is full. Somebody has to leave first."


class VisitLockedError(RefusalError):
    """The visit is locked."""

    code = "visit_locked"
    words = "The visit is locked. Unlock it first to let somebody in."

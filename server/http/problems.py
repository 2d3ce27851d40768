"""Refusals on the wire: one table of error class and status, one place that renders (RFC 9457)."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from server.domain.appointment_refusals import (
    AlreadyBookedError,
    AppointmentMovedOnError,
    CancelReasonError,
    NoShowTooEarlyError,
    NotInPersonError,
    NotYetHeldError,
    SlotTakenError,
    TimePassedError,
    VisitElsewhereError,
    WaitingRoomClosedError,
    WaitingRoomNotOpenError,
)
from server.domain.approvals import NotApprovableError
from server.domain.authorisations import LicenceDaysError
from server.domain.cases import CaseMovedOnError
from server.domain.coverage import CallDayError
from server.domain.errors import (
    BusyError,
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidValueError,
    NotFoundError,
)
from server.domain.events import ReasonMissingError
from server.domain.guests import (
    AlreadyInvitedError,
    InterpreterBusyError,
    NoSuchInterpreterError,
    OwnAddressError,
    TooManyCompanionsError,
)
from server.domain.line_probes import OfferUnusableError, ProbeRunningError, ProbesBusyError
from server.domain.opening_hours import HoursError
from server.domain.opinions import (
    AgreementMissingError,
    OpinionAlteredError,
    OpinionNotSignedError,
    OpinionSignedError,
    QuestionsOpenError,
    SummaryMissingError,
    TwoRepliesError,
    UnknownQuestionError,
)
from server.domain.policy import FactsError, PolicyFaultsError
from server.domain.records import InQuarantineError, NotKeptError, StillCheckedError
from server.domain.requests import EmergencyError, IncompleteRequestError
from server.domain.slot_tokens import SlotOfferExpiredError, SlotTokenInvalidError
from server.domain.tasks import TaskClaimedError
from server.domain.tus_refusals import STATUS as TUS_STATUS
from server.domain.tus_refusals import InvalidMetadataError
from server.domain.uploads import CaseFullError, DocumentInUseError, TooManyUploadsError, UploadStalledError
from server.domain.visits import NoRelayError, VisitMovedOnError
from server.domain.wall_clock import UnknownZoneError
from server.http.bodies import BodyTooLargeError, BodyTooSlowError, MalformedBodyError, UnsupportedBodyError
from server.http.byte_ranges import RangeNotSatisfiableError
from server.services.file_refusals import (
    AppenderSupersededError,
    BlobBusyError,
    BlobDamagedError,
    BlobMissingError,
    NoPreviewError,
    NoSuchPageError,
    StoreFailedError,
    StoreFullError,
    UnreadableDocumentError,
)
from server.services.holds import HoldEndedError
from server.services.idempotency import AlreadyAskedError, KeyReusedError
from server.services.opinions import ReviewFirstError
from server.services.screening import NoSuchSpecialistError
from server.services.sign_in import CodeSpentError, CodeWrongError, LinkUnknownError, TooManyCodesError
from server.services.slots import NotBookableError
from server.services.visits import VisitNotOpenError


class NotSignedInError(DomainError):
    """Nobody is signed in, or not any more."""

    code = "not-signed-in"


class TooManyRequestsError(DomainError):
    """Too many in too short a time; `retry_seconds` says when to come again."""

    code = "too-many-requests"

    def __init__(self, message: str, retry_seconds: int) -> None:
        super().__init__(message)
        self.retry_seconds = retry_seconds


class CrossSiteError(DomainError):
    """A form or a request that did not come from our own pages."""

    code = "cross-site"


class AmbiguousCredentialsError(DomainError):
    """More than one credential in one request."""

    code = "ambiguous-credentials"


class MethodNotAllowedError(DomainError):
    """The address has no such method."""

    code = "method-not-allowed"

    def __init__(self, message: str, allowed: str) -> None:
        super().__init__(message)
        self.allowed = allowed


class InvalidBodyError(DomainError):
    """Values that cannot be accepted, each with its path."""

    code = "invalid-value"

    def __init__(self, errors: tuple[tuple[str, str], ...]) -> None:
        super().__init__("Some values cannot be accepted.")
        self.errors = errors


STATUS: Mapping[type[DomainError], int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    InvalidValueError: 422,
    InvalidBodyError: 422,
    CaseMovedOnError: 409,
    EmergencyError: 409,
    IncompleteRequestError: 409,
    NoSuchSpecialistError: 409,
    MalformedBodyError: 400,
    UnsupportedBodyError: 415,
    BodyTooLargeError: 413,
    BodyTooSlowError: 408,
    NotSignedInError: 401,
    TooManyRequestsError: 429,
    CrossSiteError: 403,
    AmbiguousCredentialsError: 400,
    MethodNotAllowedError: 405,
    LinkUnknownError: 410,
    CodeWrongError: 422,
    CodeSpentError: 410,
    TooManyCodesError: 429,
    KeyReusedError: 409,
    AlreadyAskedError: 409,
    BusyError: 503,
    UnknownZoneError: 422,
    WaitingRoomNotOpenError: 409,
    WaitingRoomClosedError: 409,
    NotYetHeldError: 409,
    VisitElsewhereError: 409,
    NotInPersonError: 409,
    NoShowTooEarlyError: 409,
    FactsError: 422,
    NotApprovableError: 409,
    ReasonMissingError: 422,
    PolicyFaultsError: 422,
    TaskClaimedError: 409,
    CallDayError: 409,
    HoursError: 409,
    LicenceDaysError: 409,
    SlotTakenError: 409,
    AlreadyBookedError: 409,
    TimePassedError: 409,
    AppointmentMovedOnError: 409,
    CancelReasonError: 422,
    VisitMovedOnError: 409,
    NoRelayError: 409,
    SlotTokenInvalidError: 409,
    SlotOfferExpiredError: 410,
    NotBookableError: 409,
    HoldEndedError: 410,
    ReviewFirstError: 409,
    OpinionSignedError: 409,
    OpinionNotSignedError: 409,
    OpinionAlteredError: 500,  # the fault is ours: what we keep is not what was signed
    UnknownQuestionError: 409,
    TwoRepliesError: 422,
    QuestionsOpenError: 409,
    SummaryMissingError: 409,
    AgreementMissingError: 409,
    **TUS_STATUS,
    CaseFullError: 413,
    TooManyUploadsError: 409,
    UploadStalledError: 408,
    DocumentInUseError: 409,
    StillCheckedError: 409,
    NotKeptError: 410,
    InQuarantineError: 409,
    RangeNotSatisfiableError: 416,
    AppenderSupersededError: 409,
    BlobBusyError: 423,
    BlobDamagedError: 410,
    BlobMissingError: 410,
    StoreFullError: 503,
    StoreFailedError: 503,
    NoPreviewError: 409,
    NoSuchPageError: 404,
    UnreadableDocumentError: 422,
    VisitNotOpenError: 409,
    OfferUnusableError: 409,
    ProbeRunningError: 409,
    ProbesBusyError: 503,
    AlreadyInvitedError: 409,
    OwnAddressError: 409,
    TooManyCompanionsError: 409,
    NoSuchInterpreterError: 409,
    InterpreterBusyError: 409,
}

NOT_FOUND = "There is nothing here, or it is not yours to see."
MAX_NAME = 200


class FieldProblem(BaseModel):
    """One value that cannot be accepted."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(description="Path of the value, as in `answers.name`")
    message: str


class Problem(BaseModel):
    """An RFC 9457 problem."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    errors: list[FieldProblem] | None = None


def status_of(error: type[DomainError]) -> int:
    """Look up the HTTP status of a kind of refusal; the nearest base class in the table counts."""
    for cls in error.__mro__:
        if cls in STATUS:
            return STATUS[cls]
    raise LookupError(f"{error.__name__} has no status")


def render(error: DomainError) -> web.Response:
    """Put a refusal on the wire."""
    status = status_of(type(error))
    title = NOT_FOUND if status == web.HTTPNotFound.status_code else str(error)
    code = NotFoundError.code if status == web.HTTPNotFound.status_code else error.code
    body: dict[str, Any] = {"type": f"urn:consilium:{code}", "title": title, "status": status, "code": code}
    headers: dict[str, str] = dict(getattr(error, "headers", {}))
    if isinstance(error, InvalidBodyError):
        body["errors"] = [{"field": printable(field), "message": message} for field, message in error.errors]
    if isinstance(error, PolicyFaultsError):
        body["errors"] = [{"field": printable(fault.place), "message": fault.problem} for fault in error.faults]
    if isinstance(error, InvalidValueError | InvalidMetadataError):
        body["errors"] = [{"field": error.field, "message": str(error)}]
    if isinstance(error, TooManyRequestsError):
        headers["Retry-After"] = str(error.retry_seconds)
    if status == web.HTTPServiceUnavailable.status_code:
        headers["Retry-After"] = "1" if isinstance(error, BusyError) else "60"
    if isinstance(error, MethodNotAllowedError):
        headers["Allow"] = error.allowed
    if status == web.HTTPUnauthorized.status_code:
        headers["WWW-Authenticate"] = 'Bearer realm="consilium"'
    body |= getattr(error, "extra", {})
    return web.Response(
        status=status, body=json.dumps(body).encode(), content_type="application/problem+json", headers=headers
    )


def printable(name: str) -> str:
    """Make a name that a stranger chose fit for a terminal and a log: no control characters, and not long."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name[:MAX_NAME])


def broken() -> web.Response:
    """Say that the fault is ours, without a word about what it was."""
    body = {
        "type": "urn:consilium:internal",
        "title": "Something went wrong on our side. Nothing you sent before is lost. Please try again in a minute.",
        "status": 500,
        "code": "internal",
    }
    return web.Response(status=500, body=json.dumps(body).encode(), content_type="application/problem+json")

"""The base of every refusal the service gives, and the few that belong to no single noun."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal with a stable code; its first argument is a sentence for people."""

    code: ClassVar[str]


class NotFoundError(DomainError):
    """The object does not exist, or this person may not know that it does."""

    code = "not-found"


class ForbiddenError(DomainError):
    """This role does not have the function."""

    code = "forbidden"


class NotYoursToAnswerError(ForbiddenError):
    """The question is asked of somebody else, or of nobody."""

    code = "not-yours-to-answer"


class ConflictError(DomainError):
    """The object has moved on since the caller read it."""

    code = "conflict"


class InvalidValueError(DomainError):
    """A value cannot be accepted; `field` is the path of the value."""

    code = "invalid-value"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class BusyError(DomainError):
    """The database gave up waiting for another transaction; nothing happened."""

    code = "busy"

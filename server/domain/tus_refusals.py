"""What an upload can be refused for, and the status that the tus protocol gives it."""

from collections.abc import Mapping

from server.domain.errors import DomainError


class VersionNotSupportedError(DomainError):
    """The client speaks another version of the protocol."""

    code = "tus-version"


class WrongContentTypeError(DomainError):
    """The body of an upload is not labelled as one."""

    code = "wrong-content-type"


class MalformedHeaderError(DomainError):
    """A header of the protocol is missing, given twice, or cannot be read."""

    code = "malformed-header"


class ChecksumUnknownError(DomainError):
    """The checksum is of a kind that we do not have."""

    code = "checksum-unknown"


class InvalidMetadataError(DomainError):
    """What is said about the file cannot be accepted; `field` names the metadata key."""

    code = "invalid-metadata"

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class UploadTooLargeError(DomainError):
    """The file is larger than we take, or more comes than was announced."""

    code = "upload-too-large"


class OffsetMismatchError(DomainError):
    """The client goes on from another place than where we stand."""

    code = "offset-mismatch"


class ChecksumMismatchError(DomainError):
    """The bytes were changed on the way; none of them was kept."""

    code = "checksum-mismatch"


class UploadExpiredError(DomainError):
    """The upload was left alone for too long."""

    code = "upload-expired"


STATUS: Mapping[type[DomainError], int] = {
    MalformedHeaderError: 400,
    ChecksumUnknownError: 400,
    OffsetMismatchError: 409,
    UploadExpiredError: 410,
    VersionNotSupportedError: 412,
    UploadTooLargeError: 413,
    WrongContentTypeError: 415,
    InvalidMetadataError: 422,
    ChecksumMismatchError: 460,
}

"""What the file store can refuse, and whose fault it is."""

import errno

from server.domain.errors import DomainError

_FULL = (errno.ENOSPC, errno.EDQUOT)


class BlobDamagedError(DomainError):
    """The stored bytes are not the ones that were written."""

    code = "blob-damaged"


class BlobMissingError(DomainError):
    """The catalogue names a blob that the file store does not hold."""

    code = "blob-missing"


class BlobExistsError(DomainError):
    """The file store holds a blob of that id already."""

    code = "blob-exists"


class BlobBusyError(DomainError):
    """Another server process is writing this blob."""

    code = "blob-busy"


class BlobFinishedError(DomainError):
    """The blob is complete and takes no more bytes."""

    code = "blob-finished"


class AppenderSupersededError(DomainError):
    """A newer connection goes on with this blob; this one has ended with what it stored."""

    code = "upload-continued-elsewhere"


class StoreFullError(DomainError):
    """The disk of the file store has no room."""

    code = "store-full"


class StoreFailedError(DomainError):
    """The disk of the file store does not do what it is told."""

    code = "store-failed"


def refusal_of(error: OSError) -> DomainError:
    """Translate the disk's error into the store's."""
    if error.errno in _FULL:
        return StoreFullError("There is no room for more files at the moment. Please try again later.")
    return StoreFailedError(f"The file store's disk reports an error: {error.strerror}.")

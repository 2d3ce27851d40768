"""What the file store and the renderer refuse, for those who put refusals on the wire."""

from server.integrations.derivatives import NoPreviewError, NoSuchPageError, UnreadableDocumentError
from server.storage.blob_errors import (
    AppenderSupersededError,
    BlobBusyError,
    BlobDamagedError,
    BlobMissingError,
    StoreFailedError,
    StoreFullError,
)

__all__ = [
    "AppenderSupersededError",
    "BlobBusyError",
    "BlobDamagedError",
    "BlobMissingError",
    "NoPreviewError",
    "NoSuchPageError",
    "StoreFailedError",
    "StoreFullError",
    "UnreadableDocumentError",
]

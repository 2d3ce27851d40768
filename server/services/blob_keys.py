"""The keys of single files: made here, wrapped for the catalogue, bound to their blob."""

import secrets

from server.storage.keyring import KEY_BYTES, Keyring
from server.storage.uploads import Blob


class BlobKeys:
    """Wraps and unwraps the keys of files."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def make(self, blob_id: str) -> tuple[bytes, str]:
        """Make a key for a new blob; return it, and as the catalogue keeps it."""
        key = secrets.token_bytes(KEY_BYTES)
        return key, self._keyring.wrap(key, _context(blob_id))

    def open(self, blob: Blob) -> bytes:
        """Give the key of a blob."""
        return self._keyring.unwrap(blob.wrapped_key, _context(blob.id))


def _context(blob_id: str) -> str:
    return f"blob:{blob_id}"

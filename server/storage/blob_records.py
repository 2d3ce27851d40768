"""The records that a blob is stored in: 64 KiB of plaintext each, encrypted and bound to their place.

A record is `nonce (12 random bytes) ‖ ciphertext ‖ tag (16)`; its associated data name the blob, the record's index and
its plaintext length, so that a record that was moved, cut or changed does not open. A nonce is random, not counted:
the same index may be written again after a torn write, and a counted nonce would then be used twice.
"""

import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.storage.blob_errors import BlobDamagedError

RECORD_BYTES = 64 * 1024
NONCE_BYTES = 12
TAG_BYTES = 16
STORED_RECORD_BYTES = NONCE_BYTES + RECORD_BYTES + TAG_BYTES


class RecordCipher:
    """Encrypts and decrypts the records of one blob."""

    def __init__(self, blob_id: str, dek: bytes) -> None:
        self._cipher = AESGCM(dek)
        self._blob = blob_id.encode()

    def seal(self, first: int, plaintext: memoryview) -> bytearray:
        """Encrypt consecutive records, of which only the last may be short, beginning at index `first`."""
        stored = bytearray(stored_size(len(plaintext)))
        target = memoryview(stored)
        for step, start in enumerate(range(0, len(plaintext), RECORD_BYTES)):
            piece = plaintext[start : start + RECORD_BYTES]
            place = target[step * STORED_RECORD_BYTES :][: len(piece) + NONCE_BYTES + TAG_BYTES]
            nonce = os.urandom(NONCE_BYTES)
            place[:NONCE_BYTES] = nonce
            self._cipher.encrypt_into(nonce, piece, self._place(first + step, len(piece)), place[NONCE_BYTES:])
        return stored

    def open(self, first: int, stored: bytes) -> bytes:
        """Decrypt consecutive records, of which only the last may be short, beginning at index `first`.

        Raises:
            BlobDamagedError: a record was changed, cut or moved.
        """
        view = memoryview(stored)
        starts = range(0, len(stored), STORED_RECORD_BYTES)
        return b"".join(
            self._open_one(first + step, view[start : start + STORED_RECORD_BYTES]) for step, start in enumerate(starts)
        )

    def seal_note(self, note: bytes) -> bytes:
        """Encrypt a note about the blob that is no record of it."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, note, b"note:" + self._blob)

    def open_note(self, stored: bytes) -> bytes:
        """Decrypt a note about the blob.

        Raises:
            BlobDamagedError: the note was changed, cut, or written for another blob.
        """
        return self._decrypt(stored, b"note:" + self._blob)

    def _open_one(self, index: int, stored: memoryview) -> bytes:
        return self._decrypt(stored, self._place(index, len(stored) - NONCE_BYTES - TAG_BYTES))

    def _decrypt(self, stored: bytes | memoryview, place: bytes) -> bytes:
        try:
            return self._cipher.decrypt(bytes(stored[:NONCE_BYTES]), stored[NONCE_BYTES:], place)
        except (InvalidTag, ValueError) as error:
            raise BlobDamagedError("This file is damaged in our store. Please send it again.") from error

    def _place(self, index: int, length: int) -> bytes:
        return b"record:" + self._blob + struct.pack(">QI", index, length)


def stored_size(length: int) -> int:
    """Give the bytes on disk of a finished blob with `length` bytes of plaintext."""
    records = -(-length // RECORD_BYTES)
    return length + records * (NONCE_BYTES + TAG_BYTES)

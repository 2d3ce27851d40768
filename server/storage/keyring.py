"""The service's keys: wraps file keys, seals database columns, makes keyed digests.

Every use has a key of its own, derived by HKDF (RFC 5869), so that a token of one use is worthless in another.
A key-encryption key is rotated by adding a new one as current: old tokens name the key they need.
The digest key is not rotated, because stored digests are looked up by value.
"""

import base64
import binascii
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.domain.errors import DomainError
from server.storage.durable import write_new

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D section 8.2.2: 96 random bits, at most 2**32 messages under one key
_KEY_ID = re.compile(r"[a-z0-9-]{1,32}")
_OTHERS_MAY_ACCESS = stat.S_IRWXG | stat.S_IRWXO
_FILE_FORMAT = "consilium-keys-1"


class KeyFileError(DomainError):
    """The operator's key file is missing, open to others, or not a key file."""

    code = "key-file"


class UnknownKeyError(DomainError):
    """The data names a key that the operator's key file does not hold."""

    code = "unknown-key"


class SealBrokenError(DomainError):
    """The stored data was changed, or belongs to another place than the one it was read for."""

    code = "seal-broken"


class Keyring:
    """Holds the key-encryption keys and everything that is derived from them."""

    def __init__(self, keks: Mapping[str, bytes], current: str, digest_key: bytes) -> None:
        _check(keks, current, digest_key)
        self._keks = MappingProxyType(dict(keks))
        self._current = current
        self._digest_key = digest_key
        self._mac_keys: dict[str, bytes] = {}  # by purpose, of which there are few: deriving costs more than digesting

    @classmethod
    def generate(cls) -> Self:
        """Make a keyring of fresh random keys that is stored nowhere."""
        return cls({"k1": secrets.token_bytes(KEY_BYTES)}, "k1", secrets.token_bytes(KEY_BYTES))

    @classmethod
    def create(cls, path: Path) -> Self:
        """Write a fresh key file that only its owner can read, and load it.

        Raises:
            KeyFileError: there is a file of that name already; it is left alone.
        """
        keyring = cls.generate()
        try:
            write_new(path, keyring._as_file())
        except FileExistsError as error:
            raise KeyFileError(f"the key file {path} exists already; it is never overwritten") from error
        return keyring

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the operator's key file.

        Raises:
            KeyFileError: it is missing, open to others, or not a key file.
        """
        return cls(*_parse(path, _read_private(path)))

    def wrap(self, dek: bytes, context: str) -> str:
        """Encrypt a file's key so that only the same context gets it back."""
        sealed = self._encrypt(self._current, "wrap", dek, context)
        return f"{self._current}.{base64.urlsafe_b64encode(sealed).decode()}"

    def unwrap(self, token: str, context: str) -> bytes:
        """Give back the key that was wrapped for this context.

        Raises:
            UnknownKeyError: the key file lacks the key that the token names.
            SealBrokenError: the token was changed, or made for another context.
        """
        key_id, _, body = token.partition(".")
        try:
            sealed = base64.b64decode(body, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise SealBrokenError("a wrapped key in the database is damaged") from error
        return self._decrypt(key_id, "wrap", sealed, context)

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt a database column so that only the same context opens it."""
        return self._current.encode() + b"." + self._encrypt(self._current, "seal", plaintext, context)

    def open(self, sealed: bytes, context: str) -> bytes:
        """Give back what was sealed for this context.

        Raises:
            UnknownKeyError: the key file lacks the key that the column names.
            SealBrokenError: the column was changed, or belongs to another context.
        """
        key_id, _, body = sealed.partition(b".")
        return self._decrypt(key_id.decode("ascii", "replace"), "seal", body, context)

    def mac(self, purpose: str, data: bytes) -> str:
        """Digest data under the purpose's own key: HMAC-SHA-256 in hex, the same for the life of the key file."""
        if purpose not in self._mac_keys:
            self._mac_keys[purpose] = _derive(self._digest_key, f"mac:{purpose}")
        return hmac.digest(self._mac_keys[purpose], data, "sha256").hex()

    def _encrypt(self, key_id: str, use: str, plaintext: bytes, context: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(_derive(self._keks[key_id], use)).encrypt(nonce, plaintext, context.encode())

    def _decrypt(self, key_id: str, use: str, sealed: bytes, context: str) -> bytes:
        if not _KEY_ID.fullmatch(key_id):
            raise SealBrokenError("a sealed value in the database is damaged")
        if key_id not in self._keks:
            raise UnknownKeyError(f"the key file does not hold the key {key_id}, which stored data needs")
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(_derive(self._keks[key_id], use)).decrypt(nonce, body, context.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBrokenError("a sealed value in the database was changed or moved") from error

    def _as_file(self) -> bytes:
        keys = {key_id: base64.b64encode(kek).decode() for key_id, kek in self._keks.items()}
        digest_key = base64.b64encode(self._digest_key).decode()
        content = {"format": _FILE_FORMAT, "current": self._current, "keys": keys, "digest_key": digest_key}
        return json.dumps(content, indent=2).encode() + b"\n"


def _derive(key: bytes, use: str) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"consilium:{use}".encode()).derive(key)


def _check(keks: Mapping[str, bytes], current: str, digest_key: bytes) -> None:
    if current not in keks:
        raise KeyFileError(f"the key file names {current} as current but does not hold it")
    if misnamed := [key_id for key_id in keks if not _KEY_ID.fullmatch(key_id)]:
        raise KeyFileError(f"the key file holds a key with an unusable name: {misnamed[0]!r}")
    secret_keys = [*keks.values(), digest_key]
    if any(len(key) != KEY_BYTES for key in secret_keys):
        raise KeyFileError(f"every key in the key file must have {KEY_BYTES} bytes")
    if len(set(secret_keys)) != len(secret_keys):
        raise KeyFileError("the key file holds the same key twice")


def _read_private(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS_MAY_ACCESS:
                raise KeyFileError(f"the key file {path} is open to others; run: chmod 600 {path}")
            return file.read()
    except OSError as error:
        raise KeyFileError(f"the key file {path} cannot be read: {error.strerror}") from error


def _parse(path: Path, content: bytes) -> tuple[dict[str, bytes], str, bytes]:
    try:
        fields = json.loads(content)
        if fields["format"] != _FILE_FORMAT:
            raise KeyFileError(f"{path} is not a key file of format {_FILE_FORMAT}")
        keks = {str(key_id): base64.b64decode(kek, validate=True) for key_id, kek in fields["keys"].items()}
        return keks, str(fields["current"]), base64.b64decode(fields["digest_key"], validate=True)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileError(f"{path} is not a complete key file; restore it from its backup") from error

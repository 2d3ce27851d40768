"""The keyring gives back what it sealed, to the same context only, and says whose fault a failure is."""

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.storage.keyring import KeyFileError, Keyring, SealBrokenError, UnknownKeyError

OLD, NEW, DIGEST = b"o" * 32, b"n" * 32, b"d" * 32


def test_a_wrapped_key_comes_back_to_its_own_context_only() -> None:
    keyring = Keyring.generate()
    token = keyring.wrap(b"k" * 32, "blob:1")

    assert keyring.unwrap(token, "blob:1") == b"k" * 32
    with pytest.raises(SealBrokenError):
        keyring.unwrap(token, "blob:2")


@given(st.binary(max_size=300), st.text(max_size=30))
def test_what_is_sealed_can_be_opened(plaintext: bytes, context: str) -> None:
    keyring = Keyring.generate()

    assert keyring.open(keyring.seal(plaintext, context), context) == plaintext


def test_a_sealed_column_does_not_open_in_another_row() -> None:
    keyring = Keyring.generate()
    sealed = keyring.seal(b"Ada", "person.name:1")

    with pytest.raises(SealBrokenError):
        keyring.open(sealed, "person.name:2")


def test_equal_texts_are_sealed_differently() -> None:
    keyring = Keyring.generate()

    assert keyring.seal(b"same", "c") != keyring.seal(b"same", "c")


@given(st.data())
def test_any_changed_bit_is_noticed(data: st.DataObject) -> None:
    keyring = Keyring.generate()
    sealed = bytearray(keyring.seal(b"clinical text", "c"))
    position = data.draw(st.integers(0, len(sealed) - 1))
    sealed[position] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises((SealBrokenError, UnknownKeyError)):
        keyring.open(bytes(sealed), "c")


@pytest.mark.parametrize("token", ["", "k1", "k1.", "k1.%%%", "k1.ÿ", "K1!.AAAA", "k1.QUJD"])
def test_a_malformed_token_is_damage_not_a_crash(token: str) -> None:
    with pytest.raises(SealBrokenError):
        Keyring.generate().unwrap(token, "c")


def test_a_wrapped_key_is_no_sealed_column() -> None:
    keyring = Keyring.generate()
    key_id, body = keyring.wrap(b"k" * 32, "c").split(".")

    with pytest.raises(SealBrokenError):
        keyring.open(key_id.encode() + b"." + base64.urlsafe_b64decode(body), "c")


def test_after_a_rotation_old_data_opens_and_new_data_uses_the_new_key() -> None:
    before = Keyring({"old": OLD}, "old", DIGEST)
    after = Keyring({"old": OLD, "new": NEW}, "new", DIGEST)
    token = before.wrap(b"k" * 32, "c")

    assert after.unwrap(token, "c") == b"k" * 32
    assert after.wrap(b"k" * 32, "c").startswith("new.")
    assert after.mac("email", b"a@example.org") == before.mac("email", b"a@example.org")


def test_data_of_a_key_that_is_gone_names_the_key() -> None:
    token = Keyring({"old": OLD}, "old", DIGEST).wrap(b"k" * 32, "c")

    with pytest.raises(UnknownKeyError, match="old"):
        Keyring({"new": NEW}, "new", DIGEST).unwrap(token, "c")


def test_a_digest_depends_on_its_purpose_and_on_the_key() -> None:
    keyring = Keyring({"k1": OLD}, "k1", DIGEST)
    digests = {
        keyring.mac("email", b"x"),
        keyring.mac("telephone", b"x"),
        keyring.mac("email", b"y"),
        Keyring.generate().mac("email", b"x"),
    }

    assert len(digests) == 4
    assert all(len(digest) == 64 for digest in digests)


def test_a_created_key_file_is_private_and_loads_again(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    token = Keyring.create(path).wrap(b"k" * 32, "c")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keyring.load(path).unwrap(token, "c") == b"k" * 32


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    Keyring.create(path)
    before = path.read_bytes()

    with pytest.raises(KeyFileError, match="never overwritten"):
        Keyring.create(path)
    assert path.read_bytes() == before


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"keys\.json"):
        Keyring.load(tmp_path / "keys.json")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    Keyring.create(path)
    path.chmod(mode)

    with pytest.raises(KeyFileError, match="chmod 600"):
        Keyring.load(path)


KEY_A, KEY_B, KEY_C = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2, 3))
GOOD = {"format": "consilium-keys-1", "current": "k1", "keys": {"k1": KEY_A, "k2": KEY_B}, "digest_key": KEY_C}


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"format": None},
        {"current": "k3"},
        {"keys": {}},
        {"keys": []},
        {"keys": {"k1": KEY_A, "K 2": KEY_B}},
        {"keys": {"k1": "AAAA"}},
        {"keys": {"k1": 7}},
        {"keys": {"k1": KEY_A, "k2": KEY_A}},
        {"digest_key": KEY_A},
        {"digest_key": "%"},
        {"digest_key": None},
    ],
)
def test_a_faulty_key_file_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(KeyFileError):
        Keyring.load(_key_file(tmp_path, json.dumps({**GOOD, **change}).encode()))


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b"null", json.dumps(GOOD).encode()[:-20]])
def test_a_file_that_is_no_key_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(KeyFileError):
        Keyring.load(_key_file(tmp_path, content))


def _key_file(folder: Path, content: bytes) -> Path:
    path = folder / "keys.json"
    path.write_bytes(content)
    path.chmod(0o600)
    return path

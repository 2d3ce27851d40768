"""Column types: instants in UTC, closed sets, and values sealed under the deployment's key."""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, LargeBinary, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from server.storage.keyring import Keyring

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept as `timestamptz` on PostgreSQL and as microseconds since 1970 on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive datetime; it would mean a different instant on another host."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return (value - EPOCH) // MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give back an aware datetime in UTC."""
        if value is None:
            return None
        stored: datetime = EPOCH + value * MICROSECOND if dialect.name == "sqlite" else value
        return stored.astimezone(UTC)


class Closed(TypeDecorator[StrEnum]):
    """A member of a closed set, kept as its code."""

    impl = String(40)
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    def process_bind_param(self, value: StrEnum | str | None, dialect: Dialect) -> str | None:
        """Keep the code, and only a code of the set."""
        return None if value is None else self.members(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Give back the member."""
        return None if value is None else self.members(value)


def give_keys(dialect: Dialect, keyring: Keyring) -> None:
    """Let the sealed columns of one engine use this keyring."""
    dialect.consilium_keyring = keyring  # type: ignore[attr-defined]  # read by Sealed, nowhere else


class Sealed(TypeDecorator[Any]):
    """A JSON value that only this deployment's key can read; `purpose` binds it to its column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Encrypt."""
        if value is None:
            return None
        keyring: Keyring = dialect.consilium_keyring  # type: ignore[attr-defined]
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return keyring.seal(text.encode(), self.purpose)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Decrypt; fails loudly when the bytes were changed."""
        if value is None:
            return None
        keyring: Keyring = dialect.consilium_keyring  # type: ignore[attr-defined]
        return json.loads(keyring.open(value, self.purpose))

"""Rows into values: the only place where a row turns into one of the domain's dataclasses."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from sqlalchemy import Row

V = TypeVar("V")


def value(cls: type[V], row: Row[Any]) -> V:
    """Build the value whose fields are named like the row's columns."""
    assert is_dataclass(cls)
    mapping = row._mapping
    return cls(**{field.name: mapping[field.name] for field in fields(cls)})


def values(cls: type[V], rows: Iterable[Any]) -> tuple[V, ...]:
    """Build one value a row."""
    return tuple(value(cls, row) for row in rows)


def optional(cls: type[V], row: Row[Any] | None) -> V | None:
    """Build the value, or None where there is no row."""
    return None if row is None else value(cls, row)


def columns(of: Any) -> dict[str, Any]:
    """Take a value apart into column names and values."""
    return {field.name: getattr(of, field.name) for field in fields(of)}

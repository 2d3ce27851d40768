"""A TOML table read strictly: what is missing, of the wrong type or not asked for is a fault. Pure.

A faulty entry reads as a harmless placeholder, so that reading goes on and finds every fault;
whoever builds something from what was read checks first that there were none.
"""

import math
import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, TypeVar

from server.domain.policy.errors import PolicyFault, PolicyFaultsError

MAX_FILE_BYTES = 1_000_000  # fifty times the starter policy
NAME = re.compile(r"[a-z][a-z0-9_]*")

Choice = TypeVar("Choice", bound=StrEnum)


class Table:
    """One table, the place where it stands, and the faults found so far in the whole file."""

    def __init__(self, content: object, place: str, faults: list[PolicyFault]) -> None:
        self.place = place
        self.faults = faults
        self._content: dict[str, Any] = content if isinstance(content, dict) else {}
        self._unread = set(self._content)
        if not isinstance(content, dict):
            self.fault("must be a table")

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def at(self, key: str) -> str:
        """Name the place of an entry."""
        return f"{self.place}.{key}" if self.place else key

    def fault(self, problem: str, key: str | None = None) -> None:
        """Note a fault of this table, or of one entry, once."""
        fault = PolicyFault(self.place if key is None else self.at(key), problem)
        if fault not in self.faults:
            self.faults.append(fault)

    def raw(self, key: str) -> Any:
        """Take an entry as it stands; None and a fault when it is missing."""
        self._unread.discard(key)
        if key not in self._content:
            self.fault("is missing", key)
        return self._content.get(key)

    def text(self, key: str) -> str:
        """Take an entry that says something."""
        value = self.raw(key)
        if isinstance(value, str) and value.strip():
            return value
        if key in self:
            self.fault("must be text", key)
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of different texts that is not empty."""
        value = self.raw(key)
        if is_texts(value):
            return tuple(value)
        if key in self:
            self.fault("must be a list of different texts", key)
        return ()

    def number(self, key: str) -> int | float:
        """Take a finite number."""
        value = self.raw(key)
        if is_number(value):
            return value  # type: ignore[no-any-return]
        if key in self:
            self.fault("must be a number", key)
        return 0

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice:
        """Take one word of a closed set."""
        if default is not None and key not in self:
            return default
        value = self.raw(key)
        if value in list(choices):
            return choices(value)
        if key in self:
            self.fault(f"must be one of {', '.join(choices)}", key)
        return next(iter(choices))

    def table(self, key: str) -> "Table":
        """Take a table inside this one; an absent one is empty."""
        self._unread.discard(key)
        return Table(self._content.get(key, {}), self.at(key), self.faults)

    def rows(self, key: str) -> list["Table"]:
        """Take a list of tables that is not empty."""
        value = self.raw(key)
        if isinstance(value, list) and value:
            return [Table(row, f"{self.at(key)}[{index}]", self.faults) for index, row in enumerate(value, start=1)]
        if key in self:
            self.fault("must be a list of tables", key)
        return []

    def words(self) -> list[tuple[str, str]]:
        """Take every entry as text, whatever its key."""
        return [(key, self.text(key)) for key in self._content]

    def names(self) -> Iterator[str]:
        """Walk over the entries of a table whose keys are names given by its author."""
        for name in self._content:
            if not NAME.fullmatch(name):
                self.fault("must be named in small letters, digits and underscores", name)
            yield name

    def finish(self) -> None:
        """Note every entry that nobody asked for: a misspelt key must not be ignored."""
        for key in sorted(self._unread):
            self.fault("is not known here", key)


def parse_toml(data: bytes) -> dict[str, Any]:
    """Read the bytes of a TOML file.

    Raises:
        PolicyFaultsError: they are not TOML, so nothing more can be said about them.
    """
    if len(data) > MAX_FILE_BYTES:
        raise PolicyFaultsError([PolicyFault("file", f"is longer than {MAX_FILE_BYTES} bytes")])
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:  # not UTF-8, not TOML, or nested without end
        raise PolicyFaultsError([PolicyFault("file", f"is not TOML: {error}")]) from error


def is_texts(value: object) -> bool:
    """Tell whether the value is a list of different texts, at least one, none of them blank."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(entry, str) and entry.strip() for entry in value)
        and len(set(value)) == len(value)
    )


def is_number(value: object) -> bool:
    """Tell whether the value is a number with which one can compare."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)

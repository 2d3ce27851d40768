"""Values that callers send. Each type validates, and is its own schema: what the one admits the other accepts.

A text is held against its length and pattern as it was sent, and loses the blanks around it only then; so the schema
tells the whole truth. Patterns name their signs: what `\\s`, `\\w` and `\\d` mean differs between ECMA-262 (which JSON
Schema speaks), Rust (which validates) and Python (which generates).
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AwareDatetime, BeforeValidator, Field, GetCoreSchemaHandler, GetPydanticSchema
from pydantic_core import CoreSchema, core_schema

from server.domain.policy.fact import is_full_date

# What any of the three takes for a blank, and what nobody sees: controls, spaces of all widths, the byte order mark.
BLANK = r"\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
BREAK = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"  # controls, and what ends a line
ANYTHING = r"^[^\u0000]*$"  # NUL cannot be stored as text
SOMETHING = rf"^[^\u0000]*[^{BLANK}][^\u0000]*$"
ONE_LINE = rf"^[^{BREAK}]*[^{BLANK}][^{BREAK}]*$"

_SIGN = rf'[^{BLANK}@"<>\\,;:()\[\]]'  # what an address may hold, and a calendar file and a mail header with it
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most `most` characters, kept without the blanks around it."""

    most: int
    pattern: str = ANYTHING

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Strip what length and pattern have let pass."""
        sent = core_schema.str_schema(max_length=self.most, pattern=self.pattern)
        return core_schema.no_info_after_validator_function(str.strip, sent)


def words(most: int) -> Text:
    """Make the type of a text that says something."""
    return Text(most, SOMETHING)


def _whole(value: Any) -> Any:
    """Take 3.0 for 3, as JSON Schema does."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _day(value: Any) -> Any:
    """Take no seconds since 1970 for a day, as pydantic alone does."""
    if not isinstance(value, str):
        return value
    if not is_full_date(value):
        raise ValueError("is not a day such as 2030-01-31")
    return date.fromisoformat(value)


def _instant(value: Any) -> Any:
    if isinstance(value, str) and not _INSTANT.fullmatch(value):
        raise ValueError("is not an instant such as 2030-01-31T09:00:00Z")
    return value


Whole = BeforeValidator(_whole)
Id = Annotated[str, Field(pattern="^[0-9a-z]{1,40}$")]
Token = Annotated[str, Field(min_length=10, max_length=1000, pattern="^[0-9A-Za-z_.=-]+$")]
Day = Annotated[date, BeforeValidator(_day)]  # RFC 3339 full-date
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]  # RFC 3339 date-time
Zone = Annotated[str, GetPydanticSchema(lambda *_: core_schema.literal_schema(sorted(available_timezones())))]
Email = Annotated[str, Field(min_length=3, max_length=200, pattern=f"^{_SIGN}+@{_SIGN}+$")]
Phone = Annotated[str, Field(pattern="^[+(]{0,2}[0-9][0-9 ()./-]{3,36}[0-9()./-]$")]

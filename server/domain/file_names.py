"""File names from strangers: text to show, never a path. They are private: they go into no log and no address."""

import re
import unicodedata
from urllib.parse import quote

MAX_NAME_CHARACTERS = 200
_PATH_SEPARATORS = re.compile(r"[/\\]")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # controls, direction overrides, surrogates
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._ -]")


def clean_file_name(raw: str) -> str:
    """Give the last part of a name as one line of visible text; empty if nothing is left.

    The ending is kept when a long name is shortened.
    """
    visible = "".join(
        character if unicodedata.category(character) not in _UNSEEN_CATEGORIES else " " for character in raw
    )
    name = " ".join(_PATH_SEPARATORS.split(visible)[-1].split()).strip(". ")
    if len(name) <= MAX_NAME_CHARACTERS:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:MAX_NAME_CHARACTERS]
    return f"{stem[: MAX_NAME_CHARACTERS - len(ending) - 1]}.{ending}"


def content_disposition(name: str, *, disposition: str = "attachment") -> str:
    """Give the header that names a download (RFC 6266), safe for any name."""
    clean = clean_file_name(name) or "document"
    plain = _NOT_PLAIN.sub("_", clean)
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"

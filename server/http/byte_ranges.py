"""The `Range` header (RFC 9110 section 14): one range of bytes; what is not that is answered with the whole."""

import re

from server.domain.errors import DomainError

_ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class RangeNotSatisfiableError(DomainError):
    """The file ends before the range begins."""

    code = "range-not-satisfiable"

    def __init__(self, size: int) -> None:
        super().__init__("The file is shorter than that.")
        self.headers = {"Content-Range": f"bytes */{size}"}


def range_of(header: str | None, size: int) -> tuple[int, int] | None:
    """Give the first byte and the one after the last; None for the whole.

    Raises:
        RangeNotSatisfiableError: there are no such bytes.
    """
    match = _ONE_RANGE.fullmatch((header or "").strip())
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    start = int(first) if first else max(size - int(last), 0)
    stop = min(int(last) + 1, size) if first and last else size
    if first and last and int(last) < int(first):
        return None
    if start >= size:
        raise RangeNotSatisfiableError(size)
    return start, stop

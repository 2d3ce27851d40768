"""Rounds over many things, of which a broken one keeps none of the others waiting."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import structlog

log = structlog.get_logger()

_Thing = TypeVar("_Thing")


async def each(things: Iterable[_Thing], see_to: Callable[[_Thing], Awaitable[None]]) -> None:
    """See to one after the other; what goes wrong with one is written to the log, and its turn comes again."""
    for thing in things:
        try:
            await see_to(thing)
        except Exception:
            log.exception("round.broken")

"""The kinds of identity in a visit, kept apart by type."""

from collections.abc import Callable
from typing import NewType

VisitId = NewType("VisitId", str)
MemberId = NewType("MemberId", str)
SessionId = NewType("SessionId", str)
Conn = NewType("Conn", int)
"""One socket, as the shell numbers it."""

Draw = Callable[[], str]
"""Gives 256 random bits as URL-safe text, different each time."""

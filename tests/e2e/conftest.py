"""A whole service in the test's own process, whose clock the test moves, for real browsers."""

from tests.integration.conftest import clock, demo

__all__ = ["clock", "demo"]

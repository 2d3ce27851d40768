"""A whole service in the test's own process."""

from tests.integration.conftest import clock, demo

__all__ = ["clock", "demo"]

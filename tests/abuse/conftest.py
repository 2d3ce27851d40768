"""A whole service in the test's own process, or signaling alone."""

from collections.abc import AsyncIterator

import pytest

from signaling.wire import Patience
from tests.abuse.visits_at_once import Hospital, Scene, hospital, on_stage
from tests.integration.conftest import api, clock, demo
from tests.integration.house import Clock, House
from tests.integration.signaling.theatre import theatre

__all__ = ["api", "clock", "demo"]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    """Two visits that go on at once, with a villain in the first."""
    async with theatre(patience=Patience()) as opened, on_stage(opened) as set_up:
        yield set_up


@pytest.fixture
async def visits(demo: House, clock: Clock) -> AsyncIterator[Hospital]:
    """The same in a whole service."""
    async with hospital(demo, clock) as opened:
        yield opened

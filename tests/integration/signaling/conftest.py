"""The theatre that most tests of signaling play in."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.signaling.theatre import Theatre, theatre


@pytest.fixture
async def house() -> AsyncIterator[Theatre]:
    """A server with its ordinary patience."""
    async with theatre() as opened:
        yield opened

"""A case that takes records."""

import pytest

from tests.builders import an_accepted_case
from tests.integration.house import House


@pytest.fixture
async def case(api: House) -> str:
    """The patient's accepted case, on both databases."""
    return await an_accepted_case(api)


@pytest.fixture
async def demo_case(demo: House) -> str:
    """The patient's accepted case, on SQLite alone."""
    return await an_accepted_case(demo)

"""Addresses with names in them that nobody has: not found, on both databases, and never a fault of ours."""

import re

import pytest

from server.app import API
from server.domain.permissions import ALLOWED
from tests.integration.house import House

ROUTES = [
    route for routes in API for route in routes if "{" in route.path and route.body is None and route.query is None
]
PEOPLE = ("patient", "specialist", "scheduler", "compliance")


@pytest.mark.parametrize("name", ["%00", "%FF%FE", "%0D%0AHost:%20x", "x" * 2000], ids=lambda name: name[:8])
async def test_an_address_with_a_strange_name_is_not_found(api: House, name: str) -> None:
    found = {}
    for route in ROUTES:
        person = next(person for person in PEOPLE if route.action in ALLOWED[api.people[person].role])
        answer = await api.call(route.method, person, re.sub("{[^}]*}", name, route.path))
        found[route.method, route.path] = answer.status

    assert set(found.values()) == {404}, found


async def test_a_page_with_a_strange_name_is_not_found(api: House) -> None:
    answer = await (await api.browser_session("patient")).get("/cases/%00")

    assert answer.status == 404

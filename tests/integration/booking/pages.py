"""The pages around a booked time, as a browser without JavaScript sees them."""

import re

from server.domain.ids import CaseId
from tests.integration.house import Browser, House


async def opened(house: House, person: str, address: str) -> Browser:
    browser = await house.browser_session(person)
    await browser.get(address)
    return browser


async def at_the_times(house: House, case_id: CaseId, person: str = "patient") -> Browser:
    return await opened(house, person, f"/cases/{case_id}/times")


async def at_the_visit(house: House, case_id: CaseId, person: str = "patient") -> Browser:
    browser = await at_the_times(house, case_id, person)
    await browser.post(f"/cases/{case_id}/times", {"slot": tokens(browser.page)[0]})
    return browser


def tokens(page: str) -> list[str]:
    return re.findall(r'name="slot" value="([^"]+)"', page)


def labels(page: str) -> list[str]:
    return [label.strip() for label in re.findall(r'<label for="(?:slot|day-[^"]+)">([^<]+)', page)]


def days(page: str) -> list[str]:
    return re.findall(r'<h2 class="day-title">([^<]+)</h2>', page)


def address_of(page: str, kind: str) -> str:
    """Find where the visit on a page is moved or cancelled."""
    found = re.search(rf'"(/appointments/\w+/{kind})"', page)
    assert found
    return found[1]

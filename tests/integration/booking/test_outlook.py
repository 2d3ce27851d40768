"""Visits that are booked are looked at again when nobody says a word: a licence that ends is heard of in time."""

from datetime import date, timedelta
from typing import Any

import pytest

from server.domain.ids import CaseId
from server.keys import OUTLOOK
from server.storage import decisions
from tests import builders
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import a_visit_tomorrow

TODAY = date(2026, 11, 23)


@pytest.fixture
async def booked(api: House) -> dict[str, Any]:
    return await a_visit_tomorrow(api)


async def look(api: House) -> None:
    """Let an hour go by."""
    api.clock.advance(timedelta(hours=1))
    await api.app[OUTLOOK].look()


async def take_licence_away(api: House) -> None:
    for row in (await api.get("admin", "/authorisations")).body["authorisations"]:
        await api.delete("admin", f"/authorisations/{row['id']}")


async def said(api: House) -> list[str]:
    """The subjects of the letters to the patient that say the visit cannot be."""
    letters = (await api.mailbox()).get("patient@demo.example", [])
    return [one.subject for one in letters if "cannot be as it is booked" in one.subject]


async def kept(api: House, booked: dict[str, Any]) -> list[str]:
    async with api.database.read() as connection:
        return [one.outcome.value for one in await decisions.of_case(connection, CaseId(booked["case_id"]))]


async def test_a_licence_that_is_gone_is_told_to_the_patient_once(api: House, booked: dict[str, Any]) -> None:
    await take_licence_away(api)
    await builders.license_in(api, "specialist", "OH")

    await look(api)
    await look(api)

    assert await said(api) == ["Your visit cannot be as it is booked"]
    assert (await kept(api, booked))[0] == "in_person_required"


async def test_a_licence_that_nobody_looked_up_for_a_year_is_a_task_of_the_desk(
    api: House, booked: dict[str, Any]
) -> None:
    await take_licence_away(api)
    await builders.license_in(api, "specialist", "MI", verified_on=TODAY - timedelta(days=400))

    await look(api)

    listed = (await api.get("scheduler", "/tasks")).body["tasks"]
    assert [one["kind"] for one in listed if one["case_id"] == booked["case_id"]].count("licence") == 1
    assert await said(api) == []


async def test_a_licence_that_is_there_again_is_decided_on_too(api: House, booked: dict[str, Any]) -> None:
    await take_licence_away(api)
    await builders.license_in(api, "specialist", "OH")
    await look(api)
    await builders.license_in(api, "specialist", "MI")

    await look(api)
    await look(api)

    assert (await kept(api, booked))[:2] == ["video_ok", "in_person_required"]


async def test_while_nothing_is_new_nothing_is_kept(api: House, booked: dict[str, Any]) -> None:
    before = await kept(api, booked)

    await look(api)

    assert await kept(api, booked) == before


async def test_answers_that_only_grow_old_are_asked_for_at_check_in_and_not_before(demo: House, clock: Clock) -> None:
    case = await builders.a_bookable_case(demo)
    slots = (await demo.get("patient", f"/slots?case={case}")).body["slots"]
    booked = (await demo.post("patient", "/appointments", {"slot": slots[-1]["token"]})).body
    before = await kept(demo, booked)
    clock.advance(timedelta(days=20))

    await look(demo)

    assert await kept(demo, booked) == before

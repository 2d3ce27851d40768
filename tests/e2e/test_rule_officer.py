"""A compliance officer tightens a threshold, sees whom it moves, and two people bring it into force."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from server.domain.ids import CaseId
from tests import builders
from tests.e2e.journey_people import DESK, PATIENCE_MS, PHONE, Somebody
from tests.integration.house import Clock, House
from tests.integration.policy import office
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = [pytest.mark.browser]


async def somebody(demo: House, key: str, page: Page) -> Somebody:
    person = Somebody(demo, key, page)
    await person.sign_in()
    return person


async def test_a_tightened_threshold_shows_whom_it_moves_and_then_moves_them(
    demo: House, clock: Clock, new_page: Pages
) -> None:
    await signed_for(demo)
    stays = await a_decided_case(demo, "other_patient", ecog=1)
    moves = await a_decided_case(demo, "patient", ecog=2)
    officer = await somebody(demo, "compliance", await new_page(**DESK))

    await begins_a_version(officer)
    await tightens_the_threshold(officer)
    await sees_whom_it_moves(officer, moves, stays)
    await officer.press("Sign this version")
    await officer.reads("Checked, needs 1 signature")
    await a_second_person_signs_and_gives_it_a_day(await somebody(demo, "admin", await new_page(**PHONE)))

    assert (await office.in_force(demo))["version"] == "2026.11-draft1"
    clock.advance(timedelta(hours=15))  # past midnight in Detroit
    assert (await office.in_force(demo))["version"] == "2027.1"
    assert await outcome(demo, moves) == "in_person_recommended"
    assert await outcome(demo, stays) == "video_ok"


async def signed_for(demo: House) -> None:
    for person in ("compliance", "admin"):
        await office.sign(demo, (await office.in_force(demo))["id"], person)


async def a_decided_case(demo: House, patient: str, **facts: int) -> CaseId:
    case_id = await builders.a_bookable_case(demo, patient, **facts)
    assert await outcome(demo, case_id) == "video_ok"
    return case_id


async def outcome(demo: House, case_id: CaseId) -> str:
    answer = await demo.post("scheduler", f"/cases/{case_id}/decisions", {"stage": "booking"})
    return str(answer.body["outcome"])


async def begins_a_version(officer: Somebody) -> None:
    await officer.press("The policy for video visits")
    await officer.write("Name of the new version", "2027.1")
    await officer.page.get_by_role("button", name="Begin", exact=True).click(timeout=PATIENCE_MS)
    await officer.reads("Edit 2027.1")


async def tightens_the_threshold(officer: Somebody) -> None:
    await officer.write("ECOG review from", "none")
    await officer.press("Save")
    await officer.page.get_by_role("link", name="Write a number").press("Enter", timeout=PATIENCE_MS)
    await expect(officer.page.get_by_label("ECOG review from")).to_be_focused(timeout=PATIENCE_MS)
    await officer.page.get_by_label("ECOG review from").fill("2")
    await officer.press("Save")
    await officer.reads("It has to be checked before anybody can sign.")
    await officer.press("Check what it changes")


async def sees_whom_it_moves(officer: Somebody, moves: CaseId, stays: CaseId) -> None:
    await officer.reads("0 of 2 decisions of the past move toward video, 1 toward caution.")
    await officer.reads("Nobody moves toward video")
    table = officer.page.get_by_role("table", name="Toward caution: 1")
    row = table.get_by_role("row", name=moves)
    await expect(row).to_contain_text("Booking", timeout=PATIENCE_MS)
    await expect(row).to_contain_text("Better in person")
    await expect(table).not_to_contain_text(stays)
    await assert_accessible(officer.page)


async def a_second_person_signs_and_gives_it_a_day(admin: Somebody) -> None:
    await admin.press("The policy for video visits")
    await admin.press("2027.1")
    await admin.press("See what it changes and sign")
    await admin.press("Sign this version")
    await admin.page.get_by_label("In force from").fill("2026-11-24", timeout=PATIENCE_MS)
    await admin.press("Bring it into force")
    await admin.reads("It decides from Tuesday 24 November 2026 on.")
    await assert_accessible(admin.page)

"""The page of a visit in a real browser, against the real signaling."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from signaling.journal import MemoryJournal
from tests.e2e.visit_house import VisitHouse, running_visit
from tests.e2e.visit_people import PATIENCE_MS, at, in_the_room
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
MUCH_LATER_MS = 180_000
REFUSE_CAMERA = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (wanted.video) throw new DOMException("", "NotAllowedError");
  return ask(wanted);
};
"""
NO_DEVICES = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotFoundError"); };
"""


@pytest.fixture
async def house() -> AsyncIterator[VisitHouse]:
    async with running_visit() as running:
        yield running


async def test_two_people_see_each_other_and_write(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)

    assert await patient.sees_more() > 0
    assert await specialist.sees_more() > 0

    await patient.page.fill("#room-message", "Can you <b>hear</b> me?")
    await patient.page.press("#room-message", "Enter")
    await specialist.sees("Can you <b>hear</b> me?")
    assert house.checks[0] == ("patient", {"camera": True, "microphone": True, "browser": True})


async def test_the_patient_knows_that_the_specialist_knows(house: VisitHouse, new_page: Pages) -> None:
    patient = await at(house, "patient", await new_page(**PHONE))
    await patient.go_in()
    await patient.sees("We tell Dr Amira Haddad that you are here")

    specialist = await at(house, "specialist", await new_page())
    await specialist.go_in()

    await patient.sees("Dr Amira Haddad knows you are here")
    await specialist.sees("Anna Novak")
    await specialist.page.click("[data-act=deny]")
    await patient.sees("We cannot let you in just now. Please try again in a few minutes, or call us.")


async def test_a_camera_that_is_switched_off_shows_a_name_and_comes_back_without_a_new_connection(
    house: VisitHouse, new_page: Pages
) -> None:
    patient, specialist = await in_the_room(house, new_page)
    tile = specialist.page.locator("#room-main .tile")
    await specialist.sees_more()

    await patient.page.click("#room-camera")
    await expect(tile).to_have_attribute("data-picture", "off", timeout=PATIENCE_MS)
    await expect(patient.page.locator("#room-camera")).to_have_text("Camera off")

    await patient.page.click("#room-camera")
    await expect(tile).to_have_attribute("data-picture", "on", timeout=PATIENCE_MS)
    await specialist.sees_more()
    assert await specialist.negotiations() == [1]


async def test_keys_mute_and_let_one_talk_but_not_while_writing(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)
    mute = patient.page.locator("#room-mute")
    muted_sign = specialist.page.locator("#room-main [data-sign=muted]")

    await patient.page.keyboard.press("m")
    await expect(mute).to_have_attribute("aria-pressed", "true")
    await expect(mute).to_have_text("Muted")
    await patient.hears("You are muted.")
    await expect(muted_sign).to_be_visible(timeout=PATIENCE_MS)

    await patient.page.locator("#room-title").focus()
    await patient.page.keyboard.down("Space")
    await expect(mute).to_have_text("Mute")
    await patient.page.keyboard.up("Space")
    await expect(mute).to_have_text("Muted")

    await patient.page.locator("#room-message").press_sequentially("m v m")
    await expect(mute).to_have_text("Muted")


async def test_a_reload_leads_straight_back_in(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)
    await specialist.sees_more()

    await patient.page.reload()

    await patient.is_at("room")
    await patient.sees_more()
    await specialist.sees_more()


async def test_a_second_window_asks_and_takes_the_visit_over(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)
    second = await at(house, "patient", await patient.page.context.new_page())
    await second.go_in()
    await second.sees("You are already in this visit")

    await second.page.click("#here-move")

    await second.is_at("room")
    await second.sees_more()
    await patient.sees("The visit goes on in your other window")
    await specialist.sees_more()


async def test_a_refused_camera_is_explained_and_keeps_nobody_out(house: VisitHouse, new_page: Pages) -> None:
    patient = await at(house, "patient", await new_page(**PHONE), REFUSE_CAMERA)

    await patient.sees("This page may not use your camera yet")
    await expect(patient.page.locator("#preview-go")).to_have_text("Go in with sound only")
    await assert_accessible(patient.page)
    await patient.page.click("#preview-go")

    await patient.is_at("waiting")
    assert house.checks == [("patient", {"camera": False, "microphone": True, "browser": True})]


async def test_somebody_without_any_device_still_comes_in_and_sees(house: VisitHouse, new_page: Pages) -> None:
    specialist = await at(house, "specialist", await new_page())
    await specialist.go_in()
    patient = await at(house, "patient", await new_page(**PHONE), NO_DEVICES)
    await patient.sees("We cannot find a camera or a microphone")
    await patient.page.click("text=Go in without camera or microphone")

    await specialist.page.click("[data-act=admit]")

    await patient.is_at("room")
    await patient.sees_more()
    await expect(specialist.page.locator("#room-main .tile")).to_have_attribute("data-picture", "off")


async def test_a_server_that_is_started_again_interrupts_no_picture(new_page: Pages) -> None:
    journal = MemoryJournal()
    async with running_visit(journal=journal) as house:
        patient, specialist = await in_the_room(house, new_page)
        await specialist.sees_more()
        port = int(house.url.rpartition(":")[2])
    await patient.sees_more()

    async with running_visit(port=port, journal=journal) as house:
        await expect(patient.page.locator("#room-line")).to_be_hidden(timeout=PATIENCE_MS)
        await patient.page.fill("#room-message", "Still here")
        await patient.page.press("#room-message", "Enter")
        await specialist.sees("Still here")
        await patient.sees_more()
        await specialist.sees_more()
        assert (await patient.negotiations(), await specialist.negotiations()) == ([1], [1])


async def test_the_telephone_is_offered_when_nobody_is_seen_and_not_when_only_the_server_is_away(
    new_page: Pages,
) -> None:
    async with running_visit() as house:
        patient, specialist = await in_the_room(house, new_page)
        await patient.sees_more()
        await patient.page.clock.install()
    line, number = patient.page.locator("#room-line"), patient.page.locator("#room-line-phone")
    await expect(line).to_contain_text("You can go on talking.", timeout=PATIENCE_MS)

    await patient.page.clock.fast_forward(MUCH_LATER_MS)
    await expect(line).to_contain_text("We have been trying for some minutes", timeout=PATIENCE_MS)
    await patient.sees_more()
    await expect(number).to_be_hidden()

    await specialist.page.close()
    await expect(line).to_contain_text("We are getting it back", timeout=PATIENCE_MS)
    await patient.page.clock.fast_forward(MUCH_LATER_MS)
    await expect(number).to_be_visible(timeout=PATIENCE_MS)
    await expect(number).to_contain_text("+1 555 0100")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_screen_can_be_used_by_everybody(house: VisitHouse, new_page: Pages, scheme: str) -> None:
    patient = await at(house, "patient", await new_page(color_scheme=scheme, **PHONE))
    await patient.is_at("preview")
    await assert_accessible(patient.page)
    await patient.go_in()
    await patient.is_at("waiting")
    await assert_accessible(patient.page)

    specialist = await at(house, "specialist", await new_page(color_scheme=scheme))
    await specialist.go_in()
    await specialist.sees("Anna Novak")
    await assert_accessible(specialist.page)
    await specialist.page.click("[data-act=admit]")
    await patient.is_at("room")
    await patient.page.click("#room-messages")
    await assert_accessible(patient.page)
    await patient.page.click("#room-leave")
    await assert_accessible(patient.page)
    await patient.page.click("#leave-yes")
    await patient.is_at("over")
    await assert_accessible(patient.page)

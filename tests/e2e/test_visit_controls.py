"""What people control during a visit, and what the others see of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Route, expect

from tests.e2e.visit_house import VisitHouse, running_visit
from tests.e2e.visit_people import PATIENCE_MS, at, in_the_room
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = pytest.mark.browser

TWO_CAMERAS = """
const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
const second = { kind: "videoinput", deviceId: "second", groupId: "g", label: "Second camera" };
window.askedFor = [];
navigator.mediaDevices.enumerateDevices = async () => [...(await list()), second];
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const wish = wanted.video && wanted.video.deviceId?.exact;
  window.askedFor.push(wish ?? null);
  if (wish === "second") delete wanted.video.deviceId;
  return ask(wanted);
};
"""

A_SCREEN = """
navigator.mediaDevices.getDisplayMedia = async () => {
  const canvas = document.createElement("canvas");
  const paint = canvas.getContext("2d");
  setInterval(() => {
    paint.fillStyle = `hsl(${performance.now() % 360} 80% 50%)`;
    paint.fillRect(0, 0, 300, 150);
  }, 100);
  const stream = canvas.captureStream(10);
  window.endSharing = () => {
    const [track] = stream.getVideoTracks();
    track.stop();
    track.dispatchEvent(new Event("ended"));
  };
  return stream;
};
"""


@pytest.fixture
async def house() -> AsyncIterator[VisitHouse]:
    async with running_visit() as running:
        yield running


async def test_another_camera_is_chosen_by_keyboard_and_nobody_negotiates(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page, scripts=(TWO_CAMERAS,))
    await specialist.sees_more()

    await patient.page.press("#room-settings", "Enter")
    await expect(patient.page.locator("#room-settings-title")).to_be_focused()
    await patient.page.select_option("#settings-camera-choice", label="Second camera", timeout=PATIENCE_MS)
    await patient.hears("Your camera is now Second camera.")
    assert await patient.page.evaluate("() => window.askedFor.at(-1)") == "second"
    await specialist.sees_more()
    assert await specialist.negotiations() == [1]

    await patient.page.press("#settings-camera-choice", "Escape")
    await expect(patient.page.locator("#room-settings-panel")).to_be_hidden()
    await expect(patient.page.locator("#room-settings")).to_be_focused()


async def test_another_microphone_is_chosen_and_shows_that_it_hears(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)

    await patient.page.click("#room-settings")
    await patient.page.select_option("#settings-microphone-choice", label="Fake Audio Input 2", timeout=PATIENCE_MS)

    await patient.hears("Your microphone is now Fake Audio Input 2.")
    await expect(patient.page.locator("#settings-voice-words")).to_have_text("We hear you.", timeout=PATIENCE_MS)
    assert await specialist.negotiations() == [1]


async def test_sound_goes_to_the_loudspeaker_that_is_chosen(house: VisitHouse, new_page: Pages) -> None:
    patient, _specialist = await in_the_room(house, new_page)

    await patient.page.click("#room-settings")
    choice = patient.page.locator("#settings-speaker-choice")
    await choice.select_option(index=1, timeout=PATIENCE_MS)

    label = await choice.locator("option").nth(1).inner_text()
    await patient.hears(f"You hear the others through {label} now.")
    sinks = await patient.page.evaluate("() => [...document.querySelectorAll('#room-main video')].map((v) => v.sinkId)")
    assert sinks == [await choice.input_value()]


async def test_a_screen_is_shown_large_to_everybody_until_it_is_shown_no_more(
    house: VisitHouse, new_page: Pages
) -> None:
    patient, specialist = await in_the_room(house, new_page, scripts=(A_SCREEN,))
    share = specialist.page.locator("#room-share")
    main = patient.page.locator("#room-main .tile")

    await share.click(timeout=PATIENCE_MS)
    await expect(share).to_have_text("Stop sharing")
    await specialist.sees("Everybody here sees your screen")
    await patient.sees("Dr Amira Haddad shows a screen")
    await expect(main).to_have_attribute("data-kind", "screen")
    await expect(main).to_have_attribute("data-picture", "on")
    await expect(patient.page.locator("#room-strip .tile")).to_have_count(1)
    await patient.sees_more()

    await specialist.page.evaluate("() => window.endSharing()")
    await expect(share).to_have_text("Share screen")
    await expect(main).to_have_attribute("data-kind", "person")
    await patient.hears("Dr Amira Haddad shows no screen any more.")
    assert await patient.negotiations() == await specialist.negotiations() == [1]


async def test_a_locked_room_is_told_to_everybody_and_keeps_the_next_one_out(
    house: VisitHouse, new_page: Pages
) -> None:
    patient, specialist = await in_the_room(house, new_page)
    companion = await at(house, "companion", await new_page())

    await specialist.page.click("#room-lock", timeout=PATIENCE_MS)
    for person in (patient, specialist):
        await expect(person.page.locator("#room-facts")).to_have_text("Locked: nobody new can come in")
        await person.hears("The room is locked.")
    await companion.go_in()
    await companion.sees("The room is locked just now.")
    await specialist.sees("The room is locked. Unlock it first to let somebody in.")

    await specialist.page.click("text=Unlock the room")
    await expect(patient.page.locator("#room-facts")).to_be_hidden()
    await specialist.page.click("[data-act=admit]")
    await companion.is_at("room")


async def test_only_who_is_asked_to_mute_can_do_it(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)
    ask = specialist.page.get_by_role("button", name="Ask to mute: Anna Novak")

    await ask.click(timeout=PATIENCE_MS)
    await specialist.sees("We asked Anna Novak to mute.")
    await patient.sees("Dr Amira Haddad asks you to mute your microphone.")
    await expect(patient.page.locator("#room-mute")).to_have_text("Mute")
    await patient.page.click("text=Not now")
    await expect(patient.page.locator("#room-asked")).to_be_hidden()

    await ask.click()
    await patient.page.click("text=Mute me")
    await expect(patient.page.locator("#room-mute")).to_have_text("Muted")
    await expect(patient.page.locator("#room-mute")).to_be_focused()
    await expect(ask).to_be_hidden(timeout=PATIENCE_MS)


async def test_somebody_is_removed_after_a_question_in_words(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)
    remove = specialist.page.get_by_role("button", name="Remove Anna Novak")
    dialog = specialist.page.locator("#remove-dialog")

    await remove.first.click(timeout=PATIENCE_MS)
    await expect(dialog).to_contain_text("Remove Anna Novak from the visit?")
    await dialog.get_by_role("button", name="Keep Anna Novak here").click()
    await patient.sees_more()

    await remove.first.click()
    await dialog.get_by_role("button", name="Remove Anna Novak").click()
    await patient.sees("You are no longer in the visit")
    await specialist.sees("Anna Novak is no longer in the visit.")


async def test_a_patient_is_shown_no_powers(house: VisitHouse, new_page: Pages) -> None:
    patient, _specialist = await in_the_room(house, new_page, scripts=(A_SCREEN,))

    await expect(patient.page.locator("#room-panel-title")).to_have_text("In the room: 2", timeout=PATIENCE_MS)

    for power in ("#room-lock", "#room-end", "#room-share", "[data-act=mute]", "[data-act=remove]"):
        await expect(patient.page.locator(power).and_(patient.page.locator(":visible"))).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_control_can_be_used_by_everybody(house: VisitHouse, new_page: Pages, scheme: str) -> None:
    patient, specialist = await in_the_room(house, new_page, color_scheme=scheme)
    await specialist.page.click("#room-lock", timeout=PATIENCE_MS)
    await specialist.page.click("[data-act=mute]:visible")
    await patient.page.wait_for_selector("#room-asked:visible")
    await assert_accessible(patient.page)
    await patient.page.click("#room-settings")
    await patient.page.wait_for_selector("#settings-microphone-field:visible")
    await assert_accessible(patient.page)
    await assert_accessible(specialist.page)
    await specialist.page.click("[data-act=remove]:visible")
    await assert_accessible(specialist.page)


async def test_settings_that_are_still_on_their_way_cannot_be_pressed_and_then_work(
    house: VisitHouse, new_page: Pages
) -> None:
    patient_page, ready = await new_page(), asyncio.Event()

    async def hold(route: Route) -> None:
        await ready.wait()
        await route.continue_()

    await patient_page.route("**/late_room*.js", hold)
    patient = await at(house, "patient", patient_page)
    await patient.go_in()
    specialist = await at(house, "specialist", await new_page())
    await specialist.go_in()
    await specialist.page.click("[data-act=admit]")
    await patient.is_at("room")

    await patient_page.click("#room-settings")
    await patient_page.click("text=Something did not work?")
    await expect(patient_page.get_by_role("link", name="+1 555 0100")).to_be_visible()
    await expect(patient_page.locator("#room-support-send")).to_have_attribute("inert", "")
    ready.set()

    await patient_page.click("#room-support-send")
    await patient.sees("Sent. Call us and tell us the code")


async def test_what_happened_is_sent_and_where_the_line_is_away_it_is_saved(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)
    await specialist.sees_more()
    page = patient.page
    await page.click("#room-settings")
    await page.click("text=Something did not work?")
    await expect(page.locator("#room-support-code")).not_to_be_empty()
    code = await page.inner_text("#room-support-code")

    await page.press("#room-support-send", "Enter")
    await expect(page.locator("#room-support-news")).to_contain_text(f"Sent. Call us and tell us the code {code}")
    await expect(page.locator("#room-support-send")).to_be_focused()
    [(person, report)] = house.reports
    assert (person, report.code) == ("patient", code)
    assert {"signal live", "gen 1 up"} <= {line.what for line in report.lines}

    await page.route("**/reports", lambda route: route.abort())
    async with page.expect_download() as saving:
        await page.click("#room-support-send")
    saved = await saving.value
    await expect(page.locator("#room-support-news")).to_contain_text(
        f"It is saved on this device instead, as visit-{code}.txt"
    )
    assert saved.suggested_filename == f"visit-{code}.txt"
    assert "gen 1 up" in (await saved.path()).read_text()
    assert len(house.reports) == 1

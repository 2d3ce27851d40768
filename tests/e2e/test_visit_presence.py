"""Being there: in one window of several, with less than a camera, heard of by people who listen, and after sleep."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from tests.e2e.visit_house import VisitHouse, running_visit
from tests.e2e.visit_people import NO_CAMERA, PATIENCE_MS, Person, at, in_the_room
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = pytest.mark.browser

NO_DEVICES = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotFoundError"); };
"""
WATCH_LOCKS = """
window.locks = [];
const request = async () => {
  const lock = new EventTarget();
  Object.assign(lock, { released: false, release: async () => { lock.released = true; } });
  window.locks.push(lock);
  return lock;
};
Object.defineProperty(navigator, "wakeLock", { value: { request } });
"""
HELD = "() => window.locks.filter(({ released }) => !released).length"
OWN_TRACKS = "() => window.connections[0].getSenders().slice(0, 2).map(({ track }) => track?.id ?? null)"
END_UNHEARD = "() => window.connections[0].getSenders().slice(0, 2).forEach(({ track }) => track.stop())"
OTHER_TRACKS = """(before) => {
  const now = window.connections[0].getSenders().slice(0, 2).map(({ track }) => track);
  return now.every((track, line) => track?.readyState === "live" && track.id !== before[line]);
}"""
SLEPT_MS = 60_000
COME_TO_FRONT = "() => document.dispatchEvent(new Event('visibilitychange'))"


@pytest.fixture
async def house() -> AsyncIterator[VisitHouse]:
    async with running_visit() as running:
        yield running


async def duplicate_of(person: Person) -> Person:
    """Open the same page in a window that gets a copy of this one's memory, as a duplicated tab does."""
    async with person.page.expect_popup() as opened:
        await person.page.evaluate("() => void window.open(location.href)")
    return Person(await opened.value)


async def test_a_duplicated_tab_asks_where_the_visit_is_to_be(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)
    second = await duplicate_of(patient)

    await second.sees("You are already in this visit")
    await assert_accessible(second.page)
    await second.page.click("text=Leave it there")
    await second.sees("The visit goes on in your other window")
    await patient.sees_more()
    await specialist.sees_more()

    await second.page.get_by_role("button", name="Have the visit here").click()
    await second.is_at("room")
    await patient.is_at("over")
    await specialist.sees_more()


async def test_who_has_no_camera_is_told_what_the_others_see(house: VisitHouse, new_page: Pages) -> None:
    specialist = await at(house, "specialist", await new_page())
    await specialist.go_in()
    patient = await at(house, "patient", await new_page(), NO_CAMERA)
    words = "The others hear you, and see your name in place of your picture."
    await patient.sees(words)
    await patient.page.click("text=Go in with sound only")
    await patient.is_at("waiting")
    await patient.sees(words)

    await specialist.page.click("[data-act=admit]")

    await patient.hears(words)
    await expect(specialist.page.locator("#room-main .tile-words")).to_have_text("Camera is off")


async def test_who_cannot_be_heard_reads_it_and_finds_the_settings(house: VisitHouse, new_page: Pages) -> None:
    specialist = await at(house, "specialist", await new_page())
    await specialist.go_in()
    patient = await at(house, "patient", await new_page(), NO_DEVICES)
    await patient.page.click("text=Go in without camera or microphone")
    await specialist.page.click("[data-act=admit]")

    notice = patient.page.locator("#room-own")
    await expect(notice).to_contain_text("They do not see or hear you.", timeout=PATIENCE_MS)
    await assert_accessible(patient.page)
    await notice.get_by_role("button", name="Choose another microphone").click()

    await expect(patient.page.locator("#room-settings-title")).to_be_focused()
    await expect(patient.page.locator("#settings-help-title")).to_have_text("We cannot find a camera or a microphone")


async def test_coming_going_and_writing_are_read_aloud(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page, viewport={"width": 390, "height": 844})
    await patient.hears("You are in the visit.")
    companion = await at(house, "companion", await new_page())
    await companion.go_in()
    await specialist.hears("Jan Novak waits to come in.")
    await specialist.page.click("[data-act=admit]")
    await patient.hears("Jan Novak is here.")

    await companion.page.fill("#room-message", "Good morning")
    await companion.page.press("#room-message", "Enter")
    await patient.hears("Jan Novak writes: Good morning")
    await expect(patient.page.locator("#room-messages")).to_have_text("1 new")

    await companion.page.click("#room-leave")
    await companion.page.click("#leave-yes")
    await patient.hears("Jan Novak has left.")


async def test_the_screen_stays_on_for_as_long_as_the_visit_lasts(house: VisitHouse, new_page: Pages) -> None:
    patient, _specialist = await in_the_room(house, new_page, scripts=(WATCH_LOCKS,))
    assert await patient.page.evaluate(HELD) == 1

    await patient.page.evaluate("() => { window.locks[0].released = true; }")  # as browsers do behind other windows
    await patient.page.evaluate(COME_TO_FRONT)
    await patient.page.wait_for_function("() => window.locks.length === 2")
    assert await patient.page.evaluate(HELD) == 1

    await patient.page.click("#room-leave")
    await patient.page.click("#leave-yes")
    await patient.is_at("over")
    assert await patient.page.evaluate(HELD) == 0


async def test_a_page_that_comes_to_the_front_plays_again(house: VisitHouse, new_page: Pages) -> None:
    patient, _specialist = await in_the_room(house, new_page)
    await patient.sees_more()
    await patient.page.evaluate("() => document.querySelector('#room-main video').pause()")

    await patient.page.evaluate(COME_TO_FRONT)

    await patient.page.wait_for_function("() => !document.querySelector('#room-main video').paused")


async def test_a_camera_that_died_while_the_page_was_away_is_opened_anew_at_the_front(
    house: VisitHouse, new_page: Pages
) -> None:
    patient, specialist = await in_the_room(house, new_page)
    await specialist.sees_more()
    before = await patient.page.evaluate(OWN_TRACKS)
    await patient.page.evaluate(END_UNHEARD)

    await patient.page.evaluate(COME_TO_FRONT)

    await patient.page.wait_for_function(OTHER_TRACKS, arg=before)
    await specialist.sees_more()
    await patient.hears("Your camera works again.")
    assert await specialist.negotiations() == [1]


async def test_after_sleep_the_devices_are_opened_anew_and_a_camera_that_was_off_stays_off(
    house: VisitHouse, new_page: Pages
) -> None:
    patient, specialist = await in_the_room(house, new_page)
    await specialist.sees_more()
    await patient.page.clock.install()
    before = await patient.page.evaluate(OWN_TRACKS)

    await patient.page.clock.fast_forward(SLEPT_MS)

    await patient.page.wait_for_function(OTHER_TRACKS, arg=before)
    await specialist.sees_more()

    await patient.page.click("#room-camera")
    await expect(specialist.page.locator("#room-main .tile")).to_have_attribute(
        "data-picture", "off", timeout=PATIENCE_MS
    )
    microphone, _ = await patient.page.evaluate(OWN_TRACKS)
    await patient.page.clock.fast_forward(SLEPT_MS)
    await patient.page.wait_for_function(
        "(before) => window.connections[0].getSenders()[0].track.id !== before", arg=microphone
    )
    assert (await patient.page.evaluate(OWN_TRACKS))[1] is None

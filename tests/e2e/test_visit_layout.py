"""One to six people on every screen: nobody is covered, cut off or without a name, also in large text."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import expect

from signaling.ids import MemberId
from signaling.rights import Member, Role
from tests.e2e.visit_house import VisitHouse, running_visit
from tests.e2e.visit_people import PATIENCE_MS, Person, at, in_the_room
from tests.e2e.visit_program import a_program
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = pytest.mark.browser

CROWD = {
    "specialist": Member(MemberId("m_1"), Role.SPECIALIST, "Dr Amira Haddad", host=True),
    "patient": Member(MemberId("m_2"), Role.PATIENT, "Anna Novak"),
    "companion": Member(MemberId("m_3"), Role.COMPANION, "Maria-Magdalena Wolfeschlegelsteinhausenbergerdorff"),
    "interpreter": Member(MemberId("m_4"), Role.INTERPRETER, "אברהם בן־מנחם הלוי"),
    "colleague": Member(MemberId("m_5"), Role.SPECIALIST, "Prof. Dr. Christopher Montgomery-Williamson"),
    "daughter": Member(MemberId("m_6"), Role.COMPANION, "Mai Tran"),
}
SCREENS = {
    "smallest phone": (320, 640),
    "small phone": (360, 740),
    "phone": (390, 844),
    "phone on its side": (740, 360),
    "tablet": (768, 1024),
    "desk": (1280, 800),
    "desk, zoomed to 200 %": (640, 400),
}
FAULTS = """() => {
  const faults = [];
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
  const inside = (small, large) =>
    small.left >= large.left - 1 && small.right <= large.right + 1 &&
    small.top >= large.top - 1 && small.bottom <= large.bottom + 1;
  const apart = (one, two) =>
    one.right <= two.left + 1 || two.right <= one.left + 1 || one.bottom <= two.top + 1 || two.bottom <= one.top + 1;
  const room = document.getElementById("room");
  const stage = box("#room-stage");
  if (room.scrollWidth > room.clientWidth) faults.push("the room is wider than the window");
  const tiles = all(".room-main > .tile, .room-strip > .tile");
  for (const tile of tiles) {
    const [name, rect] = [tile.querySelector("bdi"), tile.getBoundingClientRect()];
    if (!inside(rect, stage)) faults.push(`${name.textContent} is not on the stage`);
    if (!inside(name.getBoundingClientRect(), rect)) faults.push(`the name of ${name.textContent} is cut off`);
    if (!seen(tile.querySelector(".person-role"))) faults.push(`${name.textContent} has no role`);
    const others = tiles.filter((other) => other !== tile).map((other) => other.getBoundingClientRect());
    if (!others.every((other) => apart(rect, other))) faults.push(`${name.textContent} is covered`);
  }
  const large = document.querySelector(".room-main .tile-picture");
  const facesOnly = tiles.length === 1 && room.dataset.panel === "closed";
  const least = Math.max(stage.height / 5, facesOnly ? innerHeight / 3 : 0);
  if (large && large.getBoundingClientRect().height < least) faults.push("the large picture is small");
  if (!inside(box("#room-self"), stage)) faults.push("the own picture is not on the stage");
  for (const button of all(".room-bar > button")) {
    const rect = button.getBoundingClientRect();
    if (rect.width < 44 || rect.height < 44) faults.push(`${button.textContent.trim()} is too small`);
    if (rect.left < 0 || rect.right > innerWidth) faults.push(`${button.textContent.trim()} is cut off`);
    if (!apart(rect, stage)) faults.push(`${button.textContent.trim()} covers a face`);
  }
  return faults;
}"""
WEAK_LINE = """() => {
  const write = (id, words) => { document.getElementById(id).textContent = words; };
  write("room-line-words", "We lost the connection to Dr Amira Haddad. We are getting it back.");
  write("room-line-since", "We have been trying for some minutes, and we go on.");
  for (const id of ["room-line", "room-line-phone"]) document.getElementById(id).hidden = false;
  for (const tile of document.querySelectorAll(".room-main > .tile, .room-strip > .tile")) {
    tile.querySelector(".tile-trouble").textContent = "Connection lost";
    for (const sign of ["trouble", "muted"]) tile.querySelector(`[data-sign=${sign}]`).hidden = false;
  }
}"""
LARGE_TEXT = "(size) => { document.documentElement.style.fontSize = size; }"


@pytest.fixture
async def house() -> AsyncIterator[VisitHouse]:
    async with running_visit() as running:
        yield running


async def faults_on(person: Person, screen: str, text: str = "100%") -> list[str]:
    """Look at the room on a screen, with text of a size; in large text with all that is said of a weak line."""
    width, height = SCREENS[screen]
    await person.page.set_viewport_size({"width": width, "height": height})
    await person.page.evaluate(LARGE_TEXT, text)
    if text != "100%":
        await person.page.evaluate(WEAK_LINE)
    found: list[str] = await person.page.evaluate(FAULTS)
    return [f"{screen}, text of {text}: {fault}" for fault in found]


async def test_everybody_has_a_place_and_a_name_on_every_screen(house: VisitHouse, new_page: Pages) -> None:
    house.people = CROWD
    patient, specialist = await in_the_room(house, new_page, viewport={"width": 640, "height": 480})
    faults: list[Any] = []
    async with AsyncExitStack() as stack:
        for others, name in enumerate(["", "companion", "interpreter", "colleague", "daughter"], start=1):
            if name:
                await a_program(house, name, specialist.page, stack)
            tiles = patient.page.locator("#room-main > .tile, #room-strip > .tile")
            await expect(tiles).to_have_count(others, timeout=PATIENCE_MS)
            for screen in SCREENS:
                for text in ("100%", "200%") if others < 4 else ("100%",):
                    faults += [f"{others} others, {fault}" for fault in await faults_on(patient, screen, text)]

    assert not faults, "\n".join(faults)


async def test_messages_and_settings_leave_the_faces_free(house: VisitHouse, new_page: Pages) -> None:
    patient, _specialist = await in_the_room(house, new_page, viewport={"width": 390, "height": 844})
    faults: list[str] = []
    for button in ("#room-messages", "#room-settings"):
        await patient.page.set_viewport_size({"width": 390, "height": 844})
        await patient.page.click(button)
        for screen in SCREENS:
            faults += [f"{button}, {fault}" for fault in await faults_on(patient, screen)]

    assert not faults, "\n".join(faults)
    await expect(patient.page.locator("#settings-microphone-field")).to_be_visible(timeout=PATIENCE_MS)


async def test_ones_own_picture_goes_out_of_the_way_by_keyboard_and_by_hand(house: VisitHouse, new_page: Pages) -> None:
    patient, _specialist = await in_the_room(house, new_page)
    frame, handle = patient.page.locator("#room-self"), patient.page.locator("#room-self-move")

    await handle.press("ArrowUp")
    await expect(frame).to_have_attribute("data-corner", "top-end")
    await patient.hears("Your picture is at the top right now.")
    await handle.press("ArrowLeft")
    await expect(frame).to_have_attribute("data-corner", "top-start")
    await handle.press("Enter")
    await expect(frame).to_have_attribute("data-corner", "top-end")

    await patient.page.evaluate("() => { document.documentElement.dir = 'rtl'; }")
    await handle.press("ArrowDown")
    await handle.press("ArrowRight")
    await expect(frame).to_have_attribute("data-corner", "bottom-start")
    await patient.hears("Your picture is at the bottom right now.")


async def test_somebody_small_is_made_large_by_keyboard(house: VisitHouse, new_page: Pages) -> None:
    patient, specialist = await in_the_room(house, new_page)
    companion = await at(house, "companion", await new_page())
    await companion.go_in()
    await specialist.page.click("[data-act=admit]")
    small = patient.page.get_by_role("button", name="Show Jan Novak large")

    await small.press("Enter", timeout=PATIENCE_MS)

    large = patient.page.locator("#room-main > .tile")
    await expect(large.locator("bdi")).to_have_text("Jan Novak")
    await expect(large).to_be_focused()
    await patient.hears("Jan Novak is large now.")
    await assert_accessible(patient.page)

    await companion.page.click("#room-leave")
    await companion.page.click("#leave-yes")
    await expect(large.locator("bdi")).to_have_text("Dr Amira Haddad", timeout=PATIENCE_MS)

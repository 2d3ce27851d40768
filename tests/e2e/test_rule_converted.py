"""In the middle of a visit care goes on otherwise: the visit goes to the clinic, or somebody needs help right now."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.journey_people import DESK, PATIENCE_MS, PHONE, Somebody
from tests.e2e.visit_people import KEEP_CONNECTIONS, Person
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import an_open_visit
from tests.parts.accessibility import assert_accessible

pytestmark = [pytest.mark.browser]

NewPage = Callable[..., Awaitable[Page]]
WHERE = "Do not join here, come to 1 Lakeside Drive, Detroit, MI 48201"
WIDER = "() => [...document.querySelectorAll('dialog[open]')].some((box) => box.scrollWidth > box.clientWidth)"


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two people in the room of a visit."""

    appointment: dict[str, Any]
    patient: Somebody
    host: Somebody

    @property
    def link(self) -> str:
        """Where the visit is."""
        return f"/visits/{self.appointment['visit_id']}"


@pytest.fixture
async def meeting(demo: House, clock: Clock, new_page: NewPage) -> Meeting:
    """A patient on a phone and the specialist at a desk, in the room."""
    appointment = await an_open_visit(demo, clock)
    patient = Somebody(demo, "patient", await new_page(**PHONE))
    host = Somebody(demo, "specialist", await new_page(**DESK))
    met = Meeting(appointment, patient, host)
    for person in (patient, host):
        await person.page.add_init_script(KEEP_CONNECTIONS)
        await person.sign_in()
        await person.open(met.link)
        await Person(person.page).go_in()
    await host.page.click("[data-act=admit]", timeout=PATIENCE_MS)
    for person in (patient, host):
        await Person(person.page).is_at("room")
    clock.advance(timedelta(seconds=1))  # what is said from here on is newer than the check-in
    return met


def dialog(person: Somebody) -> Locator:
    return person.page.locator("dialog[open]")


async def is_sound(person: Somebody) -> None:
    await assert_accessible(person.page)
    assert not await person.page.evaluate(WIDER)


async def test_a_visit_converted_in_the_middle(demo: House, meeting: Meeting, tmp_path: Path) -> None:
    host, patient = meeting.host, meeting.patient

    await says_why(host, tmp_path)
    await leaves_it_and_comes_back(host)
    await chooses_a_time(host, tmp_path)
    for person in (patient, host):
        await Person(person.page).is_at("room")  # the call goes on

    await ends_the_visit(host)
    for person in (patient, host):
        await person.reads(WHERE)
        await person.open(meeting.link)  # the old link
        await person.reads(WHERE)
    await patient.look(tmp_path, "elsewhere")
    assert "1 Lakeside Drive" in (await demo.mailbox())[demo.people["patient"].email][0].body


async def says_why(host: Somebody, folder: Path) -> None:
    await host.page.get_by_role("button", name="In person").click(timeout=PATIENCE_MS)
    await host.press("Continue", dialog(host))
    await expect(dialog(host).get_by_role("alert")).to_have_text(
        "Please choose why you want to meet in person.", timeout=PATIENCE_MS
    )
    await is_sound(host)
    await host.look(folder, "why")
    await dialog(host).get_by_label("I have to examine the patient.").check()
    await host.press("Continue", dialog(host))


async def leaves_it_and_comes_back(host: Somebody) -> None:
    """What was said stands, and the page says how to go on or take it back."""
    await expect(dialog(host).get_by_role("radio").first).to_be_visible(timeout=PATIENCE_MS)
    await host.page.keyboard.press("Escape")
    await expect(host.page.locator("#room-convert")).to_be_focused(timeout=PATIENCE_MS)
    standing = host.page.locator("#room-standing")
    await expect(standing).to_contain_text("wants to meet in person. No time is chosen yet.", timeout=PATIENCE_MS)
    await host.press("Choose a time", standing)


async def chooses_a_time(host: Somebody, folder: Path) -> None:
    times = dialog(host).get_by_role("radio")
    await expect(times.first).to_be_visible(timeout=PATIENCE_MS)
    await host.press("Book this time", dialog(host))
    await expect(dialog(host).get_by_role("alert")).to_have_text("Please choose a time first.", timeout=PATIENCE_MS)
    await host.press("More times", dialog(host))
    await expect(times.nth(6)).to_be_focused(timeout=PATIENCE_MS)
    await times.nth(7).check()
    await is_sound(host)
    await host.look(folder, "times")
    await host.press("Book this time", dialog(host))
    await expect(host.page.locator("#convert-done-title")).to_contain_text("(Detroit time)", timeout=PATIENCE_MS)
    await expect(host.page.locator("#convert-done-title")).to_be_focused(timeout=PATIENCE_MS)
    await is_sound(host)
    await host.look(folder, "booked")


async def ends_the_visit(host: Somebody) -> None:
    await host.press("End the visit", dialog(host))
    await dialog(host).locator("#end-yes").click()


async def test_a_patient_who_feels_unwell_in_the_visit(meeting: Meeting, tmp_path: Path) -> None:
    host, patient = meeting.host, meeting.patient

    await patient.page.locator("#room-help").click(timeout=PATIENCE_MS)
    await is_sound(patient)
    await patient.look(tmp_path, "help")
    await patient.press("I feel unwell", dialog(patient))
    await is_sound(patient)
    await patient.look(tmp_path, "unwell")
    await dialog(patient).locator("[data-sign=rf_bleeding]").click()
    await patient.reads("Bleeding that is heavy or does not stop is an emergency. Call 911 now.")
    await is_sound(patient)
    await patient.look(tmp_path, "stop")
    await patient.press("Back to the visit", dialog(patient).locator("#unwell-said"))
    await expect(patient.page.locator("#room-urgent")).to_be_visible()
    await expect(patient.page.locator("#room-help")).to_be_focused(timeout=PATIENCE_MS)
    await Person(patient.page).sees_more()  # the call goes on

    standing = host.page.locator("#room-standing")
    await expect(standing).to_contain_text("says yes:", timeout=PATIENCE_MS)
    await host.look(tmp_path, "told")
    await host.press("Where they are", standing)
    await expect(dialog(host)).to_contain_text("12 Elm Street", timeout=PATIENCE_MS)
    tasks = (await host.house.get("scheduler", f"/cases/{meeting.appointment['case_id']}/tasks")).body["tasks"]
    assert [task["kind"] for task in tasks].count("emergency-call") == 1


async def test_a_specialist_calls_help_with_one_press_and_takes_it_back(meeting: Meeting, tmp_path: Path) -> None:
    host, case = meeting.host, meeting.appointment["case_id"]

    await host.page.locator("#room-emergency").click(timeout=PATIENCE_MS)
    await expect(dialog(host).get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")
    await expect(dialog(host)).to_contain_text("12 Elm Street", timeout=PATIENCE_MS)
    await expect(dialog(host)).to_contain_text("ago.")
    await host.press("Tell our staff now", dialog(host))
    await expect(dialog(host)).to_contain_text("Our staff are told", timeout=PATIENCE_MS)
    await is_sound(host)
    await host.look(tmp_path, "emergency")
    await host.page.keyboard.press("Escape")
    await expect(host.page.locator("#room-emergency")).to_be_focused(timeout=PATIENCE_MS)
    tasks = (await host.house.get("scheduler", f"/cases/{case}/tasks")).body["tasks"]
    assert [task["kind"] for task in tasks].count("emergency-call") == 1

    await host.press("Take it back", host.page.locator("#room-standing"))
    await host.press("It does not count", dialog(host))
    await expect(dialog(host).get_by_role("alert")).to_have_text(
        "Please say why this does not count any more.", timeout=PATIENCE_MS
    )
    meeting.host.house.clock.advance(timedelta(seconds=1))  # what is taken back was said before
    await host.write("Why does it not count?", "I pressed the wrong button.")
    await host.press("It does not count", dialog(host))
    await expect(host.page.locator("#room-standing")).to_be_hidden(timeout=PATIENCE_MS)


async def test_a_patient_who_wants_to_be_seen_in_person(meeting: Meeting, tmp_path: Path) -> None:
    host, patient = meeting.host, meeting.patient

    await patient.page.locator("#room-help").click(timeout=PATIENCE_MS)
    await patient.press("I want to be seen in person", dialog(patient))
    await patient.press("Yes, tell my doctor", dialog(patient))
    await patient.reads("Your doctor can see your wish now.")
    await is_sound(patient)

    standing = host.page.locator("#room-standing")
    await expect(standing).to_contain_text("wants to be seen in person.", timeout=PATIENCE_MS)
    await host.press("Choose a time", standing)
    await expect(dialog(host).get_by_label("The patient asks for it.")).to_be_checked()
    await on_a_small_phone(host, tmp_path)


async def on_a_small_phone(host: Somebody, folder: Path) -> None:
    """There the two buttons are one step away, and nothing is wider than the window."""
    await host.page.set_viewport_size({"width": 320, "height": 640})
    await is_sound(host)
    await host.look(folder, "why-small")
    await host.press("Stay with video", dialog(host))
    await expect(host.page.locator("#room-emergency")).to_be_hidden()
    await host.look(folder, "room-small")
    await host.page.locator("#room-help").click()
    await is_sound(host)
    await host.press("Emergency", dialog(host))
    await expect(dialog(host)).to_contain_text("12 Elm Street", timeout=PATIENCE_MS)
    await is_sound(host)
    await host.look(folder, "emergency-small")
    await host.page.keyboard.press("Escape")
    await expect(host.page.locator("#room-help")).to_be_focused(timeout=PATIENCE_MS)

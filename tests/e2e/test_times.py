"""Around time, in a real browser: the questions, the device check, choosing by keyboard, and no barrier on any page."""

from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from server.domain.ids import CaseId
from tests import builders
from tests.e2e.journey_people import PATIENCE_MS, PHONE, Somebody
from tests.integration.house import Clock, House
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages

pytestmark = [pytest.mark.browser]

WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"
REFUSE_THE_CAMERA = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  if (wanted.video) throw new DOMException("", "NotAllowedError");
  return ask(wanted);
};
"""
MOST_TABS = 40


async def somebody(demo: House, key: str, page: Page) -> Somebody:
    person = Somebody(demo, key, page)
    await person.sign_in()
    return person


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until something that matches has the focus."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


async def test_from_open_questions_to_a_booked_visit(demo: House, clock: Clock, new_page: Pages) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset(builders.DEVICE_SAYS))
    clock.advance(timedelta(hours=25))
    patient = await somebody(demo, "patient", await new_page(**PHONE))

    await patient.open(f"/cases/{case_id}/times")
    await assert_accessible(patient.page)
    await answers_the_questions(patient)
    await tries_the_device(patient)
    await chooses_by_keyboard(patient)

    await patient.reads("Your visit is on Wednesday 25 November 2026, 9:15 am (Detroit time)")
    await patient.reads("You do not have to travel")
    await assert_accessible(patient.page)


async def answers_the_questions(patient: Somebody) -> None:
    await patient.press("Answer the questions")
    await assert_accessible(patient.page)
    flags = [name for name in builders.PATIENT_SAYS if name.startswith("rf_")]
    await patient.answer(**dict.fromkeys([*flags, "fever_38", "new_neuro_nonurgent"], "false"))
    await patient.answer(amber_symptom_count="none")
    await patient.press("Send my answers")
    await patient.reads("First, try your camera and microphone")


async def tries_the_device(patient: Somebody) -> None:
    page = patient.page
    await patient.press("Try my camera")
    await expect(page.locator("#check-browser")).to_have_attribute("data-state", "good", timeout=PATIENCE_MS)
    await patient.press("Show my picture")
    await expect(page.locator("#check-camera")).to_have_attribute("data-state", "trying", timeout=PATIENCE_MS)
    await expect(page.get_by_role("button", name="I see myself")).to_be_focused(timeout=PATIENCE_MS)
    await assert_accessible(page)
    await patient.press("I see myself")
    await patient.press("Listen to me")
    await expect(page.locator("#check-microphone")).to_have_attribute(
        "data-state", "good", timeout=PATIENCE_MS
    )  # the beeps of the machine
    await patient.press("Play the sound")
    await patient.press("I heard it")
    await expect(page.locator("#check-end[data-sent]")).to_contain_text("Your device is ready for the visit")
    await assert_accessible(page)
    await patient.press("Choose a time")


async def chooses_by_keyboard(patient: Somebody) -> None:
    page = patient.page
    await patient.reads("Choose a time for your visit")
    await assert_accessible(page)
    await tab_to(page, "[name=slot]")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#chosen")).to_have_text("You chose Wednesday 25 November 2026, 9:15 am (Detroit time).")
    await tab_to(page, "#times [type=submit]")
    await page.keyboard.press("Enter")


async def test_a_camera_that_is_refused_is_explained_and_can_be_left_out(demo: House, new_page: Pages) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset(builders.DEVICE_SAYS))
    patient = await somebody(demo, "patient", await new_page(**PHONE))
    page = patient.page
    await page.add_init_script(REFUSE_THE_CAMERA)

    await patient.open(f"/cases/{case_id}/check")
    await patient.press("Show my picture")

    await patient.reads("This page may not use your camera yet")
    await patient.reads("Press the sign at the left end of the address line")
    await expect(page.get_by_role("status").last).to_contain_text("This page may not use your camera yet.")
    await assert_accessible(page)
    await patient.press("Go on without a camera")
    await patient.press("Listen to me")
    await expect(page.locator("#check-microphone")).to_have_attribute("data-state", "good", timeout=PATIENCE_MS)
    await patient.press("Play the sound")
    await patient.press("I heard nothing")
    await patient.press("Go on without sound")
    await patient.reads("Something does not work yet")
    await expect(page.locator("#check-missing")).to_have_text("camera, speaker")
    await expect(page.locator("#check-end[data-sent]")).to_be_visible()
    await patient.press("Please call me")
    await patient.reads("We call you within one working day")


async def test_the_check_is_done_by_keyboard_alone(demo: House, new_page: Pages) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset(builders.DEVICE_SAYS))
    patient = await somebody(demo, "patient", await new_page())
    page = patient.page
    await patient.open(f"/cases/{case_id}/check")

    await tab_to(page, "#check-camera [data-do=go]")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="I see myself")).to_be_focused(timeout=PATIENCE_MS)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Listen to me")).to_be_focused(timeout=PATIENCE_MS)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Play the sound")).to_be_focused(timeout=PATIENCE_MS)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="I heard it")).to_be_focused(timeout=PATIENCE_MS)
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", name="Your device is ready for the visit")).to_be_focused(
        timeout=PATIENCE_MS
    )


async def test_a_result_that_does_not_arrive_can_be_sent_again(demo: House, new_page: Pages) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset(builders.DEVICE_SAYS))
    patient = await somebody(demo, "patient", await new_page())
    page = patient.page
    await page.route("**/checks", lambda route: route.abort())
    await patient.open(f"/cases/{case_id}/check")
    for words in ("Show my picture", "I see myself", "Listen to me", "Play the sound", "I heard it"):
        await patient.press(words)
    await patient.reads("We could not save the result.")

    await page.unroute("**/checks")
    await patient.press("Save the result")

    await expect(page.locator("#check-end[data-sent]")).to_be_visible()
    await expect(page.locator("#check-unsent")).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
async def test_no_page_has_a_barrier_or_is_wider_than_the_window(
    demo: House, clock: Clock, new_page: Pages, width: int, scheme: str
) -> None:
    for key, paths in (await pages_to_look_at(demo, clock)).items():
        person = await somebody(
            demo, key, await new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        )
        for path in paths:
            await person.open(path)
            await assert_accessible(person.page)
            assert await person.page.evaluate(WIDER_THAN_THE_WINDOW) <= 0, path


async def pages_to_look_at(demo: House, clock: Clock) -> dict[str, list[str]]:
    """Prepare a case in each state in which these pages look different."""
    stale = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))
    free = await builders.a_bookable_case(demo)
    away = await builders.a_bookable_case(demo, patient_state="OH")
    ill = await builders.a_bookable_case(demo, rf_cord=True)
    open_with_us = await builders.a_bookable_case(demo, without=frozenset({"payer_video", "ecog"}))
    booked = await booked_visit(demo)
    specialist = demo.people["specialist"].id
    return {
        "patient": [
            f"/cases/{stale}/questions",
            f"/cases/{free}/times",
            f"/cases/{free}/check",
            f"/cases/{away}/times",
            f"/cases/{ill}/emergency",
            f"/cases/{open_with_us}/times",
        ],
        "other_patient": [f"/appointments/{booked}", f"/appointments/{booked}/move"],
        "scheduler": [
            f"/cases/{open_with_us}/questions",
            f"/cases/{stale}/questions?of=patient",
            f"/cases/{open_with_us}/times",
            f"/cases/{free}/times",
            f"/appointments/{booked}",
            "/hours",
            f"/hours/{specialist}",
            "/licences",
        ],
        "specialist": [f"/cases/{open_with_us}/questions", "/hours"],
    }


async def booked_visit(demo: House) -> str:
    case_id: CaseId = await builders.a_bookable_case(demo, patient="other_patient")
    slots = (await demo.get("other_patient", f"/slots?case={case_id}")).body["slots"]
    appointment = await demo.post("other_patient", "/appointments", {"slot": slots[0]["token"]})
    found: str = appointment.body["id"]
    return found

"""A visit without pictures: asked of a patient whose camera does not work, and switched to where joining fails."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests import builders
from tests.e2e.journey_people import DESK, PATIENCE_MS, PHONE, Somebody
from tests.e2e.visit_people import KEEP_CONNECTIONS, NO_CAMERA, Person
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import a_visit_tomorrow
from tests.parts.accessibility import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NewPage = Callable[..., Awaitable[Page]]
SOUND_ONLY = "Sound only: you hear each other, and all cameras stay off"
SENDS = """() => window.connections.flatMap((connection) =>
  connection.getSenders().flatMap(({ track }) => (track ? [track.kind] : [])))"""
HEARS_MORE = """async (patienceMs) => {
  const heard = async () => {
    let energy = 0;
    for (const connection of window.connections)
      for (const stat of (await connection.getStats()).values())
        if (stat.type === "inbound-rtp" && stat.kind === "audio") energy += stat.packetsReceived;
    return energy;
  };
  const [before, end] = [await heard(), performance.now() + patienceMs];
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if ((await heard()) > before + 20) return;
  }
  throw new Error("nothing is heard");
}"""


@pytest.fixture
async def visit(demo: House, clock: Clock) -> str:
    """A visit whose door is open; specialist and plan allow that it goes on with sound only."""
    booked = await a_visit_tomorrow(demo)
    clock.advance(timedelta(hours=23, minutes=45))
    await builders.checked_in(demo, booked["visit_id"])
    await builders.say(demo, booked["visit_id"], audio_clinically_ok=True, payer_audio_ok=True)
    return str(booked["visit_id"])


async def test_a_patient_without_a_camera_is_asked_and_goes_on_with_sound(
    demo: House, visit: str, new_page: NewPage, tmp_path: Path
) -> None:
    patient = Somebody(demo, "patient", await new_page(**PHONE))
    host = Somebody(demo, "specialist", await new_page(**DESK))
    await patient.page.add_init_script(NO_CAMERA)
    for person in (patient, host):
        await person.page.add_init_script(KEEP_CONNECTIONS)
        await person.sign_in()
        await person.open(f"/visits/{visit}")

    await patient.press("Go in with sound only")
    await patient.reads("Go on with sound only?")
    await patient.look(tmp_path, "asked")
    await assert_accessible(patient.page)
    await patient.press("Go on with sound only")
    await Person(patient.page).is_at("waiting")
    await Person(host.page).go_in()
    await host.page.click("[data-act=admit]", timeout=PATIENCE_MS)
    await Person(patient.page).is_at("room")

    for person in (patient, host):
        await person.reads(SOUND_ONLY)
        await expect(person.page.locator("#room-camera")).to_be_hidden()
        await person.page.evaluate(HEARS_MORE, PATIENCE_MS)
        assert await person.page.evaluate(SENDS) == ["audio"]
        await assert_accessible(person.page)
        await person.look(tmp_path, f"room-{person.key}")
    await expect(host.page.get_by_role("link", name="+1 313 555 0142")).to_be_visible()


async def test_where_joining_fails_again_a_visit_goes_on_without_pictures(
    demo: House, clock: Clock, visit: str, new_page: NewPage
) -> None:
    patient = Somebody(demo, "patient", await new_page(**PHONE))
    host = Somebody(demo, "specialist", await new_page(**DESK))
    for person in (patient, host):
        await person.page.add_init_script(KEEP_CONNECTIONS)
        await person.sign_in()
        await person.open(f"/visits/{visit}")
        await Person(person.page).go_in()
    await host.page.click("[data-act=admit]", timeout=PATIENCE_MS)
    for person in (patient, host):
        await Person(person.page).sees_more()
    before = [await Person(person.page).negotiations() for person in (patient, host)]

    await demo.settle()  # that the patient was let in is in the record
    for _ in range(2):
        clock.advance(timedelta(minutes=1))
        await demo.post("patient", f"/visits/{visit}/checks", {"attempt": "failed"})

    for person in (patient, host):
        await person.reads(SOUND_ONLY)
        await Person(person.page).hears("The visit goes on with sound only. All cameras are off.")
        await expect(person.page.locator("#room-camera")).to_be_hidden()
        assert await person.page.evaluate(SENDS) == ["audio"]
        await person.page.evaluate(HEARS_MORE, PATIENCE_MS)
    assert [await Person(person.page).negotiations() for person in (patient, host)] == before

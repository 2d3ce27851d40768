"""The whole journey in real browsers: from somebody who has never been here to a signed opinion, with a visit between.

Patient on a phone, scheduler and specialist at desks; a real PDF, a real photo and a real DICOM file; real video.
"""

import io
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from server.commands import samples
from server.domain.actors import Account, Role
from server.storage import accounts
from tests import builders
from tests.e2e.journey_people import DESK, PATIENCE_MS, PHONE, Somebody
from tests.e2e.visit_people import KEEP_CONNECTIONS, Person
from tests.integration.house import Clock, House
from tests.parts.accessibility import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RED_FLAGS = dict.fromkeys(
    (
        "rf_breathing",
        "rf_heart_brain",
        "rf_cord",
        "rf_svc",
        "rf_bleeding",
        "rf_metabolic",
        "rf_self_harm",
        "fever_38",
        "new_neuro_nonurgent",
    ),
    "no",
)
QUESTIONS = ("Is surgery the best treatment for me?", "Would medicine before surgery help?")
SHEET_IS_DRAWN = "() => document.querySelector('img.sheet-picture')?.naturalWidth > 100"
BYTES_OF = "async (address) => [...new Uint8Array(await (await fetch(address)).arrayBuffer())]"
NewPage = Callable[..., Awaitable[Page]]


@pytest.fixture
async def patient(demo: House, new_page: NewPage) -> Somebody:
    """Somebody new, on a phone."""
    page = await new_page(**PHONE, timezone_id="America/Detroit")
    await page.add_init_script(KEEP_CONNECTIONS)
    return Somebody(demo, "patient", page)


@pytest.fixture
async def specialist(demo: House, new_page: NewPage) -> Somebody:
    """The specialist, at a desk."""
    page = await new_page(**DESK)
    await page.add_init_script(KEEP_CONNECTIONS)
    person = Somebody(demo, "specialist", page)
    await person.sign_in()
    return person


@pytest.fixture
async def scheduler(demo: House, new_page: NewPage) -> Somebody:
    """The scheduler, at a desk."""
    person = Somebody(demo, "scheduler", await new_page(**DESK))
    await person.sign_in()
    return person


@pytest.fixture
def records(tmp_path: Path) -> list[Path]:
    """A report as PDF, a photo of a page, and a CT slice as DICOM."""
    files = {
        "report.pdf": samples.report("Rosa Martinez"),
        "page.jpg": samples.photo(),
        "ct.dcm": samples.scan("Rosa Martinez"),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return [tmp_path / name for name in files]


async def test_from_a_first_visit_to_a_signed_opinion(
    demo: House, clock: Clock, patient: Somebody, scheduler: Somebody, specialist: Somebody, records: list[Path]
) -> None:
    await builders.license_in(demo, "specialist", "MI")
    await builders.work_mornings(demo, "specialist")

    await comes_in_for_the_first_time(demo, patient)
    await writes_a_request(patient)
    await accepts(scheduler)
    await sends_records(patient, records)
    await reads_and_reviews(specialist)
    await answers_for_the_plan(scheduler)
    await books(patient)
    clock.advance(timedelta(hours=23, minutes=45))
    await meet(demo, patient, specialist)
    await signs(specialist)
    await reads_the_opinion(patient)


async def comes_in_for_the_first_time(demo: House, patient: Somebody) -> None:
    await patient.open("/")
    await patient.press("Ask for a second opinion")
    await patient.write("Your name", "Rosa Martinez")
    await patient.write("Your mobile number", "313 555 0177")
    await patient.write("Your e-mail address", "rosa@example.org")
    await patient.press("Send me the code")
    await patient.reads("Type the code")
    sms = (await demo.mailbox())["313 555 0177"][0]
    await patient.write("Your code", re.findall(r"\d{6}", sms.body)[0])
    await patient.press("Come in")


async def writes_a_request(patient: Somebody) -> None:
    await patient.press("Begin my request")
    await patient.press("Save and go on")
    await patient.answer(**RED_FLAGS, amber_symptom_count="0")
    await patient.press("Save and go on")
    await patient.answer(
        reasons="more-options",
        cancer_type="lung",
        diagnosis="Lung cancer, found on a scan.",
        proposed="Surgery.",
        treatment_timing="later",
        surgery_done="no",
    )
    await patient.press("Save and go on")
    await patient.page.locator("[name=questions]").first.fill(QUESTIONS[0])
    await patient.press("Add another question")
    await patient.page.locator("[name=questions]").nth(1).fill(QUESTIONS[1])
    await patient.press("Save and go on")
    await patient.answer(age_years="58", patient_country="US", patient_state="MI")
    await patient.answer(language="English", interpreter="no", support="none")
    await patient.press("Save and go on")
    await patient.answer(telehealth_consent="yes", prefers_in_person="no")
    await patient.press("Save and go on")
    await patient.reads("Read it through")
    await assert_accessible(patient.page)
    await patient.press("Send my request")
    await patient.reads("We have your request")


async def accepts(scheduler: Somebody) -> None:
    await scheduler.open("/requests")
    await scheduler.press("Answer the case of Rosa Martinez")
    await scheduler.page.get_by_label("Who reads the case?").select_option(label="Dr Amara Osei")
    await assert_accessible(scheduler.page)
    await scheduler.press("Accept this request")
    await scheduler.reads("Waits for records")


async def sends_records(patient: Somebody, records: list[Path]) -> None:
    await patient.open("/")
    await patient.press("Send")
    await patient.reads("Please send your records")
    for kind, path in zip(("pathology_report", "imaging_report", "imaging_study"), records, strict=True):
        await patient.answer(kind=kind)
        await patient.page.locator("[name=files]").set_input_files(path)
        arrived = patient.page.locator("#files-here .file", has_text=path.name)
        await expect(arrived).to_contain_text("Here", timeout=PATIENCE_MS)
    await assert_accessible(patient.page)


async def reads_and_reviews(specialist: Somebody) -> None:
    await specialist.open("/todo")
    await specialist.press("Open")
    await specialist.reads(QUESTIONS[0])
    await specialist.page.wait_for_function(SHEET_IS_DRAWN, timeout=PATIENCE_MS)
    await assert_accessible(specialist.page)
    said = {name: str(value).lower() for name, value in builders.SPECIALIST_SAYS.items()}
    await specialist.answer(**said)
    await specialist.press("Enough")
    await specialist.reads("Saved: the records are enough")
    await specialist.reads("All answered")


async def answers_for_the_plan(scheduler: Somebody) -> None:
    await scheduler.page.reload()
    await scheduler.answer(support_status="not_needed", interpreter_status="not_needed")
    await scheduler.press("Save the answers")
    await scheduler.reads("The answers are saved")
    await scheduler.press("Open the coverage worksheet")
    await assert_accessible(scheduler.page)
    today = await scheduler.page.locator("[name=said_on]").get_attribute("max") or ""
    await scheduler.answer(said_on=today, video="yes", in_person_only="no", prior_auth="not_required")
    await scheduler.press("Save what the plan said")
    await scheduler.reads("Your plan says that it pays for this visit by video.")


async def books(patient: Somebody) -> None:
    await patient.open("/")
    await patient.press("Choose a time")
    await patient.press("Try my camera")
    await patient.press("Show my picture")
    await patient.press("I see myself")
    await patient.press("Listen to me")
    await patient.press("Play the sound")
    await patient.press("I heard it")
    await patient.reads("Your device is ready for the visit")
    await patient.press("Choose a time")
    await patient.page.locator("[name=slot]").first.check()
    await patient.press("Book this time")
    await patient.reads("Your visit is on Tuesday 24 November 2026, 9:00 am (Detroit time)")


async def meet(demo: House, patient: Somebody, specialist: Somebody) -> None:
    account = next(one for one in await patients(demo) if one.name == "Rosa Martinez")
    await patient.page.goto(await demo.door_of(account))
    await specialist.sign_in()
    await patient.open("/")
    await patient.press("Go to your visit")
    await specialist.open("/todo")
    await specialist.press("Open the visit")
    in_visit, hosting = Person(patient.page), Person(specialist.page)
    await in_visit.is_at("preview")
    await builders.say(demo, patient.page.url.rsplit("/", 1)[1], bandwidth_kbps=4000, packet_loss_pct=0.2)
    await in_visit.go_in()
    await in_visit.is_at("check-in")
    await checks_in(patient)
    await in_visit.is_at("waiting")
    await hosting.go_in()
    await specialist.page.click("[data-act=admit]")
    await in_visit.is_at("room")
    await hosting.is_at("room")
    assert await in_visit.sees_more() > 0
    assert await hosting.sees_more() > 0
    await specialist.press("End for all")
    await specialist.page.locator("dialog[open]").get_by_role("button", name="End").first.click()
    await in_visit.is_at("over")
    await demo.settle()


async def checks_in(patient: Somebody) -> None:
    await patient.answer(country="US", state="MI", address="12 Elm Street, Detroit", callback="313 555 0177")
    await patient.answer(**{name: {"no": "false"}.get(said, said) for name, said in RED_FLAGS.items()})
    await patient.answer(amber_symptom_count="none", setting_safe_private="true", phone_reachable="true")
    await assert_accessible(patient.page)
    await patient.press("Send my answers")


async def signs(specialist: Somebody) -> None:
    page = specialist.page
    await specialist.open("/todo")
    await specialist.press("Write")
    await specialist.write("In plain words", "You have time to choose.")
    await page.get_by_text("I would do something different").click()
    await specialist.write("Reply to question 1", "No. Radiation can do the same here.")
    await page.locator("[name=kind-2][value=cannot]").check()
    await specialist.write("Reply to question 2", "We lack the gene test.")
    await expect(page.locator("#finished")).to_be_visible(timeout=PATIENCE_MS)
    await specialist.press("Read it through and sign")
    await specialist.press("Sign this opinion")
    await specialist.reads("Nobody can change it any more.")


async def reads_the_opinion(patient: Somebody) -> None:
    await patient.open("/")
    await patient.reads("Your opinion is ready")
    await patient.press("Read")
    await patient.reads("You have time to choose.")
    link = patient.page.get_by_role("link", name="Open the letter (PDF)")
    content = await patient.page.evaluate(BYTES_OF, await link.get_attribute("href"))
    letter = " ".join("".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(bytes(content))).pages).split())
    for said in (*QUESTIONS, "Radiation can do the same here.", "We lack the gene test."):
        assert said in letter


async def patients(demo: House) -> tuple[Account, ...]:
    async with demo.database.read() as connection:
        return await accounts.of_role(connection, Role.PATIENT)

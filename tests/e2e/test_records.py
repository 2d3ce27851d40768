"""A patient sends records from a real browser, whatever the line does; the specialist reads and judges them."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
import typst
from playwright.async_api import Page, Route, expect
from pydicom.data import get_testdata_file

from tests.integration.cases.a_request import an_accepted_request
from tests.integration.house import House
from tests.integration.records.sending import add, begin, digest, documents, send
from tests.parts.accessibility import assert_accessible
from tests.parts.browser import Pages
from tests.unit.records.hostile_files import a_locked_pdf, a_photo

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"width": 390, "height": 844}
WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"


def a_paper(pages: int = 3) -> bytes:
    body = "\n#pagebreak()\n".join(f"= Page {number}\n#lorem(60)" for number in range(1, pages + 1))
    return typst.compile(body.encode())


def a_real_scan() -> bytes:
    return Path(str(get_testdata_file("CT_small.dcm", download=False))).read_bytes()


def chosen(name: str, data: bytes, kind: str = "application/pdf") -> Any:
    return {"name": name, "mimeType": kind, "buffer": data}


@pytest.fixture
async def case(demo: House) -> str:
    return await an_accepted_request(demo)


async def at(demo: House, page: Page, person: str, path: str) -> list[str]:
    """Sign somebody in and open a page; return what the browser complains about from then on."""
    url = await demo.sign_in_url(person)
    await page.goto(url)
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    await page.goto(url.split("/dev/")[0] + path)
    return heard


async def settled(demo: House, case: str, count: int) -> dict[str, str]:
    """Wait until so many files have arrived and been looked at; return their states by name."""
    async with asyncio.timeout(30):
        while True:
            found = {one["filename"]: one["status"] for one in await documents(demo, case)}
            if len(found) == count and "processing" not in found.values():
                return found
            await asyncio.sleep(0.05)


async def test_a_patient_sends_a_paper_a_photo_and_a_scan(demo: House, case: str, new_page: Pages) -> None:
    page = await new_page(viewport=PHONE)
    heard = await at(demo, page, "patient", f"/cases/{case}/records")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Please send your records")

    await page.select_option("#kind", "pathology_report")
    await page.set_input_files("#files", [chosen("report.pdf", a_paper())])
    await page.select_option("#kind", "medication_list")
    await page.set_input_files("#files", [chosen("list.jpg", a_photo(), "image/jpeg")])
    await page.select_option("#kind", "imaging_study")
    await page.set_input_files("#files", [chosen("CT_small.dcm", a_real_scan(), "application/dicom")])

    rows = page.locator("#sending-files .file")
    await expect(rows.nth(0)).to_contain_text("Here")
    await expect(rows.nth(1)).to_contain_text("Here")
    await expect(rows.nth(2)).to_contain_text("Whose is it?")
    await expect(page.locator("[data-item=pathology-report] [data-state]")).to_have_text("Here")
    await expect(page.locator("#files-here h2")).to_have_text("Here (2 of 7)")
    assert await settled(demo, case, 3) == {
        "report.pdf": "received",
        "list.jpg": "received",
        "CT_small.dcm": "wrong-person",
    }
    assert not heard


async def test_a_file_that_we_do_not_take_says_why_and_what_to_do(demo: House, case: str, new_page: Pages) -> None:
    page = await new_page(viewport=PHONE)
    await at(demo, page, "patient", f"/cases/{case}/records")

    await page.set_input_files("#files", [chosen("locked.pdf", a_locked_pdf())])

    row = page.locator("#sending-files .file")
    await expect(row).to_contain_text("Not taken")
    await expect(row).to_contain_text("Please save it without the password and send it again.")


async def test_a_lost_line_says_so_and_goes_on_by_itself(demo: House, case: str, new_page: Pages) -> None:
    page = await new_page(viewport=PHONE)
    await at(demo, page, "patient", f"/cases/{case}/records")
    await page.context.set_offline(True)

    await page.set_input_files("#files", [chosen("report.pdf", a_paper())])
    await expect(page.locator("#sending-words")).to_have_text(
        "The line is gone. We go on as soon as you are back online."
    )
    await page.context.set_offline(False)

    await expect(page.locator("#sending-files .file")).to_contain_text("Here")
    assert await settled(demo, case, 1) == {"report.pdf": "received"}


async def test_a_file_that_was_chosen_before_the_page_was_ready_goes_up_as_well(
    demo: House, case: str, new_page: Pages
) -> None:
    page, ready = await new_page(viewport=PHONE), asyncio.Event()

    async def hold(route: Route) -> None:
        await ready.wait()
        await route.continue_()

    await page.goto(url := await demo.sign_in_url("patient"))
    await page.route("**/pages/records/records*.js", hold)
    await page.goto(f"{url.split('/dev/')[0]}/cases/{case}/records", wait_until="commit")
    await page.wait_for_selector("#send [data-ready]")  # the area for drops is quicker than what sends

    await page.set_input_files("#files", [chosen("report.pdf", a_paper())])
    await expect(page.get_by_role("list", name="Files you have chosen")).to_contain_text("report.pdf")
    ready.set()

    await expect(page.locator("#sending-files .file")).to_contain_text("Here")
    await expect(page.get_by_role("list", name="Files you have chosen")).to_be_hidden()
    assert await settled(demo, case, 1) == {"report.pdf": "received"}


async def test_a_pause_and_a_reload_lose_nothing(demo: House, case: str, new_page: Pages, tmp_path: Path) -> None:
    page = await new_page(viewport=PHONE)
    await at(demo, page, "patient", f"/cases/{case}/records")
    file = tmp_path / "report.pdf"
    file.write_bytes(a_paper() + b"\n%" + bytes(range(256)) * 20_000)
    begun, gate = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        if route.request.method == "PATCH":
            begun.set()
            await gate.wait()
        await route.continue_()

    await page.route("**/api/v1/uploads/*", hold)
    await page.set_input_files("#files", file)
    await begun.wait()
    await page.click("#pause")
    await expect(page.locator("#sending-words")).to_have_text("Paused. What is here stays here.")
    gate.set()
    (unfinished,) = (await demo.get("patient", f"/cases/{case}/uploads")).body["uploads"]

    page.on("dialog", lambda dialog: asyncio.create_task(dialog.accept()))
    await page.reload()
    await expect(page.locator("#unfinished .file-name")).to_have_text("report.pdf")
    await page.set_input_files("#files", file)
    await expect(page.locator("#sending-files .file")).to_contain_text("Here")

    (document,) = await documents(demo, case)
    assert (document["upload_id"], document["sha256"]) == (unfinished["id"], digest(file.read_bytes()))


async def test_another_device_goes_on_with_the_same_file_and_no_other(demo: House, case: str, new_page: Pages) -> None:
    data = a_paper(1)
    place = await begun_elsewhere(demo, case, data)
    page = await new_page()
    await at(demo, page, "patient", f"/cases/{case}/records")

    async with page.expect_file_chooser() as choosing:
        await page.click("[data-go-on]")
    await (await choosing.value).set_files([chosen("letter.pdf", data + b" ")])
    await expect(page.get_by_text("That is another file.")).to_be_visible()
    async with page.expect_file_chooser() as choosing:
        await page.click("[data-go-on]")
    await (await choosing.value).set_files([chosen("letter.pdf", data)])

    await expect(page.locator("#sending-files .file")).to_contain_text("Here")
    (document,) = await documents(demo, case)
    assert place.endswith(document["upload_id"])


async def begun_elsewhere(demo: House, case: str, data: bytes) -> str:
    place = (await begin(demo, case, len(data), filename="letter.pdf")).headers["Location"]
    await add(demo, place, 0, data[:1000])
    return place


async def test_a_file_sent_by_mistake_is_taken_back(demo: House, case: str, new_page: Pages) -> None:
    page = await new_page(viewport=PHONE)
    await at(demo, page, "patient", f"/cases/{case}/records")
    await page.set_input_files("#files", [chosen("report.pdf", a_paper())])
    await expect(page.locator("#sending-files .file")).to_contain_text("Here")

    await page.click("#sending-files [data-remove]")

    await expect(page.get_by_text("The file is taken back.")).to_be_visible()
    assert not await documents(demo, case)


async def test_a_dropped_cd_is_sent_without_its_programs(demo: House, case: str, new_page: Pages) -> None:
    page = await new_page()
    await at(demo, page, "patient", f"/cases/{case}/records")

    await page.set_input_files(
        "#files",
        [
            chosen("viewer.exe", b"MZ" + bytes(500), ""),
            chosen("autorun.inf", b"[autorun]", ""),
            chosen("page1.pdf", a_paper(1)),
            chosen("page2.pdf", a_paper(2)),
        ],
    )

    await expect(page.get_by_text("We send 2 files and leave 2 out that are no records.")).to_be_visible()
    assert await settled(demo, case, 2) == {"page1.pdf": "received", "page2.pdf": "received"}


async def test_without_javascript_files_go_up_by_a_form(demo: House, case: str, new_page: Pages) -> None:
    page = await new_page(java_script_enabled=False, viewport=PHONE)
    await at(demo, page, "patient", f"/cases/{case}/records")

    await page.select_option("#kind", "labs")
    await page.set_input_files("#files", [chosen("blood.pdf", a_paper(1)), chosen("more.pdf", a_paper(2))])
    await page.get_by_role("button", name="Send it").click()

    await expect(page.get_by_text("We have your files")).to_be_visible()
    assert await settled(demo, case, 2) == {"blood.pdf": "received", "more.pdf": "received"}
    await page.reload()
    await expect(page.locator("[data-item=blood-tests] [data-state]")).to_have_text("Here")


async def test_the_specialist_turns_pages_and_judges_without_leaving_the_page(
    demo: House, case: str, new_page: Pages
) -> None:
    await send(demo, case, a_paper(3), filename="report.pdf", kind="pathology_report")
    await send(demo, case, a_photo(size=(400, 300)), filename="list.jpg", kind="medication_list")
    page = await new_page(viewport={"width": 1280, "height": 800})
    heard = await at(demo, page, "specialist", f"/cases/{case}")
    picture = page.locator(".viewed:not([hidden]) img")
    await expect(picture).to_have_js_property("naturalWidth", 1600)
    await page.get_by_label("What is missing? The patient reads this.").fill("half a thought")

    await page.locator(".viewed:not([hidden]) .sheet-window").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator(".viewed:not([hidden]) [data-place]")).to_have_text("2")
    await expect(picture).to_have_attribute("src", re.compile("pages/2$"))
    await page.keyboard.press("+")
    await expect(page.locator(".viewed:not([hidden]) .sheet-window")).to_have_attribute("data-zoom", "1")
    await page.locator(".viewed:not([hidden])").get_by_role("button", name="Accept").click()
    await expect(page.locator("#viewer-files li").first).to_contain_text("Accepted")
    await expect(page.locator("#checklist [data-item=pathology-report]")).to_contain_text("Accepted")

    await page.click("text=list.jpg")
    await expect(picture).to_have_js_property("naturalWidth", 400)
    await page.locator(".viewed:not([hidden])").get_by_label("A word to the patient").fill("It is cut off below.")
    await page.locator(".viewed:not([hidden])").get_by_role("button", name="Another one, please").click()
    await expect(page.locator("#viewer-files li").nth(1)).to_contain_text("Rejected")

    await expect(page.get_by_label("What is missing? The patient reads this.")).to_have_value("half a thought")
    assert await settled(demo, case, 2) == {"report.pdf": "accepted", "list.jpg": "rejected"}
    assert not heard


async def test_the_viewer_works_without_javascript(demo: House, case: str, new_page: Pages) -> None:
    await send(demo, case, a_paper(3), filename="report.pdf", kind="pathology_report")
    page = await new_page(java_script_enabled=False)
    await at(demo, page, "specialist", f"/cases/{case}/records")

    await page.get_by_role("link", name="Next page").click()
    await expect(page.locator(".viewed img")).to_have_attribute("src", re.compile("pages/2$"))
    await expect(page.get_by_text("Not scanned for viruses")).to_be_visible()
    await page.get_by_role("button", name="Cannot read it").click()

    await expect(page.locator("#viewer-files li")).to_contain_text("Unreadable")
    assert await settled(demo, case, 1) == {"report.pdf": "unreadable"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("person", ["patient", "specialist", "scheduler"])
async def test_the_pages_have_no_barrier_and_fit(
    demo: House, case: str, new_page: Pages, person: str, width: int, scheme: str
) -> None:
    await send(demo, case, a_paper(2), filename="a report with a very long name of many words 2026-03-01.pdf")
    await send(demo, case, a_locked_pdf(), kind="labs")
    page = await new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    heard = await at(demo, page, person, f"/cases/{case}/records")

    await assert_accessible(page)
    assert await page.evaluate(WIDER_THAN_THE_WINDOW) <= 0
    assert not heard

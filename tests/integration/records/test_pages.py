"""The pages of the records without a browser: forms that bring files, judge them, waive and take back."""

import io

import pytest

from server.http import cookies
from tests.integration.cases.a_request import an_accepted_request
from tests.integration.house import Answer, Browser, House
from tests.integration.records.sending import begin, documents, send, settled_all
from tests.unit.records.hostile_files import a_pdf, a_photo

Part = tuple[str, str | bytes, str | None]  # name, value, file name


@pytest.fixture
async def case(demo: House) -> str:
    return await an_accepted_request(demo)


async def by_form(demo: House, browser: Browser, path: str, parts: list[Part]) -> Answer:
    """Send a form with files, as a browser without script does."""
    return await raw_form(demo, browser, path, b"".join(map(written, parts)) + b"--x--\r\n")


async def raw_form(demo: House, browser: Browser, path: str, body: bytes) -> Answer:
    headers = {
        "Cookie": f"__Host-sid={browser._jar[cookies.SESSION]}",
        "Content-Type": "multipart/form-data; boundary=x",
        "Sec-Fetch-Site": "same-origin",
        "Origin": "null",
    }
    url = demo.url + path
    async with demo.http.post(url, data=io.BytesIO(body), headers=headers, allow_redirects=False) as answer:
        return Answer(answer.status, await answer.text(), answer.headers)


def written(part: Part) -> bytes:
    name, value, filename = part
    named = f'; filename="{filename}"' if filename else ""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + (value.encode() if isinstance(value, str) else value) + b"\r\n"


async def test_a_form_brings_a_file_into_the_same_place(demo: House, case: str) -> None:
    browser, path = await demo.browser_session("patient"), f"/cases/{case}/records"
    await browser.get(path)
    data = a_pdf() + b"\n%" + bytes(range(256)) * 9000
    parts = [("csrf_token", browser.csrf_token, None), ("kind", "labs", None), ("files", data, "blood.pdf")]

    assert (await by_form(demo, browser, path, parts)).status == 303

    (document,) = await settled_all(demo, case)
    assert (document["kind"], document["filename"], document["size"]) == ("labs", "blood.pdf", len(data))
    assert (await demo.get("patient", f"/documents/{document['id']}/content")).body == data
    assert not (await demo.get("patient", f"/cases/{case}/uploads")).body["uploads"]
    page = await browser.get(f"{path}?sent=1")
    assert "We have it" in page.body
    assert "blood.pdf" in page.body


@pytest.mark.parametrize(
    ("parts", "status", "words"),
    [
        ([("token", "", None), ("kind", "labs", None)], 422, "Please choose a file first."),
        ([("kind", "labs", None), ("files", b"%PDF-", "a.pdf")], 403, "This page was open for a long time."),
        ([("files", b"%PDF-", "a.pdf"), ("token", "", None)], 403, "This page was open for a long time."),
    ],
)
async def test_a_form_that_lacks_something_says_so(
    demo: House, case: str, parts: list[Part], status: int, words: str
) -> None:
    browser, path = await demo.browser_session("patient"), f"/cases/{case}/records"
    await browser.get(path)
    filled = [("csrf_token", browser.csrf_token, None) if name == "token" else (name, v, f) for name, v, f in parts]

    answer = await by_form(demo, browser, path, filled)

    assert (answer.status, words in answer.body) == (status, True)
    assert not await documents(demo, case)


async def test_a_form_that_ends_in_the_middle_leaves_nothing(demo: House, case: str) -> None:
    browser, path = await demo.browser_session("patient"), f"/cases/{case}/records"
    await browser.get(path)
    begun = written(("csrf_token", browser.csrf_token, None)) + written(("files", "%PDF-1.7 and", "a.pdf"))[:-2]

    answer = await raw_form(demo, browser, path, begun)

    assert answer.status == 400
    assert not await documents(demo, case)
    assert not list((demo.settings.data / "files").iterdir())


async def test_somebody_else_has_no_such_page(demo: House, case: str) -> None:
    for person, status in (("other_patient", 404), ("other_specialist", 404), ("companion", 403), ("admin", 403)):
        browser = await demo.browser_session(person)
        await browser.get("/me")
        assert (await browser.get(f"/cases/{case}/records")).status == status
        await browser.get("/me")
        parts = [("csrf_token", browser.csrf_token, None), ("files", a_pdf(), "a.pdf")]
        expected = 404 if person == "other_patient" else 403
        assert (await by_form(demo, browser, f"/cases/{case}/records", parts)).status == expected
    assert not await documents(demo, case)


async def test_a_judgement_by_form_reaches_every_picture_of_a_series(demo: House, case: str) -> None:
    first = await send(demo, case, a_photo(), filename="1.jpg")
    second = await send(demo, case, a_photo(size=(61, 40)), filename="2.jpg")
    browser, path = await demo.browser_session("specialist"), f"/cases/{case}/records"
    await browser.get(path)
    form = {"documents": f"{first['id']} {second['id']}", "judgement": "accepted", "back": "records"}

    answer = await browser.post(f"{path}/judge", form, follow=False)

    assert (answer.status, answer.headers["Location"]) == (303, f"{path}?document={first['id']}#viewer")
    assert [one["status"] for one in await documents(demo, case)] == ["accepted", "accepted"]


async def test_a_waiver_by_form_settles_an_item(demo: House, case: str) -> None:
    browser = await demo.browser_session("scheduler")
    await browser.get(f"/cases/{case}/records")

    answer = await browser.post(f"/cases/{case}/checklist/scans/waive", {"reason": "Made anew here."}, follow=False)

    assert answer.status == 303
    page = await (await demo.browser_session("patient")).get(f"/cases/{case}/records")
    assert "We go on without it. Made anew here." in page.body


async def test_the_desk_sees_no_file_and_no_file_name(demo: House, case: str) -> None:
    await send(demo, case, a_pdf(), filename="CANARY.pdf", kind="labs")
    browser = await demo.browser_session("scheduler")

    for path in (f"/cases/{case}/records", f"/cases/{case}"):
        page = await browser.get(path)
        assert (page.status, "CANARY" in page.body, "/documents/" in page.body) == (200, False, False)


async def test_an_unfinished_upload_is_forgotten_by_form(demo: House, case: str) -> None:
    place = (await begin(demo, case, 100, filename="half.pdf")).headers["Location"]
    browser, path = await demo.browser_session("patient"), f"/cases/{case}/records"
    assert "half.pdf" in (await browser.get(path)).body

    after = await browser.post(f"{path}/give-up", {"upload": place.rsplit("/", 1)[1]})

    assert (after.status, "half.pdf" in after.body) == (200, False)


async def test_a_file_that_was_judged_cannot_be_taken_back_by_form(demo: House, case: str) -> None:
    document = await send(demo, case, a_pdf())
    await demo.post("specialist", f"/documents/{document['id']}/judge", {"judgement": "accepted"})
    browser, path = await demo.browser_session("patient"), f"/cases/{case}/records"
    await browser.get(path)

    answer = await browser.post(f"{path}/give-up", {"upload": document["upload_id"]})

    assert answer.status == 409
    assert "Your specialist has worked with this file." in answer.body

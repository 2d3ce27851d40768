"""What people try on records: other people's files, names that bite, files that explode."""

import io
import os
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.async_api import Dialog, Page, expect

from server.domain import ids
from tests.builders import an_accepted_case
from tests.integration.cases.a_request import an_accepted_request
from tests.integration.house import House
from tests.integration.records.sending import begin, documents, send, until_files_are
from tests.parts.browser import Pages
from tests.unit.records.hostile_files import a_huge_png, a_pdf, a_photo, a_scan

BITING_NAMES = (
    '"><img src=x onerror=alert(1)>.pdf',
    "report\u202efdp.exe.pdf",
    "a\r\nSet-Cookie: x=1\r\n.pdf",
    "nul\x00byte.pdf",
    "../../../../etc/passwd.pdf",
    "C:\\Windows\\System32\\report.pdf",
    "%2e%2e%2f%00.pdf",
    "'; DROP TABLE documents; --.pdf",
    "\U0001f469\u200d\u2695\ufe0f שלום.pdf",
    "x" * 300 + ".pdf",
    "{{ 7 * 7 }}.pdf",
)


@pytest.fixture
async def case(demo: House) -> str:
    return await an_accepted_case(demo)


async def test_ab_02_nothing_of_somebody_elses_file_comes_out(demo: House, case: str) -> None:
    data = a_pdf() + b"CANARY" * 50
    document = (await send(demo, case, data))["id"]
    tries = [
        ("GET", f"/documents/{document}{tail}", headers)
        for tail in ("", "/content", "/copy", "/picture", "/pages/1", "/content?download=1")
        for headers in ({}, {"Range": "bytes=0-9"}, {"If_None_Match": "*"}, {"If_Range": '"1"', "Range": "bytes=0-1"})
    ]
    tries += [("HEAD", f"/documents/{document}/content", {}), ("GET", f"/cases/{case}/documents", {})]

    for method, path, headers in tries:
        answer = await demo.call(method, "other_patient", path, headers=headers)
        nobodys = await demo.call(method, "other_patient", re.sub(r"\w{26}", ids.new(), path), headers=headers)
        assert (answer.status, answer.body) == (404, nobodys.body)
        assert {"ETag", "Content-Range", "Accept-Ranges", "Content-Disposition"}.isdisjoint(answer.headers)
        assert answer.headers["Content-Length"] == nobodys.headers["Content-Length"]


async def test_ab_02_an_upload_cannot_be_put_into_somebody_elses_case(demo: House, case: str) -> None:
    theirs = await an_accepted_case(demo, "other_patient")

    assert (await begin(demo, theirs, 10)).status == 404
    assert (await begin(demo, case, 10, person="other_patient")).status == 404
    assert not await documents(demo, theirs, "other_patient")


async def test_ab_16_the_desk_reads_no_record(demo: House, case: str) -> None:
    document = await send(demo, case, a_pdf(), filename="CANARY.pdf", kind="labs")
    for tail in ("", "/content", "/copy", "/picture", "/pages/1"):
        assert (await demo.get("scheduler", f"/documents/{document['id']}{tail}")).status == 403
    assert (await demo.get("scheduler", f"/cases/{case}/documents")).status == 403
    assert (await demo.get("scheduler", f"/cases/{case}/uploads")).status == 403

    told = await demo.get("scheduler", f"/cases/{case}/checklist")
    assert told.status == 200
    assert not {"filename", "sha256", "documents", "CANARY"} & set(re.findall(r"\w+", str(told.body)))


@pytest.mark.parametrize("name", BITING_NAMES)
async def test_ab_28_a_name_that_bites_is_only_a_name(demo: House, case: str, name: str) -> None:
    document = await send(demo, case, a_pdf(), filename=name)
    answer = await demo.get("patient", f"/documents/{document['id']}/content")

    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers
    header = answer.headers["Content-Disposition"]
    match = re.fullmatch(r"attachment; filename=\"([A-Za-z0-9._ -]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)", header)
    assert match
    plain = unquote(match[2])
    assert plain == document["filename"]
    assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069/\\]", plain)
    assert len(plain) <= 200


@pytest.mark.browser
async def test_ab_28_a_name_that_bites_does_nothing_in_a_browser(demo: House, new_page: Pages) -> None:
    case = await an_accepted_request(demo)
    for name in BITING_NAMES:
        await send(demo, case, a_pdf(), filename=name)
    for person in ("patient", "specialist"):
        page = await new_page()
        heard = complaints(page)
        url = await demo.sign_in_url(person)
        await page.goto(url)
        await page.goto(f"{url.split('/dev/')[0]}/cases/{case}/records")
        await expect(page.get_by_text('"><img src=x onerror=alert(1)>.pdf').first).to_be_visible()
        assert not heard


def complaints(page: Page) -> list[str]:
    """Collect what a script that should not run would cause: a dialog, or a refusal by the policy."""
    heard: list[str] = []

    async def dismiss(dialog: Dialog) -> None:
        heard.append(dialog.message)
        await dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    return heard


def a_bomb() -> bytes:
    """42 kB that are 40 MB when they are let out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(40_000_000))
    return packed.getvalue()


def many_entries() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"../{number}", b"")
    return packed.getvalue()


@pytest.mark.parametrize(
    "make",
    [a_bomb, many_entries, lambda: a_huge_png(30_000), lambda: b"%PDF-1.7\n" + b"[" * 1_000_000],
    ids=["zip bomb", "many entries", "huge picture", "deep paper"],
)
async def test_ab_29_a_file_that_explodes_harms_nobody(demo: House, case: str, make: Callable[[], bytes]) -> None:
    data, before, began = make(), resident_bytes(), time.monotonic()

    document = await send(demo, case, data)
    shown = await demo.get("specialist", f"/documents/{document['id']}/picture")

    assert shown.status in (409, 410, 422)
    assert time.monotonic() - began < 20
    assert resident_bytes() - before < 200 * 1024 * 1024
    stored = sum(path.stat().st_size for path in (demo.settings.data / "files").iterdir())
    assert stored < len(data) * 1.01 + 1000
    assert (await demo.get("patient", "/me")).status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"MZ".ljust(128, b"\0") + a_scan()[128:],
        b"\x7fELF".ljust(128, b"\0") + a_scan()[128:],
        b"%PDF-1.4".ljust(128, b"\0") + a_scan()[128:],
        b"#!/bin/sh\n".ljust(128, b"\0") + a_scan()[128:],
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!DOCTYPE html><html></html>",
        b"MZ" + bytes(1000),
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$\x00EICAR",
    ],
    ids=["MZ scan", "ELF scan", "PDF scan", "script scan", "svg", "html", "program", "test virus"],
)
async def test_ab_29_a_file_in_disguise_is_refused_and_leaves_nothing(demo: House, case: str, data: bytes) -> None:
    document = await send(demo, case, data, filename="report.pdf", filetype="application/pdf")

    assert document["status"] == "refused"
    assert (await demo.get("patient", f"/documents/{document['id']}/content")).status == 410
    await until_files_are(demo, 0)


async def test_ab_29_what_a_camera_hides_does_not_reach_the_screen(demo: House, case: str) -> None:
    data = a_photo(place="CANARY: 42.33 N 83.05 W") + b"CANARY: behind the picture"
    document = await send(demo, case, data, filename="photo.jpg")

    shown = await demo.get("specialist", f"/documents/{document['id']}/picture")

    assert shown.status == 200
    assert b"CANARY" not in shown.body


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")

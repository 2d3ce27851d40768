"""Documents are listed, read, shown and judged by those who may, and every reading is written down."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from pydicom.data import get_testdata_file

from server.domain.ids import CaseId
from server.services import trail
from server.storage import audit
from tests.integration.house import House
from tests.integration.records.sending import digest, documents, send, until_files_are
from tests.unit.records.hostile_files import a_locked_pdf, a_pdf, a_photo, a_scan


def a_real_scan() -> bytes:
    return Path(str(get_testdata_file("CT_small.dcm", download=False))).read_bytes()


def of_maria(**header: object) -> bytes:
    return a_scan(PatientName="KOWALSKA^MARIA", **header)


async def test_the_original_comes_back_byte_for_byte(api: House, case: str) -> None:
    data = a_pdf()
    document = await send(api, case, data, filename='Befund "März".pdf')

    answer = await api.get("specialist", f"/documents/{document['id']}/content")

    assert (answer.status, answer.body) == (200, data)
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"Befund _M_rz_.pdf\"; filename*=UTF-8''Befund%20%22M%C3%A4rz%22.pdf"
    )
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert (answer.headers["Cache-Control"], answer.headers["Accept-Ranges"]) == ("no-store", "bytes")


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [("bytes=0-0", 0, 1), ("bytes=10-99", 10, 100), ("bytes=65530-65545", 65_530, 65_546), ("bytes=-5", -5, None)],
)
async def test_a_range_of_the_original_comes_back(
    demo: House, demo_case: str, header: str, start: int, stop: int | None
) -> None:
    data = a_pdf() + bytes(range(256)) * 300
    document = await send(demo, demo_case, data)

    answer = await demo.get("specialist", f"/documents/{document['id']}/content", Range=header)

    assert (answer.status, answer.body) == (206, data[start:stop])
    first = start % len(data)
    assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(answer.body) - 1}/{len(data)}"


async def test_a_range_past_the_end_says_how_long_the_file_is(demo: House, demo_case: str) -> None:
    data = a_pdf()
    path = f"/documents/{(await send(demo, demo_case, data))['id']}/content"

    past = await demo.get("patient", path, Range=f"bytes={len(data)}-")
    open_ended = await demo.get("patient", path, Range="bytes=5-")
    several = await demo.get("patient", path, Range="bytes=0-1,4-5")
    head = await demo.call("HEAD", "patient", path)

    assert (past.status, past.headers["Content-Range"]) == (416, f"bytes */{len(data)}")
    assert (open_ended.status, open_ended.body) == (206, data[5:])
    assert (several.status, several.body) == (200, data)
    assert (head.status, head.headers["Content-Length"], head.body) == (200, str(len(data)), b"")


async def test_every_reading_is_written_down(api: House, case: str) -> None:
    document = await send(api, case, a_pdf())
    for path in ("content", "copy", "pages/1"):
        assert (await api.get("specialist", f"/documents/{document['id']}/{path}")).status == 200

    async with api.database.read() as connection:
        events = await audit.of_case(connection, CaseId(case))

    specialist = api.people["specialist"].id
    assert [one.action for one in events if one.actor_id == specialist] == [
        "document.shown",
        "document.read",
        "document.read",
    ]
    assert {one.object_id for one in events if one.actor_id == specialist} == {document["id"]}
    assert [one.action for one in events if one.object_id == document["id"]][-2:] == [
        "document.received",
        "document.arrived",
    ]


async def test_no_log_no_read(demo: House, demo_case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document = await send(demo, demo_case, a_pdf())

    async def full(*_: object, **__: object) -> None:
        raise OSError("the log is full")

    monkeypatch.setattr(trail, "record", full)
    for path in ("content", "copy", "pages/1", "picture"):
        answer = await demo.get("specialist", f"/documents/{document['id']}/{path}")
        assert (answer.status, answer.body["code"]) == (500, "internal")


async def test_the_pages_of_a_paper_are_drawn(demo: House, demo_case: str) -> None:
    path = f"/documents/{(await send(demo, demo_case, a_pdf(pages=2)))['id']}/pages"

    second = await demo.get("specialist", f"{path}/2")

    assert Image.open(io.BytesIO(second.body)).format == "PNG"
    assert second.headers["Content-Type"] == "image/png"
    assert second.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    for wrong in ("0", "3", "-1", "x", "1e1", "9" * 30):
        assert (await demo.get("specialist", f"{path}/{wrong}")).status == 404


async def test_a_photo_is_shown_upright_and_without_what_the_camera_noted(demo: House, demo_case: str) -> None:
    document = await send(demo, demo_case, a_photo(orientation=6, place="CANARY-PLACE"), filename="photo.jpg")

    shown = await demo.get("specialist", f"/documents/{document['id']}/picture")

    assert (document["media_type"], document["picture"]) == ("image/jpeg", True)
    assert Image.open(io.BytesIO(shown.body)).size == (40, 60)
    assert b"CANARY-PLACE" not in shown.body


async def test_a_scan_is_recognised_shown_and_sorted(api: House, case: str) -> None:
    document = await send(api, case, of_maria(), filename="IM0001", kind="other")

    shown = await api.get("specialist", f"/documents/{document['id']}/picture")

    assert (document["status"], document["kind"]) == ("received", "imaging_study")
    assert (document["modality"], document["dated"]) == ("CT", "2026-03-01")
    assert Image.open(io.BytesIO(shown.body)).size == (8, 8)


async def test_a_scan_of_somebody_else_waits_for_the_specialist(api: House, case: str) -> None:
    document = await send(api, case, a_real_scan(), filename="CT_small.dcm", kind="imaging_study")
    seen = (await api.get("specialist", f"/documents/{document['id']}")).body

    assert document["status"] == "wrong-person"
    assert document["reason"].startswith("The name or the date of birth in this scan is not the one we have for you.")
    assert document["named_in_scan"] is None
    assert seen["named_in_scan"] == {"name": "CompressedSamples CT1", "birth_date": None}
    judged = await api.post("specialist", f"/documents/{document['id']}/judge", {"judgement": "accepted"})
    assert (judged.status, judged.body["status"], judged.body["reason"]) == (200, "accepted", None)


async def test_what_stands_before_a_scan_does_not_leave_in_a_copy(demo: House, demo_case: str) -> None:
    data = b"whatever a machine wrote here".ljust(128, b".") + of_maria()[128:]
    document = await send(demo, demo_case, data)

    original = await demo.get("specialist", f"/documents/{document['id']}/content")
    copy = await demo.get("specialist", f"/documents/{document['id']}/copy")

    assert digest(original.body) == document["sha256"]
    assert copy.body == bytes(128) + data[128:]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"MZ" + bytes(300), "This is a program"),
        (b"<html><script>", "This is a web page"),
        (b"Rar!\x1a\x07", "This is a RAR archive"),
        (b"MZ".ljust(128, b"\0") + of_maria()[128:], "This scan has something else hidden in front of it"),
        (a_locked_pdf(), "This PDF is locked with a password"),
        (a_photo(size=(900, 900))[:2000], "We cannot open this file"),
        (b"%PDF-1.7\nnothing", "We cannot open this file"),
    ],
)
async def test_what_we_do_not_take_is_refused_in_words_and_not_kept(
    demo: House, demo_case: str, data: bytes, words: str
) -> None:
    document = await send(demo, demo_case, data)

    assert document["status"] == "refused"
    assert document["reason"].startswith(words)
    assert document["reason"].endswith("We did not keep this file.")
    content = await demo.get("patient", f"/documents/{document['id']}/content")
    assert (content.status, content.body["code"]) == (410, "not-kept")
    judged = await demo.post("specialist", f"/documents/{document['id']}/judge", {"judgement": "accepted"})
    assert (judged.status, judged.body["code"]) == (410, "not-kept")


async def test_the_same_bytes_are_kept_once(api: House, case: str) -> None:
    data = a_pdf()
    first = await send(api, case, data, kind="labs")
    api.clock.advance(timedelta(seconds=1))
    again = await send(api, case, data, kind="consult_notes")

    assert (again["status"], again["same_as"], first["same_as"]) == ("received", first["id"], None)
    assert (await api.get("specialist", f"/documents/{again['id']}/content")).body == data
    await until_files_are(api, 1)


async def test_taking_one_of_two_same_files_back_keeps_the_other(api: House, case: str) -> None:
    data = a_pdf()
    first, again = await send(api, case, data), await send(api, case, data)
    await api.call("DELETE", "patient", f"/uploads/{first['upload_id']}", headers={"Tus-Resumable": "1.0.0"})

    (left,) = await documents(api, case)

    assert (left["id"], left["same_as"]) == (again["id"], None)
    assert (await api.get("patient", f"/documents/{left['id']}/content")).body == data


async def test_the_specialist_judges_and_the_patient_reads_why(api: House, case: str) -> None:
    document = await send(api, case, a_pdf())
    path = f"/documents/{document['id']}/judge"

    silent = await api.post("specialist", path, {"judgement": "rejected"})
    strange = await api.post("specialist", path, {"judgement": "splendid"})
    blurred = await api.post("specialist", path, {"judgement": "unreadable"})
    judged = await api.post("specialist", path, {"judgement": "rejected", "words": "Page 2 is missing."})

    assert silent.body["reason"].startswith("Your specialist needs another or a newer copy")
    assert (strange.status, strange.body["errors"][0]["field"]) == (422, "judgement")
    assert blurred.body["reason"].startswith("Your specialist cannot read this file.")
    assert (judged.status, judged.body["status"]) == (200, "rejected")
    (seen,) = await documents(api, case)
    assert (seen["status"], seen["reason"]) == ("rejected", "Page 2 is missing.")


async def test_a_judgement_of_an_old_version_is_refused(api: House, case: str) -> None:
    document = await send(api, case, a_pdf())
    path, old = f"/documents/{document['id']}/judge", f'"{document["version"]}"'

    first = await api.post("specialist", path, {"judgement": "accepted"}, If_Match=old)
    second = await api.post("specialist", path, {"judgement": "unreadable"}, If_Match=old)

    assert (first.status, first.headers["ETag"]) == (200, f'"{document["version"] + 1}"')
    assert (second.status, second.body["code"]) == (409, "conflict")


async def test_a_program_of_any_kind_cannot_be_drawn(demo: House, demo_case: str) -> None:
    document = await send(demo, demo_case, b"PK\x03\x04" + bytes(100), filename="scans.zip")

    picture = await demo.get("specialist", f"/documents/{document['id']}/picture")
    page = await demo.get("specialist", f"/documents/{document['id']}/pages/1")

    assert (document["status"], document["picture"], document["pages"]) == ("received", False, 0)
    assert {(picture.status, picture.body["code"]), (page.status, page.body["code"])} == {(409, "no-preview")}

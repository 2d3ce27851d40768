"""A file goes up over tus, whatever the line does, and becomes a document."""

import asyncio
from datetime import timedelta
from hashlib import sha1, sha256

import pytest

from server.domain.cases import CaseStatus
from server.domain.ids import CaseId
from server.keys import ARRIVALS, SIGN_IN
from server.storage import cases
from tests.integration.house import House
from tests.integration.records.sending import (
    CHUNK,
    add,
    begin,
    digest,
    documents,
    encoded,
    give_up,
    look,
    metadata,
    send,
    settled,
)
from tests.unit.records.hostile_files import a_pdf

GIB = 1024**3


async def test_a_file_becomes_a_document(api: House, case: str) -> None:
    data = a_pdf(pages=3)

    document = await send(api, case, data, kind="pathology_report", filename="Bericht März.pdf")

    assert (document["status"], document["kind"], document["pages"]) == ("received", "pathology_report", 3)
    assert (document["size"], document["sha256"]) == (len(data), digest(data))
    assert (document["filename"], document["media_type"]) == ("Bericht März.pdf", "application/pdf")
    assert document["scan"] == "not-scanned"


async def test_the_server_says_what_it_can(demo: House) -> None:
    answer = await demo.call("OPTIONS", None, "/uploads")

    assert (answer.status, answer.headers["Tus-Version"]) == (204, "1.0.0")
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,checksum,termination,expiration"
    assert answer.headers["Tus-Max-Size"] == str(10 * GIB)


async def test_an_upload_says_where_it_stands(api: House, case: str) -> None:
    begun = await begin(api, case, 10, kind="labs")
    place = begun.headers["Location"]
    await add(api, place, 0, b"%PDF")

    answer = await look(api, place)

    assert (answer.status, answer.headers["Upload-Offset"], answer.headers["Upload-Length"]) == (200, "4", "10")
    assert answer.headers["Upload-Metadata"] == metadata(case, kind="labs")
    assert answer.headers["Cache-Control"] == "no-store"
    assert begun.headers["Upload-Expires"] == answer.headers["Upload-Expires"] == "Mon, 30 Nov 2026 14:00:00 GMT"


async def test_a_file_goes_on_in_pieces_of_any_size(api: House, case: str) -> None:
    data = a_pdf() + bytes(300_000)
    place = (await begin(api, case, len(data))).headers["Location"]
    offset = 0
    for size in (1, 65_535, 65_536, 100_000, len(data)):
        answer = await add(api, place, offset, data[offset : offset + size])
        offset = min(offset + size, len(data))
        assert (answer.status, answer.headers["Upload-Offset"]) == (204, str(offset))

    assert (await settled(api, case, place))["sha256"] == digest(data)


async def test_first_bytes_may_come_with_the_beginning(api: House, case: str) -> None:
    data = a_pdf()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data)), "Upload-Metadata": metadata(case)}

    begun = await api.call("POST", "patient", "/uploads", headers=headers | {"Content-Type": CHUNK}, data=data[:50])
    await add(api, begun.headers["Location"], 50, data[50:])

    assert (begun.status, begun.headers["Upload-Offset"]) == (201, "50")
    assert (await settled(api, case, begun.headers["Location"]))["sha256"] == digest(data)


async def test_asking_twice_begins_once(api: House, case: str) -> None:
    first = await begin(api, case, 9, headers={"Idempotency-Key": "k-1"})
    again = await begin(api, case, 9, headers={"Idempotency-Key": "k-1"})

    assert first.headers["Location"] == again.headers["Location"]
    assert (again.status, again.headers["Tus-Resumable"]) == (201, "1.0.0")


async def test_a_network_that_knows_only_post_is_no_barrier(api: House, case: str) -> None:
    data = a_pdf()
    place = (await begin(api, case, len(data))).headers["Location"].removeprefix("/api/v1")
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": CHUNK, "X-HTTP-Method-Override": "PATCH"}

    answer = await api.call("POST", "patient", place, headers=headers, data=data)

    assert (answer.status, answer.headers["Upload-Offset"]) == (204, str(len(data)))


@pytest.mark.parametrize("algorithm", [sha1, sha256])
async def test_a_checksum_is_kept_to(demo: House, demo_case: str, algorithm: type) -> None:
    data = a_pdf()
    place = (await begin(demo, demo_case, len(data))).headers["Location"]
    name = algorithm().name
    right = f"{name} {encoded(algorithm(data[:100]).digest())}"

    damaged = await add(demo, place, 0, b"x" * 100, **{"Upload-Checksum": right})
    stands = await look(demo, place)
    fine = await add(demo, place, 0, data[:100], **{"Upload-Checksum": right})

    assert (damaged.status, damaged.body["code"]) == (460, "checksum-mismatch")
    assert stands.headers["Upload-Offset"] == "0"
    assert (fine.status, fine.headers["Upload-Offset"]) == (204, "100")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412, "tus-version"),
        ({"Content-Type": "application/pdf"}, 415, "wrong-content-type"),
        ({"Upload-Offset": "3"}, 409, "offset-mismatch"),
        ({"Upload-Offset": "-1"}, 400, "malformed-header"),
        ({"Upload-Offset": "1e3"}, 400, "malformed-header"),
        ({"Upload-Checksum": "crc32 AAAA"}, 400, "checksum-unknown"),
        ({"Upload-Checksum": "sha256 ???"}, 400, "malformed-header"),
    ],
)
async def test_what_is_not_the_protocol_changes_nothing(
    demo: House, demo_case: str, headers: dict[str, str], status: int, code: str
) -> None:
    place = (await begin(demo, demo_case, 8)).headers["Location"]

    answer = await add(demo, place, 0, b"abcd", **headers)

    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert (await look(demo, place)).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("headers", "status", "field"),
    [
        ({"Upload-Length": str(10 * GIB + 1)}, 413, None),
        ({"Upload-Length": "12x"}, 400, None),
        ({"Upload-Metadata": "case ???"}, 400, None),
        ({"Upload-Metadata": ""}, 422, "case"),
        ({"Upload-Metadata": f"case {encoded('a' * 26)},filename {encoded('/..')}"}, 422, "filename"),
        ({"Upload-Metadata": f"case {encoded('a' * 26)},filename {encoded('a')},kind {encoded('x')}"}, 422, "kind"),
        ({"Upload-Metadata": f"case {encoded('a' * 26)},filename /w=="}, 400, None),
        ({"Upload-Concat": "partial"}, 400, None),
    ],
)
async def test_an_upload_that_makes_no_sense_is_not_begun(
    demo: House, demo_case: str, headers: dict[str, str], status: int, field: str | None
) -> None:
    answer = await begin(demo, demo_case, 8, headers=headers)

    assert answer.status == status
    assert answer.body.get("errors", [{"field": None}])[0]["field"] == field
    assert not (await demo.get("patient", f"/cases/{demo_case}/uploads")).body["uploads"]


async def test_bytes_beyond_the_end_are_not_taken(demo: House, demo_case: str) -> None:
    place = (await begin(demo, demo_case, 8)).headers["Location"]

    answer = await add(demo, place, 0, b"123456789")

    assert (answer.status, answer.body["code"]) == (413, "upload-too-large")
    assert (await look(demo, place)).headers["Upload-Offset"] == "0"


async def test_a_complete_upload_takes_no_more(demo: House, demo_case: str) -> None:
    data = a_pdf()
    place = (await begin(demo, demo_case, len(data))).headers["Location"]
    await add(demo, place, 0, data)

    assert (await add(demo, place, len(data), b"")).status == 204
    assert (await add(demo, place, len(data), b"x")).status == 413
    assert (await add(demo, place, 0, data)).status == 409
    assert (await look(demo, place)).headers["Upload-Offset"] == str(len(data))


async def test_an_empty_file_is_refused_in_words(api: House, case: str) -> None:
    document = await send(api, case, b"")

    assert document["status"] == "refused"
    assert document["reason"].startswith("This file is empty.")


async def test_a_given_up_upload_leaves_nothing(api: House, case: str) -> None:
    place = (await begin(api, case, 100_000)).headers["Location"]
    await add(api, place, 0, b"%PDF-1.7" + bytes(80_000))

    assert (await give_up(api, place)).status == 204
    assert (await look(api, place)).status == 404
    assert not list((api.settings.data / "files").iterdir())


async def test_a_file_that_was_sent_by_mistake_can_be_taken_back(api: House, case: str) -> None:
    document = await send(api, case, a_pdf())

    assert (await give_up(api, f"/api/v1/uploads/{document['upload_id']}")).status == 204
    assert not await documents(api, case)
    assert not list((api.settings.data / "files").iterdir())


async def test_a_file_that_the_specialist_judged_stays(api: House, case: str) -> None:
    document = await send(api, case, a_pdf())
    await api.post("specialist", f"/documents/{document['id']}/judge", {"judgement": "accepted"})

    answer = await give_up(api, f"/api/v1/uploads/{document['upload_id']}")

    assert (answer.status, answer.body["code"]) == (409, "document-in-use")
    assert [one["status"] for one in await documents(api, case)] == ["accepted"]


async def test_an_upload_that_is_left_alone_ends(api: House, case: str) -> None:
    place = (await begin(api, case, 100)).headers["Location"]
    api.clock.advance(timedelta(days=6))
    assert (await add(api, place, 0, b"%PDF-")).status == 204
    api.clock.advance(timedelta(days=6))
    assert (await look(api, place)).status == 200
    api.clock.advance(timedelta(days=8))

    assert (await look(api, place)).status == 410
    await api.app[ARRIVALS].clear_away()
    assert (await look(api, place)).status == 404
    assert not list((api.settings.data / "files").iterdir())


async def test_a_case_has_room_for_so_much_and_no_more(api: House, case: str) -> None:
    first = await begin(api, case, 10 * GIB)
    full, *others = await asyncio.gather(*(begin(api, case, 6 * GIB) for _ in range(4)))
    answers = sorted([full, *others], key=lambda one: one.status)

    assert first.status == 201
    assert [one.status for one in answers] == [201, 413, 413, 413]
    assert answers[1].body["code"] == "case-full"
    await give_up(api, first.headers["Location"])
    assert (await begin(api, case, 10 * GIB)).status == 201


async def test_a_closed_request_takes_no_records(api: House, case: str) -> None:
    async with api.database.write() as connection:
        found = await cases.get(connection, CaseId(case))
        closed = {"status": CaseStatus.DECLINED, "version": found.version + 1}
        await cases.save(connection, type(found)(**{name: getattr(found, name) for name in found.__slots__} | closed))

    answer = await begin(api, case, 10)

    assert (answer.status, answer.body["code"]) == (409, "case-moved-on")


async def test_another_device_learns_what_is_unfinished(api: House, case: str) -> None:
    place = (await begin(api, case, 100, kind="labs", filename="blood.pdf")).headers["Location"]
    await send(api, case, a_pdf())

    listed = (await api.get("patient", f"/cases/{case}/uploads")).body

    assert listed["max_size"] == 10 * GIB
    assert [(one["address"], one["kind"], one["filename"], one["size"]) for one in listed["uploads"]] == [
        (place, "labs", "blood.pdf", 100)
    ]


async def test_a_page_of_ours_sends_its_token(demo: House, demo_case: str) -> None:
    secret = await demo.app[SIGN_IN].open(demo.people["patient"], verified_by="code", device="test")
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "9", "Upload-Metadata": metadata(demo_case)}
    own = {"Cookie": f"__Host-sid={secret}", "Sec-Fetch-Site": "same-origin"}
    token = {"X-CSRF-Token": demo.keyring.mac("csrf", secret.encode())}

    assert (await demo.call("POST", None, "/uploads", headers=headers | own | token)).status == 201
    assert (await demo.call("POST", None, "/uploads", headers=headers | own)).status == 403
    foreign = own | token | {"Sec-Fetch-Site": "cross-site"}
    assert (await demo.call("POST", None, "/uploads", headers=headers | foreign)).status == 403


async def test_what_arrived_just_before_a_crash_is_taken_in_at_the_next_start(
    api: House, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = a_pdf()
    place = (await begin(api, case, len(data))).headers["Location"]
    arrivals = api.app[ARRIVALS]
    with monkeypatch.context() as dying:
        dying.setattr(arrivals, "take", a_process_that_dies)
        assert (await add(api, place, 0, data)).status == 500
    assert not await documents(api, case)

    await arrivals.recover()

    assert (await settled(api, case, place))["sha256"] == digest(data)


async def a_process_that_dies(*_: object) -> None:
    raise SystemError

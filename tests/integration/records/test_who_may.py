"""Each role at each address of the records: what is somebody else's does not exist."""

import pytest

from server.domain import ids
from tests.integration.house import House
from tests.integration.records.sending import begin, give_up, look, metadata, send
from tests.unit.records.hostile_files import a_pdf

ADDRESSES = (
    "/cases/{case}/documents",
    "/documents/{document}",
    "/documents/{document}/content",
    "/documents/{document}/copy",
    "/documents/{document}/picture",
    "/documents/{document}/pages/1",
)
STRANGERS: dict[str | None, int] = {"other_patient": 404, "other_specialist": 404}
WITHOUT_THE_FUNCTION = ("companion", "interpreter", "scheduler", "admin", "compliance")
EVERYBODY_ELSE: dict[str | None, int] = {**STRANGERS, **dict.fromkeys(WITHOUT_THE_FUNCTION, 403), None: 401}


async def test_only_the_patient_and_their_specialist_reach_documents(demo: House, demo_case: str) -> None:
    document = (await send(demo, demo_case, a_pdf()))["id"]
    for address in ADDRESSES:
        path = address.format(case=demo_case, document=document)
        expected = 409 if path.endswith("picture") else 200  # a paper has pages, no picture
        assert (await demo.get("patient", path)).status == expected
        assert (await demo.get("specialist", path)).status == expected
        for person, status in EVERYBODY_ELSE.items():
            answer = await demo.get(person, path)
            assert (answer.status, str(a_pdf()) in str(answer.body)) == (status, False), (person, path)


async def test_somebody_elses_document_answers_like_no_document(demo: House, demo_case: str) -> None:
    document = (await send(demo, demo_case, a_pdf()))["id"]
    for tail in ("", "/content", "/copy", "/picture", "/pages/1"):
        for headers in ({}, {"Range": "bytes=0-3"}):
            theirs = await demo.get("other_patient", f"/documents/{document}{tail}", **headers)
            nobodys = await demo.get("other_patient", f"/documents/{ids.new()}{tail}", **headers)
            assert (theirs.status, theirs.body) == (nobodys.status, nobodys.body) == (404, nobodys.body)
            assert "ETag" not in theirs.headers
            assert theirs.headers["Content-Length"] == nobodys.headers["Content-Length"]
    head = await demo.call("HEAD", "other_patient", f"/documents/{document}/content")
    assert (head.status, "Accept-Ranges" in head.headers) == (404, False)


@pytest.mark.parametrize("person", [*EVERYBODY_ELSE, "specialist"])
async def test_only_the_patient_sends_files(demo: House, demo_case: str, person: str | None) -> None:
    place = (await begin(demo, demo_case, 10)).headers["Location"]
    expected = EVERYBODY_ELSE.get(person, 403)

    statuses = {
        (await demo.call("POST", person, "/uploads", headers=headers_of(demo_case))).status,
        (await look(demo, place, person)).status,
        (await give_up(demo, place, person)).status,
        (await demo.get(person, f"/cases/{demo_case}/uploads")).status,
    }

    assert statuses == {404 if person == "other_patient" else 403 if expected == 404 else expected}
    assert (await look(demo, place)).status == 200


def headers_of(case: str) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Metadata": metadata(case)}


async def test_only_the_specialist_judges(demo: House, demo_case: str) -> None:
    document = (await send(demo, demo_case, a_pdf()))["id"]
    for person in ("patient", *EVERYBODY_ELSE):
        answer = await demo.post(person, f"/documents/{document}/judge", {"judgement": "accepted"})
        expected = {"other_specialist": 404, None: 401}.get(person, 403)
        assert answer.status == expected, person


async def test_the_desk_sees_states_and_nothing_else(demo: House, demo_case: str) -> None:
    document = await send(demo, demo_case, a_pdf(), kind="labs", filename="CANARY-NAME.pdf")
    words = {"judgement": "unreadable", "words": "CANARY-WORDS"}
    await demo.post("specialist", f"/documents/{document['id']}/judge", words)

    seen = await demo.get("scheduler", f"/cases/{demo_case}/checklist")

    labs = next(item for item in seen.body["items"] if item["kind"] == "labs")
    assert (seen.status, labs["state"], labs["note"]) == (200, "unreadable", "")
    assert "CANARY" not in str(seen.body)
    told = await demo.get("patient", f"/cases/{demo_case}/checklist")
    assert "CANARY-WORDS" in str(told.body)


@pytest.mark.parametrize(
    ("person", "status"),
    [("other_patient", 404), ("other_specialist", 404), ("companion", 403), ("interpreter", 403), ("admin", 403)],
)
async def test_the_checklist_is_for_those_who_work_with_it(
    demo: House, demo_case: str, person: str, status: int
) -> None:
    assert (await demo.get(person, f"/cases/{demo_case}/checklist")).status == status
    waived = await demo.post(person, f"/cases/{demo_case}/checklist/labs/waive", {"reason": "None were made."})
    assert waived.status == (403 if person == "other_patient" else status)

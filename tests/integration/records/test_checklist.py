"""The checklist of a case follows what arrives, what the specialist says, and what is waived."""

from datetime import timedelta

from server.domain.cases import Verdict
from server.domain.ids import CaseId
from server.keys import DECISIONS
from server.storage import cases
from tests.builders import review
from tests.integration.house import House
from tests.integration.records.sending import begin, give_up, send
from tests.unit.records.hostile_files import a_pdf, a_scan


async def states(house: House, case: str, person: str = "patient") -> dict[str, str]:
    answer = await house.get(person, f"/cases/{case}/checklist")
    assert answer.status == 200, answer.body
    return {item["kind"]: item["state"] for item in answer.body["items"]}


async def test_the_list_is_the_one_of_that_cancer(api: House, case: str) -> None:
    answer = await api.get("patient", f"/cases/{case}/checklist")

    assert (answer.body["cancer"], answer.body["complete"], answer.body["settled"]) == ("lung", False, 0)
    assert {item["state"] for item in answer.body["items"]} == {"needed"}
    first = answer.body["items"][0]
    assert (first["key"], first["required"], first["gap"]) == ("pathology-report", True, True)
    assert first["how"].startswith("Ask the clinic")


async def test_an_item_follows_its_file(api: House, case: str) -> None:
    place = (await begin(api, case, 5000, kind="labs")).headers["Location"]
    assert (await states(api, case))["labs"] == "uploading"
    await give_up(api, place)
    assert (await states(api, case))["labs"] == "needed"

    document = await send(api, case, a_pdf(), kind="labs")
    assert (await states(api, case))["labs"] == "received"
    for judgement in ("unreadable", "wrong-person", "accepted"):
        await api.post("specialist", f"/documents/{document['id']}/judge", {"judgement": judgement})
        assert (await states(api, case, "scheduler"))["labs"] == judgement


async def test_the_desk_and_the_specialist_waive_with_a_reason(api: House, case: str) -> None:
    path = f"/cases/{case}/checklist/pathology-slides/waive"

    waived = await api.post("scheduler", path, {"reason": "The lab no longer exists."})
    again = await api.post("specialist", path, {"reason": "Not needed."})
    empty = await api.post("scheduler", f"/cases/{case}/checklist/medicines/waive", {"reason": " "})
    unknown = await api.post("scheduler", f"/cases/{case}/checklist/shoes/waive", {"reason": "None."})

    assert waived.status == 200
    (item,) = [one for one in waived.body["items"] if one["key"] == "pathology-slides"]
    assert (item["state"], item["note"], item["waived_by"]) == ("waived", "The lab no longer exists.", "scheduler")
    assert (again.status, empty.status, unknown.status) == (409, 422, 404)


async def test_the_rule_reads_the_same_list(api: House, case: str) -> None:
    await send(api, case, a_pdf(), kind="pathology_report")
    await send(api, case, a_scan(PatientName="KOWALSKA^MARIA"))
    assert await facts(api, case) == {
        "pathology_available": True,
        "imaging_available": True,
        "specialist_review_done": False,
    }


async def test_a_newer_file_opens_the_review_again_but_the_same_bytes_do_not(api: House, case: str) -> None:
    data = a_pdf()
    await send(api, case, data)
    await review(api, CaseId(case), "specialist", Verdict.ENOUGH)
    assert (await facts(api, case))["specialist_review_done"]

    api.clock.advance(timedelta(minutes=1))
    await send(api, case, data)
    await send(api, case, b"MZ" + bytes(200))
    assert (await facts(api, case))["specialist_review_done"]
    await send(api, case, a_pdf(pages=5))
    assert not (await facts(api, case))["specialist_review_done"]


async def facts(house: House, case: str) -> dict[str, object]:
    async with house.database.read() as connection:
        found = await cases.get(connection, CaseId(case))
        return dict(await house.app[DECISIONS]._records_facts(connection, found))

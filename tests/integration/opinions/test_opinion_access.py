"""Who may know of an opinion: its specialist, and its patient once it is signed. Nobody else, in any way."""

import pytest

from server.domain import ids
from server.domain.cases import Verdict
from server.domain.guests import Participation
from server.domain.ids import AccountId, CaseId
from server.storage import guests
from tests import builders
from tests.integration.house import House
from tests.integration.opinions.an_opinion import FINISHED, a_reviewed_case, a_signed_opinion

ADDRESSES = (("GET", ""), ("GET", ".pdf"), ("PUT", ""), ("POST", "/sign"))
EVERYBODY = (
    "patient",
    "other_patient",
    "companion",
    "interpreter",
    "specialist",
    "other_specialist",
    "scheduler",
    "admin",
    "compliance",
    None,
)


async def let_in(api: House, case_id: CaseId, person: str) -> None:
    account = AccountId(api.people[person].id)
    async with api.database.write() as connection:
        await guests.add(connection, Participation(ids.new(), case_id, account, person, api.clock(), None))


async def statuses(api: House, case_id: CaseId, person: str | None) -> list[int]:
    path = f"/cases/{case_id}/opinion"
    found = []
    for method, ending in ADDRESSES:
        answer = await api.call(method, person, path + ending, **({} if method == "GET" else {"json": {}}))
        found.append(answer.status)
    return found


DRAFTED = {
    "patient": [404, 404, 403, 403],
    "other_patient": [404, 404, 403, 403],
    "companion": [403, 403, 403, 403],
    "interpreter": [403, 403, 403, 403],
    "specialist": [200, 200, 200, 409],
    "other_specialist": [404, 404, 404, 404],
    "scheduler": [403, 403, 403, 403],
    "admin": [403, 403, 403, 403],
    "compliance": [403, 403, 403, 403],
    None: [401, 401, 401, 401],
}
SIGNED = DRAFTED | {"patient": [200, 200, 403, 403], "specialist": [200, 200, 409, 409]}


async def test_a_draft_is_the_specialists_alone(api: House) -> None:
    case_id = await a_reviewed_case(api)
    await api.put("specialist", f"/cases/{case_id}/opinion", {"summary": "Half a thought."})
    for person in ("companion", "interpreter"):
        await let_in(api, case_id, person)

    assert {person: await statuses(api, case_id, person) for person in EVERYBODY} == DRAFTED


async def test_a_signed_opinion_is_the_patients_too(api: House) -> None:
    case_id = await a_signed_opinion(api)
    for person in ("companion", "interpreter"):
        await let_in(api, case_id, person)

    assert {person: await statuses(api, case_id, person) for person in EVERYBODY} == SIGNED


async def test_a_draft_looks_like_nothing_to_its_patient(api: House) -> None:
    drafted, untouched = await a_reviewed_case(api), await builders.an_accepted_case(api)
    await api.put("specialist", f"/cases/{drafted}/opinion", FINISHED)

    answers = [
        await api.get("patient", f"/cases/{case}/opinion")
        for case in (drafted, untouched, "0000000000000000000000000a")
    ]

    assert {answer.status for answer in answers} == {404}
    assert answers[0].body == answers[1].body == answers[2].body


async def test_the_desk_sees_that_there_is_one_and_since_when_and_no_word_of_it(api: House) -> None:
    case_id = await a_signed_opinion(api)

    stage = await api.get("scheduler", f"/cases/{case_id}/stage")
    case = await api.get("scheduler", f"/cases/{case_id}")

    assert (stage.body["stage"], stage.body["since"]) == ("opinion-ready", "2026-11-23T14:00:00Z")
    for text in (str(stage.body), str(case.body)):
        assert "time to choose" not in text
        assert "Radiation" not in text


@pytest.mark.parametrize("ending", ["", ".pdf", "/check"])
async def test_pages_are_as_closed_as_the_interface(demo: House, ending: str) -> None:
    case_id = await a_signed_opinion(demo)
    path = f"/cases/{case_id}/opinion{ending}"
    found = {}
    for person in ("patient", "other_patient", "companion", "other_specialist", "scheduler", "compliance"):
        browser = await demo.browser_session(person)
        found[person] = (await browser.get(path, follow=False)).status

    assert found == {
        "patient": 403 if ending == "/check" else 200,
        "other_patient": 403 if ending == "/check" else 404,
        "companion": 403,
        "other_specialist": 404,
        "scheduler": 403,
        "compliance": 403,
    }
    stranger = await demo.stranger().get(path, follow=False)
    assert (stranger.status, stranger.headers["Location"]) == (303, f"/sign-in?next={path}")


async def test_a_specialist_of_a_case_that_was_never_reviewed_is_told_what_comes_first(demo: House) -> None:
    case_id = await builders.an_accepted_case(demo)
    await builders.review(demo, case_id, "specialist", Verdict.MISSING)
    browser = await demo.browser_session("specialist")

    answer = await browser.get(f"/cases/{case_id}/opinion")

    assert answer.status == 409
    assert "Please say first that the records are enough." in answer.body

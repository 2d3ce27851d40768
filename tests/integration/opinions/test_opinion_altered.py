"""An opinion that is not as it was signed is shown to nobody, and somebody hears of it."""

from dataclasses import replace

import pytest
from sqlalchemy import text, update

from server.domain.ids import CaseId
from server.storage import audit, opinions, schema
from tests.integration.house import House
from tests.integration.opinions.an_opinion import a_signed_opinion

TABLE = schema.opinions


async def alter(api: House, case_id: CaseId, how: str) -> None:
    """Do to a signed opinion what only somebody with the database in hand can do."""
    async with api.database.write() as connection:
        signed = await opinions.of_case(connection, case_id)
        assert signed is not None
        changes = {
            "its words": {"body": opinions._body(replace(signed, summary="You have no time."))},
            "its fingerprint": {"text_sha256": "0" * 64},
            "its time": {"signed_at": signed.created_at.replace(year=2020)},
            "its status": {"status": "draft"},
            "its signature": {"status": "draft", "signed_at": None, "text_sha256": None},
        }
        await connection.execute(update(TABLE).where(TABLE.c.case_id == case_id).values(changes[how]))


async def damage_bytes(api: House, case_id: CaseId) -> None:
    sealed_elsewhere = api.keyring.seal(b"{}", "another place")
    damage = text("UPDATE opinions SET body = :body WHERE case_id = :case_id")
    async with api.database.write() as connection:
        await connection.execute(damage, {"body": sealed_elsewhere, "case_id": case_id})


async def assert_hidden(api: House, case_id: CaseId) -> None:
    for person in ("patient", "specialist"):
        for ending in ("", ".pdf"):
            answer = await api.get(person, f"/cases/{case_id}/opinion{ending}")
            assert (answer.status, answer.body["code"]) == (500, "opinion-altered"), (person, ending)
            assert "Please call us." in answer.body["title"]
    async with api.database.read() as connection:
        newest = (await audit.of_case(connection, case_id))[0]
    assert (newest.action, newest.role) == ("opinion.altered", "specialist")


@pytest.mark.parametrize("how", ["its words", "its fingerprint", "its time", "its status", "its signature"])
async def test_an_altered_opinion_is_shown_to_nobody(api: House, how: str) -> None:
    case_id = await a_signed_opinion(api)

    await alter(api, case_id, how)

    await assert_hidden(api, case_id)


async def test_an_opinion_whose_bytes_are_damaged_is_shown_to_nobody(api: House) -> None:
    case_id = await a_signed_opinion(api)

    await damage_bytes(api, case_id)

    await assert_hidden(api, case_id)


async def test_the_opinion_of_another_case_put_in_its_place_is_shown_to_nobody(api: House) -> None:
    case_id, other = await a_signed_opinion(api), await a_signed_opinion(api)

    async with api.database.write() as connection:
        found = (await connection.execute(TABLE.select().where(TABLE.c.case_id == other))).one()._mapping
        taken = {name: found[name] for name in ("body", "signed_at", "text_sha256")}
        await connection.execute(update(TABLE).where(TABLE.c.case_id == case_id).values(taken))

    await assert_hidden(api, case_id)


async def test_an_altered_opinion_cannot_be_written_into_or_signed_anew(api: House) -> None:
    case_id = await a_signed_opinion(api)
    await alter(api, case_id, "its words")

    written = await api.put("specialist", f"/cases/{case_id}/opinion", {"summary": "Anything."})
    signed = await api.post("specialist", f"/cases/{case_id}/opinion/sign")

    assert [answer.body["code"] for answer in (written, signed)] == ["opinion-altered"] * 2


async def test_the_page_says_in_words_that_something_is_wrong(demo: House) -> None:
    case_id = await a_signed_opinion(demo)
    await alter(demo, case_id, "its words")
    browser = await demo.browser_session("patient")

    answer = await browser.get(f"/cases/{case_id}/opinion")

    assert answer.status == 500
    assert "This opinion is not as it was signed. We do not show it. Please call us." in answer.body
    assert "You have" not in answer.body

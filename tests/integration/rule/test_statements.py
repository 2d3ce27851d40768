"""The last word on a fact counts, on every database, though a clock stands still."""

import asyncio

from server.domain.facts.statement import Party, Statement
from server.domain.ids import CaseId
from server.domain.policy import FactValue
from server.storage import statements
from tests import builders
from tests.integration.house import House

TIMES = 12  # chance alone would have put so many words in order once in half a billion


def word(house: House, value: int) -> Statement:
    return Statement("ecog", value, Party.SPECIALIST, house.people["specialist"].id, house.clock())


async def say(house: House, case_id: CaseId, *words: Statement) -> None:
    async with house.database.write() as connection:
        await statements.add(connection, case_id, words)


async def said(house: House, case_id: CaseId) -> list[FactValue | None]:
    async with house.database.read() as connection:
        return [one.value for one in await statements.of_case(connection, case_id) if one.name == "ecog"]


async def test_of_words_at_one_instant_the_one_that_came_last_counts(api: House) -> None:
    case_id = await builders.a_bookable_case(api, without=frozenset({"ecog"}))

    for value in range(TIMES):
        await say(api, case_id, word(api, value))

    assert await said(api, case_id) == list(range(TIMES))


async def test_words_that_are_said_in_one_breath_stay_in_their_order(api: House) -> None:
    case_id = await builders.a_bookable_case(api, without=frozenset({"ecog"}))

    await say(api, case_id, *(word(api, value) for value in range(TIMES)))

    assert await said(api, case_id) == list(range(TIMES))


async def test_words_of_many_people_at_once_are_all_kept(api: House) -> None:
    case_id = await builders.a_bookable_case(api, without=frozenset({"ecog"}))

    await asyncio.gather(*(say(api, case_id, word(api, value)) for value in range(TIMES)))

    kept = await said(api, case_id)
    assert (len(kept), set(kept)) == (TIMES, set(range(TIMES)))

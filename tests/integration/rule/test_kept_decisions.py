"""What is kept of a decision: in order, with the sheet it was made by, and everything the patient was shown."""

import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Any

from server.domain.decisions import STILL_OPEN
from server.domain.ids import CaseId
from server.keys import DECISIONS
from server.storage import decisions
from tests import builders
from tests.integration.house import Clock, House


async def decided(house: House, case_id: CaseId, stage: str = "booking") -> dict[str, Any]:
    answer = await house.post("patient", f"/cases/{case_id}/decisions", {"stage": stage})
    assert answer.status == 201, answer.body
    decision: dict[str, Any] = answer.body
    return decision


async def test_decisions_of_one_instant_keep_their_order(api: House) -> None:
    case_id = await builders.a_bookable_case(api)

    made = [await decided(api, case_id) for _ in range(5)]

    history = (await api.get("patient", f"/cases/{case_id}/decisions")).body["decisions"]
    assert [one["id"] for one in history] == [one["id"] for one in reversed(made)]
    assert [one["number"] for one in made] == [1, 2, 3, 4, 5]
    assert [one["previous_id"] for one in made] == [None, *(one["id"] for one in made[:-1])]


async def test_decisions_made_at_once_stand_in_one_row(api: House) -> None:
    case_id = await builders.a_bookable_case(api)

    await api.token("patient")
    await asyncio.gather(*(decided(api, case_id) for _ in range(6)))

    history = (await api.get("patient", f"/cases/{case_id}/decisions")).body["decisions"]
    assert [one["number"] for one in history] == [6, 5, 4, 3, 2, 1]
    assert [one["previous_id"] for one in history] == [*(one["id"] for one in history[1:]), None]


async def test_answers_given_at_once_are_all_taken_and_decided_one_after_the_other(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    await api.token("patient")  # one for all of them

    answers = await asyncio.gather(
        *(
            api.post("patient", f"/cases/{case_id}/answers", {"answers": {"age_years": 50 + number}})
            for number in range(6)
        )
    )

    assert [answer.status for answer in answers] == [200] * 6
    assert sorted(answer.body["number"] for answer in answers) == [1, 2, 3, 4, 5, 6]


async def test_the_sheet_a_decision_was_made_by_is_kept_byte_for_byte(api: House) -> None:
    case_id = await builders.a_bookable_case(api)

    decision = await decided(api, case_id)

    async with api.database.read() as connection:
        body = await decisions.sheet_body(connection, decision["sheet_sha256"])
    assert body == api.settings.facts_file.read_bytes()
    assert sha256(body).hexdigest() == decision["sheet_sha256"]


async def test_an_undecided_one_keeps_what_the_patient_was_asked_in_the_words_of_its_step(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset({"patient_country", "rf_cord"}))

    booking, check_in = await decided(demo, case_id), await decided(demo, case_id, "check_in")

    entries = demo.app[DECISIONS].sheet.entries
    assert booking["words"] == [STILL_OPEN]
    assert entries["rf_cord"].question.text in booking["questions"]
    assert "Which country will you be in on the day of the visit?" in booking["questions"]
    assert "Which country are you in right now?" in check_in["questions"]


async def test_a_patient_whose_part_is_done_was_asked_nothing(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset({"ecog"}))

    decision = await decided(demo, case_id)

    assert (decision["asks"], decision["questions"], decision["words"]) == (["ecog"], [], [STILL_OPEN])


async def test_the_language_of_the_words_is_kept(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)

    assert (await decided(demo, case_id))["language"] == demo.people["patient"].language


async def test_facts_are_kept_with_the_word_that_counted(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    first = demo.clock()
    clock.advance(timedelta(minutes=1))
    await demo.post("patient", f"/cases/{case_id}/answers", {"answers": {"age_years": 59}})

    async with demo.database.read() as connection:
        kept = await decisions.newest(connection, case_id)

    assert kept is not None
    assert kept.facts["age_years"]["value"] == 59
    assert kept.facts["age_years"]["said_by"] == demo.people["patient"].id
    assert kept.facts["ecog"]["said_at"] == first.isoformat()

"""A case whose opinion can be written, and the steps to a signed one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from server.domain.cases import Verdict
from server.domain.ids import CaseId
from server.storage import cases
from tests import builders
from tests.integration.house import Answer, House

QUESTIONS = ("Is surgery the only way?", "Is there a trial for me?")
FINISHED: Mapping[str, Any] = {
    "summary": "You have time to choose.",
    "agreement": "differs",
    "replies": [
        {"number": 1, "answer": "No. Radiation can do the same here."},
        {"number": 2, "cannot_because": "We lack the gene test."},
    ],
}


async def a_reviewed_case(
    house: House, patient: str = "patient", specialist: str = "specialist", questions: Sequence[str] = QUESTIONS
) -> CaseId:
    """A case with these questions, whose two records the specialist has called enough."""
    case_id = await builders.an_accepted_case(house, patient, specialist)
    async with house.database.write() as connection:
        case = await cases.get(connection, case_id)
        answers = {**case.answers, "name": "Maria Kowalska", "questions": list(questions)}
        await cases.save(connection, replace(case, answers=answers, version=case.version + 1))
    await builders.give_records(house, case_id)
    await builders.review(house, case_id, specialist, Verdict.ENOUGH)
    return case_id


async def a_signed_opinion(house: House, **case: Any) -> CaseId:
    """A case whose opinion is written and signed."""
    case_id = await a_reviewed_case(house, **case)
    written = await house.put("specialist", f"/cases/{case_id}/opinion", FINISHED)
    assert written.status == 200, written.body
    signed = await sign(house, case_id)
    assert signed.status == 200, signed.body
    return case_id


async def sign(house: House, case_id: CaseId, **headers: str) -> Answer:
    """Sign as the case's specialist."""
    return await house.post("specialist", f"/cases/{case_id}/opinion/sign", **headers)

"""A request as patients fill it in, and the ways it goes."""

from collections.abc import Mapping
from typing import Any

from server.domain import ids
from server.domain.guests import Participation
from server.domain.ids import CaseId
from server.storage import guests
from tests.integration.house import House

WELL: Mapping[str, Any] = {
    "rf_breathing": "no",
    "rf_heart_brain": "no",
    "rf_cord": "no",
    "fever_38": "no",
    "rf_svc": "no",
    "rf_bleeding": "no",
    "rf_metabolic": "no",
    "rf_self_harm": "no",
    "amber_symptom_count": 0,
    "new_neuro_nonurgent": "no",
}
COMPLETE: Mapping[str, Any] = {
    **WELL,
    "name": "Maria Kowalska",
    "phone": "+1 313 555 0142",
    "reasons": ["more-options", "only-surgery"],
    "cancer_type": "breast",
    "diagnosis": "A lump on the left side, found in March.",
    "treatment_timing": "unknown",
    "surgery_done": "no",
    "questions": ["Is surgery the only way?", "Can I wait until spring?"],
    "age_years": 58,
    "patient_country": "US",
    "patient_state": "MI",
    "language": "Polish",
    "interpreter": "yes",
    "support": ["none"],
    "telehealth_consent": "yes",
    "prefers_in_person": "no",
}


async def a_draft(house: House, answers: Mapping[str, Any] = COMPLETE) -> str:
    """Begin a request with these answers; return its id."""
    begun = await house.post("patient", "/cases", {"answers": dict(answers)})
    assert begun.status == 201, begun.body
    return str(begun.body["id"])


async def a_sent_request(house: House, answers: Mapping[str, Any] = COMPLETE) -> str:
    """Begin and send a request; return its id."""
    case = await a_draft(house, answers)
    sent = await house.post("patient", f"/cases/{case}/submit")
    assert sent.status == 200, sent.body
    return case


async def an_accepted_request(house: House) -> str:
    """Send a request, and let the desk give it to the specialist; return its id."""
    case = await a_sent_request(house)
    body = {"specialist": house.people["specialist"].id, "reason": "We can help you with this."}
    accepted = await house.post("scheduler", f"/cases/{case}/accept", body)
    assert accepted.status == 200, accepted.body
    return case


async def takes_part(house: House, case: str, person: str) -> None:
    """Let a companion or an interpreter into a case."""
    joined = Participation(ids.new(), CaseId(case), house.people[person].id, person, house.clock(), None)
    async with house.database.write() as connection:
        await guests.add(connection, joined)


async def letters(house: House) -> list[str]:
    """Name what was written to the patient, in any order."""
    return sorted(message.subject for message in (await house.mailbox())[house.people["patient"].email])

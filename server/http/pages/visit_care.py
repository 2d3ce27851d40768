"""What the page of a visit needs so that care can go on otherwise: in person, or with help right now."""

from aiohttp import web

from server.domain.actors import Role
from server.domain.calls import warning_signs
from server.domain.events import IN_WORDS
from server.domain.facts import FactSheet, Party
from server.http.api import actor_of
from server.keys import DECISIONS
from server.services.visits import Meeting


def care_of(request: web.Request, meeting: Meeting) -> dict[str, object] | None:
    """Tell the patient which warning signs there are, and the visit's own specialist whom and where they treat."""
    actor, appointment = actor_of(request), meeting.appointment
    if actor.role is Role.PATIENT:
        return {"signs": _signs(request.app[DECISIONS].sheet)}
    if actor.id != appointment.specialist_id:
        return None
    return {
        "case_id": appointment.case_id,
        "patient": meeting.patient.name,
        "phone": meeting.patient.phone,
        "zones": [appointment.patient_zone, appointment.specialist_zone],
        "reasons": [[reason.value, words] for reason, words in IN_WORDS.items()],
    }


def _signs(sheet: FactSheet) -> list[dict[str, str]]:
    """List the warning signs that are asked of everybody, in the order of the fact sheet."""
    alarming = warning_signs(sheet.policy)
    asked = [one.question for name, one in sheet.entries.items() if name in alarming]
    theirs = [one for one in asked if one.asked_of is Party.PATIENT and one.only_if is None]
    return [{"name": one.name, "text": one.text, "hint": one.hint} for one in theirs]

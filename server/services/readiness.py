"""Writes to a patient when it is their turn to choose a time, and when a booked visit cannot be by video any more."""

from server.domain import letters, wording
from server.domain.actors import Account
from server.domain.appointments import Mode
from server.domain.decisions import StoredDecision
from server.domain.letters import House, Letter
from server.domain.ways import way
from server.services.post import Post
from server.services.sign_in import SignIn
from server.storage import appointments
from server.storage.database import Connection


class Readiness:
    """Tells patients what they can choose now."""

    def __init__(self, post: Post, sign_in: SignIn, house: House) -> None:
        self._post = post
        self._sign_in = sign_in
        self._house = house

    async def tell(self, connection: Connection, patient: Account, decision: StoredDecision) -> None:
        """Write to the patient inside the caller's transaction, unless a visit stands as it should be."""
        link = await self._sign_in.link_within(connection, patient, decision.case_id)
        letter = await self._letter(connection, patient, decision, link)
        if letter is None:
            return
        await self._post.queue(connection, patient, letter, key=f"ready:{decision.id}", case_id=decision.case_id)

    async def _letter(
        self, connection: Connection, patient: Account, decision: StoredDecision, link: str
    ) -> Letter | None:
        at_the_clinic = way(decision, decision.plain) is Mode.IN_PERSON
        booked = await appointments.standing(connection, decision.case_id)
        if booked is None:
            return letters.TIMES_OPEN[Mode.IN_PERSON if at_the_clinic else Mode.VIDEO](self._house, link)
        if at_the_clinic and booked.mode is Mode.VIDEO:
            return letters.come_in_person(self._house, link, wording.time_in(booked.start, patient.zone))
        return None

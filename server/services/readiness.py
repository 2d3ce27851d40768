"""Writes to a patient when everything on our side is done and it is their turn to choose a time."""

from server.domain import letters
from server.domain.actors import Account
from server.domain.decisions import StoredDecision
from server.domain.letters import House
from server.services.post import Post
from server.services.sign_in import SignIn
from server.storage import appointments
from server.storage.database import Connection


class Readiness:
    """Tells patients that they can choose a time."""

    def __init__(self, post: Post, sign_in: SignIn, house: House) -> None:
        self._post = post
        self._sign_in = sign_in
        self._house = house

    async def tell(self, connection: Connection, patient: Account, decision: StoredDecision) -> None:
        """Write to the patient, unless a visit stands, inside the caller's transaction."""
        if await appointments.standing(connection, decision.case_id):
            return
        link = await self._sign_in.link_within(connection, patient, decision.case_id)
        letter = letters.times_open(self._house, link)
        await self._post.queue(connection, patient, letter, key=f"ready:{decision.id}", case_id=decision.case_id)

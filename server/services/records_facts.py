"""What the service itself knows of a case's records: facts of the in-person rule that nobody has to be asked."""

from collections.abc import Mapping

from server.domain.cases import Case, Verdict
from server.domain.policy import FactValue
from server.services.checklists import Checklists
from server.storage import cases, documents
from server.storage.database import Connection


class RecordsFacts:
    """Tells what follows from the records and the specialist's word on them."""

    def __init__(self, checklists: Checklists) -> None:
        self._checklists = checklists

    async def __call__(self, connection: Connection, case: Case) -> Mapping[str, FactValue]:
        """Tell whether pathology and imaging are there, and whether the specialist has what it takes.

        A document that arrived after the review opens the question again.
        """
        standing = await self._checklists.within(connection, case)
        review = await cases.newest_review(connection, case.id)
        newest = await documents.newest_arrival(connection, case.id)
        reviewed = review is not None and review.verdict is Verdict.ENOUGH
        current = newest is None or (review is not None and review.created_at >= newest)
        return {**standing.facts, "specialist_review_done": reviewed and current}

"""What the service itself knows of a case's records: facts of the in-person rule that nobody has to be asked."""

from collections.abc import Mapping

from server.domain.cases import Case, Verdict
from server.domain.documents import DocumentKind
from server.domain.policy import FactValue
from server.storage import cases, documents
from server.storage.database import Connection


async def records_facts(connection: Connection, case: Case) -> Mapping[str, FactValue]:
    """Tell whether pathology and imaging are there, and whether the specialist has what it takes.

    A document that arrived after the review opens the question again.
    """
    kinds = await documents.kinds_in_hand(connection, case.id)
    review = await cases.newest_review(connection, case.id)
    newest = await documents.newest_arrival(connection, case.id)
    reviewed = review is not None and review.verdict is Verdict.ENOUGH
    current = newest is None or (review is not None and review.created_at >= newest)
    return {
        "pathology_available": DocumentKind.PATHOLOGY_REPORT in kinds,
        "imaging_available": DocumentKind.IMAGING_STUDY in kinds or DocumentKind.IMAGING_REPORT in kinds,
        "specialist_review_done": reviewed and current,
    }

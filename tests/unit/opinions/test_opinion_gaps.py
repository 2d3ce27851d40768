"""What is listed as missing is exactly what keeps an opinion from being signed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.domain import opinion_signing, opinions
from server.domain.errors import DomainError
from server.domain.ids import AccountId, CaseId
from server.domain.opinion_gaps import gaps
from server.domain.opinions import Agreement, Opinion, Reply

NOW = datetime(2026, 3, 10, 15, 4, tzinfo=UTC)


def an_opinion(summary: str, agreement: Agreement | None, replies: dict[int, Reply]) -> Opinion:
    draft = opinions.draft(
        "opinion", CaseId("case"), AccountId("specialist"), hospital="Riverside", patient="Zofia",
        questions=("Why?", "When?"), now=NOW,
    )  # fmt: skip
    return opinions.revise(draft, summary=summary, agreement=agreement, replies=replies, read=(), missing=())


def sign(opinion: Opinion) -> Opinion:
    return opinion_signing.sign(opinion, by=AccountId("specialist"), name="Dr Osei", zone="UTC", now=NOW)


def test_an_empty_draft_lacks_everything_in_the_order_of_the_page() -> None:
    found = gaps(an_opinion("", None, {}))

    assert [gap.field for gap in found] == ["summary", "agreement", "replies.1", "replies.2"]
    assert found[-1].words == "Answer question 2."


@pytest.mark.parametrize("summary", ["", "You have time."])
@pytest.mark.parametrize("agreement", [None, Agreement.AGREES])
@pytest.mark.parametrize("replies", [{}, {1: Reply("Yes.")}, {1: Reply("Yes."), 2: Reply(cannot_because="No.")}])
def test_an_opinion_without_gaps_can_be_signed_and_no_other(
    summary: str, agreement: Agreement | None, replies: dict[int, Reply]
) -> None:
    opinion = an_opinion(summary, agreement, replies)

    if gaps(opinion):
        with pytest.raises(DomainError):
            sign(opinion)
    else:
        assert gaps(replace(sign(opinion), summary="")) == ()

"""An opinion answers every question or says why not; once signed, not one character of it changes."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain import opinion_signing, opinions
from server.domain.errors import InvalidValueError
from server.domain.ids import AccountId, CaseId
from server.domain.opinions import Agreement, Block, Opinion, OpinionStatus, Reply
from server.domain.wall_clock import UnknownZoneError

NOW = datetime(2026, 3, 10, 15, 4, 5, 678, tzinfo=UTC)
QUESTIONS = ("Is surgery the only way?", "Is there a trial for me?")


def a_draft(questions: tuple[str, ...] = QUESTIONS) -> Opinion:
    return opinions.draft(
        "opinion", CaseId("case"), AccountId("specialist"), hospital="Riverside Hospital", patient="Zofia Łącka",
        questions=questions, now=NOW,
    )  # fmt: skip


def written(
    opinion: Opinion,
    replies: dict[int, Reply] | None = None,
    *,
    summary: str = "You have time to choose.",
    agreement: Agreement | None = Agreement.DIFFERS,
    missing: tuple[str, ...] = (),
) -> Opinion:
    both = {1: Reply("No."), 2: Reply(cannot_because="We lack the molecular report.")}
    return opinions.revise(
        opinion, summary=summary, agreement=agreement, replies=both if replies is None else replies,
        read=["Pathology report of 3 March 2026"], missing=missing,
    )  # fmt: skip


def signed(opinion: Opinion) -> Opinion:
    return opinion_signing.sign(
        opinion, by=AccountId("specialist"), name="Dr. Amara Osei", zone="Europe/Berlin", now=NOW
    )


def a_signed_opinion() -> Opinion:
    return signed(written(a_draft()))


def test_a_draft_has_one_block_for_each_question() -> None:
    assert [(block.number, block.question) for block in a_draft().blocks] == list(enumerate(QUESTIONS, 1))
    assert opinions.open_questions(a_draft()) == (1, 2)


def test_questions_that_are_not_sent_keep_their_reply() -> None:
    first = written(a_draft(), {1: Reply("No.")})
    second = written(first, {2: Reply("Yes.")})
    assert [block.reply.answer for block in second.blocks] == ["No.", "Yes."]
    assert second.version == 3


def test_a_reply_can_be_taken_back() -> None:
    emptied = written(written(a_draft()), {1: Reply(" \n")})
    assert opinions.open_questions(emptied) == (1,)


def test_an_answer_and_a_reason_for_having_none_exclude_each_other() -> None:
    with pytest.raises(opinions.TwoRepliesError):
        written(a_draft(), {1: Reply("No.", "We cannot know.")})


def test_a_question_that_the_case_does_not_have_is_refused() -> None:
    with pytest.raises(opinions.UnknownQuestionError):
        written(a_draft(), {3: Reply("Yes.")})


def test_signing_is_refused_until_each_question_has_a_reply() -> None:
    with pytest.raises(opinions.QuestionsOpenError) as refused:
        signed(written(a_draft(), {2: Reply("Yes.")}))
    assert refused.value.numbers == (1,)


def test_signing_needs_a_summary_and_a_stand() -> None:
    with pytest.raises(opinions.SummaryMissingError):
        signed(written(a_draft(), summary="  "))
    with pytest.raises(opinions.AgreementMissingError):
        signed(written(a_draft(), agreement=None))


def test_signing_needs_a_zone_that_exists() -> None:
    with pytest.raises(UnknownZoneError):
        opinion_signing.sign(written(a_draft()), by=AccountId("x"), name="x", zone="Mars/Olympus", now=NOW)


def test_a_signed_opinion_says_who_when_and_what() -> None:
    opinion = a_signed_opinion()
    signature = opinion_signing.verify(opinion)
    assert (opinion.status, signature.name, signature.at) == (
        OpinionStatus.SIGNED, "Dr. Amara Osei", NOW.replace(microsecond=0),
    )  # fmt: skip
    assert signature.sha256 == hashlib.sha256(opinion_signing.signed_text(opinion)).hexdigest()


def test_the_signed_text_is_the_same_for_ever() -> None:
    assert opinion_signing.signed_text(a_signed_opinion()).decode() == (
        "Consilium second opinion, text format 1\n"
        "Case\n  - case\n"
        "Hospital\n  - Riverside Hospital\n"
        "Patient\n  - Zofia Łącka\n"
        "In plain words\n  - You have time to choose.\n"
        "Compared with the proposed treatment\n  - differs\n"
        "Question 1\n  - Is surgery the only way?\n"
        "Answer\n  - No.\n"
        "Question 2\n  - Is there a trial for me?\n"
        "Cannot be answered because\n  - We lack the molecular report.\n"
        "What was read\n  - Pathology report of 3 March 2026\n"
        "What was missing\n"
        "Signed\n  - specialist\n  - Dr. Amara Osei\n  - 2026-03-10T15:04:05Z\n  - Europe/Berlin\n"
    )


def test_a_signed_opinion_cannot_be_written_into_or_signed_again() -> None:
    with pytest.raises(opinions.OpinionSignedError):
        written(a_signed_opinion())
    with pytest.raises(opinions.OpinionSignedError):
        signed(a_signed_opinion())


@pytest.mark.parametrize(
    "damage",
    [
        {"summary": "You have no time."},
        {"agreement": Agreement.AGREES},
        {"patient": "Somebody Else"},
        {"case_id": CaseId("another")},
        {"read": ()},
        {"missing": ("PET scan",)},
        {"blocks": (Block(1, QUESTIONS[0], Reply("Yes.")), Block(2, QUESTIONS[1], Reply(cannot_because="We cannot.")))},
    ],
)
def test_any_change_to_a_signed_opinion_is_found(damage: dict[str, object]) -> None:
    with pytest.raises(opinions.OpinionAlteredError):
        opinion_signing.verify(replace(a_signed_opinion(), **damage))  # type: ignore[arg-type]


def test_a_change_of_who_signed_is_found() -> None:
    opinion = a_signed_opinion()
    assert opinion.signature
    with pytest.raises(opinions.OpinionAlteredError):
        opinion_signing.verify(replace(opinion, signature=replace(opinion.signature, name="Dr. Nobody")))


def test_a_draft_has_no_signed_text() -> None:
    with pytest.raises(opinions.OpinionNotSignedError):
        opinion_signing.signed_text(a_draft())
    with pytest.raises(opinions.OpinionNotSignedError):
        opinion_signing.verify(a_draft())


def test_texts_are_brought_into_one_form_before_they_are_signed() -> None:
    opinion = written(a_draft(), {1: Reply(" Cafe\u0301\r\nline\rthree\x00\x07\ud800\t. \n")})
    assert opinion.blocks[0].reply.answer == "Café\nline\nthree\t."


def test_empty_entries_of_a_list_are_left_out() -> None:
    assert written(a_draft(), missing=("", " PET scan ", "\n")).missing == ("PET scan",)


def test_texts_and_lists_without_end_are_refused() -> None:
    with pytest.raises(InvalidValueError) as too_long:
        written(a_draft(), {2: Reply("x" * 10_001)})
    assert too_long.value.field == "replies.2.answer"
    with pytest.raises(InvalidValueError) as too_wide:
        written(a_draft(), missing=("PET scan", "x" * 501))
    assert too_wide.value.field == "missing.1"
    with pytest.raises(InvalidValueError) as too_many:
        written(a_draft(), missing=("x",) * 201)
    assert too_many.value.field == "missing"


tricky = st.lists(st.sampled_from(["\n", "\n", "  - ", "    ", "a", "Answer", "\u2028", "\x85"]), max_size=5).map(
    "".join
)
contents = st.tuples(tricky, tricky, tricky, st.booleans(), st.lists(tricky, max_size=2), st.lists(tricky, max_size=2))


def opinion_of(content: tuple[str, str, str, bool, list[str], list[str]]) -> Opinion:
    summary, question, said, answered, read, missing = content
    reply = Reply(said) if answered else Reply(cannot_because=said)
    return replace(
        a_signed_opinion(), summary=summary, blocks=(Block(1, question, reply),), read=tuple(read),
        missing=tuple(missing),
    )  # fmt: skip


@settings(deadline=None)
@given(contents, contents)
def test_no_two_opinions_have_the_same_text(
    one: tuple[str, str, str, bool, list[str], list[str]], other: tuple[str, str, str, bool, list[str], list[str]]
) -> None:
    first, second = opinion_of(one), opinion_of(other)
    assert (opinion_signing.signed_text(first) == opinion_signing.signed_text(second)) == (first == second)

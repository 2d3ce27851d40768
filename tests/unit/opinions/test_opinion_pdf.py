"""The letter can be read by a screen reader, says what was signed, and sets every name as it stands."""

import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader

from server.domain import opinion_signing, opinions
from server.domain.ids import AccountId, CaseId
from server.domain.opinions import Agreement, Opinion, OpinionAlteredError, Reply
from server.integrations import opinion_pdf
from server.integrations.opinion_pdf import Conformance, OpinionPdf

NOW = datetime(2026, 3, 10, 15, 4, tzinfo=UTC)
MARKUP = '*x* _y_ `z` $a$ <b> @ref #panic("no") \\ // c /* d */ = e [f] https://example.org/ -- ... "q"'


def an_opinion(
    *,
    patient: str = "Zofia Łącka",
    questions: tuple[str, ...] = ("Is surgery the only way?", "Is there a trial?"),
    summary: str = "You have time to choose.",
    missing: tuple[str, ...] = ("Molecular report",),
) -> Opinion:
    opinion = opinions.draft(
        "opinion", CaseId("case"), AccountId("specialist"), hospital="Riverside Hospital", patient=patient,
        questions=questions, now=NOW,
    )  # fmt: skip
    replies = {number: Reply(f"Answer {number}.\n\nMore of it.") for number in range(1, len(questions) + 1)}
    if len(questions) > 1:
        replies[2] = Reply(cannot_because="We lack a report.")
    return opinions.revise(
        opinion, summary=summary, agreement=Agreement.DIFFERS, replies=replies, read=["Pathology report"],
        missing=missing,
    )  # fmt: skip


def signed(opinion: Opinion) -> Opinion:
    return opinion_signing.sign(
        opinion, by=AccountId("specialist"), name="Dr. Amara Osei", zone="Europe/Berlin", now=NOW
    )


def read(pdf: OpinionPdf) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.content))


def pages_of(pdf: OpinionPdf) -> list[str]:
    """What a reader hears of each page; unlike pypdf, PDFium honours the text given for composed letters."""
    with closing(pypdfium2.PdfDocument(pdf.content)) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def words_of(pdf: OpinionPdf) -> str:
    return " ".join(pages_of(pdf))


def tags_of(node: Any) -> Iterator[str]:
    node = node.get_object()
    for child in node if isinstance(node, list) else [node] if isinstance(node, dict) else []:
        here = child.get_object()
        if isinstance(here, dict):
            if "/S" in here:
                yield str(here["/S"])
            if "/K" in here:
                yield from tags_of(here["/K"])


async def test_the_letter_is_tagged_and_says_its_language_and_title() -> None:
    pdf = await opinion_pdf.render(signed(an_opinion()))
    root: Any = read(pdf).trailer["/Root"]
    assert pdf.conformance is Conformance.UA_1
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en", True)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert read(pdf).metadata["/Title"] == "Your second opinion from Riverside Hospital"  # type: ignore[index]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


async def test_headings_and_lists_are_tagged_as_what_they_are() -> None:
    pdf = await opinion_pdf.render(signed(an_opinion()))
    tags = list(tags_of(read(pdf).trailer["/Root"]["/StructTreeRoot"]))  # type: ignore[index]
    headings = [tag for tag in tags if tag.startswith("/H")]
    assert headings == ["/H1", "/H2", "/H2", "/H3", "/H3", "/H2", "/H2", "/H2"]
    assert tags.count("/LI") == 2


async def test_the_letter_reads_in_order() -> None:
    opinion = signed(an_opinion())
    assert opinion.signature
    words = words_of(await opinion_pdf.render(opinion))
    expected = [
        "Riverside Hospital", "Your second opinion", "For Zofia Łącka", "In plain words",
        "We would do something different", "You have time to choose.", "1. Is surgery the only way?",
        "Answer 1. More of it.",
        "2. Is there a trial?", "We cannot answer this, because: We lack a report.", "What we read",
        "Pathology report", "What was missing", "Molecular report", "Signed", "Dr. Amara Osei",
        "Tuesday 10 March 2026, 4:04 pm (Berlin time)", opinion.signature.sha256,
    ]  # fmt: skip
    place = 0
    for piece in expected:
        assert piece in words[place:]
        place = words.index(piece, place) + len(piece)


async def test_every_page_has_its_number() -> None:
    pdf = await opinion_pdf.render(signed(an_opinion(summary="A line of the summary.\n" * 60)))
    pages = pages_of(pdf)
    assert len(pages) > 1
    assert all(f"Page {number} of {len(pages)}" in text for number, text in enumerate(pages, 1))


async def test_what_people_wrote_is_never_read_as_markup() -> None:
    opinion = an_opinion(patient=MARKUP, questions=(MARKUP,), summary=f"= {MARKUP}\n- {MARKUP}", missing=(MARKUP,))
    set_text = "".join(words_of(await opinion_pdf.render(signed(opinion))).split())
    for literal in (f"For {MARKUP}", f"1. {MARKUP}", f"= {MARKUP}", f"- {MARKUP}", f"• {MARKUP}"):
        assert "".join(literal.split()) in set_text


@pytest.mark.parametrize(
    "name", ["Żółcień Gęślą Jaźń", "Παναγιώτης Ξανθόπουλος", "Наталія Їжакевич", "Đặng Thị Nguyễn", "Þórður Æsir"]
)
async def test_names_of_many_alphabets_are_set_within_the_strictest_standard(name: str) -> None:
    pdf = await opinion_pdf.render(signed(an_opinion(patient=name)))
    assert pdf.conformance is Conformance.UA_1
    assert f"For {name}" in words_of(pdf)


async def test_a_name_that_no_font_can_show_still_gives_a_tagged_letter() -> None:
    pdf = await opinion_pdf.render(signed(an_opinion(patient="Li \U0010fffd")))
    assert pdf.conformance is Conformance.TAGGED
    assert read(pdf).trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # type: ignore[index]  # noqa: E712
    assert "For Li" in words_of(pdf)


async def test_a_word_longer_than_a_line_stays_on_the_page() -> None:
    pdf = await opinion_pdf.render(signed(an_opinion(patient="W" * 300, summary="x" * 400)))
    with closing(pypdfium2.PdfDocument(pdf.content)) as document:
        width, text = document[0].get_width(), document[0].get_textpage()
        assert all(text.get_charbox(index)[2] < width for index in range(text.count_chars()))
        assert text.get_text_bounded().count("x") >= 400


async def test_a_draft_says_that_it_is_one() -> None:
    words = words_of(await opinion_pdf.render(an_opinion()))
    assert "Not signed yet" in words
    assert "Draft. This opinion is not signed yet. It may still change." in words
    assert "SHA-256" not in words


async def test_an_empty_draft_can_be_looked_at() -> None:
    empty = opinions.draft(
        "opinion", CaseId("case"), AccountId("specialist"), hospital="Riverside", patient="Zofia", questions=("Why?",),
        now=NOW,
    )  # fmt: skip
    words = words_of(await opinion_pdf.render(empty))
    assert "There is no answer yet." in words
    assert "We have not listed any records here." in words
    assert "We have not noted anything as missing." in words


async def test_a_letter_is_the_same_every_time() -> None:
    opinion = signed(an_opinion())
    assert (await opinion_pdf.render(opinion)).content == (await opinion_pdf.render(opinion)).content


async def test_an_opinion_that_is_not_as_it_was_signed_is_not_printed() -> None:
    with pytest.raises(OpinionAlteredError):
        await opinion_pdf.render(replace(signed(an_opinion()), summary="Something else."))

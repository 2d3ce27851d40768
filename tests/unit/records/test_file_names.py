"""File names from strangers are shown as one line of text and never leave their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.file_names import MAX_NAME_CHARACTERS, clean_file_name, content_disposition


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("report.pdf", "report.pdf"),
        ("Befund Müller (2).pdf", "Befund Müller (2).pdf"),
        ('"><img src=x onerror=alert(1)>.pdf', '"><img src=x onerror=alert(1)>.pdf'),
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\ct.dcm", "ct.dcm"),
        ("..\\..", ""),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("a\r\nSet-Cookie: x=y.pdf", "a Set-Cookie: x=y.pdf"),
        ("a\x00.pdf", "a .pdf"),
        ("  \t ", ""),
        ("...", ""),
        ("\ud800.pdf", "pdf"),
    ],
)
def test_a_name_becomes_one_line_of_visible_text(raw: str, clean: str) -> None:
    assert clean_file_name(raw) == clean


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_file_name("x" * 400 + ".pdf")

    assert len(name) == MAX_NAME_CHARACTERS
    assert name.endswith("x.pdf")
    assert clean_file_name("y" * 400) == "y" * MAX_NAME_CHARACTERS


@given(st.text(max_size=400))
def test_any_name_makes_one_safe_header(raw: str) -> None:
    header = content_disposition(raw)

    assert header.startswith("attachment; filename=")
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_name_outside_ascii_is_given_in_both_spellings() -> None:
    assert content_disposition("Müller.pdf") == "attachment; filename=\"M_ller.pdf\"; filename*=UTF-8''M%C3%BCller.pdf"
    assert content_disposition("a.pdf", disposition="inline").startswith("inline; ")
    assert 'filename="document"' in content_disposition("..")

"""What every page has and never has, and how the parts behave in each state."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from server.commands.environment import ROOT
from server.http.rendering import Hospital, Renderer
from server.http.static_files import StaticFiles, UnknownStaticFileError

HOSPITAL = Hospital("St. Brigid Cancer Center", "+1 (313) 555-0142", "911")
NOW = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
Rendered = Callable[..., str]
IMPORT = '{% import "_parts.html" as parts %}'
PROBLEM = {"title": "T", "words": "W", "action_href": "/", "action": "A", "number": "1"}
PAGES = {"dev/parts.html": {}, "problem.html": PROBLEM, "docs.html": {"openapi_url": "/api/v1/openapi.json"}}


@pytest.fixture(scope="module")
def static() -> StaticFiles:
    return StaticFiles(ROOT / "static")


@pytest.fixture
def renderer(static: StaticFiles) -> Renderer:
    return Renderer(HOSPITAL, static.url, lambda: NOW)


@pytest.fixture
def page(static: StaticFiles, tmp_path: Path) -> Rendered:
    """Render a template given as text, beside the real ones."""
    shipped = ROOT / "server" / "http" / "templates"
    for name in ("_parts.html", "base.html", "parts"):
        (tmp_path / name).symlink_to(shipped / name)
    renderer = Renderer(HOSPITAL, static.url, lambda: NOW, templates=tmp_path)

    def render(text: str, **values: object) -> str:
        (tmp_path / "page.html").write_text(text, encoding="utf-8")
        return renderer.render("page.html", **values)

    return render


@pytest.mark.parametrize("template", PAGES)
def test_no_page_carries_script_or_style_of_its_own_or_asks_outside(renderer: Renderer, template: str) -> None:
    text = renderer.render(template, **PAGES[template])

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)


@pytest.mark.parametrize("template", ["dev/parts.html", "problem.html"])
def test_every_page_has_a_name_a_way_past_its_header_and_numbers_that_dial(renderer: Renderer, template: str) -> None:
    text = renderer.render(template, **PAGES[template])

    assert f"· {HOSPITAL.name}</title>" in text
    assert text.index('href="#main"') < text.index('<main class="flow" id="main"')
    assert text.count('href="tel:+13135550142"') >= 2
    assert 'href="tel:911"' in text


def test_what_people_wrote_stays_text(page: Rendered) -> None:
    text = page(IMPORT + "{{ parts.field('name', 'Your name', wrote) }}{{ parts.person(wrote) }}", wrote='"><b>x</b>')

    assert "<b>" not in text


def test_a_value_that_a_page_did_not_give_fails(page: Rendered) -> None:
    with pytest.raises(UndefinedError):
        page("{{ nobody_gave_this }}")


def test_a_static_file_that_is_not_there_fails_when_the_page_is_made(page: Rendered) -> None:
    with pytest.raises(UnknownStaticFileError):
        page("{{ static('css/none.css') }}")


@pytest.mark.parametrize(
    ("lang", "way"), [("en", "ltr"), ("ar", "rtl"), ("fa-IR", "rtl"), ("he", "rtl"), ("pl", "ltr")]
)
def test_a_page_is_written_in_the_direction_of_its_language(renderer: Renderer, lang: str, way: str) -> None:
    assert f'<html lang="{lang}" dir="{way}">' in renderer.render("problem.html", lang=lang, **PROBLEM)


def test_somebody_who_is_signed_in_sees_who_they_are_and_can_leave(renderer: Renderer) -> None:
    me = SimpleNamespace(name="Anna Novak", role="patient")

    text = renderer.render("problem.html", me=me, csrf_token="t0ken", **PROBLEM)

    assert "Anna Novak" in text
    assert "Patient" in text
    assert re.search(r'action="/sign-out" method="post">\s*<input type="hidden" name="csrf_token" value="t0ken">', text)


def test_a_page_without_a_side_has_no_empty_one(page: Rendered) -> None:
    without = page('{% extends "base.html" %}{% block title %}A{% endblock %}')
    with_one = page('{% extends "base.html" %}{% block title %}A{% endblock %}{% block side %}Here{% endblock %}')

    assert ('data-side="no"' in without, "<aside" in without) == (True, False)
    assert ('data-side="yes"' in with_one, "<aside" in with_one) == (True, True)


def test_a_button_that_is_off_says_why_and_sends_nothing(page: Rendered) -> None:
    text = page(IMPORT + "{{ parts.button('Choose a time', id='choose', because='Your records are not read yet.') }}")

    assert 'type="button"' in text
    assert 'aria-disabled="true" aria-describedby="choose-because"' in text
    assert 'id="choose-because">Your records are not read yet.<' in text


def test_a_field_in_error_names_its_hint_and_its_error(page: Rendered) -> None:
    text = page(
        IMPORT + "{{ parts.field('email', 'E-mail', type='email', hint='H', error='E', autocomplete='email') }}"
    )

    assert '<label for="email">' in text
    assert 'aria-describedby="email-hint email-error" aria-invalid="true"' in text
    assert 'autocomplete="email"' in text


@pytest.mark.parametrize("kind", ["text", "email", "tel", "number", "date", "textarea", "select"])
def test_every_kind_of_field_keeps_its_value_and_is_required_unless_optional(page: Rendered, kind: str) -> None:
    call = "{{ parts.field('f', 'F', 'v', type=kind, options=[('v', 'V')], optional=optional) }}"
    asked = page(IMPORT + call, kind=kind, optional=False)
    optional = page(IMPORT + call, kind=kind, optional=True)

    assert re.search(r'value="v"( data-width| selected)', asked) or ">\nv</textarea>" in asked
    assert (" required" in asked, " required" in optional) == (True, False)
    assert "you may leave this out" in optional


def test_choices_show_what_was_chosen_and_errors_lead_to_the_first(page: Rendered) -> None:
    one = page(IMPORT + "{{ parts.yes_no('fever', 'Fever?', 'unknown', error='Choose one.') }}")
    many = page(IMPORT + "{{ parts.choices('h', 'Who?', [('a', 'A'), ('b', 'B')], ['b'], kind='checkbox') }}")

    assert re.findall(r'value="(\w+)" checked', one) == ["unknown"]
    assert 'id="fever" name="fever" value="yes"' in one
    assert 'aria-describedby="fever-error"' in one
    assert re.findall(r'value="(\w+)" checked', many) == ["b"]


def test_an_error_summary_leads_to_each_field_and_is_absent_without_errors(page: Rendered) -> None:
    some = page(IMPORT + "{{ parts.error_summary([('email', 'Write your address')]) }}")
    none = page(IMPORT + "{{ parts.error_summary([]) }}")

    assert '<a href="#email">Write your address</a>' in some
    assert 'tabindex="-1" autofocus' in some
    assert not none.strip()


def test_steps_say_their_state_in_words(page: Rendered) -> None:
    items = [
        {"label": "Sent", "state": "done", "when": "Monday"},
        SimpleNamespace(label="Read", state="now"),
        {"label": "Meet", "state": "later", "href": "/visit"},
    ]

    text = page(IMPORT + "{{ parts.steps(items) }}", items=items)

    assert re.findall(r'step-word">(\w+)<', text) == ["Done", "Now", "Later"]
    assert text.count('aria-current="step"') == 1


def test_the_honest_clock_says_who_since_when_and_until_when(page: Rendered) -> None:
    call = "{{ parts.clock(who, now, promised, 'America/Detroit') }}"

    text = Markup(page(IMPORT + call, who="Dr Haddad", promised=NOW)).striptags()
    mine = Markup(page(IMPORT + call, who="", promised=None)).striptags()

    day = "Tuesday 24 November 2026"
    assert text == f"Dr Haddad has had your case since {day}. You will hear from us by {day}."
    assert mine == f"It has been your turn since {day}."


def test_a_table_names_its_rows_and_cells_and_says_when_it_is_empty(page: Rendered) -> None:
    call = (
        "{{ parts.table('People', [{'label': 'Name'}, {'label': 'Days', 'kind': 'number'}], rows, empty='Nobody.') }}"
    )

    full = page(IMPORT + call, rows=[["Anna", 3]])
    empty = page(IMPORT + call, rows=[])

    assert 'scope="row">Anna<' in full
    assert 'data-label="Days" data-kind="number">3<' in full
    assert "Nobody." in empty


def test_a_form_carries_its_token(page: Rendered) -> None:
    text = page(IMPORT + "{% call parts.form('/case', csrf_token) %}x{% endcall %}", csrf_token="t0ken")

    assert 'method="post"' in text
    assert 'name="csrf_token" value="t0ken"' in text


def test_every_sign_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'symbol id="([\w-]+)"', (ROOT / "static" / "icons" / "signs.svg").read_text()))
    templates = (ROOT / "server" / "http" / "templates").rglob("*.html")
    named = {name for path in templates for name in re.findall(r'(?:sign\(|icon=)"([\w-]+)"', path.read_text())}

    assert named <= drawn

"""The pages of the policy office, without JavaScript: read, begin, edit, check, sign, give a day, compare."""

import re
from datetime import timedelta

import pytest

from server.domain.policy import load_policy
from tests import builders
from tests.integration.house import Browser, Clock, House
from tests.integration.policy import office

MARK = re.compile(r"<[^>]+>")


def text(page: str) -> str:
    """What a person reads of a page."""
    return " ".join(MARK.sub(" ", page).replace("&#34;", '"').split())


def form_of(page: str) -> dict[str, list[str]]:
    """What a form of the page sends when nothing is touched."""
    sent: dict[str, list[str]] = {}
    main = page[page.index("<main") :]
    for name, kind, value, rest in re.findall(r'<input[^>]*name="([^"]+)" type="(\w+)" value="([^"]*)"([^>]*)>', main):
        sent.setdefault(name, []).append(value) if kind != "checkbox" or "checked" in rest else None
    for kind, name, value, rest in re.findall(
        r'<input type="(checkbox)" id="[^"]+" name="([^"]+)" value="([^"]*)"([^>]*)>', main
    ):
        sent.setdefault(name, []).append(value) if "checked" in rest and kind else None
    for name, value in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', main):
        sent[name] = [value]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', main, re.S):
        sent[name] = re.findall(r'value="([^"]*)" selected', options)
    return sent


async def begun(browser: Browser, name: str = "2027.1") -> str:
    """Begin a version on the page; return the address of its form."""
    page = await browser.get("/policy")
    base = re.search(r'<option value="([0-9a-f]{64})"', page.body)
    assert base
    sent = {"based_on": base[1], "version": name, "effective_from": office.TODAY}
    answer = await browser.post("/policy/drafts", sent, follow=False)
    assert answer.status == 303, text(browser.page)
    return str(answer.headers["Location"])


async def test_who_is_not_signed_for_says_so_on_the_first_page_and_in_the_office(demo: House) -> None:
    for person in ("compliance", "admin"):
        browser = await demo.browser_session(person)
        for path in ("/", "/policy"):
            page = text((await browser.get(path)).body)
            assert "The policy that decides is not signed" in page
            assert "2 of 2 signatures are missing" in page
    for person in ("scheduler", "specialist", "patient"):
        assert (await (await demo.browser_session(person)).get("/policy")).status == 403


async def test_two_people_sign_the_starter_policy_where_it_stands(demo: House) -> None:
    starter = await office.in_force(demo)
    for person, left in (("compliance", "1 of 2 signatures is missing"), ("admin", None)):
        browser = await demo.browser_session(person)
        await browser.get(f"/policy/{starter['id']}")
        page = text((await browser.post(f"/policy/{starter['id']}/sign", {"reason": ""})).body)
        assert "Signed" in page
        home = text((await browser.get("/")).body)
        assert (left or "is not signed") in home if left else "is not signed" not in home
    assert "Sign this version" not in (await browser.get(f"/policy/{starter['id']}")).body


async def test_the_rules_are_read_as_sentences(demo: House) -> None:
    browser = await demo.browser_session("compliance")

    page = text((await browser.get(f"/policy/{(await office.in_force(demo))['id']}")).body)

    assert "E04 Fever with a weak immune system (or not known)" in page
    assert "is yes, or not known" in page
    assert "It is an emergency now." in page
    assert "Adult age 18 P01" in page


@pytest.mark.parametrize("person", ["specialist", "scheduler", "admin", "compliance"])
async def test_who_works_by_the_rules_reads_those_that_decide_today(demo: House, person: str) -> None:
    browser = await demo.browser_session(person)

    page = text((await browser.get("/rules")).body)

    version = (await office.in_force(demo))["version"]
    assert f"Version {version} decides today" in page
    assert "E04 Fever with a weak immune system (or not known)" in page
    assert "Sign this version" not in page


@pytest.mark.parametrize("person", ["patient", "companion", "interpreter"])
async def test_the_rules_are_not_shown_to_people_who_do_not_work_by_them(demo: House, person: str) -> None:
    browser = await demo.browser_session(person)

    assert (await browser.get("/rules")).status == 403


async def test_a_rule_that_applies_to_a_case_leads_to_its_sentence(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    told = await demo.post("patient", f"/cases/{case_id}/answers", {"answers": {"rf_bleeding": True}})
    browser = await demo.browser_session("specialist")

    page = (await browser.get(f"/cases/{case_id}")).body
    rules = (await browser.get("/rules")).body

    for rule in told.body["fired"]:
        assert f'<a href="/rules#{rule}">{rule}</a>' in page
        assert f'id="{rule}"' in rules


async def test_from_a_new_version_to_the_day_it_decides(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    await demo.post("scheduler", f"/cases/{case_id}/decisions", {"stage": "booking"})
    lena, sam = await demo.browser_session("compliance"), await demo.browser_session("admin")

    address = await begun(lena)
    form = form_of((await lena.get(address)).body)
    saved = await lena.post(address, form | {"numbers.ecog_review_from": "1"})
    assert "Saved" in text(saved.body)
    [version] = set(re.findall(r'action="/policy/([0-9a-f]{64})/check"', saved.body))
    found = text((await lena.post(f"/policy/{version}/check", {})).body)
    assert "0 of 1 decisions of the past move toward video, 1 toward caution." in found
    assert f"{case_id} " in found
    assert "Nobody moves toward video" in found
    await lena.post(f"/policy/{version}/sign", {"reason": ""})
    await sam.get(f"/policy/{version}/check")
    signed = text((await sam.post(f"/policy/{version}/sign", {"reason": "Read."})).body)
    assert "Lena Brandt (compliance)" in signed
    assert "Sam Rivera (admin)" in signed
    done = text((await sam.post(f"/policy/{version}/activate", {"on": "2026-11-25"})).body)

    assert "It decides from Wednesday 25 November 2026 on." in done
    clock.advance(timedelta(days=2))
    sam = await demo.browser_session("admin")
    assert "Version 2027.1 decides since Wednesday 25 November 2026." in text((await sam.get("/policy")).body)
    assert (await office.in_force(demo))["id"] == version


async def test_saving_an_untouched_form_changes_nothing(demo: House) -> None:
    lena = await demo.browser_session("compliance")
    address = await begun(lena)

    answer = await lena.post(address, form_of((await lena.get(address)).body), follow=False)

    assert answer.headers["Location"] == f"{address}?now=saved"


async def test_everything_that_may_be_edited_is_in_the_form(demo: House) -> None:
    lena = await demo.browser_session("compliance")
    address = await begun(lena)
    form = form_of((await lena.get(address)).body)

    saved = await lena.post(
        address,
        form
        | {
            "policy.version": "2027.2",
            "policy.effective_from": "2027-01-05",
            "numbers.video_max_loss_pct": "2.5",
            "dates.dea_flexibility_until": "2027-12-31",
            "lists.served_countries": ["US", "CA"],
            "rules.E01.patient": "Call 911 now.\r\nDo not wait.",
            "rules.P07.at": ["request", "booking"],
            "rules.C03.outcome": "in_person_required",
        },
        follow=False,
    )

    sha256 = re.search(r"[0-9a-f]{64}", saved.headers["Location"])
    assert sha256
    policy = load_policy((await demo.get("admin", f"/policies/{sha256[0]}/file")).body)
    assert (policy.version, policy.effective_from.isoformat()) == ("2027.2", "2027-01-05")
    assert policy.numbers["video_max_loss_pct"] == 2.5
    assert policy.dates["dea_flexibility_until"].isoformat() == "2027-12-31"
    assert policy.lists["served_countries"] == ("US", "CA")
    assert policy.rules_by_id["E01"].patient == "Call 911 now. Do not wait."
    assert policy.rules_by_id["P07"].stages == ("request", "booking")
    assert policy.rules_by_id["C03"].outcome == "in_person_required"


async def test_what_cannot_stand_is_named_at_its_field_and_what_was_typed_is_kept(demo: House) -> None:
    lena = await demo.browser_session("compliance")
    address = await begun(lena)
    form = form_of((await lena.get(address)).body)

    for field, typed in (
        ("numbers.adult_age", "eighteen"),
        ("numbers.adult_age", "-1"),
        ("numbers.video_min_kbps", "1e9"),
        ("dates.dea_flexibility_until", "2027-02-30"),
        ("policy.effective_from", "soon"),
        ("policy.version", "x" * 81),
        ("policy.version", "2026.11-draft1"),
        ("rules.E01.patient", " "),
        ("rules.E01.outcome", "video_ok"),
        ("rules.E04.outcome", "audio_fallback"),
        ("rules.E01.outcome", "nothing"),
    ):
        answer = await lena.post(address, form | {field: typed})
        assert answer.status == 422, field
        assert f'<a href="#{field}">' in answer.body, (field, typed)
        if not field.endswith("outcome") and typed.strip():
            assert typed in answer.body
    for field in ("lists.served_countries", "rules.E01.at"):
        answer = await lena.post(address, {name: value for name, value in form.items() if name != field})
        assert (answer.status, f'<a href="#{field}">' in answer.body) == (422, True), field


async def test_a_new_version_needs_a_name_and_a_day(demo: House) -> None:
    lena = await demo.browser_session("compliance")
    page = await lena.get("/policy")
    base = re.search(r'<option value="([0-9a-f]{64})"', page.body)
    assert base

    empty = await lena.post("/policy/drafts", {"based_on": base[1], "version": "", "effective_from": "never"})
    taken = await lena.post(
        "/policy/drafts", {"based_on": base[1], "version": "2026.11-draft1", "effective_from": office.TODAY}
    )

    assert (empty.status, taken.status) == (422, 422)
    assert '<a href="#version">Give it a name of at most 80 letters.</a>' in empty.body
    assert '<a href="#effective_from">Give a day, such as 2027-01-31.</a>' in empty.body
    assert '<a href="#version">Another version has this name.' in taken.body


async def test_what_loosens_asks_for_a_reason_on_the_page(demo: House) -> None:
    version = (await office.checked(demo, office.LOOSER))["id"]
    sam = await demo.browser_session("admin")
    page = text((await sam.get(f"/policy/{version}/check")).body)
    assert "It makes something looser" in page
    assert "Why is it right?" in page

    bare = await sam.post(f"/policy/{version}/sign", {"reason": " "})
    signed = await sam.post(f"/policy/{version}/sign", {"reason": "The board decided it."})

    assert (bare.status, '<a href="#reason">' in bare.body) == (422, True)
    assert "The board decided it." in text((await sam.get(f"/policy/{version}/check")).body)
    assert signed.status == 200


async def test_a_day_that_cannot_be_is_named_at_its_field(demo: House) -> None:
    version = await office.signed(demo, {"effective_from": "2026-12-01"})
    sam = await demo.browser_session("admin")
    await sam.get(f"/policy/{version}")

    for day in ("", "2026-11-20", "2026-11-30"):
        answer = await sam.post(f"/policy/{version}/activate", {"on": day})
        assert (answer.status, '<a href="#on">' in answer.body) == (422, True), day


async def test_two_versions_stand_side_by_side(demo: House) -> None:
    starter = await office.in_force(demo)
    version = await office.edited(
        demo, office.TIGHTER | {"rules": {"C04": {"outcome": "in_person_recommended", "at": ["booking"]}}}
    )
    lena = await demo.browser_session("compliance")
    assert "Choose two versions." in text((await lena.get("/policy/compare")).body)

    page = text((await lena.get(f"/policy/compare?old={starter['id']}&new={version}")).body)

    assert "5 differences between 2026.11-draft1 and 2027.1." in page
    assert "ECOG review from 3 1 Stricter" in page
    assert "Rule C04: what follows In person Better in person Looser" in page
    assert "Rule C04: where it is asked Records review, Booking, Check-in Booking Looser" in page
    assert (await lena.get(f"/policy/compare?old={starter['id']}&new={'0' * 64}")).status == 404


async def test_a_draft_that_was_edited_further_leads_to_what_it_is_now(demo: House) -> None:
    lena = await demo.browser_session("compliance")
    old = (await begun(lena)).rsplit("/", 1)[-1]
    new = (await demo.patch("compliance", f"/policies/{old}", office.TIGHTER)).body["id"]

    page = await lena.get(f"/policy/drafts/{old}")

    assert f'href="/policy/{new}"' in page.body
    assert "This draft was edited further" in page.body


async def test_a_draft_that_nobody_wants_is_put_aside_and_one_in_force_is_not(demo: House) -> None:
    lena = await demo.browser_session("compliance")
    draft = (await begun(lena)).rsplit("/", 1)[-1]
    await lena.get(f"/policy/{draft}")

    page = text((await lena.post(f"/policy/{draft}/retire", {})).body)
    refused = await lena.post(f"/policy/{(await office.in_force(demo))['id']}/retire", {})

    assert "It is put aside" in page
    assert "Edit" not in page.split("The rules")[0]
    assert refused.status == 409

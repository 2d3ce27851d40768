"""The pages of the request and of the case, as a browser without JavaScript goes through them."""

import re
from collections.abc import Mapping
from typing import Any

from tests.integration.cases.a_request import COMPLETE, WELL, a_draft, an_accepted_request, takes_part
from tests.integration.house import Browser, House

REACH = {"name": "Maria Kowalska", "phone": "+1 313 555 0142"}
PAGES: Mapping[str, Mapping[str, Any]] = {
    "reach": REACH,
    "safety": WELL,
    "story": {
        "reasons": ["more-options", "rare"],
        "cancer_type": "breast",
        "treatment_timing": "unknown",
        "surgery_done": "no",
    },
    "questions": {"questions": ["Is surgery the only way?", "Can I wait?"]},
    "about": {
        "age_years": "58",
        "patient_country": "US",
        "patient_state": "MI",
        "language": "Polish",
        "interpreter": "yes",
        "support": ["none"],
    },
    "visit": {"telehealth_consent": "yes", "prefers_in_person": "no"},
}


async def test_a_patient_fills_the_request_in_page_by_page_and_sends_it(demo: House) -> None:
    browser = await demo.browser_session("patient")
    await browser.get("/request")
    await browser.post("/request")
    case = _case(browser)

    for page, answers in PAGES.items():
        await browser.get(f"/request/{case}/{page}")
        saved = await _save(browser, case, page, answers)
        assert saved.status == 303, browser.page
    await browser.get(f"/request/{case}/send")
    sent = await browser.post(f"/request/{case}/send")

    assert sent.status == 200
    assert "We have your request" in browser.page
    assert (await demo.get("patient", f"/cases/{case}")).body["answers"]["questions"] == PAGES["questions"]["questions"]


async def test_what_is_missing_is_said_on_the_page_and_the_rest_is_saved(demo: House) -> None:
    case = await a_draft(demo, {})
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/reach")

    answer = await _save(browser, case, "reach", {"name": "Maria", "phone": "call me"})

    assert answer.status == 422
    assert "Please write the number with its area code" in answer.body
    assert 'value="call me"' in answer.body
    assert (await demo.get("patient", f"/cases/{case}")).body["answers"]["name"] == "Maria"


async def test_somebody_may_stop_in_the_middle_and_go_on_where_something_is_open(demo: House) -> None:
    case = await a_draft(demo, REACH)
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/safety")

    await _save(browser, case, "safety", {**WELL, "do": "stop"})
    onward = await browser.get(f"/request/{case}", follow=False)

    assert onward.headers["Location"] == f"/request/{case}/story"


async def test_one_yes_leads_to_help_and_nowhere_else(demo: House) -> None:
    case = await a_draft(demo, REACH)
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/safety")

    await _save(browser, case, "safety", {"rf_breathing": "yes"}, follow=True)
    assert "Trouble breathing can be an emergency" in browser.page
    assert 'href="tel:911"' in browser.page
    await browser.get(f"/request/{case}/story")
    assert "Please get help now" in browser.page


async def test_an_answer_by_mistake_can_be_changed(demo: House) -> None:
    case = await a_draft(demo, {**REACH, "rf_breathing": "yes"})
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/safety")

    saved = await _save(browser, case, "safety", WELL)

    assert saved.headers["Location"] == f"/request/{case}/story"
    assert len((await demo.get("scheduler", "/tasks")).body["tasks"]) == 1


async def test_questions_are_added_and_removed_without_javascript(demo: House) -> None:
    case = await a_draft(demo, {})
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/questions")

    await _save(browser, case, "questions", {"questions": ["One?"], "do": "add"}, follow=True)
    assert "Question 2" in browser.page
    await _save(browser, case, "questions", {"questions": ["One?", "Two?"], "do": "remove-1"}, follow=True)

    assert (await demo.get("patient", f"/cases/{case}")).body["answers"]["questions"] == ["Two?"]
    assert "Question 2" not in browser.page


async def test_two_windows_get_a_way_out_in_words(demo: House) -> None:
    case = await a_draft(demo, {})
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/reach")
    seen = _version(browser)

    await demo.patch("patient", f"/cases/{case}", {"answers": {"name": "From the telephone"}})
    first = await _save(browser, case, "reach", {**REACH, "version": seen})
    second = await _save(browser, case, "reach", {**REACH, "version": _version(browser)})

    assert first.status == 409
    assert "You changed this request in another window" in first.body
    assert 'value="Maria Kowalska"' in first.body
    assert second.status == 303
    assert (await demo.get("patient", f"/cases/{case}")).body["answers"]["name"] == "Maria Kowalska"


async def test_a_request_that_is_begun_twice_is_one(demo: House) -> None:
    browser = await demo.browser_session("patient")
    await browser.get("/request")
    token = browser.csrf_token

    for _ in range(2):
        browser.page = f'name="csrf_token" value="{token}"'
        await browser.post("/request", follow=False)

    assert len((await demo.get("patient", "/cases")).body["cases"]) == 1


async def test_a_form_that_is_sent_twice_leads_to_the_case(demo: House) -> None:
    case = await a_draft(demo)
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/send")
    token = browser.csrf_token
    await browser.post(f"/request/{case}/send", follow=False)

    browser.page = f'name="csrf_token" value="{token}"'
    again = await browser.post(f"/request/{case}/send", follow=False)

    assert (again.status, again.headers["Location"]) == (303, f"/cases/{case}")


async def test_what_is_open_is_listed_before_sending(demo: House) -> None:
    case = await a_draft(demo, {name: value for name, value in COMPLETE.items() if name != "language"})
    browser = await demo.browser_session("patient")

    page = await browser.get(f"/request/{case}/send")
    refused = await browser.post(f"/request/{case}/send")

    assert f'href="/request/{case}/about#language"' in page.body
    assert refused.status == 422


async def test_nonsense_from_a_browser_is_no_fault_of_ours(demo: House) -> None:
    case = await a_draft(demo, {})
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/reach")
    token = browser.csrf_token

    for page, sent in (
        ("reach", {"name": "x" * 100_000, "phone": "\x00", "version": "9" * 400}),
        ("about", {"age_years": "1e9", "patient_country": "<script>", "support": ["nothing", "none"]}),
        ("story", {"treatment_start": "tomorrow", "reasons": ["x"] * 50}),
        ("questions", {"questions": ["?"] * 20, "do": "remove-999"}),
        ("reach", {}),
    ):
        browser.page = f'name="csrf_token" value="{token}"'
        answer = await _save(browser, case, page, sent)
        assert answer.status in (303, 409, 422), (page, answer.status)
    assert (await browser.get(f"/request/{case}/nowhere")).status == 404
    assert (await browser.get("/request/nobody/reach")).status == 404


async def test_each_finds_their_own_first_page(demo: House) -> None:
    for person, address in (
        ("patient", "/request"),
        ("specialist", "/todo"),
        ("scheduler", "/requests"),
    ):
        browser = await demo.browser_session(person)
        assert (await browser.get("/", follow=False)).headers["Location"] == address
        assert (await browser.get("/")).status == 200
    for person in ("companion", "interpreter", "admin", "compliance"):
        assert (await (await demo.browser_session(person)).get("/")).status == 200
    assert (await demo.stranger().get("/")).status == 200
    assert (await demo.stranger().get("/request")).status == 200


async def test_the_patient_reads_what_is_missing(demo: House) -> None:
    case = await an_accepted_request(demo)
    await demo.post("specialist", f"/cases/{case}/review", {"verdict": "missing", "note": "The scan of May."})

    page = await (await demo.browser_session("patient")).get(f"/cases/{case}")

    assert "We need something more" in page.body
    assert "The scan of May." in page.body


async def test_a_companions_page_says_where_to_be_and_nothing_clinical(demo: House) -> None:
    case = await an_accepted_request(demo)
    await takes_part(demo, case, "companion")

    page = await (await demo.browser_session("companion")).get(f"/cases/{case}")

    assert "Visit of Maria Kowalska" in page.body
    assert "lump" not in page.body
    assert "surgery" not in page.body


async def _save(browser: Browser, case: str, page: str, answers: Mapping[str, Any], *, follow: bool = False) -> Any:
    sent = {name: list(value) if isinstance(value, tuple) else value for name, value in answers.items()}
    return await browser.post(f"/request/{case}/{page}", sent, follow=follow)


def _case(browser: Browser) -> str:
    match = re.search(r'data-case="([^"]+)"', browser.page)
    assert match
    return match[1]


def _version(browser: Browser) -> str:
    match = re.search(r'name="version" value="([^"]+)"', browser.page)
    assert match
    return match[1]


async def test_a_fever_is_asked_on_before_it_is_kept(demo: House) -> None:
    case = await a_draft(demo, REACH)
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/safety")

    asked = await _save(browser, case, "safety", {**WELL, "fever_38": "yes"})

    assert asked.status == 422
    assert '<a href="#immunosuppressed">' in asked.body
    assert '<a href="#fever_38">' not in asked.body
    assert re.search(r'name="fever_38" value="yes"\s+checked', asked.body)
    assert (await demo.get("patient", f"/cases/{case}")).body["answers"]["fever_38"] is None
    assert (await demo.get("scheduler", "/tasks")).body["tasks"] == []


async def test_a_fever_without_a_weak_immune_system_is_no_emergency_and_a_nurse_calls(demo: House) -> None:
    case = await a_draft(demo, {**COMPLETE, "fever_38": "yes", "immunosuppressed": "no"})
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/safety")

    saved = await _save(browser, case, "safety", {**WELL, "fever_38": "yes", "immunosuppressed": "no"})
    await demo.post("patient", f"/cases/{case}/submit")

    assert saved.headers["Location"] == f"/request/{case}/story"
    (task,) = (await demo.get("scheduler", "/tasks")).body["tasks"]
    assert task["kind"] == "nurse-call"
    assert "immune system weak? No." in task["note"]
    (decision,) = (await demo.get("patient", f"/cases/{case}/decisions")).body["decisions"]
    assert (decision["outcome"], decision["fired"]) == ("in_person_recommended", ["C02"])


async def test_a_fever_with_a_weak_immune_system_stops_the_form_in_the_policys_words(demo: House) -> None:
    case = await a_draft(demo, REACH)
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/safety")

    await _save(browser, case, "safety", {**WELL, "fever_38": "yes", "immunosuppressed": "unknown"}, follow=True)

    assert "say you have cancer" in browser.page
    assert "Call 988" not in browser.page


async def test_who_stops_with_a_fever_and_says_no_more_is_called(demo: House) -> None:
    case = await a_draft(demo, REACH)
    browser = await demo.browser_session("patient")
    await browser.get(f"/request/{case}/safety")

    await _save(browser, case, "safety", {"fever_38": "yes", "do": "stop"}, follow=True)

    assert "Please get help now" in browser.page
    assert [task["kind"] for task in (await demo.get("scheduler", "/tasks")).body["tasks"]] == ["emergency-call"]

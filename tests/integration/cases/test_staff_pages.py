"""The staff's pages: requests answered, calls ticked off, the records called enough. No JavaScript."""

import re

from tests.builders import give_records
from tests.integration.cases.a_request import COMPLETE, a_draft, a_sent_request, an_accepted_request
from tests.integration.house import House


async def test_the_desk_accepts_on_the_page(demo: House) -> None:
    case = await a_sent_request(demo)
    browser = await demo.browser_session("scheduler")
    listed = await browser.get("/requests")
    await browser.get(f"/cases/{case}")

    await browser.post(f"/cases/{case}/accept", {"specialist": demo.people["specialist"].id, "accept_reason": ""})

    assert "1 person waits for our answer" in listed.body
    assert "Waits for records" in browser.page


async def test_an_answer_that_lacks_something_comes_back_as_it_was_typed(demo: House) -> None:
    case = await a_sent_request(demo)
    browser = await demo.browser_session("scheduler")
    await browser.get(f"/cases/{case}")

    nobody = await browser.post(f"/cases/{case}/accept", {"specialist": "", "accept_reason": "Welcome to us."})
    vague = await browser.post(f"/cases/{case}/decline", {"decline_reason": "We treat adults only.", "next_step": " "})

    assert nobody.status == vague.status == 422
    assert '<a href="#specialist">Please choose one of the specialists.</a>' in nobody.body
    assert "Welcome to us." in nobody.body
    assert '<a href="#next_step">Please say what the patient can do now.' in vague.body
    assert "We treat adults only." in vague.body
    assert (await demo.get("patient", f"/cases/{case}")).body["status"] == "submitted"


async def test_who_answers_second_hears_that_somebody_was_first(demo: House) -> None:
    case = await a_sent_request(demo)
    browser = await demo.browser_session("scheduler")
    await browser.get(f"/cases/{case}")
    specialist = demo.people["specialist"].id
    await browser.post(f"/cases/{case}/accept", {"specialist": specialist})

    await browser.post(f"/cases/{case}/decline", {"decline_reason": "No.", "next_step": "Call 555."})

    assert "Somebody else has answered this request first" in browser.page
    assert (await demo.get("patient", f"/cases/{case}")).body["status"] == "accepted"


async def test_the_patient_reads_the_reason_on_the_page(demo: House) -> None:
    case = await a_sent_request(demo)
    browser = await demo.browser_session("scheduler")
    await browser.get(f"/cases/{case}")
    await browser.post(
        f"/cases/{case}/decline", {"decline_reason": "We treat <adults> only.", "next_step": "Call 555."}
    )

    patient = await demo.browser_session("patient")
    page = await patient.get(f"/cases/{case}")

    assert "We treat &lt;adults&gt; only." in page.body
    assert "Call 555." in page.body


async def test_the_specialist_says_enough_on_the_page(demo: House) -> None:
    case = await an_accepted_request(demo)
    await give_records(demo, case)
    browser = await demo.browser_session("specialist")
    page = await browser.get(f"/cases/{case}")

    vague = await browser.post(f"/cases/{case}/review", {"verdict": "missing", "note": ""})
    await browser.post(f"/cases/{case}/review", {"verdict": "enough", "note": ""})

    assert "Is surgery the only way?" in page.body
    assert (vague.status, "Please say what is missing" in vague.body) == (422, True)
    assert (await demo.get("patient", f"/cases/{case}/stage")).body["stage"] == "choose-a-time"


async def test_the_desk_reads_that_its_answers_are_saved(demo: House) -> None:
    case = await an_accepted_request(demo)
    browser = await demo.browser_session("scheduler")
    page = await browser.get(f"/cases/{case}")
    back = re.search(r'name="back" value="([^"]+)"', page.body)
    assert back

    await browser.post(f"/cases/{case}/questions", {"support_status": "not_needed", "back": back[1], "of": "scheduler"})

    assert "The answers are saved" in browser.page
    assert "Noted “No help needed”" in browser.page


async def test_who_called_ticks_it_off(demo: House) -> None:
    await a_draft(demo, {**COMPLETE, "rf_bleeding": "yes"})
    browser = await demo.browser_session("scheduler")
    page = await browser.get("/requests")
    action = re.search(r'action="(/cases/[^"]+/finish)"', page.body)
    assert action

    await browser.post(action[1])

    assert 'href="tel:+13135550142"' in page.body
    assert "Calls to make" not in browser.page


async def test_a_call_that_somebody_has_made_already_leads_on_all_the_same(demo: House) -> None:
    case = await a_draft(demo, {**COMPLETE, "rf_bleeding": "yes"})
    browser = await demo.browser_session("scheduler")
    page = await browser.get("/requests")
    action = re.search(r'action="(/cases/[^"]+/finish)"', page.body)
    assert action

    first = await browser.post(action[1], {"back": f"/cases/{case}"}, follow=False)
    await browser.get("/day")
    second = await browser.post(action[1], {"back": "//elsewhere.example"}, follow=False)

    assert (first.status, first.headers["Location"]) == (303, f"/cases/{case}")
    assert (second.status, second.headers["Location"]) == (303, "/")


async def test_a_case_is_once_on_the_specialists_list(demo: House) -> None:
    case = await an_accepted_request(demo)
    await give_records(demo, case)

    page = await (await demo.browser_session("specialist")).get("/todo")

    assert page.body.count(f'href="/cases/{case}"') == 1

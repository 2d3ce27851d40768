"""The questions of the in-person rule on pages: to whom, in which words, and what an answer sets off. No JavaScript."""

import re
from datetime import timedelta
from typing import Any

from server.domain.ids import CaseId
from server.domain.policy import FactValue
from server.storage import statements
from tests import builders
from tests.integration.house import Answer, Browser, Clock, House

RED_FLAGS = [name for name in builders.PATIENT_SAYS if name.startswith("rf_")]
WELL: dict[str, str] = {
    **dict.fromkeys(RED_FLAGS, "false"),
    "fever_38": "false",
    "amber_symptom_count": "none",
    "new_neuro_nonurgent": "false",
}


async def opened(house: House, person: str, address: str) -> tuple[Browser, Answer]:
    browser = await house.browser_session(person)
    return browser, await browser.get(address)


async def said(house: House, case_id: CaseId, name: str) -> list[FactValue | None]:
    async with house.database.read() as connection:
        return [one.value for one in await statements.of_case(connection, case_id) if one.name == name]


async def tasks(house: House, case_id: CaseId) -> list[dict[str, Any]]:
    answer = await house.get("scheduler", f"/cases/{case_id}/tasks")
    found: list[dict[str, Any]] = answer.body["tasks"]
    return found


def asked(page: str) -> set[str]:
    """Name the facts that a page has a field for."""
    return set(re.findall(r'(?:input|select)[^>]* name="([a-z][a-z0-9_]+)"', page)) - {
        "back",
        "of",
        "csrf_token",
        "csrf",
    }


def chosen(page: str, name: str) -> list[str]:
    """Name what is chosen for a fact before anybody touches the page."""
    inputs = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return [re.search(r'value="([^"]*)"', one)[1] for one in inputs if " checked" in one]


async def test_a_patient_whose_answers_are_fresh_has_nothing_to_answer(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)

    _, page = await opened(demo, "patient", f"/cases/{case_id}/questions")

    assert "You have answered everything" in page.body
    assert chosen(page.body, "rf_breathing") == ["false"]
    assert "You said “No” on Monday 23 November 2026." in page.body


async def test_red_flags_older_than_a_day_are_asked_again_with_nothing_chosen(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))

    _, page = await opened(demo, "patient", f"/cases/{case_id}/questions")

    assert chosen(page.body, "rf_breathing") == []
    assert chosen(page.body, "telehealth_consent") == ["true"]  # this one does not grow old
    assert "You have told us this before. It can change, so we ask again." in page.body


async def test_answers_lead_back_to_where_the_person_was(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))
    browser, _ = await opened(demo, "patient", f"/cases/{case_id}/questions")

    answer = await browser.post(
        f"/cases/{case_id}/questions", {**WELL, "back": f"/cases/{case_id}/times"}, follow=False
    )

    assert (answer.status, answer.headers["Location"]) == (303, f"/cases/{case_id}/times")
    assert await said(demo, case_id, "rf_breathing") == [False, False]
    assert await said(demo, case_id, "telehealth_consent") == [True]  # unchanged, so it keeps its day
    assert await tasks(demo, case_id) == []


async def test_a_question_without_an_answer_is_named_at_its_field_and_the_others_stay(
    demo: House, clock: Clock
) -> None:
    case_id = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))
    browser, _ = await opened(demo, "patient", f"/cases/{case_id}/questions")
    form = {name: value for name, value in WELL.items() if name != "rf_svc"}

    answer = await browser.post(f"/cases/{case_id}/questions", {**form, "back": "/"})

    assert answer.status == 422
    assert '<a href="#rf_svc">Please answer, or choose “I don&#39;t know”.</a>' in answer.body
    assert 'id="rf_svc-error"' in answer.body
    assert chosen(answer.body, "rf_breathing") == ["false"]
    assert await said(demo, case_id, "rf_breathing") == [False]  # nothing is half saved


async def test_symptoms_are_counted_from_a_list(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))
    browser, _ = await opened(demo, "patient", f"/cases/{case_id}/questions")

    both = await browser.post(f"/cases/{case_id}/questions", {**WELL, "amber_symptom_count": ["3", "none"]})
    two = await browser.post(f"/cases/{case_id}/questions", {**WELL, "amber_symptom_count": ["0", "3"]}, follow=False)

    assert (both.status, two.status) == (422, 303)
    assert "Please choose one or the other." in both.body
    assert await said(demo, case_id, "amber_symptom_count") == [0, 2]


async def test_a_number_or_i_do_not_know_is_taken_and_nonsense_is_explained(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset({"age_years", "patient_state"}))
    browser, _ = await opened(demo, "patient", f"/cases/{case_id}/questions")

    wrong = await browser.post(f"/cases/{case_id}/questions", {"age_years": "old", "patient_state": "ON"})
    right = await browser.post(
        f"/cases/{case_id}/questions", {"age_years": ["", "unknown"], "patient_state": "OH"}, follow=False
    )

    assert "Please give a whole number from 0 to 120." in wrong.body
    assert "Please choose one of the answers shown." in wrong.body
    assert right.status == 303
    assert await said(demo, case_id, "age_years") == [None]
    assert await said(demo, case_id, "patient_state") == ["OH"]


async def test_an_emergency_stops_everything(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))
    browser, _ = await opened(demo, "patient", f"/cases/{case_id}/questions")

    page = await browser.post(f"/cases/{case_id}/questions", {**WELL, "rf_cord": "true", "prefers_in_person": "true"})

    assert "Every hour counts. Go to the emergency room now or call 911." in page.body
    assert 'href="tel:911"' in page.body
    assert "You asked to be seen in person" not in page.body  # the emergency's words, and no others
    assert "<form" not in page.body
    assert (await browser.get(f"/cases/{case_id}/times")).body == page.body
    assert (await browser.get(f"/cases/{case_id}/questions")).body == page.body


async def test_an_emergency_is_the_desks_task_with_the_number_first(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))
    browser, _ = await opened(demo, "patient", f"/cases/{case_id}/questions")
    token = browser.csrf_token

    for _ in range(2):  # sent twice, it is one task
        browser.page = f'name="csrf_token" value="{token}"'
        await browser.post(f"/cases/{case_id}/questions", {**WELL, "rf_cord": "true"})

    [task] = await tasks(demo, case_id)
    assert task["kind"] == "emergency-call"
    assert task["note"].splitlines()[:2] == ["Call +1 313 555 0142.", "Ask for Maria Kowalska."]
    assert "lost control of your bladder or bowels? Yes." in task["note"]


async def test_a_warning_sign_that_nobody_is_sure_of_makes_a_nurse_ring(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))
    browser, _ = await opened(demo, "patient", f"/cases/{case_id}/questions")

    page = await browser.post(f"/cases/{case_id}/questions", {**WELL, "rf_bleeding": "unknown"})

    assert [task["kind"] for task in await tasks(demo, case_id)] == ["nurse-call"]
    assert "Book this time" not in page.body
    assert (await demo.get("patient", f"/slots?case={case_id}")).body["slots"] == []


async def test_the_same_tasks_come_from_answers_over_the_wire(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api)
    clock.advance(timedelta(hours=25))

    await api.post("patient", f"/cases/{case_id}/answers", {"answers": {"rf_bleeding": True}})

    assert [task["kind"] for task in await tasks(api, case_id)] == ["emergency-call"]


async def test_the_desk_is_asked_about_help_and_may_leave_questions_open(demo: House) -> None:
    without = frozenset({*builders.SCHEDULER_SAYS, "age_years"})
    case_id = await builders.a_bookable_case(demo, without=without)
    browser, page = await opened(demo, "scheduler", f"/cases/{case_id}/questions")

    assert asked(page.body) == {"support_status", "interpreter_status"}
    assert "not a promise of payment" in page.body  # what the plan says is asked on a sheet of its own
    address = f"/cases/{case_id}/questions"
    await browser.post(address, {"support_status": "pending", "back": address})
    await demo.post("patient", f"/cases/{case_id}/answers", {"answers": {"age_years": 16}})

    assert await said(demo, case_id, "support_status") == ["pending"]
    assert await said(demo, case_id, "interpreter_status") == []
    assert "guardian_confirmed" in asked((await browser.get(address)).body)  # now that it applies


async def test_the_specialist_judges_with_nothing_chosen_before(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset(builders.SPECIALIST_SAYS))
    browser, page = await opened(demo, "specialist", f"/cases/{case_id}/questions")

    assert set(builders.SPECIALIST_SAYS) <= asked(page.body)
    assert " checked" not in page.body
    assert '<option value="" selected' in page.body
    await browser.post(f"/cases/{case_id}/questions", {"tumour_site": "lung", "ecog": "1", "back": "/"})

    assert await said(demo, case_id, "tumour_site") == ["lung"]
    assert await said(demo, case_id, "ecog") == [1]


async def test_the_desk_may_write_down_what_the_patient_says_on_the_telephone(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo)
    clock.advance(timedelta(hours=25))
    browser, page = await opened(demo, "scheduler", f"/cases/{case_id}/questions?of=patient")

    assert "What Maria Kowalska says" in page.body
    await browser.post(f"/cases/{case_id}/questions", {**WELL, "of": "patient", "back": f"/cases/{case_id}"})

    assert (await demo.get("patient", f"/slots?case={case_id}")).body["slots"]


async def test_nobody_answers_for_another(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset({"ecog", "payer_video"}))
    browser, _ = await opened(demo, "patient", f"/cases/{case_id}/questions")

    await browser.post(f"/cases/{case_id}/questions", {"ecog": "1", "payer_video": "covered"})
    stranger = await (await demo.browser_session("other_patient")).get(f"/cases/{case_id}/questions")
    helper = await (await demo.browser_session("companion")).get(f"/cases/{case_id}/questions")

    assert await said(demo, case_id, "ecog") == await said(demo, case_id, "payer_video") == []
    assert (stranger.status, helper.status) == (404, 403)


async def test_only_the_patients_own_device_says_something_about_their_visit(api: House) -> None:
    case_id = await builders.a_bookable_case(api, without=frozenset(builders.DEVICE_SAYS))
    works = {"camera": True, "microphone": True, "browser": True}

    await api.post("specialist", f"/cases/{case_id}/checks", works)
    assert await said(api, case_id, "camera_ok") == []

    await api.post("patient", f"/cases/{case_id}/checks", works)
    assert await said(api, case_id, "camera_ok") == [True]


async def test_the_patient_hears_when_the_last_open_thing_on_our_side_is_done(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api, without=frozenset({"payer_video", "prior_auth", "camera_ok"}))
    clock.advance(timedelta(hours=25))  # the warning signs are asked again, and that is the patient's own turn

    async def letters_after(**answers: FactValue) -> int:
        clock.advance(timedelta(minutes=1))
        await api.post("scheduler", f"/cases/{case_id}/answers", {"answers": answers})
        box = (await api.mailbox()).get("patient@demo.example", [])
        return sum(message.subject == "You can choose a time for your visit" for message in box)

    assert await letters_after(payer_video="covered") == 0
    assert await letters_after(prior_auth="not_required") == 1
    assert await letters_after(prior_auth="approved") == 1  # it was their turn before
    assert await letters_after(prior_auth="pending") == 1
    assert await letters_after(prior_auth="approved") == 2


async def test_the_desks_and_the_specialists_page_of_a_case_ask_them_where_they_work(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset({"payer_video", "ecog"}))

    _, desk = await opened(demo, "scheduler", f"/cases/{case_id}")
    _, specialist = await opened(demo, "specialist", f"/cases/{case_id}")

    assert desk.status == specialist.status == 200
    assert "not a promise of payment" in desk.body
    assert f'href="/cases/{case_id}/times"' in desk.body
    assert "1 judgment is open" in specialist.body
    assert {"ecog", "tumour_site"} <= asked(specialist.body)


async def test_the_desk_is_not_asked_what_nobody_knows_to_be_needed(demo: House) -> None:
    unsaid = await builders.a_bookable_case(demo, without=frozenset({"capacity_doubt"}))
    doubted = await builders.a_bookable_case(demo, patient="other_patient", capacity_doubt=True)

    _, before = await opened(demo, "scheduler", f"/cases/{unsaid}")
    _, after = await opened(demo, "scheduler", f"/cases/{doubted}")

    assert "representative_confirmed" not in asked(before.body)
    assert "representative_confirmed" in asked(after.body)

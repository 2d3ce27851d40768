"""The pages where a visit is at the clinic, or with another specialist, without JavaScript."""

from datetime import timedelta

from server.domain.facts import Party
from tests import builders
from tests.integration.booking.pages import address_of, at_the_times, at_the_visit, labels, opened, tokens
from tests.integration.booking.test_in_person import say
from tests.integration.house import Clock, House


async def a_case_in_ohio(house: House) -> str:
    case_id = await builders.a_bookable_case(house, patient_state="OH")
    await builders.license_in(house, "other_specialist", "OH")
    await builders.work_mornings(house, "other_specialist")
    return case_id


async def test_times_at_the_clinic_come_with_place_way_and_reason(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, exam_needed=True)

    browser = await at_the_times(demo, case_id)

    assert "Choose a time at the clinic" in browser.page
    assert "meet Dr Amara Osei in person, for 60 minutes" in browser.page
    assert "1 Lakeside Drive, Detroit, MI 48201" in browser.page
    assert "Come in by the main entrance" in browser.page
    assert "needs to examine you to give a safe opinion" in browser.page
    assert labels(browser.page)[0] == "9:00 am"


async def test_a_visit_at_the_clinic_says_everywhere_where_to_come(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, exam_needed=True)
    browser = await at_the_times(demo, case_id)

    booked = await browser.post(f"/cases/{case_id}/times", {"slot": tokens(browser.page)[0]})
    home = await browser.get(f"/cases/{case_id}")

    for page in (booked.body, home.body):
        assert "Come to Lakeside Cancer Center, 1 Lakeside Drive, Detroit, MI 48201." in page
        assert "camera" not in page
        assert "Go to the visit" not in page
    assert "Come in by the main entrance" in booked.body


async def test_the_case_leads_to_times_at_the_clinic(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, exam_needed=True)
    await demo.post("specialist", f"/cases/{case_id}/decisions", {"stage": "booking"})

    page = (await opened(demo, "patient", f"/cases/{case_id}")).page

    assert "You can choose a time at the clinic" in page
    assert f'href="/cases/{case_id}/times"' in page
    assert "We prepare your visit" not in page


async def test_a_recommended_visit_at_the_clinic_can_be_kept_and_changed(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, serious_news_expected=True)

    browser = await at_the_times(demo, case_id)

    assert "You do not have to decide alone" in browser.page
    assert tokens(browser.page)


async def test_another_specialist_stands_before_the_other_ways(demo: House) -> None:
    case_id = await a_case_in_ohio(demo)

    page = (await at_the_times(demo, case_id)).page

    assert "Dr Henrik Lund may see you by video in Ohio" in page
    order = [
        page.index(words)
        for words in (
            "Dr Henrik Lund, by video",
            "The law does not let this doctor see you by video",
            "See times at the clinic with Dr Amara Osei",
            "Change where I will be",
            "Let my doctor ask in writing",
        )
    ]
    assert order == sorted(order)


async def test_the_other_ways_lead_somewhere_and_back(demo: House) -> None:
    case_id = await a_case_in_ohio(demo)

    clinic = await opened(demo, "patient", f"/cases/{case_id}/times?by=in-person")
    nothing = await clinic.post(f"/cases/{case_id}/times?by=in-person", {})

    for page in (clinic.page, nothing.body):
        assert "Choose a time at the clinic" in page
        assert f'href="/cases/{case_id}/times?by=video"' in page
    assert nothing.status == 422


async def test_a_doctor_who_would_like_to_ask_ours_is_a_task_of_the_desk(demo: House) -> None:
    case_id = await a_case_in_ohio(demo)
    browser = await at_the_times(demo, case_id)

    page = await browser.post(f"/cases/{case_id}/times/in-writing", {})

    assert "We help your doctor to ask ours" in page.body
    [task] = (await demo.get("scheduler", f"/cases/{case_id}/tasks")).body["tasks"]
    assert task["kind"] == "in-writing"
    assert task["note"].startswith("Call +1 313 555 0142.\nAsk for Maria Kowalska.")
    desk = await opened(demo, "scheduler", f"/cases/{case_id}")
    assert "Their own doctor wants to ask ours" in desk.page


async def test_booked_with_another_specialist_the_pages_name_both(demo: House) -> None:
    case_id = await a_case_in_ohio(demo)

    browser = await at_the_visit(demo, case_id)
    home = (await browser.get(f"/cases/{case_id}")).body
    theirs = (await opened(demo, "other_specialist", f"/cases/{case_id}")).page

    assert "Dr Henrik Lund" in browser.page
    assert "You meet Dr Henrik Lund" in home
    assert "Dr Amara Osei reads your records" in home
    assert "A case has come to you" in theirs
    assert "Dr Amara Osei said this on" in theirs


async def test_a_booked_visit_that_cannot_be_by_video_says_so_and_moves_to_the_clinic(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_visit(demo, case_id)
    address = address_of(browser.page, "move")
    await say(demo, case_id, Party.SPECIALIST, exam_needed=True)
    await demo.post("specialist", f"/cases/{case_id}/decisions", {"stage": "booking"})

    home = (await browser.get(f"/cases/{case_id}")).body
    visit = (await browser.get(address.removesuffix("/move"))).body
    others = (await browser.get(address)).body
    moved = await browser.post(address, {"slot": tokens(others)[0], "version": "1"})

    assert "Your visit cannot be by video" in home
    assert "Your visit cannot be by video" in visit
    assert "Cancel this visit" in visit
    assert "Choose a time at the clinic" in others
    assert "The visit has moved" in moved.body
    assert "Come to Lakeside Cancer Center" in moved.body


async def test_the_desk_books_and_moves_in_the_same_ways(demo: House) -> None:
    case_id = await a_case_in_ohio(demo)
    desk = await at_the_times(demo, case_id, "scheduler")
    assert "Dr Henrik Lund may see Maria Kowalska by video in Ohio" in desk.page

    clinic = await desk.get(f"/cases/{case_id}/times?by=in-person")
    assert "Book a visit in person for Maria Kowalska" in clinic.body
    booked = await desk.post(f"/cases/{case_id}/times?by=in-person", {"slot": tokens(clinic.body)[0]})

    assert "It is in person at Lakeside Cancer Center, 1 Lakeside Drive, Detroit, MI 48201." in booked.body


async def test_staff_note_on_the_page_whether_the_patient_came(demo: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(demo, exam_needed=True)
    address = address_of((await at_the_visit(demo, case_id)).page, "move").removesuffix("/move")
    early = (await opened(demo, "specialist", address)).page
    clock.advance(timedelta(days=1, minutes=5))

    desk = await opened(demo, "scheduler", address)
    page = desk.page
    not_yet = await desk.post(f"{address}/attendance", {"came": "no", "version": "1"})
    done = await desk.post(f"{address}/attendance", {"came": "yes", "version": "1"})
    desk.page = page
    again = await desk.post(f"{address}/attendance", {"came": "yes", "version": "1"})

    assert "Did the patient come?" not in early
    assert "Did the patient come?" in page
    assert "The patient may still come" in not_yet.body
    assert "The case goes on with the written opinion." in done.body
    assert "This visit has changed in the meantime" in again.body


async def test_before_it_says_in_person_the_case_page_says_that_another_specialist_may_help(demo: House) -> None:
    case_id = await a_case_in_ohio(demo)
    await demo.post("specialist", f"/cases/{case_id}/decisions", {"stage": "booking"})

    page = (await opened(demo, "patient", f"/cases/{case_id}")).page

    assert "You can choose a time and a way" in page
    assert "another specialist by video, or a time at the clinic" in page
    assert "Not by video with Dr Amara Osei" in page


async def test_a_booked_visit_whose_specialist_has_no_license_there_says_what_is_possible(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo)
    browser = await at_the_visit(demo, case_id)
    address = address_of(browser.page, "move")
    await builders.license_in(demo, "other_specialist", "OH")
    await builders.work_mornings(demo, "other_specialist")
    await say(demo, case_id, Party.PATIENT, patient_state="OH")
    await demo.post("patient", f"/cases/{case_id}/decisions", {"stage": "booking"})

    visit = (await browser.get(address.removesuffix("/move"))).body
    others = (await browser.get(address)).body
    moved = await browser.post(address, {"slot": tokens(others)[0], "version": "1"})

    assert "Your visit needs another specialist or another place" in visit
    assert "Dr Henrik Lund may see you by video in Ohio" in others
    assert "The visit has moved" in moved.body
    assert "Dr Henrik Lund" in moved.body

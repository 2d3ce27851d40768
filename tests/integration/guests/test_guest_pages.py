"""Inviting, assigning and sending away by hand, in a browser without JavaScript."""

from tests import builders
from tests.integration.house import House
from tests.integration.visits.meeting import a_visit_tomorrow

ROSA = {"name": "Rosa", "email": "rosa@example.org", "phone": "313 555 0177", "relation": "sibling"}


async def test_a_patient_invites_somebody_and_takes_them_off_the_list(demo: House) -> None:
    case = await builders.an_accepted_case(demo)
    browser = await demo.browser_session("patient")
    page = await browser.get(f"/cases/{case}")
    assert f'href="/cases/{case}/guests"' in page.body
    await browser.get(f"/cases/{case}/guests")

    page = await browser.post(f"/cases/{case}/companions", ROSA)

    assert "The invitation is on its way" in page.body
    assert "My brother or sister" in page.body
    assert len((await demo.mailbox())["rosa@example.org"]) == 1
    (guest,) = (await demo.get("patient", f"/cases/{case}/guests")).body["guests"]
    page = await browser.post(f"/cases/{case}/guests/{guest['id']}/remove")
    assert "They are off the list" in page.body
    assert "Nobody comes along so far" in page.body


async def test_what_cannot_be_accepted_comes_back_as_it_was_typed(demo: House) -> None:
    case = await builders.an_accepted_case(demo)
    browser = await demo.browser_session("patient")
    await browser.get(f"/cases/{case}/guests")

    page = await browser.post(f"/cases/{case}/companions", ROSA | {"phone": "", "email": "rosa"})
    own = await browser.post(f"/cases/{case}/companions", ROSA | {"email": "patient@demo.example"})

    assert page.status == own.status == 422
    assert 'value="Rosa"' in page.body
    assert "Please write their telephone number." in page.body
    assert "Please write their e-mail address" in page.body
    assert "This is your own e-mail address." in own.body
    assert await demo.mailbox() == {}


async def test_the_desk_assigns_an_interpreter_and_lets_them_go(demo: House) -> None:
    booked = await a_visit_tomorrow(demo)
    case, interpreter = booked["case_id"], demo.people["interpreter"]
    browser = await demo.browser_session("scheduler")
    page = await browser.get(f"/cases/{case}")
    assert f'href="/cases/{case}/guests"' in page.body
    await browser.get(f"/cases/{case}/guests")
    form = {"visit": booked["visit_id"], "interpreter": interpreter.id}

    assigned = await browser.post(f"/cases/{case}/interpreters", form)
    again = await browser.post(f"/cases/{case}/interpreters", form)
    nobody = await browser.post(f"/cases/{case}/interpreters", form | {"interpreter": ""})

    assert "The interpreter is assigned" in assigned.body
    assert again.status == nobody.status == 422
    assert "assigned to the visit already" in again.body
    assert "Please choose one of the interpreters." in nobody.body
    (guest,) = (await demo.get("scheduler", f"/cases/{case}/guests")).body["guests"]
    page = await browser.post(f"/cases/{case}/guests/{guest['id']}/remove")
    assert "Nobody comes along so far" in page.body


async def test_without_a_visit_nobody_can_be_assigned_and_the_specialist_only_looks(demo: House) -> None:
    case = await builders.an_accepted_case(demo)
    desk = await (await demo.browser_session("scheduler")).get(f"/cases/{case}/guests")
    specialist = await (await demo.browser_session("specialist")).get(f"/cases/{case}/guests")

    assert "No visit is booked yet." in desk.body
    assert "Nobody comes along so far" in specialist.body
    assert "<form" not in specialist.body.split("<main")[1].split("</main")[0]

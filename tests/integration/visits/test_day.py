"""The desk's day: who is booked, and who waits now."""

from datetime import timedelta

from tests.integration.house import Clock, House
from tests.integration.visits.meeting import a_ticket, a_visit_tomorrow, socket_with


async def test_the_day_shows_who_waits(demo: House, clock: Clock) -> None:
    appointment = await a_visit_tomorrow(demo)
    desk = await demo.browser_session("scheduler")
    today = await desk.get("/day")
    tomorrow = await desk.get("/day?on=2026-11-24")
    clock.advance(timedelta(hours=23, minutes=45))
    desk = await demo.browser_session("scheduler")

    async with socket_with(demo, await a_ticket(demo, "patient", appointment["visit_id"])) as patient:
        await patient.hear("lobby.state")
        waiting = await desk.get("/day")

    assert "Nobody is booked on this day." in today.body
    assert "Maria Kowalska" in tomorrow.body
    assert "To come" in tomorrow.body
    assert "Waits since 8:45 am (Detroit time)" in waiting.body


async def test_a_day_that_does_not_exist_is_today(demo: House) -> None:
    desk = await demo.browser_session("scheduler")

    assert (await desk.get("/day?on=yesterday")).status == 200
    assert (await desk.get("/day?on=9999-12-31")).status == 200


async def test_the_day_is_the_desks(demo: House) -> None:
    for person in ("patient", "specialist", "admin"):
        browser = await demo.browser_session(person)
        assert (await browser.get("/day")).status == 403

"""The office is warned 60 and 30 days before a date of the policy passes, once each; what is replaced is put aside."""

from datetime import UTC, datetime, timedelta

from server.commands.doctor_policy import examine_policy
from server.commands.findings import State
from server.keys import POLICY_WARNINGS
from tests.integration.house import Clock, House
from tests.integration.policy import office

OFFICE = ("admin@demo.example", "compliance@demo.example")


async def letters(house: House) -> list[list[str]]:
    """What was written to each of the office about the policy, the oldest first."""
    await house.app[POLICY_WARNINGS].look()
    box = await house.mailbox(of_policy=True)
    return [
        [f"{one.subject}: {one.body}" for one in reversed(box.get(address, [])) if "/policy" in one.body]
        for address in OFFICE
    ]


async def test_each_of_the_office_is_written_to_once_at_60_and_once_at_30_days(api: House, clock: Clock) -> None:
    first = await letters(api)  # on 23 November, 38 days before
    again = await letters(api)
    clock.now = datetime(2026, 12, 2, 15, tzinfo=UTC)
    later = await letters(api)

    assert [len(box) for box in first] == [1, 1]
    assert again == first
    assert [len(box) for box in later] == [2, 2]
    for box in later:
        assert "A date in the policy passes soon" in box[0]
        assert "Thursday 31 December 2026: in 38 days" in box[0]
        assert "in 29 days" in box[1]
    clock.advance(timedelta(days=20))
    assert await letters(api) == later


async def test_nobody_is_warned_of_a_date_that_is_far(demo: House, clock: Clock) -> None:
    before = await letters(demo)
    await office.activate(demo, await office.signed(demo, {"dates": {"dea_flexibility_until": "2028-12-31"}}))
    clock.now = datetime(2026, 12, 20, 15, tzinfo=UTC)

    assert await letters(demo) == before
    assert "passes soon" not in (await (await demo.browser_session("compliance")).get("/policy")).body


async def test_a_date_that_has_passed_is_said_on_the_pages(demo: House, clock: Clock) -> None:
    clock.now = datetime(2027, 1, 3, 15, tzinfo=UTC)
    browser = await demo.browser_session("admin")

    for path in ("/", "/policy"):
        assert "A date of the policy has passed" in (await browser.get(path)).body
    assert (await demo.get("admin", "/policies")).body["ending"] == [
        {"name": "dea_flexibility_until", "on": "2026-12-31"}
    ]


async def test_what_another_version_has_replaced_at_midnight_is_put_aside(api: House, clock: Clock) -> None:
    starter = await office.in_force(api)
    version = await office.signed(api, office.TIGHTER)
    await office.activate(api, version, on="2026-11-24")
    clock.advance(timedelta(days=1))
    await api.app[POLICY_WARNINGS].look()

    old = (await api.get("admin", f"/policies/{starter['id']}")).body
    assert (old["status"], old["retired_at"], old["in_force"]) == ("retired", "2026-11-24T14:00:00Z", False)
    assert (await office.in_force(api))["id"] == version


async def test_the_doctor_finds_a_policy_that_nobody_signed_and_a_date_that_has_passed(
    api: House, clock: Clock
) -> None:
    unsigned = await examine_policy(api.database, api.settings, clock)
    for person in ("admin", "compliance"):
        await office.sign(api, (await office.in_force(api))["id"], person)
    signed = await examine_policy(api.database, api.settings, clock)
    clock.now = datetime(2027, 1, 3, 15, tzinfo=UTC)
    passed = await examine_policy(api.database, api.settings, clock)

    assert (unsigned.state, signed.state, passed.state) == (State.FAILED, State.OK, State.FAILED)
    assert "not signed by two people" in unsigned.says
    assert "dea_flexibility_until passes on Thursday 31 December 2026, 38 days from now." in signed.says
    assert "passed on Thursday 31 December 2026, 3 days ago. Its rules are stricter since." in passed.says

"""Hours over the wire and on pages: whose they are, what cannot be, and the free times that follow."""

import re
from typing import Any

from tests import builders
from tests.integration.house import Answer, Browser, House

MORNINGS = [{"weekday": day, "start": "09:00", "end": "12:00"} for day in range(5)]


def address(house: House, person: str = "specialist") -> str:
    return f"/specialists/{house.people[person].id}/hours"


async def at_the_hours(house: House, person: str, path: str = "/hours") -> Browser:
    browser = await house.browser_session(person)
    await browser.get(path)
    return browser


def rows(page: str, part: str, group: str) -> list[str]:
    return re.findall(rf'name="{part}-{group}" value="([^"]*)"', page)


def week(**days: list[tuple[str, str]]) -> dict[str, Any]:
    """Fill the week's form in: `d0=[("09:00", "12:00")]` is Monday morning."""
    form: dict[str, Any] = {}
    for name, hours in days.items():
        form[f"start-{name[1:]}"] = [start for start, _ in hours]
        form[f"end-{name[1:]}"] = [end for _, end in hours]
    return form


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


def cells(page: str) -> list[str]:
    """What stands in the first table of a page, cell by cell."""
    body = page.split("<tbody", 1)[1].split("</tbody>", 1)[0]
    return re.findall(r"<t[hd] role=\"(?:rowheader|cell)\"[^>]*>([^<]*)<", body)


def free_days(page: str) -> list[str]:
    return re.findall(r'<th role="rowheader" scope="row">(\w+ \d+ \w+ 2026)</th>', page)


async def test_hours_are_put_and_read_back(api: House) -> None:
    day = {"date": "2026-12-24", "kind": "closed", "start": None, "end": None}
    late = {"date": "2026-12-28", "kind": "add", "start": "22:00", "end": "24:00"}

    put = await api.put("specialist", address(api), {"weekly": MORNINGS, "days": [day, late]})
    got = await api.get("scheduler", address(api))

    assert put.status == 200, put.body
    assert got.body == put.body
    assert (got.body["weekly"], got.body["days"], got.body["zone"]) == (MORNINGS, [day, late], "America/Detroit")
    assert got.headers["ETag"] == f'"{got.body["version"]}"'


async def test_free_times_follow_from_hours(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    await api.put("specialist", address(api), {"weekly": [{"weekday": 2, "start": "14:00", "end": "16:00"}]})

    slots = (await api.get("patient", f"/slots?case={case_id}")).body["slots"]

    assert slots[0]["start"] == "2026-11-25T19:00:00Z"


async def test_hours_that_somebody_else_changed_are_not_written_over(api: House) -> None:
    seen = (await api.get("specialist", address(api))).headers["ETag"]
    await api.put("scheduler", address(api), {"weekly": MORNINGS}, If_Match=seen)

    late = await api.put("specialist", address(api), {"weekly": []}, If_Match=seen)

    assert (late.status, late.body["code"]) == (409, "conflict")
    assert (await api.get("specialist", address(api))).body["weekly"] == MORNINGS


async def test_hours_that_no_day_has_are_refused_with_their_place(api: House) -> None:
    upside_down = [*MORNINGS, {"weekday": 0, "start": "14:00", "end": "13:00"}]
    twice = [*MORNINGS, {"weekday": 0, "start": "11:00", "end": "13:00"}]
    no_hours = [{"date": "2026-12-24", "kind": "replace"}]

    answers = [
        await api.put("specialist", address(api), {"weekly": upside_down}),
        await api.put("specialist", address(api), {"weekly": twice}),
        await api.put("specialist", address(api), {"weekly": [], "days": no_hours}),
        await api.put("specialist", address(api), {"weekly": [{"weekday": 7, "start": "9:00", "end": "25:00"}]}),
    ]

    assert [answer.status for answer in answers] == [409, 409, 409, 422]
    assert answers[0].body["code"] == "hours-impossible"
    assert answers[0].body["errors"] == [{"field": "0.1.end", "message": "The end has to be after the beginning."}]
    assert (await api.get("specialist", address(api))).body["weekly"] == []


async def test_hours_are_the_specialists_own_and_the_desks(api: House) -> None:
    others = address(api, "other_specialist")

    refused: list[Answer] = [
        await api.get("specialist", others),
        await api.put("specialist", others, {"weekly": []}),
        await api.get("scheduler", f"/specialists/{api.people['patient'].id}/hours"),
        await api.get("patient", address(api)),
    ]

    assert [answer.status for answer in refused] == [404, 404, 404, 403]
    assert (await api.get("scheduler", others)).status == 200


async def test_a_specialist_writes_their_week_and_sees_the_free_times(demo: House) -> None:
    browser = await at_the_hours(demo, "specialist")
    path = f"/hours/{demo.people['specialist'].id}"

    page = await browser.post(path, week(d1=[("09:00", "10:00"), ("13:00", "14:00")], d3=[("", "")]))

    assert "The hours are saved" in page.body
    assert rows(page.body, "start", "1") == ["09:00", "13:00"]
    assert free_days(page.body) == ["Tuesday 24 November 2026", "Tuesday 1 December 2026"]
    assert "9:00 am, 1:00 pm" in page.body


async def test_another_row_is_added_without_losing_what_is_written(demo: House) -> None:
    browser = await at_the_hours(demo, "specialist")
    path = f"/hours/{demo.people['specialist'].id}"

    page = await browser.post(path, {**week(d1=[("09:00", "10:00")]), "add": "1"})

    assert rows(page.body, "start", "1") == ["09:00", ""]
    assert (await demo.get("specialist", address(demo))).body["weekly"] == []


async def test_what_is_wrong_with_a_row_stands_at_the_row(demo: House) -> None:
    browser = await at_the_hours(demo, "specialist")
    path = f"/hours/{demo.people['specialist'].id}"
    wrong = week(
        d0=[("10:00", "09:00")], d1=[("09:00", "")], d2=[("09:00", "11:00"), ("10:00", "12:00")], d3=[("x", "9")]
    )

    page = await browser.post(path, wrong)

    assert page.status == 422
    for anchor, sentence in (
        ("end-0-0", "Monday: The end has to be after the beginning."),
        ("end-1-0", "Tuesday: Please give both times, or leave both empty."),
        ("start-2-1", "Wednesday: This overlaps with another row of the same day."),
        ("start-3-0", "Thursday: Please write a time such as 09:00."),
    ):
        assert f'<a href="#{anchor}">{sentence}</a>' in page.body
        assert f'id="{anchor}-error"' in page.body
    assert rows(page.body, "end", "0") == ["09:00"]


async def test_midnight_is_the_end_of_the_day(demo: House) -> None:
    browser = await at_the_hours(demo, "specialist")

    await browser.post(f"/hours/{demo.people['specialist'].id}", week(d1=[("22:00", "00:00")]))

    assert (await demo.get("specialist", address(demo))).body["weekly"] == [
        {"weekday": 1, "start": "22:00", "end": "24:00"}
    ]


async def test_single_days_are_closed_changed_and_given_back(demo: House) -> None:
    await demo.put("specialist", address(demo), {"weekly": MORNINGS})
    browser = await at_the_hours(demo, "specialist")
    path = f"/hours/{demo.people['specialist'].id}"

    closed = await browser.post(f"{path}/days", {"day": "2026-11-24", "kind": "closed"})
    other = await browser.post(
        f"{path}/days", {"day": "2026-11-25", "kind": "replace", "start-day": ["13:00", ""], "end-day": ["15:00", ""]}
    )
    back = await browser.post(f"{path}/days/2026-11-24/remove", {})

    assert closed.body.count("Closed all day") == back.body.count("Closed all day") + 1  # one is the choice of the form
    assert free_days(closed.body).count("Tuesday 24 November 2026") == 1  # in the list of days, and no free time
    assert "Only 1:00 pm to 3:00 pm" in other.body
    assert free_days(back.body).count("Tuesday 24 November 2026") == 1  # free again


async def test_a_day_that_is_past_or_has_no_hours_is_explained(demo: House) -> None:
    browser = await at_the_hours(demo, "specialist")
    path = f"/hours/{demo.people['specialist'].id}/days"

    past = await browser.post(path, {"day": "2026-11-22", "kind": "closed"})
    nothing = await browser.post(path, {"day": "2026-11-25", "kind": "add", "start-day": ["", ""], "end-day": ["", ""]})
    empty = await browser.post(path, {})

    assert '<a href="#day">Choose a day, today or later.</a>' in past.body
    assert '<a href="#start-day-0">Please say from when to when.</a>' in nothing.body
    assert '<a href="#kind">Say what is different on this day.</a>' in empty.body
    assert (past.status, nothing.status, empty.status) == (422, 422, 422)


async def test_a_page_that_is_behind_keeps_what_was_written_and_says_who_came_first(demo: House) -> None:
    browser = await at_the_hours(demo, "specialist")
    path, opened = f"/hours/{demo.people['specialist'].id}", version(browser.page)
    await demo.put("scheduler", address(demo), {"weekly": MORNINGS})
    written = week(**{f"d{day}": [("09:00", "12:00")] for day in range(1, 5)}, d0=[("13:00", "17:00"), ("8", "")])

    behind = await browser.post(path, {"version": opened, **written})

    assert behind.status == 409
    assert "Dana Whitfield changed these hours on Monday 23 November 2026, 9:00 am (Detroit time)" in behind.body
    assert rows(behind.body, "start", "0") == ["13:00", "8"]
    assert cells(behind.body) == ["Monday", "9:00 am to 12:00 noon", "1:00 pm to 5:00 pm, 8 to ?"]
    assert f'href="{path}"' in behind.body
    assert (await demo.get("specialist", address(demo))).body["weekly"] == MORNINGS


async def test_what_was_written_can_be_sent_again_over_what_came_first(demo: House) -> None:
    browser = await at_the_hours(demo, "specialist")
    path, opened = f"/hours/{demo.people['specialist'].id}", version(browser.page)
    await demo.put("scheduler", address(demo), {"weekly": MORNINGS})
    written = week(d0=[("13:00", "17:00")])

    behind = await browser.post(path, {"version": opened, **written})
    again = await browser.post(path, {"version": version(behind.body), **written})

    assert "The hours are saved" in again.body
    weekly = (await demo.get("specialist", address(demo))).body["weekly"]
    assert weekly == [{"weekday": 0, "start": "13:00", "end": "17:00"}]


async def test_a_third_change_is_not_written_over_either(demo: House) -> None:
    browser = await at_the_hours(demo, "specialist")
    path, opened = f"/hours/{demo.people['specialist'].id}", version(browser.page)
    await demo.put("scheduler", address(demo), {"weekly": MORNINGS})
    behind = await browser.post(path, {"version": opened, **week(d0=[("13:00", "17:00")])})
    await demo.put("specialist", address(demo), {"weekly": MORNINGS[1:]})

    again = await browser.post(path, {"version": version(behind.body), **week(d0=[("13:00", "17:00")])})

    assert again.status == 409
    assert "You, in another window, changed these hours" in again.body
    assert (await demo.get("specialist", address(demo))).body["weekly"] == MORNINGS[1:]


async def test_another_row_does_not_hide_that_somebody_came_first(demo: House) -> None:
    browser = await at_the_hours(demo, "specialist")
    path, opened = f"/hours/{demo.people['specialist'].id}", version(browser.page)
    await demo.put("scheduler", address(demo), {"weekly": MORNINGS})

    longer = await browser.post(path, {"version": opened, **week(d0=[("13:00", "17:00")]), "add": "0"})
    late = await browser.post(path, {"version": version(longer.body), **week(d0=[("13:00", "17:00")])})

    assert late.status == 409


async def test_a_single_day_that_somebody_else_changed_is_told_as_such(demo: House) -> None:
    await demo.put("specialist", address(demo), {"weekly": MORNINGS})
    browser = await at_the_hours(demo, "specialist")
    path, opened = f"/hours/{demo.people['specialist'].id}", version(browser.page)
    desk = await at_the_hours(demo, "scheduler", path)
    await desk.post(f"{path}/days", {"day": "2026-11-24", "kind": "closed"})

    written = week(**{f"d{day}": [("09:00", "12:00")] for day in range(5)})
    behind = await browser.post(path, {"version": opened, **written})

    assert behind.status == 409
    assert "Only single days were changed" in behind.body


async def test_the_desk_finds_every_specialists_hours(demo: House) -> None:
    browser = await at_the_hours(demo, "scheduler")

    assert "Dr Amara Osei" in browser.page
    page = await browser.get(f"/hours/{demo.people['other_specialist'].id}")
    assert "Hours of Dr Henrik Lund" in page.body
    other = await (await demo.browser_session("other_specialist")).get(f"/hours/{demo.people['specialist'].id}")
    assert other.status == 404

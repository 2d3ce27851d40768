"""Licenses over the wire and on the page: entered, looked up again, taken away, and what needs somebody's eye."""

import re
from datetime import date, timedelta
from typing import Any

from tests import builders
from tests.integration.house import Clock, House

TODAY = date(2026, 11, 23)


def a_licence(house: House, **changed: Any) -> dict[str, Any]:
    return {
        "specialist": house.people["specialist"].id,
        "state": "OH",
        "kind": "full_licence",
        "number": "35.123456",
        "valid_from": "2025-01-01",
        "valid_until": "2028-12-31",
        "verified_on": "2026-11-20",
    } | changed


async def test_a_licence_that_is_entered_opens_its_state(api: House) -> None:
    case_id = await builders.a_bookable_case(api, patient_state="OH")
    assert (await api.get("patient", f"/slots?case={case_id}&mode=video")).body["slots"] == []

    added = await api.post("scheduler", "/authorisations", a_licence(api))

    assert added.status == 201, added.body
    assert (await api.get("patient", f"/slots?case={case_id}&mode=video")).body["slots"]
    await api.delete("scheduler", f"/authorisations/{added.body['id']}")
    assert (await api.get("patient", f"/slots?case={case_id}&mode=video")).body["slots"] == []


async def test_a_licence_looked_up_again_counts_again(api: House) -> None:
    await builders.license_in(api, "specialist", "MI", verified_on=TODAY - timedelta(days=400))
    case_id = await builders.a_bookable_case(api)
    [row] = (await api.get("admin", "/authorisations")).body["authorisations"]
    assert row["attention"] == ["stale"]

    verified = await api.post("admin", f"/authorisations/{row['id']}/verify")

    assert (verified.status, verified.body["verified_on"]) == (200, "2026-11-23")
    assert verified.body["verified_by"] == api.people["admin"].id
    assert (await api.get("patient", f"/slots?case={case_id}&mode=video")).body["slots"]


async def test_what_cannot_be_is_refused(api: House) -> None:
    wrong: list[dict[str, Any]] = [
        {"state": "ZZ"},
        {"valid_until": "2024-12-31"},
        {"verified_on": "2026-11-24"},
        {"number": ""},
        {"kind": "consultation_exception"},
    ]

    answers = [await api.post("scheduler", "/authorisations", a_licence(api, **changed)) for changed in wrong]
    nobody = await api.post("scheduler", "/authorisations", a_licence(api, specialist=api.people["patient"].id))

    assert [answer.status for answer in answers] == [422, 409, 409, 422, 422]
    assert [answer.body["errors"][0]["field"] for answer in answers[:3]] == ["state", "valid_until", "verified_on"]
    assert nobody.status == 404


async def test_only_desk_and_admin_keep_licences(api: House) -> None:
    added = await api.post("admin", "/authorisations", a_licence(api))

    for person in ("patient", "specialist", "compliance", "companion"):
        assert (await api.get(person, "/authorisations")).status == 403
        assert (await api.post(person, "/authorisations", a_licence(api))).status == 403
    assert (await api.delete("specialist", f"/authorisations/{added.body['id']}")).status == 403
    assert (await api.delete("scheduler", "/authorisations/0000000000000000000000000a")).status == 404
    assert (await api.post("scheduler", "/authorisations/0000000000000000000000000a/verify")).status == 404


async def test_the_page_warns_of_what_ends_or_has_to_be_looked_up(demo: House, clock: Clock) -> None:
    for state, verified, until in (("MI", 10, 400), ("OH", 340, 400), ("IN", 400, 400), ("IL", 10, 30), ("WI", 10, -1)):
        await demo.post(
            "scheduler",
            "/authorisations",
            a_licence(
                demo,
                state=state,
                verified_on=(TODAY - timedelta(days=verified)).isoformat(),
                valid_until=(TODAY + timedelta(days=until)).isoformat(),
            ),
        )

    page = (await (await demo.browser_session("scheduler")).get("/licences")).body

    assert "4 to look at." in page
    for words in (
        "In order",
        "Look it up again soon",
        "Not looked up for a year: does not count",
        "Ends within 60 days",
        "Has ended",
    ):
        assert words in page
    assert "No license is entered. No video visit can be offered." in page  # of the other specialist


async def test_a_licence_is_entered_verified_and_removed_on_the_page(demo: House) -> None:
    browser = await demo.browser_session("admin")
    await browser.get("/licences")

    added = await browser.post("/licences", a_licence(demo, verified_on="2025-12-15"))
    assert "The license is entered" in added.body
    assert "Look it up again soon" in added.body
    [licence] = set(re.findall(r"/licences/(\w+)/verify", added.body))
    verified = await browser.post(f"/licences/{licence}/verify", {})
    assert "Monday 23 November 2026, Sam Rivera" in verified.body
    removed = await browser.post(f"/licences/{licence}/remove", {})
    assert "Ohio" not in re.sub(r"<option.*?</option>", "", removed.body)


async def test_what_is_missing_is_named_at_its_field_and_the_rest_is_kept(demo: House) -> None:
    browser = await demo.browser_session("scheduler")
    await browser.get("/licences")

    empty = await browser.post("/licences", {"number": "35.123456", "state": "ZZ"})
    turned = await browser.post("/licences", a_licence(demo, valid_until="2020-01-01"))

    assert (empty.status, turned.status) == (422, 422)
    assert '<a href="#specialist">Choose a specialist.</a>' in empty.body
    assert 'value="35.123456"' in empty.body
    assert '<a href="#valid_until">The last day has to be on or after the first day.</a>' in turned.body

"""A named clinician lets a visit be by video against a recommendation: with a reason, while its facts stay."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests import builders
from tests.integration.house import Answer, Clock, House

MOMENT = timedelta(minutes=1)
BECAUSE = "A nurse sits beside her, and the journey would tire her."


async def a_weak_patients_case(house: House, **changed: Any) -> str:
    case_id = await builders.a_bookable_case(house, **{"ecog": 3} | changed)
    await decided(house, case_id)
    return case_id


async def decided(house: House, case_id: str) -> dict[str, Any]:
    answer = await house.post("specialist", f"/cases/{case_id}/decisions", {"stage": "booking"})
    assert answer.status == 201, answer.body
    decision: dict[str, Any] = answer.body
    return decision


async def approved(house: House, case_id: str, rule: str = "C07", reason: str = BECAUSE) -> Answer:
    return await house.post("specialist", f"/cases/{case_id}/approvals", {"rule": rule, "reason": reason})


async def listed(house: House, case_id: str) -> dict[str, str]:
    answer = await house.get("specialist", f"/cases/{case_id}/approvals")
    return {one["id"]: one["state"] for one in answer.body["approvals"]}


async def says(house: House, case_id: str, **answers: Any) -> None:
    answer = await house.post("specialist", f"/cases/{case_id}/answers", {"answers": answers})
    assert answer.status == 200, answer.body


async def test_an_approval_lifts_the_recommendation_and_is_named_in_the_decision(api: House) -> None:
    case_id = await a_weak_patients_case(api)

    answer = await approved(api, case_id)

    assert answer.status == 201, answer.body
    history = await api.get("patient", f"/cases/{case_id}/decisions")
    now, before = history.body["decisions"][:2]
    assert (before["outcome"], before["fired"], before["approvals"]) == ("in_person_recommended", ["C07"], [])
    assert (now["outcome"], now["resolved"]) == ("video_ok", ["C07"])
    (named,) = now["approvals"]
    assert (named["rule"], named["approval"], named["by"]) == ("C07", answer.body["id"], api.people["specialist"].id)
    assert answer.body["reason"] == BECAUSE


async def test_what_is_approved_can_be_booked(demo: House) -> None:
    case_id = await a_weak_patients_case(demo)
    slots = (await demo.get("patient", f"/slots?case={case_id}")).body["slots"]
    assert {slot["mode"] for slot in slots} == {"in-person"}

    await approved(demo, case_id)

    slots = (await demo.get("patient", f"/slots?case={case_id}")).body["slots"]
    assert {slot["mode"] for slot in slots} == {"video"}
    booked = await demo.post("patient", "/appointments", {"slot": slots[0]["token"]})
    assert booked.status == 201, booked.body


async def test_the_patient_hears_that_they_can_choose_a_time(demo: House) -> None:
    case_id = await a_weak_patients_case(demo)

    await approved(demo, case_id)

    letters = (await demo.mailbox())[demo.people["patient"].email]
    assert len(letters) == 1


@pytest.mark.parametrize("changed", [4, 2, None])
async def test_it_is_void_for_good_when_a_fact_of_its_rule_changes(
    demo: House, clock: Clock, changed: int | None
) -> None:
    case_id = await a_weak_patients_case(demo)
    first = (await approved(demo, case_id)).body["id"]
    clock.advance(MOMENT)

    await says(demo, case_id, ecog=changed)
    clock.advance(MOMENT)
    await says(demo, case_id, ecog=3)

    assert (await decided(demo, case_id))["outcome"] == "in_person_recommended"
    assert await listed(demo, case_id) == {first: "void"}


async def test_it_is_void_for_good_when_a_fact_has_grown_too_old(demo: House, clock: Clock) -> None:
    case_id = await a_weak_patients_case(demo, ecog=1, amber_symptom_count=1)
    first = (await approved(demo, case_id, "C02")).body["id"]
    assert (await decided(demo, case_id))["outcome"] == "video_ok"
    clock.advance(timedelta(hours=25))

    await builders.say_everything(demo, case_id, changed={"amber_symptom_count": 1})

    assert "C02" in (await decided(demo, case_id))["fired"]
    assert await listed(demo, case_id) == {first: "void"}


async def test_a_new_approval_is_needed_and_revives_no_other(demo: House, clock: Clock) -> None:
    case_id = await a_weak_patients_case(demo, serious_news_expected=True)
    weak = (await approved(demo, case_id, "C07")).body["id"]
    clock.advance(MOMENT)
    await says(demo, case_id, ecog=4)
    clock.advance(MOMENT)
    news = (await approved(demo, case_id, "C08")).body["id"]

    assert await listed(demo, case_id) == {news: "stands", weak: "void"}
    assert (await decided(demo, case_id))["resolved"] == ["C08"]
    again = (await approved(demo, case_id, "C07")).body["id"]
    assert await listed(demo, case_id) == {again: "stands", news: "stands", weak: "void"}
    assert (await decided(demo, case_id))["outcome"] == "video_ok"


async def test_the_same_answer_given_again_changes_nothing(demo: House, clock: Clock) -> None:
    case_id = await a_weak_patients_case(demo)
    first = (await approved(demo, case_id)).body["id"]
    clock.advance(MOMENT)

    await says(demo, case_id, ecog=3)

    assert await listed(demo, case_id) == {first: "stands"}


async def test_it_can_be_withdrawn(demo: House) -> None:
    case_id = await a_weak_patients_case(demo)
    first = (await approved(demo, case_id)).body["id"]

    answer = await demo.delete("specialist", f"/cases/{case_id}/approvals/{first}")
    again = await demo.delete("specialist", f"/cases/{case_id}/approvals/{first}")

    assert (answer.status, again.status) == (204, 204)
    assert await listed(demo, case_id) == {first: "withdrawn"}
    history = (await demo.get("specialist", f"/cases/{case_id}/decisions")).body["decisions"]
    assert (history[0]["outcome"], history[0]["approvals"]) == ("in_person_recommended", [])


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"exam_needed": True}, "C04"),  # stricter
        ({"rf_cord": True}, "E03"),  # an emergency
        ({"support_status": "pending"}, "P03"),  # less strict than in person, and not a recommendation
        ({}, "C08"),  # does not stand in the way
        ({}, "V00"),
        ({}, "Z99"),  # there is none
    ],
)
async def test_nothing_but_a_recommendation_that_stands_in_the_way_can_be_approved(
    demo: House, changed: dict[str, Any], rule: str
) -> None:
    case_id = await a_weak_patients_case(demo, **changed)

    answer = await approved(demo, case_id, rule)

    assert (answer.status, answer.body["code"]) == (409, "not-approvable")
    assert await listed(demo, case_id) == {}


async def test_an_approval_does_not_soften_what_is_stricter(demo: House) -> None:
    case_id = await a_weak_patients_case(demo, exam_needed=True)

    await approved(demo, case_id)

    decision = await decided(demo, case_id)
    assert (decision["outcome"], decision["fired"], decision["resolved"]) == ("in_person_required", ["C04"], ["C07"])


async def test_a_recommendation_that_cannot_be_judged_yet_cannot_be_approved(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset({"fever_38"}), amber_symptom_count=1)
    decision = await decided(demo, case_id)

    answer = await approved(demo, case_id, "C02")

    assert "C02" in decision["fired"]
    assert (answer.status, answer.body["code"]) == (409, "not-approvable")
    found = await demo.get("specialist", f"/cases/{case_id}/approvals")
    assert found.body == {"approvable": [], "approvals": []}


async def test_what_changes_between_looking_and_approving_counts(demo: House, clock: Clock) -> None:
    case_id = await a_weak_patients_case(demo, amber_symptom_count=1)
    clock.advance(timedelta(hours=25))

    answer = await approved(demo, case_id, "C02")

    assert (answer.status, answer.body["code"]) == (409, "not-approvable")


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
async def test_an_approval_needs_a_reason(demo: House, reason: str) -> None:
    case_id = await a_weak_patients_case(demo)

    answer = await approved(demo, case_id, reason=reason)

    assert answer.status == 422
    assert await listed(demo, case_id) == {}


async def test_it_is_given_once_though_it_is_asked_for_twice_at_once(api: House) -> None:
    case_id = await a_weak_patients_case(api)

    answers = await asyncio.gather(*(approved(api, case_id) for _ in range(4)))

    assert sorted(one.status for one in answers) == [201, 409, 409, 409]
    assert list((await listed(api, case_id)).values()) == ["stands"]


async def test_nothing_is_approved_before_anything_is_decided(demo: House) -> None:
    case_id = await builders.an_accepted_case(demo)

    assert (await approved(demo, case_id)).body["code"] == "not-approvable"
    assert (await demo.get("specialist", f"/cases/{case_id}/approvals")).body == {"approvable": [], "approvals": []}


@pytest.mark.parametrize(
    ("person", "status"),
    [("patient", 403), ("scheduler", 403), ("admin", 403), ("compliance", 403), ("other_specialist", 404)],
)
async def test_only_the_specialist_of_the_case_approves(demo: House, person: str, status: int) -> None:
    case_id = await a_weak_patients_case(demo)
    first = (await approved(demo, case_id)).body["id"]

    given = await demo.post(person, f"/cases/{case_id}/approvals", {"rule": "C07", "reason": BECAUSE})
    seen = await demo.get(person, f"/cases/{case_id}/approvals")
    undone = await demo.delete(person, f"/cases/{case_id}/approvals/{first}")

    assert [given.status, seen.status, undone.status] == [status] * 3
    assert await listed(demo, case_id) == {first: "stands"}


async def test_an_approval_of_another_case_is_not_found(demo: House) -> None:
    mine = await a_weak_patients_case(demo)
    first = (await approved(demo, mine)).body["id"]
    other = await a_weak_patients_case(demo, patient="other_patient")

    assert (await demo.delete("specialist", f"/cases/{other}/approvals/{first}")).status == 404
    assert await listed(demo, mine) == {first: "stands"}

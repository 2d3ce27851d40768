"""What a decision needs becomes a task for a named role, once, and leaves the list when it is settled."""

from datetime import timedelta
from typing import Any

from server.domain.ids import CaseId
from tests import builders
from tests.integration.house import Clock, House


async def kinds(house: House, person: str, case_id: CaseId) -> list[str]:
    tasks = (await house.get(person, f"/cases/{case_id}/tasks")).body["tasks"]
    return sorted(task["kind"] for task in tasks)


async def says(house: House, person: str, case_id: CaseId, **answers: object) -> dict[str, Any]:
    house.clock.advance(timedelta(seconds=1))
    answer = await house.post(person, f"/cases/{case_id}/answers", {"answers": answers})
    assert answer.status == 200, answer.body
    told: dict[str, Any] = answer.body
    return told


async def test_what_is_missing_is_a_task_of_whoever_can_say_it_and_an_answer_ends_it(api: House) -> None:
    case_id = await builders.a_bookable_case(api, without=frozenset({"support_status", "payer_video", "ecog"}))

    await says(api, "patient", case_id, age_years=58)
    assert await kinds(api, "scheduler", case_id) == ["arrange-support", "coverage"]
    assert await kinds(api, "specialist", case_id) == ["judgement"]
    await says(api, "patient", case_id, age_years=58)
    assert await kinds(api, "scheduler", case_id) == ["arrange-support", "coverage"]  # none is doubled

    await says(api, "scheduler", case_id, support_status="arranged")
    assert await kinds(api, "scheduler", case_id) == ["coverage"]
    await says(api, "specialist", case_id, ecog=1)
    assert await kinds(api, "specialist", case_id) == []


async def test_help_that_is_not_arranged_stays_a_task_and_says_why(api: House) -> None:
    case_id = await builders.a_bookable_case(api)

    await says(api, "scheduler", case_id, support_status="pending", interpreter_status="unavailable")

    tasks = (await api.get("scheduler", f"/cases/{case_id}/tasks")).body["tasks"]
    assert {task["kind"]: task["because"] for task in tasks} == {
        "arrange-support": ["P03"],
        "find-interpreter": ["P05"],
    }


async def test_a_recommendation_is_the_specialists_to_decide(api: House) -> None:
    case_id = await builders.a_bookable_case(api)

    await says(api, "specialist", case_id, ecog=3)
    assert await kinds(api, "specialist", case_id) == ["video-or-not"]
    await says(api, "specialist", case_id, ecog=1)
    assert await kinds(api, "specialist", case_id) == []


async def test_a_device_that_does_not_work_is_lent_and_rests_when_it_is_ticked_off(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api, camera_ok=False)
    await says(api, "patient", case_id, age_years=58)
    (task,) = (await api.get("scheduler", f"/cases/{case_id}/tasks")).body["tasks"]
    assert task["kind"] == "lend-a-device"

    await api.post("scheduler", f"/cases/{case_id}/tasks/{task['id']}/finish")
    await says(api, "patient", case_id, age_years=58)
    assert await kinds(api, "scheduler", case_id) == []
    clock.advance(timedelta(hours=23))
    await builders.say_everything(api, case_id, changed={"camera_ok": False})
    clock.advance(timedelta(hours=2))
    await says(api, "patient", case_id, age_years=58)
    assert await kinds(api, "scheduler", case_id) == ["lend-a-device"]


async def test_a_stale_license_is_the_desks_to_look_up(api: House, clock: Clock) -> None:
    case_id = await builders.an_accepted_case(api)
    await builders.say_everything(api, case_id)
    await builders.license_in(api, "specialist", "MI", verified_on=clock().date() - timedelta(days=370))

    await says(api, "patient", case_id, age_years=58)

    assert await kinds(api, "scheduler", case_id) == ["licence"]


async def test_looking_for_times_makes_no_task(api: House) -> None:
    case_id = await builders.a_bookable_case(api, without=frozenset({"support_status"}))

    await api.get("patient", f"/slots?case={case_id}")

    assert await kinds(api, "scheduler", case_id) == []


async def test_the_desk_and_the_specialist_see_what_there_is_to_do_by_person(demo: House) -> None:
    case_id = await builders.a_bookable_case(demo, without=frozenset({"support_status", "payer_video", "ecog"}))
    await says(demo, "patient", case_id, age_years=58)

    desk = await (await demo.browser_session("scheduler")).get("/requests")
    specialist = await (await demo.browser_session("specialist")).get("/todo")
    case = await (await demo.browser_session("scheduler")).get(f"/cases/{case_id}")

    assert "What to arrange" in desk.body
    assert f'href="/cases/{case_id}/coverage"' in desk.body
    assert "Arrange help, Maria Kowalska" in desk.body
    assert "Your judgment, Maria Kowalska" in specialist.body
    assert "It leaves this list by itself." in case.body

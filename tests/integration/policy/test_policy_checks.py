"""A check holds a version against the one in force: over what was really decided, the worked cases, and the gaps."""

from typing import Any

from tests import builders
from tests.integration.house import House
from tests.integration.policy import office


async def decided(house: House, patient: str = "patient", **facts: Any) -> tuple[str, str]:
    """A case on which the booking stage was decided, and the decision."""
    case_id = await builders.a_bookable_case(house, patient, **facts)
    answer = await house.post("scheduler", f"/cases/{case_id}/decisions", {"stage": "booking"})
    return case_id, answer.body["id"]


async def test_who_moves_is_named_with_case_and_step(api: House) -> None:
    case_id, decision = await decided(api, ecog=1)
    _, other = await decided(api, "other_patient", ecog=0)

    check = (await office.checked(api, office.TIGHTER))["check"]

    [moved] = check["toward_caution"]
    assert moved == {
        "decision": decision,
        "case": case_id,
        "stage": "booking",
        "before": "video_ok",
        "after": "in_person_recommended",
    }
    assert check["decisions"] == 2
    assert {(one["before"], one["after"]): one["count"] for one in check["matrix"]} == {
        ("video_ok", "video_ok"): 1,
        ("video_ok", "in_person_recommended"): 1,
    }
    assert (check["toward_video"], check["undecidable"], check["loosens"]) == ([], [], False)
    assert other != decision


async def test_everybody_who_moves_toward_video_is_named_and_it_needs_a_reason(api: House) -> None:
    case_id, decision = await decided(api, exam_needed=True)

    check = (await office.checked(api, office.LOOSER))["check"]

    assert [(one["case"], one["decision"], one["after"]) for one in check["toward_video"]] == [
        (case_id, decision, "in_person_recommended")
    ]
    assert check["loosens"]


async def test_without_a_past_the_worked_cases_still_show_what_is_looser(api: House) -> None:
    check = (await office.checked(api, office.LOOSER))["check"]

    assert (check["decisions"], check["toward_video"]) == (0, [])
    assert {"C04-booking", "C04-check-in"} <= {one["case"] for one in check["worked"]["differences"]}
    assert check["worked"]["cases"] >= 172
    assert check["loosens"]


async def test_a_risk_that_is_let_pass_for_the_first_time_is_marked_as_new(api: House) -> None:
    check = (await office.checked(api, {"rules": {"C07": {"at": ["records_review", "booking"]}}}))["check"]

    new = {(gap["fact"], gap["value"]): gap["stages"] for gap in check["gaps"] if gap["new"]}
    assert new == {("ecog", 4): ["check_in"]}
    assert len(check["gaps"]) > 10
    assert check["loosens"]


async def test_another_wording_moves_nobody(api: House) -> None:
    await decided(api)

    check = (await office.checked(api, {"rules": {"V00": {"patient": "You may come by video."}}}))["check"]

    assert (check["toward_video"], check["toward_caution"], check["undecidable"]) == ([], [], [])
    assert (check["worked"]["differences"], check["worked"]["accepted"], check["loosens"]) == ([], [], False)
    assert (check["never_video"], check["unread"]) == ([], [])


async def test_more_decisions_than_are_read_at_once_are_all_looked_at(demo: House) -> None:
    case_id, _ = await decided(demo)
    for _ in range(520):
        await demo.post("scheduler", f"/cases/{case_id}/decisions", {"stage": "booking"})

    check = (await office.checked(demo, office.TIGHTER))["check"]

    assert check["decisions"] == 521
    assert len(check["toward_caution"]) == 521

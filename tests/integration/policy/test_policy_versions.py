"""A version of the policy over the wire: drafted, edited, checked, signed by two people, in force from a day."""

import hashlib
from datetime import timedelta
from pathlib import Path

from server.domain.policy import load_policy
from tests import builders
from tests.integration.conftest import running_house
from tests.integration.house import Clock, House
from tests.integration.policy import office


async def decide(house: House, case_id: str, stage: str = "booking") -> dict[str, object]:
    answer = await house.post("specialist", f"/cases/{case_id}/decisions", {"stage": stage})
    assert answer.status == 201, answer.body
    return dict(answer.body)


async def test_at_the_first_start_the_policy_of_the_settings_is_in_force_and_unsigned(api: House) -> None:
    [starter] = await office.versions(api)

    file = await api.get("admin", f"/policies/{starter['id']}/file")

    assert (starter["in_force"], starter["signed"], starter["active_from"]) == (True, False, "2026-11-23")
    assert (starter["version"], starter["drafted_by"]) == ("2026.11-draft1", None)
    assert file.body == api.settings.policy_file.read_bytes()
    assert hashlib.sha256(file.body).hexdigest() == starter["id"]


async def test_started_again_what_was_activated_decides_and_another_file_is_a_draft(
    database_url: str, tmp_path: Path, clock: Clock
) -> None:
    async with running_house(database_url, tmp_path, clock) as house:
        version = await office.signed(house, office.TIGHTER)
        await office.activate(house, version)
        text = house.settings.policy_file.read_text()
    file = tmp_path / "other.toml"
    file.write_text(text.replace("2026.11-draft1", "2026.12-from-a-file"))

    async with running_house(database_url, tmp_path, clock, policy_file=file) as house:
        case_id = await builders.a_bookable_case(house)
        found = {one["version"]: one for one in await office.versions(house)}

        assert (await decide(house, case_id))["policy_sha256"] == version
    assert (found["2027.1"]["in_force"], found["2026.12-from-a-file"]["in_force"]) == (True, False)
    assert (found["2026.12-from-a-file"]["status"], found["2026.12-from-a-file"]["drafted_by"]) == ("draft", None)


async def test_a_version_comes_into_force_at_once_and_its_decisions_name_it(api: House) -> None:
    case_id = await builders.a_bookable_case(api)
    before = await decide(api, case_id)
    version = await office.signed(api, office.TIGHTER)
    assert (await decide(api, case_id))["policy_sha256"] == before["policy_sha256"]

    done = await office.activate(api, version)

    after = await decide(api, case_id)
    assert (done.status, done.body["in_force"], done.body["signed"]) == (200, True, True)
    assert (before["outcome"], after["outcome"]) == ("video_ok", "in_person_recommended")
    assert (after["policy_sha256"], after["fired"]) == (version, ["C07"])
    offered = (await api.get("patient", f"/slots?case={case_id}")).body["slots"]
    assert {slot["mode"] for slot in offered} == {"in-person"}


async def test_a_dated_version_comes_into_force_at_midnight_where_the_hospital_is(api: House, clock: Clock) -> None:
    case_id = await builders.a_bookable_case(api)
    version = await office.signed(api, office.TIGHTER)
    done = await office.activate(api, version, on="2026-11-24")
    assert (done.body["status"], done.body["in_force"]) == ("active", False)

    clock.now = clock.now.replace(day=24, hour=4, minute=59)  # one minute to midnight in Detroit
    late = await decide(api, case_id)
    clock.advance(timedelta(minutes=1))
    midnight = await decide(api, case_id)

    assert (late["outcome"], midnight["outcome"]) == ("video_ok", "in_person_recommended")
    assert midnight["policy_sha256"] == version


async def test_an_edit_makes_new_bytes_that_nobody_has_checked_or_signed(api: House) -> None:
    version = await office.checked(api, office.TIGHTER)
    await office.sign(api, version["id"], "admin")

    answer = await api.patch("compliance", f"/policies/{version['id']}", {"numbers": {"adult_age": 21}})

    new, old = answer.body, (await api.get("admin", f"/policies/{version['id']}")).body
    assert (new["status"], new["signatures"], new["check"]) == ("draft", [], None)
    assert (new["numbers"]["adult_age"], new["numbers"]["ecog_review_from"]) == (21, 1)
    assert (old["status"], old["followed_by"], old["signatures"]) == ("retired", new["id"], [])
    assert (await office.sign(api, old["id"], "compliance")).status == 409
    assert (await api.patch("compliance", f"/policies/{old['id']}", office.TIGHTER)).status == 409


async def test_an_edit_that_is_taken_back_leaves_no_check_and_no_signature(api: House) -> None:
    version = await office.checked(api, office.TIGHTER)
    await office.sign(api, version["id"], "admin")
    other = await api.patch("compliance", f"/policies/{version['id']}", {"numbers": {"adult_age": 21}})

    back = await api.patch("compliance", f"/policies/{other.body['id']}", {"numbers": {"adult_age": 18}})

    assert (back.status, back.body["id"]) == (200, version["id"])
    assert (back.body["status"], back.body["signatures"], back.body["check"]) == ("draft", [], None)


async def test_nothing_edited_is_nothing_changed(api: House) -> None:
    version = await office.checked(api, office.TIGHTER)

    same = await api.patch("compliance", f"/policies/{version['id']}", office.TIGHTER)

    assert (same.status, same.body["id"], same.body["status"]) == (200, version["id"], "simulated")


async def test_one_person_does_not_sign_twice_and_one_signature_is_not_enough(api: House) -> None:
    version = (await office.checked(api, office.TIGHTER))["id"]

    first = await office.sign(api, version, "compliance")
    again = await office.sign(api, version, "compliance")
    early = await office.activate(api, version)

    assert (first.status, first.body["status"], first.body["signed"]) == (200, "simulated", False)
    assert (again.status, again.body["code"]) == (409, "policy-already-signed")
    assert (early.status, early.body["code"]) == (409, "policy-moved-on")


async def test_what_loosens_is_signed_with_a_reason_only(api: House) -> None:
    version = await office.checked(api, office.LOOSER)

    bare = await office.sign(api, version["id"], "admin")
    signed = await office.sign(api, version["id"], "admin", "The new guideline of the board.")

    assert version["check"]["loosens"]
    assert (bare.status, bare.body["code"], bare.body["errors"][0]["field"]) == (422, "policy-reason-missing", "reason")
    assert signed.body["signatures"][0]["reason"] == "The new guideline of the board."


async def test_a_version_that_was_not_checked_is_not_signed(api: House) -> None:
    answer = await office.sign(api, await office.edited(api, office.TIGHTER), "admin")

    assert (answer.status, answer.body["code"]) == (409, "policy-moved-on")


async def test_a_check_is_void_once_another_policy_is_in_force(api: House) -> None:
    one = await office.checked(api, office.TIGHTER, "2027.1")
    ready = await office.signed(api, {"numbers": {"adult_age": 19}}, "2027.2")
    await office.activate(api, await office.signed(api, {"numbers": {"adult_age": 20}}, "2027.3"))

    late = [await office.sign(api, one["id"], "admin"), await office.activate(api, ready)]
    anew = await api.post("compliance", f"/policies/{ready}/check")

    assert [(answer.status, answer.body["code"]) for answer in late] == [(409, "policy-check-outdated")] * 2
    assert (anew.status, anew.body["status"], anew.body["signatures"]) == (200, "simulated", [])
    assert anew.body["check"]["loosens"]  # from 20 back to 19


async def test_what_was_in_force_stays_readable_and_is_never_edited(api: House) -> None:
    starter = await office.in_force(api)
    await office.activate(api, await office.signed(api, office.TIGHTER))

    old = await api.get("compliance", f"/policies/{starter['id']}")

    assert (old.status, old.body["in_force"], old.body["status"]) == (200, False, "retired")
    assert load_policy((await api.get("admin", f"/policies/{starter['id']}/file")).body).version == starter["version"]
    assert (await api.patch("compliance", f"/policies/{starter['id']}", office.TIGHTER)).status == 409
    assert (await api.post("compliance", f"/policies/{starter['id']}/check")).status == 409


async def test_what_decides_cannot_be_put_aside_and_what_waits_can(api: House, clock: Clock) -> None:
    starter = await office.in_force(api)
    version = await office.signed(api, office.TIGHTER)
    await office.activate(api, version, on="2026-11-30")

    refused = await api.post("admin", f"/policies/{starter['id']}/retire")
    done = await api.post("admin", f"/policies/{version}/retire")
    clock.advance(timedelta(days=10))

    assert (refused.status, refused.body["code"]) == (409, "policy-in-force")
    assert (done.status, done.body["status"]) == (200, "retired")
    assert (await office.in_force(api))["id"] == starter["id"]


async def test_a_version_has_a_name_of_its_own_and_a_day_that_can_be(api: House) -> None:
    taken = await office.draft(api, "2026.11-draft1")
    version = await office.signed(api, {"effective_from": "2026-12-01"})
    early, past = [await office.activate(api, version, on=day) for day in ("2026-11-30", "2026-11-22")]

    assert (taken.status, taken.body["code"], taken.body["errors"][0]["field"]) == (
        422,
        "policy-version-taken",
        "version",
    )
    assert [(one.status, one.body["code"]) for one in (early, past)] == [(422, "policy-day")] * 2
    assert (await office.activate(api, version, on="2026-12-01")).status == 200


async def test_what_cannot_stand_is_refused_at_its_place(api: House) -> None:
    version = (await office.draft(api)).body["id"]

    answers = [
        await api.patch("compliance", f"/policies/{version}", edits)
        for edits in (
            {"numbers": {"adult_age": -1}},
            {"numbers": {"nothing": 1}},
            {"lists": {"served_countries": ["USA"]}},
            {"rules": {"E01": {"outcome": "video_ok"}}},
        )
    ]

    assert [(answer.status, answer.body["code"]) for answer in answers] == [(422, "policy-faults")] * 4
    assert [answer.body["errors"][0]["field"] for answer in answers] == [
        "numbers.adult_age",
        "numbers.nothing",
        "lists.served_countries",
        "rules.E01.outcome",
    ]


async def test_two_versions_are_compared(api: House) -> None:
    starter = await office.in_force(api)
    version = await office.edited(api, office.TIGHTER | office.LOOSER)

    answer = await api.get("admin", f"/policies/{version}/changes?against={starter['id']}")

    assert {(one["name"], one["before"], one["after"], one["direction"]) for one in answer.body["changes"]} == {
        ("version", "2026.11-draft1", "2027.1", "neither"),
        ("effective_from", "2026-12-01", "2026-11-23", "neither"),
        ("ecog_review_from", "3", "1", "stricter"),
        ("C04", "in_person_required", "in_person_recommended", "looser"),
    }


async def test_only_the_office_sees_and_changes_the_policy(api: House) -> None:
    version = (await office.draft(api)).body["id"]

    for person in ("patient", "specialist", "scheduler", "companion", "interpreter"):
        assert (await api.get(person, "/policies")).status == 403
        assert (await api.patch(person, f"/policies/{version}", office.TIGHTER)).status == 403
        assert (await office.sign(api, version, person)).status == 403
        assert (await office.activate(api, version, person=person)).status == 403
    nothing = "0" * 64
    for path in (f"/policies/{nothing}", f"/policies/{nothing}/file", f"/policies/{version}/changes?against={nothing}"):
        assert (await api.get("admin", path)).status == 404
    assert (await api.post("admin", f"/policies/{nothing}/check")).status == 404

"""Companions: invited by the patient, let in by a link and a code of their own, and sent away at once."""

import re
from datetime import timedelta
from typing import Any

import pytest

from server.domain.guests import MOST_COMPANIONS
from server.keys import SIGN_IN
from tests import builders
from tests.integration.house import Clock, House
from tests.integration.visits.meeting import a_ticket, an_open_visit, socket_with

ROSA = {"name": "Rosa", "email": "rosa@example.org", "phone": "313 555 0177", "relation": "sibling"}
KNOWN = {"name": "Pio", "email": "companion@demo.example", "phone": "313 555 0000", "relation": "partner"}


async def invited(api: House, case: str, who: dict[str, str] = ROSA) -> dict[str, Any]:
    """Invite somebody and return what the interface says of them."""
    answer = await api.post("patient", f"/cases/{case}/companions", who)
    assert answer.status == 201, answer.body
    guest: dict[str, Any] = answer.body
    return guest


async def names(api: House, case: str, person: str = "patient") -> list[str]:
    return [guest["name"] for guest in (await api.get(person, f"/cases/{case}/guests")).body["guests"]]


async def test_a_companion_comes_in_by_the_link_in_their_mail_and_a_code(api: House) -> None:
    case = await builders.an_accepted_case(api)
    guest = await invited(api, case)
    assert (guest["role"], guest["relation"], guest["visit_id"]) == ("companion", "sibling", None)

    (letter,) = (await api.mailbox())["rosa@example.org"]
    token = re.search(r"/i#(\S+)", letter.body)
    assert token is not None
    sign_in = api.app[SIGN_IN]
    assert await sign_in.follow(token[1], "her browser") == "77"
    code = (await api.mailbox())[ROSA["phone"]][0].body[:6]
    _, account = await sign_in.enter("her browser", code, "phone")

    assert (account.role, account.name) == ("companion", "Rosa")
    assert "Maria" not in letter.subject + letter.body
    assert await names(api, case) == await names(api, case, "scheduler") == await names(api, case, "specialist")


async def test_a_known_companion_keeps_name_and_telephone(api: House) -> None:
    case = await builders.an_accepted_case(api)

    guest = await invited(api, case, KNOWN)
    me = (await api.get("companion", "/me")).body

    assert guest["name"] == "Pio"
    assert me["name"] == api.people["companion"].name
    seen = await api.get("companion", f"/cases/{case}")
    assert seen.status == 200
    assert set(seen.body["answers"].values()) == {None}


@pytest.mark.parametrize("person", ["other_patient", "scheduler", "specialist"])
async def test_an_address_that_is_somebody_elses_looks_the_same_and_opens_nothing(api: House, person: str) -> None:
    case = await builders.an_accepted_case(api)
    theirs = api.people[person]

    guest = await invited(api, case, KNOWN | {"email": theirs.email.upper()})

    assert guest == {**guest, "name": "Pio", "role": "companion"}
    (letter,) = (await api.mailbox())[theirs.email]
    assert "another e-mail address" in letter.subject
    assert "/i#" not in letter.body
    assert (await api.get("other_patient", f"/cases/{case}")).status == 404


async def test_whoever_is_sent_away_knows_nothing_any_more_and_can_be_asked_again(api: House, clock: Clock) -> None:
    case = await builders.an_accepted_case(api)
    guest = await invited(api, case, KNOWN)
    token = api.app[SIGN_IN].link_token(api.people["companion"].id, case)

    gone = await api.delete("patient", f"/cases/{case}/guests/{guest['id']}")

    assert gone.status == 204
    assert await names(api, case) == []
    assert (await api.get("companion", f"/cases/{case}")).status == 404
    browser = await api.stranger().get("/sign-in")
    assert browser.status == 200
    with pytest.raises(Exception, match="does not work any more"):
        await api.app[SIGN_IN].follow(token, "browser")
    assert (await api.delete("patient", f"/cases/{case}/guests/{guest['id']}")).status == 404

    clock.advance(timedelta(minutes=10))
    await invited(api, case, KNOWN)
    assert await api.app[SIGN_IN].follow(token, "browser") == "43"


async def test_nobody_is_invited_twice_nor_oneself_nor_a_crowd(api: House) -> None:
    case = await builders.an_accepted_case(api)
    await invited(api, case)

    twice = await api.post("patient", f"/cases/{case}/companions", ROSA | {"email": "Rosa@Example.org"})
    oneself = await api.post("patient", f"/cases/{case}/companions", ROSA | {"email": "patient@demo.example"})
    for number in range(1, MOST_COMPANIONS):
        await invited(api, case, ROSA | {"email": f"friend-{number}@example.org"})
    crowd = await api.post("patient", f"/cases/{case}/companions", ROSA | {"email": "one-more@example.org"})

    assert (twice.status, twice.body["code"]) == (409, "already-invited")
    assert (oneself.status, oneself.body["code"], oneself.body["errors"][0]["field"]) == (409, "own-address", "email")
    assert (crowd.status, crowd.body["code"]) == (409, "too-many-companions")


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "rosa@example.org, eve@example.org"},
        {"email": "rosa@example.org\r\nBcc: eve@example.org"},
        {"name": "Rosa\r\nBcc: eve@example.org"},
        {"name": " "},
        {"phone": "call me"},
        {"relation": "boss"},
        {"role": "specialist"},
    ],
)
async def test_what_is_no_invitation_is_refused(demo: House, wrong: dict[str, str]) -> None:
    case = await builders.an_accepted_case(demo)

    answer = await demo.post("patient", f"/cases/{case}/companions", ROSA | wrong)

    assert (answer.status, answer.body["code"]) == (422, "invalid-value")
    assert await demo.mailbox() == {}


async def test_only_the_patient_invites_and_nobody_else_sends_their_companions_away_but_the_desk(api: House) -> None:
    case = await builders.an_accepted_case(api)
    guest = await invited(api, case, KNOWN)

    asked = {
        person: (await api.post(person, f"/cases/{case}/companions", ROSA)).status
        for person in ("companion", "other_patient", "specialist", "scheduler", "admin")
    }
    sent_away = {
        person: (await api.delete(person, f"/cases/{case}/guests/{guest['id']}")).status
        for person in ("companion", "other_patient", "specialist", "admin", "scheduler")
    }
    seen = {
        person: (await api.get(person, f"/cases/{case}/guests")).status
        for person in ("companion", "other_patient", "other_specialist", "specialist", "scheduler", "admin")
    }

    assert asked == {"companion": 403, "other_patient": 404, "specialist": 403, "scheduler": 403, "admin": 403}
    assert sent_away == {"companion": 403, "other_patient": 404, "specialist": 403, "admin": 403, "scheduler": 204}
    assert seen == {
        "companion": 403,
        "other_patient": 404,
        "other_specialist": 404,
        "specialist": 200,
        "scheduler": 200,
        "admin": 403,
    }


async def test_invitations_are_not_sent_by_the_dozen(api: House) -> None:
    case = await builders.an_accepted_case(api)
    for number in range(10):
        who = ROSA | {"email": f"friend-{number}@example.org"}
        guest = await invited(api, case, who)
        await api.delete("patient", f"/cases/{case}/guests/{guest['id']}")

    answer = await api.post("patient", f"/cases/{case}/companions", ROSA)

    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_companion_waits_like_everybody_and_is_out_when_they_are_sent_away(api: House, clock: Clock) -> None:
    booked = await an_open_visit(api, clock)
    guest = await invited(api, booked["case_id"], KNOWN)
    subjects = [letter.subject for letter in (await api.mailbox())["companion@demo.example"]]
    assert any(subject.startswith("Video visit: ") for subject in subjects)

    async with socket_with(api, await a_ticket(api, "companion", booked["visit_id"])) as page:
        welcome = (await page.hear("welcome"))["data"]
        assert (welcome["role"], welcome["state"]) == ("companion", "waiting")
        assert welcome["caps"] == ["chat", "publish_audio", "publish_video"]

        await api.delete("patient", f"/cases/{booked['case_id']}/guests/{guest['id']}")

        assert await page.end() == 4403
    assert (await api.post("companion", f"/visits/{booked['visit_id']}/join")).status == 404

"""What the people of the policy office do over the wire, for tests that are about what comes of it."""

from typing import Any

from tests.integration.house import Answer, House

TIGHTER = {"numbers": {"ecog_review_from": 1}}
LOOSER = {"rules": {"C04": {"outcome": "in_person_recommended"}}}
TODAY = "2026-11-23"


async def in_force(house: House) -> dict[str, Any]:
    """The version that decides now."""
    [current] = [one for one in await versions(house) if one["in_force"]]
    return current


async def versions(house: House) -> list[dict[str, Any]]:
    answer = await house.get("compliance", "/policies")
    assert answer.status == 200, answer.body
    return list(answer.body["policies"])


async def draft(house: House, name: str = "2027.1", person: str = "compliance", since: str = TODAY) -> Answer:
    """Begin a version on the ground of the one in force."""
    sent = {"based_on": (await in_force(house))["id"], "version": name, "effective_from": since}
    return await house.post(person, "/policies", sent)


async def edited(house: House, edits: dict[str, Any], name: str = "2027.1") -> str:
    """Begin a version, edit it, and return its id."""
    begun = await draft(house, name)
    assert begun.status == 201, begun.body
    answer = await house.patch("compliance", f"/policies/{begun.body['id']}", edits)
    assert answer.status == 200, answer.body
    return str(answer.body["id"])


async def checked(house: House, edits: dict[str, Any], name: str = "2027.1") -> dict[str, Any]:
    """Begin a version, edit it, and check it."""
    answer = await house.post("compliance", f"/policies/{await edited(house, edits, name)}/check")
    assert answer.status == 200, answer.body
    return dict(answer.body)


async def sign(house: House, version: str, person: str, reason: str = "") -> Answer:
    return await house.post(person, f"/policies/{version}/signatures", {"reason": reason})


async def signed(house: House, edits: dict[str, Any], name: str = "2027.1", reason: str = "It is right.") -> str:
    """Bring a version to the point where it only needs a day."""
    version = str((await checked(house, edits, name))["id"])
    for person in ("compliance", "admin"):
        answer = await sign(house, version, person, reason)
        assert answer.status == 200, answer.body
    return version


async def activate(house: House, version: str, on: str = TODAY, person: str = "admin") -> Answer:
    return await house.post(person, f"/policies/{version}/activate", {"on": on})

"""What people in a visit are told of the hospital's relay, and for how long that is good."""

import base64
import hashlib
import hmac
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Turn
from tests.integration.conftest import running_house
from tests.integration.house import Clock
from tests.integration.visits.meeting import a_ticket, an_open_visit, socket_with

SECRET = "a secret that the service shares with its relay"
RELAY = "turn.example.org"
IN_ORDER = [
    f"turn:{RELAY}:3478?transport=udp",
    f"turn:{RELAY}:443?transport=udp",
    f"turn:{RELAY}:443?transport=tcp",
    f"turns:{RELAY}:443?transport=tcp",
]
HIDES = 'id="preview-hide"'


def relays(*, relay_only: bool = False) -> Turn:
    return Turn(urls=(*IN_ORDER[2:], *IN_ORDER[:2]), secret=SECRET, relay_only=relay_only)


async def test_whoever_is_in_gets_the_relay_under_a_name_that_ends_and_a_new_one_later(
    sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    async with running_house(sqlite_url, tmp_path, clock, turn=relays()) as house:
        visit = str((await an_open_visit(house, clock))["visit_id"])
        entry = await a_ticket(house, "specialist", visit)
        async with socket_with(house, entry) as specialist:
            first = (await specialist.hear("snapshot"))["data"]["ice"]
            clock.advance(timedelta(minutes=5))
            await specialist.say("ice.get", {})
            second = (await specialist.hear("ice.config"))["data"]

    ends = clock.now + timedelta(minutes=10)
    (server,) = second["iceServers"]
    password = hmac.new(SECRET.encode(), server["username"].encode(), hashlib.sha1).digest()
    assert server["urls"] == IN_ORDER == entry["ice_servers"][0]["urls"]
    assert server["username"].partition(":")[0] == str(int(ends.timestamp()))
    assert server["credential"] == base64.b64encode(password).decode()
    assert first["iceServers"][0]["username"] != server["username"]
    assert (second["iceTransportPolicy"], second["ttl_s"]) == ("all", 600)


@pytest.mark.parametrize(("turn", "offered"), [(Turn(), False), (relays(), True), (relays(relay_only=True), False)])
async def test_people_may_hide_their_address_where_a_relay_makes_that_possible_and_does_not_do_so_anyway(
    sqlite_url: str, tmp_path: Path, clock: Clock, turn: Turn, offered: bool
) -> None:
    async with running_house(sqlite_url, tmp_path, clock, turn=turn) as house:
        visit = str((await an_open_visit(house, clock))["visit_id"])
        browser = await house.browser_session("patient")

        page = await browser.get(f"/visits/{visit}")

    assert (HIDES in page.body) is offered


async def test_nobody_who_waits_is_told_of_the_relay_by_the_signaling(
    sqlite_url: str, tmp_path: Path, clock: Clock
) -> None:
    async with running_house(sqlite_url, tmp_path, clock, turn=relays()) as house:
        visit = str((await an_open_visit(house, clock))["visit_id"])
        async with socket_with(house, await a_ticket(house, "patient", visit)) as patient:
            assert (await patient.hear("snapshot"))["data"]["ice"] is None

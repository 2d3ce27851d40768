"""Tickets that are not good: of people who may not come any more, of other visits, used twice, forged, out of time.

The rows are those of the threat model's test table (AB-…). Each has its twin: the rightful one is let in.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from structlog.testing import capture_logs

from server.app import create_app
from server.commands.service import utc_now
from server.http import cookies
from server.keys import DOORKEEPER, SIGN_IN, VISITS
from server.services.tickets import ALGORITHM, ISSUER, TYPE
from server.storage import schema
from signaling.errors import AdmissionRefusedError
from signaling.ids import VisitId
from tests.abuse.raw_socket import RefusedError, raw_socket
from tests.abuse.visits_at_once import Hospital, hello, hospital, signal_url
from tests.integration.conftest import running_house
from tests.integration.house import API, Clock, House
from tests.integration.visits.meeting import a_ticket, a_ticket_of_a_browser, a_visit_tomorrow
from tests.parts.serving import serving


@pytest.fixture
async def both(api: House, clock: Clock) -> AsyncIterator[Hospital]:
    """Two visits that go on at once, on SQLite and on PostgreSQL."""
    async with hospital(api, clock) as opened:
        yield opened


async def said_to(house: House, visit: str, ticket: str) -> int | str:
    """Say hello with a ticket; return the code that closes the socket, or what the person is to be here."""
    return await said_at(signal_url(house, visit), ticket)


async def said_at(address: str, ticket: str) -> int | str:
    """Say hello at an address, which may be another process's."""
    async with raw_socket(address) as socket:
        hello(socket, ticket, "tab-of-a-stranger", take_over=True)
        while True:
            kind, payload = await socket.read()
            if kind == 0x8:
                return int.from_bytes(payload[:2], "big")
            message = json.loads(payload)
            if message["type"] == "welcome":
                return str(message["data"]["state"])


def the_key(house: House) -> Ed25519PrivateKey:
    """The key that signs this hospital's tickets, which nobody else has."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(house.keyring.mac("tickets.key", b"1")))


def claims(house: House, visit: str, person: str = "patient", **changed: Any) -> dict[str, Any]:
    """What a good ticket says, but for what is changed."""
    now = int(house.clock().timestamp())
    good = {
        "iss": ISSUER,
        "aud": f"urn:consilium:visit:{visit}",
        "sub": house.people[person].id,
        "sid": "",
        "jti": f"jti-{len(changed)}-{sorted(changed)}",
        "iat": now,
        "exp": now + 60,
    }
    return good | changed


def signed(house: House, body: dict[str, Any], key: Any = None, **header: Any) -> str:
    """Sign what a ticket says as the hospital does, or as somebody else would."""
    algorithm = header.pop("alg", ALGORITHM)
    return jwt.encode(body, key or the_key(house), algorithm=algorithm, headers={"typ": TYPE, **header})


async def test_ab08_a_former_specialist_is_out_by_every_way(both: Hospital) -> None:
    house, visit = both.house, both.here.visit
    old, _ = await a_ticket_of_a_browser(house, "specialist", visit)
    browser = await house.browser_session("specialist")
    assert (await browser.get(f"/visits/{visit}")).status == 200

    async with house.database.write() as connection:
        mine = schema.cases.c.specialist_id == house.people["specialist"].id
        await connection.execute(schema.cases.update().where(mine).values(specialist_id=None))

    assert await both.here.specialist.socket.close_code() == 4403
    assert await said_to(house, visit, old["ticket"]) == 4404
    assert (await house.post("specialist", f"/visits/{visit}/join")).status == 404
    assert (await browser.get(f"/visits/{visit}")).status == 404
    for still_in in (both.here.patient, both.villain):
        still_in.socket.say("ping", {"ts": 1})
        await still_in.socket.hear("pong")
    await both.elsewhere.goes_on()


async def test_ab09_a_ticket_for_one_visit_opens_no_other(visits: Hospital) -> None:
    entry = await a_ticket(visits.house, "patient", visits.here.visit)

    assert await said_to(visits.house, visits.elsewhere.visit, entry["ticket"]) == 4401
    assert await said_to(visits.house, visits.here.visit, entry["ticket"]) == "in"
    await visits.elsewhere.goes_on()


async def test_ab10_a_ticket_is_good_once_in_all_processes_together(both: Hospital) -> None:
    house, visit = both.house, both.here.visit
    other = create_app(house.settings, house.database, house.keyring, house.clock)
    ticket = (await a_ticket(house, "patient", visit))["ticket"]
    member = await other[VISITS].admit(VisitId(visit), ticket)
    assert str(member.id) == house.people["patient"].id

    assert await said_to(house, visit, ticket) == 4401
    with pytest.raises(AdmissionRefusedError):
        await other[VISITS].admit(VisitId(visit), ticket)
    await both.is_unharmed()


@pytest.mark.slow
@pytest.mark.postgres
async def test_ab10_a_ticket_that_is_shown_to_two_servers_at_one_moment_opens_one_door(
    postgres_url: str, tmp_path: Path, clock: Clock
) -> None:
    async with running_house(postgres_url, tmp_path, clock) as house:
        visit = (await a_visit_tomorrow(house))["visit_id"]
        clock.now = utc_now()  # the servers have the real time
        async with house.database.write() as connection:
            await connection.execute(schema.visits.update().values(start=clock.now))
        with serving(house.settings, tmp_path / "one.log") as one, serving(house.settings, tmp_path / "two.log") as two:
            doors = [f"{server.replace('http', 'ws')}{API}/visits/{visit}/signal" for server in (one, two)]
            for number in range(3):
                clock.now = utc_now()
                ticket = signed(house, claims(house, visit, jti=f"shown-to-both-{number}"))
                told = await asyncio.gather(*(said_at(door, ticket) for door in doors))
                assert sorted(map(str, told)) == ["4401", "waiting"]
            assert [await said_at(door, ticket) for door in doors] == [4401, 4401]


async def test_ab11_an_access_token_is_no_ticket_and_a_ticket_no_access_token(visits: Hospital) -> None:
    house, visit = visits.house, visits.here.visit
    ticket = (await a_ticket(house, "patient", visit))["ticket"]

    async with house.http.get(f"{house.url}{API}/me", headers={"Authorization": f"Bearer {ticket}"}) as answer:
        assert answer.status == 401
    assert await said_to(house, visit, await house.token("patient")) == 4401
    assert await said_to(house, visit, signed(house, claims(house, visit), typ="at+jwt")) == 4401
    assert await said_to(house, visit, ticket) == "in"


def with_a_public_key_as_secret(house: House, body: dict[str, Any], public: bytes) -> str:
    header = {"alg": "HS256", "typ": TYPE}
    parts = ".".join(b64(json.dumps(part).encode()) for part in (header, body))
    mac = hmac.HMAC(public, hashes.SHA256())
    mac.update(parts.encode())
    return f"{parts}.{b64(mac.finalize())}"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def with_two_algorithms(house: House, body: dict[str, Any]) -> str:
    header = b'{"alg":"none","typ":"join+jwt","alg":"EdDSA"}'
    parts = f"{b64(header)}.{b64(json.dumps(body).encode())}"
    return f"{parts}.{b64(b'x' * 64)}"


Forge = Callable[[House, dict[str, Any]], str]
RAW, PEM = (Encoding.Raw, PublicFormat.Raw), (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
STRANGER = Ed25519PrivateKey.generate()
ELSEWHERE = "https://evil.example/keys"
FORGED: dict[str, Forge] = {
    "no algorithm": lambda house, body: jwt.encode(body, None, algorithm="none", headers={"typ": TYPE}),
    "nothing signed": lambda house, body: signed(house, body).rpartition(".")[0] + ".",
    "the public key as a secret": lambda house, body: with_a_public_key_as_secret(
        house, body, the_key(house).public_key().public_bytes(*RAW)
    ),
    "the public key as text": lambda house, body: with_a_public_key_as_secret(
        house, body, the_key(house).public_key().public_bytes(*PEM)
    ),
    "somebody else's key": lambda house, body: signed(house, body, STRANGER),
    "a key of their own inside": lambda house, body: signed(
        house, body, STRANGER, jwk={"kty": "OKP", "crv": "Ed25519", "x": b64(STRANGER.public_key().public_bytes(*RAW))}
    ),
    "a key from elsewhere": lambda house, body: signed(house, body, STRANGER, jku=ELSEWHERE, x5u=ELSEWHERE),
    "a key id that is a path": lambda house, body: signed(house, body, STRANGER, kid="../../x"),
    "a key id that is SQL": lambda house, body: signed(house, body, STRANGER, kid="' OR 1=1--"),
    "a key id of 10 KB": lambda house, body: signed(house, body, STRANGER, kid="x" * 10_000),
    "what must be understood and is not": lambda house, body: signed(house, body, crit=["b64", "x"], b64=True),
    "two algorithms": with_two_algorithms,
    "another type": lambda house, body: signed(house, body, typ="JWT"),
    "another issuer": lambda house, body: signed(house, body | {"iss": "evil"}),
    "no number": lambda house, body: signed(house, {name: body[name] for name in body if name != "jti"}),
    "no end": lambda house, body: signed(house, {name: body[name] for name in body if name != "exp"}),
    "many visits": lambda house, body: signed(house, body | {"aud": [body["aud"], "urn:consilium:visit:x"]}),
    "a stranger": lambda house, body: signed(house, body | {"sub": "nobody"}),
    "an end that is no time": lambda house, body: signed(house, body | {"exp": 10**30}),
    "no token": lambda house, body: "eyJ",
    "nothing": lambda house, body: "",
}


async def opens(house: House, visit: str, ticket: str) -> str | None:
    """Show a ticket at the door; return what it says to somebody whom it does not let in."""
    try:
        await house.app[VISITS].admit(VisitId(visit), ticket)
    except AdmissionRefusedError as refusal:
        return f"{int(refusal.close_code)} {refusal.reason}"
    return None


async def test_ab12_a_forged_ticket_opens_nothing_and_is_told_nothing(visits: Hospital) -> None:
    house, visit = visits.house, visits.here.visit
    refused = {name: await opens(house, visit, forge(house, claims(house, visit))) for name, forge in FORGED.items()}

    assert {name: said for name, said in refused.items() if said != "4401 "} == {"a stranger": "4404 "}
    assert await opens(house, visit, signed(house, claims(house, visit))) is None
    for name in ("no algorithm", "somebody else's key"):
        assert await said_to(house, visit, FORGED[name](house, claims(house, visit))) == 4401
    assert await said_to(house, visit, FORGED["a key id of 10 KB"](house, claims(house, visit))) == 4400
    await visits.is_unharmed()


async def test_ab13_a_ticket_is_good_in_its_minute_give_or_take_half(visits: Hospital) -> None:
    house, visit = visits.house, visits.here.visit
    now = int(house.clock().timestamp())
    minutes = {
        "to come in a moment": (20, 80),
        "a clock a little ahead of ours": (-80, -20),
        "now": (0, 60),
        "to come": (120, 180),
        "gone": (-180, -120),
        "longer than any of ours": (0, 61),
        "ten years": (0, 10 * 365 * 86_400),
    }

    refused = {
        name: await opens(house, visit, signed(house, claims(house, visit, iat=now + made, exp=now + ends, jti=name)))
        for name, (made, ends) in minutes.items()
    }

    good = ["to come in a moment", "a clock a little ahead of ours", "now"]
    assert refused == {name: None if name in good else "4401 " for name in minutes}


async def test_ab13_a_clock_that_jumps_by_hours_ends_no_visit(visits: Hospital, clock: Clock) -> None:
    for hours in (2, -4, 2):
        clock.advance(timedelta(hours=hours))
        await visits.house.app[DOORKEEPER].look()

        await visits.is_unharmed()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", ""])
async def test_ab22_a_page_of_somebody_else_gets_no_socket_with_a_cookie(visits: Hospital, origin: str) -> None:
    house = visits.house
    secret = await house.app[SIGN_IN].open(house.people["patient"], verified_by="code", device="test")
    headers = {"Cookie": f"{cookies.SESSION}={secret}"} | ({"Origin": origin} if origin else {})

    with pytest.raises(RefusedError) as refused:
        async with raw_socket(signal_url(house, visits.here.visit), **headers):
            pass

    assert refused.value.status == 403
    async with raw_socket(signal_url(house, visits.here.visit), **headers | {"Origin": house.url}):
        pass
    await visits.is_unharmed()


async def test_ab23_a_ticket_in_the_address_is_refused_and_stands_in_no_log(visits: Hospital) -> None:
    house, visit = visits.house, visits.here.visit
    ticket = (await a_ticket(house, "patient", visit))["ticket"]
    with capture_logs() as lines:
        for query in (f"ticket={ticket}", f"access_token={ticket}", "x"):
            with pytest.raises(RefusedError) as refused:
                async with raw_socket(f"{signal_url(house, visit)}?{query}"):
                    pass
            assert refused.value.status == 400

    assert ticket not in str(lines)
    await visits.is_unharmed()

"""Too many sockets: refused before the upgrade or closed with 4429, while everybody else is served."""

import asyncio

import pytest
from aiohttp import WSServerHandshakeError

from tests.integration.signaling.theatre import HOST, PATIENT, Theatre


async def test_sockets_that_prove_nothing_are_refused_before_the_upgrade(house: Theatre) -> None:
    host, _ = await house.host_and_patient()
    strangers = await asyncio.gather(*(house.socket() for _ in range(30)))

    with pytest.raises(WSServerHandshakeError) as refused:
        await house.socket()

    assert refused.value.status == 429
    assert int(refused.value.headers["Retry-After"]) >= 1
    await strangers[0].hello(
        ticket=house.ticket(PATIENT), tab_id="tab-0001"
    )  # who proves it is not a stranger any more
    await strangers[0].expect("welcome")
    await house.socket()
    await host.ping()


async def test_one_person_who_comes_again_and_again_is_told_to_slow_down(house: Theatre) -> None:
    host = await house.join(HOST)
    for _ in range(10):
        patient = await house.join(PATIENT)

    again = await house.socket()
    await again.hello(ticket=house.ticket(PATIENT))

    assert await again.close_code() == 4429
    await patient.ping()
    await host.ping()
    house.clock.skip(6)
    await house.join(PATIENT)


async def test_resumes_count_like_hellos_and_the_session_lives_on(house: Theatre) -> None:
    _, patient = await house.host_and_patient()
    page = patient
    for _ in range(9):
        page = await patient.resume()
        await page.expect("resumed")

    too_often = await patient.resume()

    assert await too_often.close_code() == 4429
    house.clock.skip(6)
    await (await patient.resume()).expect("resumed")


async def test_after_five_wrong_tickets_the_sixth_is_too_many_and_a_right_one_is_right(house: Theatre) -> None:
    codes = []
    for _ in range(6):
        stranger = await house.socket()
        await stranger.hello(ticket="forged")
        codes.append(await stranger.close_code())

    assert codes == [4401] * 5 + [4429]
    await house.join(HOST)

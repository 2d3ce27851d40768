"""One case that cannot be read any more keeps none of the others waiting, wherever the service goes its rounds."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from server.domain.ids import CaseId
from server.domain.paging import AGAIN_AFTER
from server.keys import OUTLOOK, PAGER
from server.storage import decisions
from server.storage.keyring import Keyring
from tests import builders
from tests.integration.house import Clock, House

PEOPLE = ("patient", "other_patient")


async def damage(house: House, case_id: CaseId) -> None:
    """Leave what nobody has the key for."""
    sealed = Keyring.generate().seal(b"{}", "cases.answers")
    async with house.database.write() as connection:
        await connection.execute(
            text("UPDATE cases SET answers = :sealed WHERE id = :id"), {"sealed": sealed, "id": case_id}
        )


@pytest.fixture
async def case_ids(api: House) -> list[CaseId]:
    return [await builders.a_bookable_case(api, person) for person in PEOPLE]


async def test_the_next_visit_is_looked_at_though_the_one_before_is_damaged(api: House, case_ids: list[CaseId]) -> None:
    for number, (person, case_id) in enumerate(zip(PEOPLE, case_ids, strict=True)):
        slots = (await api.get(person, f"/slots?case={case_id}")).body["slots"]
        await api.post(person, "/appointments", {"slot": slots[number]["token"]})
    for row in (await api.get("admin", "/authorisations")).body["authorisations"]:
        await api.delete("admin", f"/authorisations/{row['id']}")
    await builders.license_in(api, "specialist", "OH")
    await damage(api, case_ids[0])

    await api.app[OUTLOOK].look()

    async with api.database.read() as connection:
        newest = await decisions.newest(connection, case_ids[1])
    assert newest is not None
    assert newest.outcome == "in_person_required"


async def test_the_next_emergency_is_paged_though_the_one_before_is_damaged(
    api: House, clock: Clock, case_ids: list[CaseId]
) -> None:
    for person, case_id in zip(PEOPLE, case_ids, strict=True):
        clock.advance(timedelta(seconds=1))
        await api.post(person, f"/cases/{case_id}/answers", {"answers": {"rf_bleeding": True}})
    await api.app[PAGER].page()
    await damage(api, case_ids[0])
    clock.advance(AGAIN_AFTER)

    await api.app[PAGER].page()

    assert [await rounds_of(api, case_id) for case_id in case_ids] == [{"0"}, {"0", "1"}]


async def rounds_of(house: House, case_id: CaseId) -> set[str]:
    """Name the rounds in which somebody was paged about a case."""
    written = [message for box in (await house.mailbox()).values() for message in box if message.case_id == case_id]
    return {one.dedupe_key.split(":")[2] for one in written if one.dedupe_key.startswith("page:")}

"""The schema's history leads to the tables as they are described, and takes along what was kept before."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from server.domain.ids import CaseId
from server.storage import decisions, statements
from server.storage.database import Database
from server.storage.keyring import Keyring
from server.storage.migrate import MIGRATIONS, migrate
from server.storage.schema import metadata
from server.storage.types import EPOCH, MICROSECOND

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
CASES = {"one": (2, 0, 0, 1), "two": (0,)}  # the minutes at which each one's decisions were made


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.generate()


@pytest.fixture
async def database(database_url: str, keyring: Keyring) -> AsyncIterator[Database]:
    database = Database(database_url, keyring)
    yield database
    await database.close()


def upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def described(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """Leave out the one column that PostgreSQL computes, and only it has."""
    return (kind, name) != ("column", "during")


OPTIONS = {"compare_type": False, "include_object": described}


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # of an index that both databases have
async def test_the_history_leads_to_the_tables_as_they_are_described(database: Database) -> None:
    await migrate(database)

    async with database.read() as connection:
        differ = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=OPTIONS), metadata)
        )

    assert differ == []


async def test_decisions_from_before_get_their_place_and_are_read_as_before(
    database: Database, keyring: Keyring
) -> None:
    await bring_up_from("0005", database, keyring, decide_as_before)

    async with database.read() as connection:
        kept = {case: await decisions.of_case(connection, CaseId(case)) for case in CASES}

    assert [one.number for one in kept["one"]] == [4, 3, 2, 1]
    assert [one.decided_at for one in kept["one"]] == [NOW + timedelta(minutes=m) for m in (2, 1, 0, 0)]
    (only,) = kept["two"]
    assert (only.number, only.words, only.questions, only.approvals, only.sheet_sha256) == (1, [], None, [], None)


async def test_words_of_one_instant_are_parted_in_the_order_in_which_they_were_read(
    database: Database, keyring: Keyring
) -> None:
    await bring_up_from("0011", database, keyring, say_as_before)

    async with database.read() as connection:
        said = await statements.of_case(connection, CaseId("one"))

    parted = [(word.name, word.value, (word.said_at - NOW) // MICROSECOND) for word in said]
    assert sorted(parted) == [("ecog", 0, 0), ("ecog", 1, 1), ("ecog", 2, 2), ("ecog", 3, 60_000_000), ("pain", 4, 0)]


@dataclass(frozen=True, slots=True)
class Before:
    """Writes rows as an earlier version did."""

    connection: Connection
    keyring: Keyring
    sqlite: bool

    def at(self, minutes: int) -> object:
        """An instant as the database keeps it."""
        moment = NOW + timedelta(minutes=minutes)
        return (moment - EPOCH) // MICROSECOND if self.sqlite else moment

    def add(self, table: str, **values: object) -> None:
        """Write one row."""
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        self.connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)

    def add_a_patient(self) -> None:
        """Write somebody down who has cases."""
        self.add(
            "accounts",
            id="p",
            role="patient",
            email_mac="mac",
            zone="UTC",
            language="en",
            active=True,
            created_at=self.at(0),
            **{name: self.keyring.seal(b'"x"', f"accounts.{name}") for name in ("name", "email", "phone")},
        )

    def add_a_case(self, case: str) -> None:
        """Write a case of theirs down."""
        self.add(
            "cases",
            id=case,
            patient_id="p",
            status="accepted",
            version=1,
            created_at=self.at(0),
            answers=self.keyring.seal(b"{}", "cases.answers"),
        )


async def bring_up_from(revision: str, database: Database, keyring: Keyring, keep: Callable[[Before], None]) -> None:
    """Keep something as an earlier version did, and then lead it to the newest."""
    async with database.write() as connection:
        await connection.run_sync(upgrade, revision)
        await connection.run_sync(lambda sync: keep(Before(sync, keyring, sqlite=database.sqlite)))
    await migrate(database)


def say_as_before(before: Before) -> None:
    """Keep words as version 0011 did."""
    before.add_a_patient()
    before.add_a_case("one")
    for name, value, minutes in (("ecog", 0, 0), ("ecog", 1, 0), ("ecog", 2, 0), ("ecog", 3, 1), ("pain", 4, 0)):
        before.add(
            "statements",
            id=f"{name}-{value}",
            case_id="one",
            name=name,
            value=before.keyring.seal(str(value).encode(), "statements.value"),
            said_as="patient",
            said_by="p",
            said_at=before.at(minutes),
        )


def decide_as_before(before: Before) -> None:
    """Keep decisions as version 0005 did."""
    before.add_a_patient()
    before.add("policies", sha256="f" * 64, id="starter", version="1", body=b"", created_at=before.at(0))
    for case, minutes in CASES.items():
        before.add_a_case(case)
        for number, minute in enumerate(minutes):
            before.add(
                "decisions",
                id=f"{case}-{number}",
                case_id=case,
                stage="booking",
                decided_at=before.at(minute),
                policy_sha256="f" * 64,
                engine="1",
                facts=before.keyring.seal(b"{}", "decisions.facts"),
                facts_mac="0" * 64,
                outcome="video_ok",
                fired="[]",
                unknown_rules="[]",
                asks="[]",
                resolved="[]",
                safety_screen_incomplete=False,
                provisional=False,
                words=before.keyring.seal(b"[]", "decisions.words"),
                language="en",
            )

"""`policy simulate`: the policy in force against a new one, over what was decided here before. It changes nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from config.settings import Settings, UnsafeSettingsError, read
from server.commands.demo import demo_settings
from server.commands.service import utc_now
from server.domain.policy import Decided, Outcome, Policy, Simulation, load_policy, simulate
from server.domain.policy.versions import in_force
from server.storage import policies
from server.storage.condition import condition_of
from server.storage.database import Database
from server.storage.decisions import after
from server.storage.keyring import KeyFileError, Keyring

AT_ONCE = 500
WIDTH = 2 + max(map(len, Outcome))


class NothingToSimulateError(Exception):
    """What was decided here cannot be read; the argument says why."""


def place(data: Path | None, config: Path | None) -> Settings:
    """Say where decisions are kept: in a folder as the demo makes it, or where the settings say.

    Raises:
        NothingToSimulateError: the settings cannot be read.
    """
    if data is not None:
        return demo_settings(data, 0)
    try:
        return read(config)[0]
    except UnsafeSettingsError as error:
        raise NothingToSimulateError("\n".join(error.faults)) from error


def over_the_past(settings: Settings, new: Policy) -> tuple[Policy, Simulation]:
    """Decide everything anew by the policy in force, which is given too, and by a new one.

    Raises:
        NothingToSimulateError: there is no database, or not with these keys.
        PolicyFaultsError: what is in force cannot be read by this release.
    """
    old, past = asyncio.run(_past(settings))
    return old, simulate(old, new, past)


def as_json(old: Policy, new: Policy, found: Simulation) -> str:
    """Write it in one line for programs."""
    matrix: dict[str, dict[str, int]] = {}
    for (before, now), count in sorted(found.matrix.items()):
        matrix.setdefault(before, {})[now] = count
    return json.dumps(
        {
            "old": {"policy": old.name, "policy_sha256": old.sha256},
            "new": {"policy": new.name, "policy_sha256": new.sha256},
            "decisions": sum(found.matrix.values()) + len(found.undecidable),
            "matrix": matrix,
            "toward_video": found.toward_video,
            "toward_caution": found.toward_caution,
            "undecidable": found.undecidable,
            "loosens": found.loosens,
        }
    )


def as_table(old: Policy, new: Policy, found: Simulation) -> str:
    """Write it for people: a row for each old outcome, a column for each new one, and who moves."""
    return "\n".join([f"{old.name} against {new.name}", *_matrix(found), *_moved(found)])


def _matrix(found: Simulation) -> Iterator[str]:
    if not found.matrix:
        yield "nothing was decided here yet"
        return
    now = sorted({after for _, after in found.matrix}, key=list(Outcome).index)
    yield f"{'old, and new to the right':<{WIDTH}}" + "".join(f"{outcome.value:>{WIDTH}}" for outcome in now)
    for before in sorted({before for before, _ in found.matrix}, key=list(Outcome).index):
        counts = "".join(f"{found.matrix.get((before, outcome), 0):>{WIDTH}}" for outcome in now)
        yield f"{before.value:<{WIDTH}}{counts}"


def _moved(found: Simulation) -> Iterator[str]:
    for words, decisions in (
        ("toward video, each of which somebody has to look at", found.toward_video),
        ("that cannot be decided by one of the two", found.undecidable),
        ("toward caution", found.toward_caution),
    ):
        yield f"{len(decisions)} {words}"
        yield from (f"  {decision}" for decision in decisions)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, Keyring]]:
    """Open what was decided here, to be read.

    Raises:
        NothingToSimulateError: there is no database, or not with these keys.
    """
    try:
        keyring = Keyring.load(settings.key_file)
    except KeyFileError as error:
        raise NothingToSimulateError(f"{error}. Name the folder with --data, or the settings with --config.") from error
    database = Database(settings.database, keyring)
    if database.sqlite and not Path(database.url.database or "").exists():  # noqa: ASYNC240 - one look
        raise NothingToSimulateError(f"there is no database at {database.url.database}")
    try:
        condition = await condition_of(database)
        if not (condition.migrated and condition.keys_fit):
            raise NothingToSimulateError("the database lacks migrations, or these are not its keys")
        yield database, keyring
    finally:
        await database.close()


async def _past(settings: Settings) -> tuple[Policy, list[Decided]]:
    async with opened(settings) as (database, _):
        return await _in_force(database, settings), [decided async for decided in _decided(database)]


async def _in_force(database: Database, settings: Settings) -> Policy:
    """Read what decides today; before the first start it is the file of the settings."""
    today = utc_now().astimezone(settings.hospital.zoneinfo).date()
    async with database.read() as connection:
        version = in_force(await policies.activated(connection), today)
        return load_policy(
            await policies.body(connection, version.sha256) if version else settings.policy_file.read_bytes()
        )


async def _decided(database: Database) -> AsyncIterator[Decided]:
    last = ""
    async with database.read() as connection:
        while page := await after(connection, last, AT_ONCE):
            for stored in page:
                facts = {name: fact["value"] for name, fact in stored.facts.items()}
                yield Decided(stored.id, stored.stage, facts)
            last = page[-1].id

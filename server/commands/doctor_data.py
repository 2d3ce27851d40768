"""Examines what a deployment keeps: the data folder, the keys, the database, and the clock that dates all of it."""

import ctypes
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from config.settings import Settings
from server.commands.doctor_policy import examine_policy
from server.commands.findings import Finding, bad, fine, unset
from server.storage.condition import Condition, DatabaseSilentError, condition_of
from server.storage.database import Database
from server.storage.keyring import KeyFileError, Keyring

MOST_SKEW = timedelta(seconds=2)
GIB = 1024**3
TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
FOLDER, SPACE, KEYS, DATABASE, CLOCK = "Data folder", "Disk space", "Key file", "Database", "Clock"


async def examine_data(settings: Settings, clock: Callable[[], datetime]) -> list[Finding]:
    """Find out whether what is kept can be kept and read."""
    folder = _folder(settings.data)
    if folder is not None:
        return [folder]
    findings = [fine(FOLDER, f"{settings.data} can be written to."), _space(settings)]
    try:
        keyring = Keyring.load(settings.key_file)
    except KeyFileError as error:
        return [*findings, bad(KEYS, f"{error}. `python3 run.py migrate` makes one where there is none.")]
    return [*findings, *await _database(settings, keyring, clock)]


def _folder(folder: Path) -> Finding | None:
    if not folder.is_dir():
        return bad(FOLDER, f"There is no folder {folder}. `python3 run.py migrate` makes it.")
    if folder.stat().st_uid != os.geteuid():  # what we touch there could become ours, and closed to the service
        return bad(FOLDER, f"{folder} belongs to another account. Run the doctor as the account that serves.")
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0" * 4096)
            os.fsync(file.fileno())
    except OSError as error:
        return bad(FOLDER, f"Nothing can be written to {folder}: {error.strerror}.")
    return None


def _space(settings: Settings) -> Finding:
    free, needed = shutil.disk_usage(settings.data).free, settings.records.case_quota_bytes
    says = f"{free / GIB:.0f} GiB are free; one case may take {needed / GIB:.0f} GiB."
    return fine(SPACE, says) if free >= needed else bad(SPACE, f"{says} Make room, or lower records.case_quota_bytes.")


async def _database(settings: Settings, keyring: Keyring, clock: Callable[[], datetime]) -> list[Finding]:
    keys = fine(KEYS, "It can be read, and only by this account.")
    database = Database(settings.database, keyring)
    if database.sqlite and not os.path.exists(database.url.database or ""):  # noqa: ASYNC240 - one look
        return [keys, bad(DATABASE, "There is none yet. Run `python3 run.py migrate`.")]
    try:
        condition = await condition_of(database)
        can_be_read = condition.migrated and condition.keys_fit
        policy = [await examine_policy(database, settings, clock)] if can_be_read else []
    except DatabaseSilentError:
        return [keys, bad(DATABASE, "It does not answer, or lets nobody in. Look at database_url and at its server.")]
    finally:
        await database.close()
    if not condition.migrated:
        return [keys, bad(DATABASE, "It lacks migrations. Run `python3 run.py migrate`.")]
    if not condition.keys_fit:
        keys = bad(KEYS, "It does not open what is in the database. Put back the key file of this database.")
    kind = "SQLite, for one process" if database.sqlite else "PostgreSQL"
    database_is_fine = fine(DATABASE, f"It answers and has every migration ({kind}).")
    return [keys, database_is_fine, _clock(condition, clock()), *policy]


def _clock(condition: Condition, now: datetime) -> Finding:
    if condition.newest_entry and condition.newest_entry > now + MOST_SKEW:
        return bad(CLOCK, "It is behind what was written down last. Set it right before anybody is served.")
    if condition.clock and abs(condition.clock - now) > MOST_SKEW:
        apart = abs((condition.clock - now).total_seconds())
        return bad(CLOCK, f"The database's clock is {apart:.0f} s away. Keep both right, by chrony for example.")
    if _drifts():
        return unset(CLOCK, "Nothing says that it keeps this clock right. Codes and relay names need it: run chrony.")
    return fine(CLOCK, "It is kept right.")


def _drifts() -> bool:
    """Whether the kernel says that nothing keeps its clock; kernels other than Linux do not say."""
    if sys.platform != "linux":
        return False
    nothing_to_change = ctypes.create_string_buffer(256)  # struct timex
    return int(ctypes.CDLL(None).adjtimex(nothing_to_change)) == TIME_ERROR

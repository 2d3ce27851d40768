"""`run.py doctor` says of a deployment what works and what to do about the rest, and changes nothing."""

import asyncio
import json
import os
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from config.settings import Mail, Settings
from server.commands.doctor_data import examine_data
from server.commands.doctor_world import examine_world
from server.commands.environment import ROOT
from server.commands.findings import Finding
from server.commands.parts import COTURN
from server.domain.actors import Account, Role
from server.domain.ids import AccountId
from server.storage import accounts, audit
from server.storage.database import Database
from server.storage.keyring import Keyring
from server.storage.migrate import migrate
from tests.parts.certificate import Certificate, self_signed
from tests.parts.coturn import free_ports, running_relay
from tests.parts.missing import require

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
GIB = 1024**3
SOMEBODY = Account(
    AccountId("a"), Role.PATIENT, "Anna", "anna@example.org", "", "UTC", "en", active=True, created_at=NOW
)


def clock() -> datetime:
    return NOW


async def a_deployment(folder: Path, url: str) -> Settings:
    """A folder, its keys, and a database with every migration."""
    folder.mkdir(exist_ok=True)
    keyring = Keyring.create(folder / "keys.json")
    database = Database(url, keyring)
    await migrate(database)
    await database.close()
    return Settings(data=folder, key_file=folder / "keys.json", database_url=url, records={"case_quota_bytes": GIB})


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, Keyring]]:
    keyring = Keyring.load(settings.key_file)
    database = Database(settings.database, keyring)
    yield database, keyring
    await database.close()


def by_name(findings: list[Finding]) -> dict[str, str]:
    return {finding.what: f"{finding.state}: {finding.says}" for finding in findings}


async def test_what_is_kept_is_looked_at(tmp_path: Path, database_url: str) -> None:
    settings = await a_deployment(tmp_path / "data", database_url)

    said = by_name(await examine_data(settings, clock))

    assert list(said) == ["Data folder", "Disk space", "Key file", "Database", "Clock", "Policy"]
    assert [said[what][:3] for what in ("Data folder", "Disk space", "Key file", "Database")] == ["ok:"] * 4


async def test_a_folder_that_nobody_made_is_named(tmp_path: Path) -> None:
    said = by_name(await examine_data(Settings(data=tmp_path / "nowhere"), clock))

    assert list(said) == ["Data folder"]
    assert "run.py migrate" in said["Data folder"]
    assert not (tmp_path / "nowhere").exists()


async def test_keys_that_others_can_read_are_named(tmp_path: Path, sqlite_url: str) -> None:
    settings = await a_deployment(tmp_path / "data", sqlite_url)
    settings.key_file.chmod(0o644)

    assert by_name(await examine_data(settings, clock))["Key file"].startswith("failed: ")


async def test_a_disk_without_room_for_a_case_is_named(tmp_path: Path, sqlite_url: str) -> None:
    settings = await a_deployment(tmp_path / "data", sqlite_url)
    large = settings.model_copy(update={"records": settings.records.model_copy(update={"case_quota_bytes": 2**60})})

    assert "Make room" in by_name(await examine_data(large, clock))["Disk space"]


async def test_a_database_that_was_never_made_is_named_and_not_made(tmp_path: Path, sqlite_url: str) -> None:
    Keyring.create(tmp_path / "keys.json")
    settings = Settings(data=tmp_path, key_file=tmp_path / "keys.json", database_url=sqlite_url)

    assert "run.py migrate" in by_name(await examine_data(settings, clock))["Database"]
    assert not (tmp_path / "consilium.db").exists()


async def test_a_database_without_tables_lacks_migrations(tmp_path: Path, postgres_url: str) -> None:
    Keyring.create(tmp_path / "keys.json")
    settings = Settings(data=tmp_path, key_file=tmp_path / "keys.json", database_url=postgres_url)

    assert by_name(await examine_data(settings, clock))["Database"].startswith("failed: It lacks migrations")


async def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    Keyring.create(tmp_path / "keys.json")
    port, _ = free_ports()
    silent = f"postgresql+asyncpg://nobody@127.0.0.1:{port}/nothing"
    settings = Settings(data=tmp_path, key_file=tmp_path / "keys.json", database_url=silent)

    assert "does not answer" in by_name(await examine_data(settings, clock))["Database"]


async def test_the_keys_of_another_database_are_named(tmp_path: Path, database_url: str) -> None:
    settings = await a_deployment(tmp_path / "data", database_url)
    async with opened(settings) as (database, keyring), database.write() as connection:
        await accounts.add(connection, keyring, SOMEBODY)
    settings.key_file.unlink()
    Keyring.create(settings.key_file)

    assert "Put back the key file" in by_name(await examine_data(settings, clock))["Key file"]


async def test_a_clock_behind_the_record_is_named(tmp_path: Path, database_url: str) -> None:
    settings = await a_deployment(tmp_path / "data", database_url)
    async with opened(settings) as (database, _), database.write() as connection:
        later = NOW + timedelta(minutes=1)
        said = {"action": "test", "object_kind": "test", "object_id": "t"}
        await audit.append(connection, at=later, actor_id=None, role=None, **said)

    assert "is behind what was written down last" in by_name(await examine_data(settings, clock))["Clock"]


async def test_a_clock_away_from_the_databases_is_named(tmp_path: Path, postgres_url: str) -> None:
    settings = await a_deployment(tmp_path / "data", postgres_url)

    assert "The database's clock is" in by_name(await examine_data(settings, clock))["Clock"]


async def test_nobody_who_answers_is_named(tmp_path: Path) -> None:
    mail, web = free_ports()
    settings = Settings(
        public_url=f"https://localhost:{web}",
        mail=Mail(host="127.0.0.1", port=mail, sms_webhook=f"https://localhost:{web}/sms"),
    )

    said = by_name(await examine_world(settings, ssl.create_default_context(), clock))

    assert [said[what][:7] for what in ("Mail", "SMS", "Public address")] == ["failed:"] * 3
    assert said["Virus scanner"].startswith("not set: ")


async def test_a_certificate_that_ends_soon_or_is_not_trusted_is_named(tmp_path: Path) -> None:
    certificate = self_signed(tmp_path)
    trusting = ssl.create_default_context(cafile=str(certificate.file))
    async with tls_server(certificate) as port:
        settings = Settings(public_url=f"https://localhost:{port}")
        soon = by_name(await examine_world(settings, trusting, lambda: datetime.now(UTC)))  # noqa: TID251 - as TLS does
        never = by_name(await examine_world(settings, ssl.create_default_context(), clock))

    assert "ends in" in soon["Public address"]
    assert "will not trust" in never["Public address"]


async def test_rules_of_time_zones_of_long_ago_are_named() -> None:
    settings = Settings(mail=Mail(transport="kept"), public_url="https://localhost:1")

    said = by_name(await examine_world(settings, ssl.create_default_context(), lambda: NOW.replace(year=2040)))

    assert said["Time zones"].startswith("failed: ")
    assert said["Mail"].startswith("not set: ")


@asynccontextmanager
async def tls_server(certificate: Certificate) -> AsyncIterator[int]:
    """Speak TLS and nothing else; the port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.file, certificate.key)

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _reader.read()
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def doctor(settings: dict[str, str], *arguments: str, trusting: str = "") -> tuple[int, str]:
    """Run the command as an operator does, on a machine that trusts this certificate; its code and its words."""
    given = {f"CONSILIUM_{name}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "server.commands", "doctor", *arguments),
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **given, **({"SSL_CERT_FILE": trusting} if trusting else {})},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def test_a_deployment_in_which_everything_works_passes(tmp_path: Path, sqlite_url: str) -> None:
    await a_deployment(tmp_path / "data", sqlite_url)
    certificate = self_signed(tmp_path, "127.0.0.1", days=60)
    postman = Controller(Sink(), hostname="127.0.0.1", port=free_ports()[0])
    postman.start()
    try:
        with running_relay(require(COTURN), tmp_path, certificate, allowed=["127.0.0.1"]) as relay:
            async with tls_server(certificate) as port:
                settings = {
                    "PUBLIC_URL": f"https://localhost:{port}",
                    "DATA": str(tmp_path / "data"),
                    "KEY_FILE": str(tmp_path / "data" / "keys.json"),
                    "DATABASE_URL": sqlite_url,
                    "METRICS_TOKEN": "a token",
                    "RECORDS__CASE_QUOTA_BYTES": str(GIB),
                    "MAIL__HOST": "127.0.0.1",
                    "MAIL__PORT": str(postman.port),
                    "MAIL__START_TLS": "false",
                    "MAIL__SMS_WEBHOOK": f"https://localhost:{port}/sms",
                    "TURN__URLS": ",".join(relay.urls),
                    "TURN__SECRET": relay.secret,
                }
                code, said = await doctor(settings, "--json", trusting=str(certificate.file))
    finally:
        postman.stop()

    report = json.loads(said)
    failed = [check for check in report["checks"] if check["state"] == "failed"]
    assert failed == []
    assert (code, report["ok"], said.count("\n")) == (0, True, 1)
    assert len([check for check in report["checks"] if check["what"].startswith("Relay ")]) == 16


async def test_settings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('port = "many"\n[turn]\nurls = ["stun:stun.example.org"]\n')

    code, said = await doctor({}, "--config", str(broken))

    assert code == 1
    assert "failed   Settings  port: " in said
    assert "turn.urls.0: Value error, a TURN address is like" in said

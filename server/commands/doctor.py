"""`run.py doctor`: proves that a deployment works, or says what to do. It changes nothing and sends nobody anything."""

import argparse
import asyncio
import ssl
from collections.abc import Sequence
from pathlib import Path

from config.settings import Settings, UnsafeSettingsError, read, unsafe
from server.commands.doctor_data import examine_data
from server.commands.doctor_relay import examine_relay
from server.commands.doctor_world import examine_world
from server.commands.findings import Finding, as_json, bad, fine, passed, table
from server.commands.service import utc_now

SETTINGS = "Settings"


def main(argv: Sequence[str]) -> int:
    """Examine and report; 1 when anything fails."""
    parser = argparse.ArgumentParser(prog="run.py doctor", description="Prove that a deployment works.")
    parser.add_argument("--config", type=Path, help="settings file (TOML); CONSILIUM_* variables go over it")
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    options = parser.parse_args(argv)
    findings = asyncio.run(examine(options.config))
    print(as_json(findings) if options.json else table(findings))
    return 0 if passed(findings) else 1


async def examine(config: Path | None) -> list[Finding]:
    """Find out about everything that a deployment needs."""
    try:
        settings, unknown = read(config)
    except UnsafeSettingsError as error:
        return [bad(SETTINGS, fault) for fault in error.faults]
    tls = ssl.create_default_context()
    found = await asyncio.gather(
        examine_data(settings, utc_now), examine_world(settings, tls, utc_now), examine_relay(settings, tls, utc_now())
    )
    return [*_settings(settings, unknown), *(finding for part in found for finding in part)]


def _settings(settings: Settings, unknown: tuple[str, ...]) -> list[Finding]:
    faults = (*unknown, *unsafe(settings))
    return [bad(SETTINGS, fault) for fault in faults] or [fine(SETTINGS, "One can serve with them.")]

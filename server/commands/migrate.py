"""`run.py migrate`: bring the database to the newest revision, and make the key file if there is none."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from config.settings import Settings, UnsafeSettingsError, load
from server.commands import service
from server.commands.serve import EX_CONFIG
from server.domain.errors import DomainError


def main(argv: Sequence[str]) -> int:
    """Migrate; 78 when the settings are not usable, or the service has the database open."""
    parser = argparse.ArgumentParser(prog="run.py migrate", description="Bring the database to the newest revision.")
    parser.add_argument("--config", type=Path, help="settings file (TOML); CONSILIUM_* variables go over it")
    try:
        asyncio.run(_migrate(load(parser.parse_args(argv).config)))
    except UnsafeSettingsError as error:
        print("\n".join(error.faults), file=sys.stderr)
        return EX_CONFIG
    except DomainError as error:
        print(error, file=sys.stderr)
        return EX_CONFIG
    print("the database is at the newest revision", file=sys.stderr)
    return 0


async def _migrate(settings: Settings) -> None:
    async with service.open_data(settings, make=True):
        pass

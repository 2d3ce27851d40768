"""`run.py serve`: the real thing."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from config.settings import Settings, UnsafeSettingsError, load
from server.commands import logs, service
from server.domain.errors import DomainError

EX_CONFIG = 78  # sysexits.h: something in the configuration


def main(argv: Sequence[str]) -> int:
    """Serve until stopped; 78 when the settings are not safe to serve with."""
    parser = argparse.ArgumentParser(prog="run.py serve", description="Run the service.")
    parser.add_argument("--config", type=Path, help="settings file (TOML); CONSILIUM_* variables go over it")
    options = parser.parse_args(argv)
    logs.configure()
    try:
        service.main_loop(_serve(load(options.config)))
    except UnsafeSettingsError as error:
        print("\n".join(error.faults), file=sys.stderr)
        return EX_CONFIG
    except DomainError as error:
        print(error, file=sys.stderr)
        return EX_CONFIG
    return 0


async def _serve(settings: Settings) -> None:
    from server.app import create_app
    from server.storage.migrate import pending

    async with service.open_data(settings, make=False) as (database, keyring):
        if await pending(database):
            raise UnsafeSettingsError(("the database lacks migrations: run `python3 run.py migrate` first",))

        listeners = [service.listening(settings.listen, settings.port)]
        port = listeners[0].getsockname()[1]  # the one that was free, where the settings say 0

        async def ready() -> None:
            print(f"serving {settings.public_url} from {settings.listen}:{port}", file=sys.stderr, flush=True)

        await service.run(create_app(settings, database, keyring, service.utc_now), listeners, ready)

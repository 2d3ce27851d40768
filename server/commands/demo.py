"""`run.py demo`: a small hospital on this machine, with nothing else installed."""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from config.settings import Hospital, Mail, Records, Settings
from server.commands import logs, service

DIRECTIONS = (
    "Come in by the main entrance and ask at the desk; somebody brings you to the second floor. "
    "Park in the garage next to the entrance, or take the bus to Lakeside Drive."
)


def main(argv: Sequence[str]) -> int:
    """Run the demo until it is stopped."""
    options = _parse(argv)
    logs.configure()
    if options.fresh:
        shutil.rmtree(options.data, ignore_errors=True)
    service.main_loop(_serve(options))
    return 0


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py demo", description="Run a small hospital on this machine.")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on; 0 picks a free one")
    parser.add_argument("--data", type=Path, default=Path("var"), help="folder for the database and the files")
    parser.add_argument("--json", action="store_true", help="print one JSON line on standard output when ready")
    parser.add_argument("--fresh", action="store_true", help="start with an empty folder")
    return parser.parse_args(argv)


async def _serve(options: argparse.Namespace) -> None:
    from server.app import create_app
    from server.commands.tour import Tour

    listeners = service.loopback_sockets(options.port)
    settings = demo_settings(options.data, listeners[0].getsockname()[1])
    async with service.open_data(settings, make=True) as (database, keyring):
        app = create_app(settings, database, keyring, service.utc_now)
        tour = Tour(app, settings, database, keyring, service.utc_now)

        async def ready() -> None:
            _announce(await tour.prepare(), as_json=options.json)

        await service.run(app, listeners, ready)


def demo_settings(data: Path, port: int) -> Settings:
    """Build the settings of a demo: everything in one folder, mail kept for `/dev/mail`."""
    return Settings(
        demo=True,
        public_url=f"http://localhost:{port}",
        port=port,
        data=data,
        key_file=data / "keys.json",
        hospital=Hospital(directions=DIRECTIONS),
        mail=Mail(transport="kept"),
        records=Records(without_scanner="show"),
    )


def _announce(described: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(described), flush=True)
        return
    print(f"\nConsilium runs at {described['url']}. Open one link per window:\n", file=sys.stderr)
    for key, person in described["accounts"].items():
        print(f"  {key:<17} {person['name']:<16} {person['sign_in_url']}", file=sys.stderr)
    print(f"\n  mail and SMS      {described['url']}/dev/mail", file=sys.stderr)
    print("\nCtrl-C ends it; the same command goes on where it left off.\n", file=sys.stderr, flush=True)

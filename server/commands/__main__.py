"""Run the command that is named first: find it in the table, import its module, call its `main`.

Needs the standard library only, so that `run.py --help` answers before anything is installed.
"""

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import NamedTuple

NO_SUCH_COMMAND = 2  # what argparse answers to arguments it does not know


class Command(NamedTuple):
    """A module with `main(argv) -> int`, and what it does in one line."""

    module: str
    does: str


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "demo": Command(
            "server.commands.demo", "a small hospital on this machine, with a sign-in link for each person"
        ),
        "serve": Command("server.commands.serve", "the service, from config/consilium.toml and the environment"),
        "doctor": Command("server.commands.doctor", "prove that a deployment works, or say what to do"),
        "migrate": Command("server.commands.migrate", "bring the database to the schema of this version"),
        "policy": Command(
            "server.commands.policy", "lint the in-person rule, decide by it, simulate another one, or replay"
        ),
        "check": Command(
            "server.commands.check", "format, lint, types, import contracts, JavaScript types and unit tests"
        ),
        "test": Command("server.commands.test", "the whole suite: unit, integration, abuse, real browsers"),
        "bench": Command("server.commands.bench", "the benchmarks, each beside its ceiling or peer"),
    }
)


def main(argv: Sequence[str]) -> int:
    """Run the command and answer with its exit code."""
    if not argv or argv[0] in ("-h", "--help"):
        print(usage())
        return 0
    if argv[0] not in COMMANDS:
        print(f"There is no command {argv[0]!r}.\n\n{usage()}", file=sys.stderr)
        return NO_SUCH_COMMAND
    module = import_module(COMMANDS[argv[0]].module)
    return int(module.main(list(argv[1:])))


def usage() -> str:
    """What can be typed, with one line each."""
    width = max(map(len, COMMANDS))
    lines = (f"  {name:<{width}}  {command.does}" for name, command in COMMANDS.items())
    return "\n".join(["usage: python3 run.py [command] [arguments]", "", *lines, "", "Without a command: demo."])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

"""Work with the in-person rule on the command line: find a policy's faults, decide by it, see what it would change,
or make again what was decided.

The rule itself is imported only when a command needs it, so that `--help` answers at once.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from server.domain.policy import Policy

SHIPPED_POLICY = Path(__file__).parents[2] / "config" / "policy" / "in-person.toml"

OK = 0
FAULTY = 1


def main(argv: Sequence[str]) -> int:
    """Run one of the policy commands and answer with its exit code."""
    arguments = _parser().parse_args(argv)
    if arguments.command == "lint":
        return lint(arguments.file)
    if arguments.command == "replay":
        return replay(arguments.case, arguments.data, arguments.config, json=arguments.json)
    if arguments.command == "simulate":
        return simulate(arguments.policy, arguments.data, arguments.config, json=arguments.json)
    return decide(arguments.policy)


def lint(path: Path) -> int:
    """Print every fault of a policy file on a line of its own."""
    policy = _load(path, faults_to=sys.stdout)
    if policy is None:
        return FAULTY
    print(f"{path}: no faults in {len(policy.rules)} rules and {len(policy.facts)} facts")
    return OK


def decide(path: Path) -> int:
    """Answer every JSON line of standard input with one on standard output."""
    from server.commands.policy_lines import answer_lines

    policy = _load(path, faults_to=sys.stderr)
    if policy is None:
        return FAULTY
    try:
        answer_lines(policy, sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:
        # Nobody reads any more; without this the interpreter complains when it flushes on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULTY
    return OK


def simulate(path: Path, data: Path | None, config: Path | None, *, json: bool) -> int:
    """Print what a policy would have changed in everything that was decided here."""
    from server.commands import policy_simulation as simulation
    from server.domain.errors import DomainError

    try:
        settings = simulation.place(data, config)
        new = _load(path, faults_to=sys.stderr)
        if new is None:
            return FAULTY
        old, found = simulation.over_the_past(settings, new)
    except (DomainError, simulation.NothingToSimulateError) as refusal:
        print(refusal, file=sys.stderr)
        return FAULTY
    print((simulation.as_json if json else simulation.as_table)(old, new, found))
    return OK


def replay(case: str | None, data: Path | None, config: Path | None, *, json: bool) -> int:
    """Make what was decided here again, and name what does not come out as it is kept."""
    from server.commands import policy_replay, policy_simulation
    from server.domain.errors import DomainError

    try:
        found = policy_replay.over_the_past(policy_simulation.place(data, config), case)
    except (DomainError, policy_simulation.NothingToSimulateError) as refusal:
        print(refusal, file=sys.stderr)
        return FAULTY
    print((policy_replay.as_json if json else policy_replay.as_lines)(found))
    return FAULTY if found.differ else OK


def _load(path: Path, *, faults_to: TextIO) -> "Policy | None":
    from server.domain.policy import PolicyFaultsError, load_policy

    try:
        return load_policy(path.read_bytes())
    except OSError as error:
        print(f"{path}: cannot be read: {error.strerror}", file=faults_to)
    except PolicyFaultsError as refusal:
        for fault in refusal.faults:
            print(f"{path}: {fault}", file=faults_to)
    return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="policy", description="The in-person rule: video, sound only, or in person.")
    commands = parser.add_subparsers(dest="command", required=True)
    lint_parser = commands.add_parser("lint", help="name every fault of a policy file")
    lint_parser.add_argument("file", type=Path, metavar="FILE")
    decide_parser = commands.add_parser("decide", help="read cases as JSON lines, write a decision for each")
    decide_parser.add_argument("--policy", type=Path, metavar="FILE", default=SHIPPED_POLICY)
    simulate_parser = commands.add_parser("simulate", help="the policy in force against a new one, over the past")
    simulate_parser.add_argument("--policy", type=Path, metavar="FILE", required=True, help="the new one")
    _add_place(simulate_parser)
    replay_parser = commands.add_parser("replay", help="make every decision again from what is kept with it")
    replay_parser.add_argument("--case", metavar="ID", help="of one case only")
    _add_place(replay_parser)
    return parser


def _add_place(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--data", type=Path, metavar="DIR", help="the folder of a demo; without a word, var/")
    where.add_argument("--config", type=Path, metavar="FILE", help="settings file (TOML)")
    parser.add_argument("--json", action="store_true", help="one line of JSON")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

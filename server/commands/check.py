"""Everything that can be said about the code without running the product: format, lint, types, imports, JavaScript.

One line for each step, with its seconds. A step that fails shows what it said; the steps after it run all the same.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from server.commands.environment import (
    NODE_PACKAGES,
    ROOT,
    NodePackagesError,
    node_environment,
    program,
    provide_node_packages,
)

LIMIT_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Step:
    """A tool to run, from a folder and with environment variables of its own."""

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended."""

    step: Step
    passed: bool
    seconds: float
    output: str


def main(argv: Sequence[str]) -> int:
    """Run all steps; 1 when any of them fails."""
    argparse.ArgumentParser(prog="python3 run.py check", description=__doc__).parse_args(argv)
    passed = True
    try:
        provide_node_packages()
    except NodePackagesError as error:  # the JavaScript steps will say what they lack
        print(error)
        passed = False
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for outcome in pool.map(run, steps()):
            show(outcome)
            passed = passed and outcome.passed
    print("All checks pass." if passed else "Some checks fail.")
    return 0 if passed else 1


def steps() -> list[Step]:
    """What is checked; the longest first, so that the others run beside it."""
    node = node_environment()
    tsc = str(NODE_PACKAGES / "node_modules" / ".bin" / "tsc")
    return [
        Step("types", (program("mypy"),)),
        Step("format", (program("ruff"), "format", "--check", "--quiet", "--diff", ".")),
        Step("lint", (program("ruff"), "check", "--quiet", ".")),
        Step("imports", (program("lint-imports"), "--no-cache", "--no-logo")),
        Step("the repository itself", (program("pytest"), "-p", "no:cacheprovider", "tests/unit/house")),
        Step("JavaScript types", (tsc, "--project", "static/tsconfig.json"), environment=node),
        Step(
            "JavaScript tests",
            ("node", "--test", "--test-timeout=30000", "**/*.test.js"),
            folder=NODE_PACKAGES,
            environment=node,
        ),
    ]


def run(step: Step) -> Outcome:
    """Run one step to its end, or until it has taken too long."""
    start = time.monotonic()
    process = subprocess.Popen(
        step.command,
        cwd=step.folder,
        env=step.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        output, _ = process.communicate(timeout=LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.terminate()  # `node --test` then names the file that hangs
        output, _ = process.communicate()
        output += f"This step was ended after {LIMIT_SECONDS} seconds."
    return Outcome(step, process.returncode == 0, time.monotonic() - start, output)


def show(outcome: Outcome) -> None:
    """Print the step's line, and what it said if it failed."""
    print(f"{'ok  ' if outcome.passed else 'FAIL'} {outcome.seconds:5.1f} s  {outcome.step.name}", flush=True)
    if not outcome.passed:
        sys.stdout.write(f"{outcome.output.rstrip()}\n\n")

"""`run.py bench signaling`: what a visit costs the server, ours beside others on the same work, in one run.

Every server runs alone on one core, the load on another. A visit is two connects, both join, an offer and an answer of
5 KB, 40 candidates one by one, and two closes; 42 messages are relayed. Ours verifies tickets, has a waiting room,
numbers, acknowledges and keeps everything for a replay; the others only relay.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.commands.environment import NODE_PACKAGES, ROOT, node_environment, provide_node_packages

OTHERS = ("relay", "peerjs", "socketio")
OWN = ("ours", "service")
ROUNDS = 5
VISITS = 150
WARM_UP_VISITS = 40
SIDE_BY_SIDE = 4
RELAYED = 42  # messages a visit
PER_SECOND = 100
RATE_VISITS = 400
PAIRS = 20
PACE = 40  # messages a second and person; ours allows 50
STEADY_MESSAGES = 200
IDLE_PAIRS = 300
NANOSECONDS = 1e9  # a second
PATIENCE_SECONDS = 120
GOALS = {"visit_cpu_ms": 4.0, "message_cpu_us": 80.0, "session_kb": 40.0, "join_p95_ms": 50.0}
GOAL_BESIDE_SOCKETIO = 1.0  # of its CPU a message: less than that


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load."""

    kind: str
    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """What all its threads have used so far; one tick of /proc/PID/stat would be 3 % of what we measure."""
        threads = Path(f"/proc/{self.pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads) / NANOSECONDS

    def memory_kb(self) -> int:
        """What it holds in memory, resident."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def visits(self, count: int) -> dict[str, Any]:
        """Name so many visits as the load needs them."""
        if self.kind not in OWN:
            return {"count": count}
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/bench/visits/{count}") as answer:
            return {"visits": json.load(answer)}


@contextmanager
def serving(kind: str) -> Iterator[Server]:
    """Run one server on the first core."""
    with tempfile.TemporaryDirectory() as data:
        own = [sys.executable, "-m", "tests.bench.signaling.house", kind, data]
        other = ["node", str(NODE_PACKAGES / "bench" / "peers.js"), kind]
        process = subprocess.Popen(
            ["taskset", "-c", "0", *(own if kind in OWN else other)],
            cwd=ROOT,
            env=node_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        try:
            yield Server(kind, process.pid, int(process.stdout.readline()))
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)
            process.stdout.close()


@contextmanager
def load(server: Server, phase: str, options: dict[str, Any]) -> Iterator["subprocess.Popen[str]"]:
    """Run the load on the second core, and see to it that it went well."""
    process = subprocess.Popen(
        ["taskset", "-c", "1", "node", "bench/load.js", server.kind, f"ws://127.0.0.1:{server.port}", phase],
        cwd=NODE_PACKAGES,
        env=node_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(options) + "\n")
        process.stdin.flush()
        yield process
        if process.wait(PATIENCE_SECONDS):
            raise RuntimeError(f"the load on {server.kind} failed in {phase}")
    finally:
        process.kill()
        process.communicate()


def line_of(process: "subprocess.Popen[str]") -> str:
    """Read what the load says next."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go_on(process: "subprocess.Popen[str]") -> None:
    """Let the load do what comes next."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def visit_cpu_ms(server: Server) -> float:
    """CPU of one whole visit, milliseconds."""
    for count in (WARM_UP_VISITS, VISITS):
        options = {**server.visits(count), "sideBySide": SIDE_BY_SIDE}
        before = server.cpu_seconds()
        with load(server, "visits", options) as process:
            line_of(process)
    return 1000 * (server.cpu_seconds() - before) / VISITS


def message_cpu_us(server: Server) -> float:
    """CPU of one relayed message between people who have met, microseconds."""
    options = {**server.visits(PAIRS), "perSecond": PACE, "messages": STEADY_MESSAGES}
    with load(server, "steady", options) as process:
        line_of(process)
        before = server.cpu_seconds()
        go_on(process)
        line_of(process)
        used = server.cpu_seconds() - before
        go_on(process)
    return 1_000_000 * used / (PAIRS * 2 * STEADY_MESSAGES)


def session_kb(server: Server) -> float:
    """Memory that one more session holds while it does nothing, KiB."""
    options = server.visits(IDLE_PAIRS)
    before = server.memory_kb()
    with load(server, "idle", options) as process:
        line_of(process)
        used = server.memory_kb() - before
        go_on(process)
    return used / (IDLE_PAIRS * 2)


def join_ms(server: Server) -> dict[str, float]:
    """From the start of a connect to being joined, while so many visits a second come; milliseconds."""
    options = {**server.visits(RATE_VISITS), "perSecond": PER_SECOND}
    with load(server, "rate", options) as process:
        found: dict[str, float] = json.loads(line_of(process))
    return found


def measure(kind: str) -> dict[str, float]:
    """Measure one server in a fresh process."""
    with serving(kind) as server:
        found = {
            "visit_cpu_ms": visit_cpu_ms(server),
            "message_cpu_us": message_cpu_us(server),
            "session_kb": session_kb(server),
        }
        joined = join_ms(server)
    return {**found, "join_p50_ms": joined["p50"], "join_p95_ms": joined["p95"]}


def compare() -> dict[str, Any]:
    """Measure all in turns; the median of the rounds counts."""
    provide_node_packages()
    rounds: dict[str, list[dict[str, float]]] = {kind: [] for kind in (*OTHERS, *OWN)}
    for _ in range(ROUNDS):
        for kind, found in rounds.items():
            found.append(measure(kind))
    figures = {
        kind: {what: round(statistics.median(one[what] for one in found), 2) for what in found[0]}
        for kind, found in rounds.items()
    }
    beside = statistics.median(
        one["message_cpu_us"] / other["message_cpu_us"]
        for one, other in zip(rounds["ours"], rounds["socketio"], strict=True)
    )
    return {
        "name": "signaling",
        "what": f"one core each; a visit relays {RELAYED} messages; joins at {PER_SECOND} visits a second",
        "rounds": ROUNDS,
        "servers": figures,
        "message_beside_socketio": round(beside, 2),
        "goals": {**GOALS, "message_beside_socketio": GOAL_BESIDE_SOCKETIO},
    }


def main(argv: Sequence[str]) -> int:
    """Measure and print."""
    result = compare()
    if "--json" in argv:
        print(json.dumps(result))
        return 0
    print(f"signaling, {result['what']}, median of {ROUNDS} rounds")
    for kind, found in result["servers"].items():
        print(f"  {kind:<9} " + "  ".join(f"{what} {value:8.2f}" for what, value in found.items()))
    print("  goals     " + "  ".join(f"{what} {value:8.2f}" for what, value in GOALS.items()))
    print(f"  message, beside socket.io's {result['message_beside_socketio']} (goal: under {GOAL_BESIDE_SOCKETIO})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""`run.py bench rule`: decisions a second on one core, ours beside zen-engine, in one run.

Ours decides the worked cases by the shipped policy: strict checks of every fact, every reason, and the keyed hash of
the canonical facts that is stored with a decision. zen-engine decides the same number of cases by a table of five rows
that ends in `video_ok`, with neither unknown facts nor hashes. Time is the processor's, so that what else runs on the
machine is not counted. Rounds of both alternate; the median counts.
"""

import json
import statistics
import sys
from collections.abc import Callable, Sequence
from time import process_time
from typing import Any

import zen

from server.commands.environment import ROOT
from server.commands.policy import SHIPPED_POLICY
from server.domain.policy import Policy, Stage, canonical, decide, load_policy
from server.storage.keyring import Keyring

ROUNDS = 9
ROUND_SECONDS = 0.3
GOALS = {"decisions_per_second": 20_000}

INPUTS = ("rf_breathing", "ecog", "patient_state")
FIVE_ROWS = (
    ("true", "", "", "emergency_now"),
    ("", "", 'not in ["MI", "OH"]', "in_person_required"),
    ("", ">= 3", "", "in_person_recommended"),
    ("", "2", "", "needs_support"),
    ("", "", "", "video_ok"),
)
PEER_CASE = {"rf_breathing": False, "ecog": 1, "patient_state": "MI"}


def measure(rounds: int = ROUNDS, seconds: float = ROUND_SECONDS) -> dict[str, Any]:
    """Run both, round by round, and compare the medians."""
    policy, cases, peer = load_policy(SHIPPED_POLICY.read_bytes()), worked_cases(), five_row_table()
    if peer.evaluate(PEER_CASE)["result"] != {"outcome": "video_ok"}:
        raise ValueError("zen-engine did not read the table")
    keyring = Keyring.generate()
    turns = {
        "with_hashes": lambda: _decide_and_hash(policy, cases, keyring),
        "without_hashes": lambda: _decide(policy, cases),
        "zen_engine": lambda: _decide_by_peer(peer, len(cases)),
    }
    found: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(rounds):
        for name, turn in turns.items():
            found[name].append(len(cases) * _turns_per_second(turn, seconds))
    medians = {name: round(statistics.median(rates)) for name, rates in found.items()}
    return {
        "name": "rule",
        "what": "decisions a second on one core, strict checks, reasons and keyed hashes included, median",
        "rounds": rounds,
        "figures": {
            "decisions_per_second": medians["with_hashes"],
            "decisions_per_second_without_hashes": medians["without_hashes"],
            "rules": len(policy.rules),
            "cases": len(cases),
        },
        "peer": {"name": "zen-engine", "rows": len(FIVE_ROWS), "decisions_per_second": medians["zen_engine"]},
        "ratio": round(medians["with_hashes"] / medians["zen_engine"], 2),
        "goals": GOALS,
        "all": {name: [round(rate) for rate in rates] for name, rates in found.items()},
    }


def worked_cases() -> list[tuple[Stage, dict[str, Any]]]:
    """Give the steps and facts of the cases by which the policy is accepted."""
    given, added = (json.loads((ROOT / f"config/policy/{name}.json").read_text()) for name in ("cases", "cases-added"))
    for case in added["cases"]:
        case["facts"] = given["baselines"][case["stage"]] | case["changed_from_baseline"]
    return [(Stage(case["stage"]), case["facts"]) for case in given["cases"] + added["cases"]]


def five_row_table() -> zen.ZenDecision:
    """Compile the peer's table: the first row that matches decides."""
    inputs = [{"id": name, "name": name, "field": name} for name in INPUTS]
    rows = [
        {"_id": str(number), **dict(zip(INPUTS, cells, strict=True)), "outcome": f'"{outcome}"'}
        for number, (*cells, outcome) in enumerate(FIVE_ROWS)
    ]
    outputs = [{"id": "outcome", "name": "outcome", "field": "outcome"}]
    table = {"hitPolicy": "first", "inputs": inputs, "outputs": outputs, "rules": rows}
    nodes = [
        {"id": "case", "name": "case", "type": "inputNode"},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
        {"id": "answer", "name": "answer", "type": "outputNode"},
    ]
    edges = [
        {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
        for source, target in (("case", "table"), ("table", "answer"))
    ]
    return zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))


def _decide_and_hash(policy: Policy, cases: Sequence[tuple[Stage, dict[str, Any]]], keyring: Keyring) -> None:
    for stage, facts in cases:
        decide(policy, stage, facts)
        keyring.mac("decisions.facts", canonical(facts))


def _decide(policy: Policy, cases: Sequence[tuple[Stage, dict[str, Any]]]) -> None:
    for stage, facts in cases:
        decide(policy, stage, facts)


def _decide_by_peer(peer: zen.ZenDecision, count: int) -> None:
    for _ in range(count):
        peer.evaluate(PEER_CASE)


def _turns_per_second(turn: Callable[[], None], seconds: float) -> float:
    turn()  # the first one warms the caches
    turns, start = 0, process_time()
    while (used := process_time() - start) < seconds:
        turn()
        turns += 1
    return turns / used


def main(argv: Sequence[str]) -> int:
    """Print the result; as one JSON object with `--json`."""
    result = measure()
    if "--json" in argv:
        print(json.dumps(result))
        return 0
    figures, peer = result["figures"], result["peer"]
    print(f"{result['what']} of {result['rounds']} rounds over {figures['cases']} worked cases")
    print(f"  ours, {figures['rules']} rules         {figures['decisions_per_second']:>8}")
    print(f"  without the hashes     {figures['decisions_per_second_without_hashes']:>8}")
    print(f"  zen-engine, {peer['rows']} rows     {peer['decisions_per_second']:>8}")
    print(f"  ratio {result['ratio']} (goal: {GOALS['decisions_per_second']} a second)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`run.py bench`: our own benchmarks, each beside its ceiling or peer in the same run."""

import argparse
import subprocess
import sys
from collections.abc import Sequence

from server.commands.environment import ROOT

BENCHMARKS = {
    "rule": "decisions a second on one core with hashes, beside zen-engine on five rows",
    "signaling": "what a visit costs the server, beside a Node relay, PeerJS and socket.io",
    "visit": "page load to first remote frame, beside a bare two-page sample",
}


def main(argv: Sequence[str]) -> int:
    """Run one benchmark, or all."""
    listed = "; ".join(f"{name}: {what}" for name, what in BENCHMARKS.items())
    parser = argparse.ArgumentParser(prog="run.py bench", description=f"Measure. {listed}.")
    parser.add_argument("name", nargs="?", choices=sorted(BENCHMARKS), help="which; all if none is named")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(argv)
    names = [options.name] if options.name else sorted(BENCHMARKS)
    given = ["--json"] if options.json else []
    codes = [
        subprocess.run([sys.executable, "-m", f"tests.bench.{name}", *given], cwd=ROOT, check=False).returncode
        for name in names
    ]
    return max(codes)

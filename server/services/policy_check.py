"""What a version of the policy would change, held against the one in force: over everything that was ever decided,
over the worked cases, and in the risks that it lets pass.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from server.domain.decisions import StoredDecision
from server.domain.policy import Decided, Policy, Simulation, simulate, together
from server.domain.policy.gaps import Gap, find_gaps, opened
from server.domain.policy.worked import Ran, Worked, run
from server.storage import decisions
from server.storage.database import Connection

AT_ONCE = 500

Whose = Mapping[str, StoredDecision]  # the decisions that would be others, by id


async def examine(connection: Connection, old: Policy, new: Policy, worked: Worked) -> dict[str, Any]:
    """Hold a new policy against an old one, and give what was found as JSON; the loop stays free meanwhile."""
    simulation, whose = await _over_the_past(connection, old, new)
    ran = await asyncio.to_thread(run, new, worked)
    gaps = await asyncio.to_thread(find_gaps, new, worked.baselines)
    new_gaps = await asyncio.to_thread(opened, gaps, old, worked.baselines)
    return {
        "decisions": sum(simulation.matrix.values()) + len(simulation.undecidable),
        "matrix": [
            {"before": before.value, "after": after.value, "count": count}
            for (before, after), count in sorted(simulation.matrix.items())
        ],
        "toward_video": _moved(simulation, simulation.toward_video, whose),
        "toward_caution": _moved(simulation, simulation.toward_caution, whose),
        "undecidable": _moved(simulation, simulation.undecidable, whose),
        "worked": _worked(ran),
        "gaps": [_gap(gap, new=gap in new_gaps) for gap in gaps.found],
        "never_video": [stage.value for stage in gaps.never_video],
        "unread": list(gaps.unread),
        "loosens": simulation.loosens or ran.toward_video or bool(new_gaps),
    }


async def _over_the_past(connection: Connection, old: Policy, new: Policy) -> tuple[Simulation, Whose]:
    """Decide everything that is stored by both, some hundreds at a time and beside the loop."""
    parts: list[Simulation] = []
    whose: dict[str, StoredDecision] = {}
    last = ""
    while page := await decisions.after(connection, last, AT_ONCE):
        part = await asyncio.to_thread(simulate, old, new, _decided(page))
        named = part.moved.keys() | set(part.undecidable)
        whose |= {stored.id: stored for stored in page if stored.id in named}
        parts.append(part)
        last = page[-1].id
    return together(parts), whose


def _decided(page: Iterable[StoredDecision]) -> list[Decided]:
    return [
        Decided(stored.id, stored.stage, {name: fact["value"] for name, fact in stored.facts.items()})
        for stored in page
    ]


def _moved(simulation: Simulation, ids: Iterable[str], whose: Whose) -> list[dict[str, Any]]:
    found = []
    for decision_id in ids:
        stored = whose[decision_id]
        before, after = simulation.moved.get(decision_id, (stored.outcome, None))
        found.append(
            {
                "decision": decision_id,
                "case": stored.case_id,
                "stage": stored.stage.value,
                "before": before.value,
                "after": after.value if after else None,
            }
        )
    return found


def _worked(ran: Ran) -> dict[str, Any]:
    return {
        "cases": ran.cases,
        "rejects": ran.rejects,
        "differences": [
            {
                "case": difference.case.id,
                "title": difference.case.title,
                "stage": difference.case.stage.value,
                "expected": difference.case.outcome.value,
                "found": difference.found.value if difference.found else None,
                "toward_video": difference.toward_video,
            }
            for difference in ran.differences
        ],
        "accepted": [{"case": reject.id, "title": reject.title} for reject in ran.accepted],
    }


def _gap(gap: Gap, *, new: bool) -> dict[str, Any]:
    return {"fact": gap.fact, "value": gap.value, "stages": [stage.value for stage in gap.stages], "new": new}

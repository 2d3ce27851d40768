"""A decision of the in-person rule as it is kept: what was known, who said it, what came out, in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.domain.ids import AccountId, CaseId, DecisionId, VisitId
from server.domain.policy import Decision, Outcome, Stage


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """One decision, replayable for ever from the policy's bytes and the facts.

    `facts` maps a fact's name to {"value", "said_by", "said_at"}; `words` are the sentences the patient was shown.
    """

    id: DecisionId
    case_id: CaseId
    visit_id: VisitId | None
    stage: Stage
    specialist_id: AccountId | None
    slot_start: datetime | None
    decided_at: datetime
    policy_sha256: str
    engine: str
    facts: Mapping[str, Any]
    facts_mac: str
    outcome: Outcome
    fired: list[str]
    unknown_rules: list[str]
    asks: list[str]
    resolved: list[str]
    safety_screen_incomplete: bool
    provisional: bool
    words: list[str]
    language: str
    previous_id: DecisionId | None

    @property
    def device_works(self) -> bool:
        """Whether the patient's camera, microphone and browser had been tried and worked."""
        return all(
            self.facts.get(name, {}).get("value") is True for name in ("camera_ok", "mic_ok", "browser_supported")
        )


def bookable(decision: Decision) -> bool:
    """Whether a time may be booked by video on the strength of this."""
    return decision.outcome is Outcome.VIDEO_OK and not decision.safety_screen_incomplete

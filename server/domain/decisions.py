"""A decision of the in-person rule as it is kept: what was known, who said it, what came out, in which words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.domain.facts import FactSheet, Party
from server.domain.ids import AccountId, CaseId, DecisionId, VisitId
from server.domain.policy import Decision, FactValue, Outcome, Stage

STILL_OPEN = "Some answers are still open. We ask you, or find them out ourselves, before you choose a time."


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """One decision, replayable for ever from the policy's bytes and the facts.

    `facts` maps a fact's name to {"value", "said_as", "said_by", "said_at"}, `approvals` lists {"rule", "approval",
    "by", "at"}; `words` are the sentences the patient was shown and `questions` what they were asked, in `language`.
    `number` is the decision's place in its case.
    """

    id: DecisionId
    case_id: CaseId
    number: int
    visit_id: VisitId | None
    stage: Stage
    specialist_id: AccountId | None
    slot_start: datetime | None
    decided_at: datetime
    policy_sha256: str
    sheet_sha256: str | None  # None on decisions from before sheets were kept
    engine: str
    facts: Mapping[str, Any]
    facts_mac: str
    outcome: Outcome
    fired: list[str]
    unknown_rules: list[str]
    asks: list[str]
    resolved: list[str]
    approvals: list[dict[str, str]]
    safety_screen_incomplete: bool
    provisional: bool
    words: list[str]
    questions: list[str] | None  # None on decisions from before they were kept
    language: str
    previous_id: DecisionId | None

    @property
    def plain(self) -> dict[str, Any]:
        """Give the facts without who said them."""
        return {name: fact["value"] for name, fact in self.facts.items()}

    @property
    def device_works(self) -> bool:
        """Whether the patient's camera, microphone and browser had been tried and worked."""
        return all(
            self.facts.get(name, {}).get("value") is True for name in ("camera_ok", "mic_ok", "browser_supported")
        )


def words(sheet: FactSheet, decision: Decision) -> tuple[str, ...]:
    """Give the sentences for the patient, the strictest reason first; what is undecided is said, too."""
    return sheet.policy.words(decision.fired) or (STILL_OPEN,)


def questions(sheet: FactSheet, decision: Decision, facts: Mapping[str, FactValue]) -> tuple[str, ...]:
    """Give the questions that a decision puts to the patient, in the words of its step."""
    asked = sheet.questions(decision.asks, Party.PATIENT, stage=decision.stage, known=facts)
    return tuple(question.text for question in asked if question.name not in facts)

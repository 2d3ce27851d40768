"""The in-person rule: what decides video, sound only, in person, not yet, or emergency. Pure; no I/O, no clock."""

from server.domain.policy.condition import Condition, Group, Operator, Quantifier
from server.domain.policy.decision import ENGINE_VERSION, Decision, decide
from server.domain.policy.errors import FactFault, FactProblem, FactsError, PolicyFault, PolicyFaultsError
from server.domain.policy.fact import APPROVED_RULES, Fact, FactKind, FactType, FactValue, Risk, canonical
from server.domain.policy.load import load_policy
from server.domain.policy.outcome import RANK, Outcome
from server.domain.policy.policy import Policy, PolicyStatus
from server.domain.policy.rule import Rule
from server.domain.policy.simulation import Decided, Simulation, simulate, together
from server.domain.policy.stage import PROVISIONAL_STAGES, Stage, parse_stage

__all__ = [
    "APPROVED_RULES",
    "ENGINE_VERSION",
    "PROVISIONAL_STAGES",
    "RANK",
    "Condition",
    "Decided",
    "Decision",
    "Fact",
    "FactFault",
    "FactKind",
    "FactProblem",
    "FactType",
    "FactValue",
    "FactsError",
    "Group",
    "Operator",
    "Outcome",
    "Policy",
    "PolicyFault",
    "PolicyFaultsError",
    "PolicyStatus",
    "Quantifier",
    "Risk",
    "Rule",
    "Simulation",
    "Stage",
    "canonical",
    "decide",
    "load_policy",
    "parse_stage",
    "simulate",
    "together",
]

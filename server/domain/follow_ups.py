"""What the staff have to do so that the in-person rule can go on: from an open fact, or a rule that fires, to a task.

No I/O, no clock: `now` is a parameter.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.actors import Role
from server.domain.policy import Decision, FactValue, Policy
from server.domain.tasks import Task, TaskKind

# Whether sound alone is enough matters to somebody once the line is known, and is bad.
SOUND_ONLY = frozenset({"audio_clinically_ok", "payer_audio_ok"})
LINE = frozenset({"camera_ok", "mic_ok", "browser_supported", "bandwidth_kbps", "packet_loss_pct", "failed_attempts"})
REST = timedelta(days=1)  # what a person has ticked off is not asked for again so soon


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One kind of task: who does it, in which words, and because of which open facts or standing rules."""

    kind: TaskKind
    role: Role
    words: str
    because: frozenset[str]


FOLLOW_UPS: tuple[FollowUp, ...] = (
    FollowUp(
        TaskKind.SUPPORT,
        Role.SCHEDULER,
        "Arrange the help with hearing, seeing or remembering, and say how far it is.",
        frozenset({"support_status", "P03"}),
    ),
    FollowUp(
        TaskKind.FIND_INTERPRETER,
        Role.SCHEDULER,
        "Find an interpreter, and say how far it is.",
        frozenset({"interpreter_status", "P05"}),
    ),
    FollowUp(
        TaskKind.PRIOR_APPROVAL,
        Role.SCHEDULER,
        "Ask the plan to approve the visit, and write down what it says. If it refuses, tell the patient what they can"
        " do.",
        frozenset({"I03"}),
    ),
    FollowUp(
        TaskKind.COVERAGE,
        Role.SCHEDULER,
        "Ask the plan what it pays, and fill in the coverage worksheet.",
        frozenset({"payer_video", "self_pay_accepted", "plan_mandates_in_person", "prior_auth", "payer_audio_ok"}),
    ),
    FollowUp(
        TaskKind.GUARDIAN,
        Role.SCHEDULER,
        "The patient is under age. Ask a parent or legal guardian to agree and to be there.",
        frozenset({"guardian_confirmed", "P01"}),
    ),
    FollowUp(
        TaskKind.REPRESENTATIVE,
        Role.SCHEDULER,
        "Find out if there is a legal representative who helps the patient decide.",
        frozenset({"representative_confirmed"}),
    ),
    FollowUp(
        TaskKind.IDENTITY,
        Role.SCHEDULER,
        "Make sure who the patient is, and where we can send help: name, telephone number, address.",
        frozenset({"identity_verified", "L04"}),
    ),
    FollowUp(
        TaskKind.LICENCE,
        Role.SCHEDULER,
        "A license of the specialist was not looked up for a year. Look it up with the state board.",
        frozenset({"clinician_authorised_states"}),
    ),
    FollowUp(
        TaskKind.DEVICE,
        Role.SCHEDULER,
        "The patient's device does not work for video. Help them set it up, lend them one, or offer a room near them.",
        frozenset({"T01", "T03"}),
    ),
    FollowUp(
        TaskKind.JUDGEMENT,
        Role.SPECIALIST,
        "Your judgment is open. The patient is offered times when you have answered.",
        frozenset(
            {
                "exam_needed",
                "procedure_needed",
                "tumour_site",
                "recent_exam_documented",
                "ecog",
                "serious_news_expected",
                "capacity_doubt",
                "controlled_rx_expected",
                "prior_in_person_exam",
                "audio_clinically_ok",
            }
        ),
    ),
    FollowUp(
        TaskKind.VIDEO_OR_NOT,
        Role.SPECIALIST,
        "Decide with the patient if they should be seen in person.",
        frozenset({"C02", "C03", "C06", "C07", "C08", "P02"}),
    ),
)
KINDS = frozenset(follow_up.kind for follow_up in FOLLOW_UPS)


def wanted(decision: Decision, follow_up: FollowUp) -> frozenset[str]:
    """Name why a decision makes this task necessary; nothing where it does not."""
    needs = {*decision.asks, *decision.fired}
    return follow_up.because & (needs if LINE.isdisjoint(needs) else needs - SOUND_ONLY)


def still(because: Iterable[str], decision: Decision, facts: Mapping[str, FactValue], policy: Policy) -> frozenset[str]:
    """Keep the reasons that a decision does not settle: a step that does not look at one says nothing about it."""
    reads = policy.reads(decision.stage)
    return frozenset(name for name in because if not _settled(name, decision, facts, policy, reads))


def _settled(
    name: str, decision: Decision, facts: Mapping[str, FactValue], policy: Policy, reads: Collection[str]
) -> bool:
    rule = policy.rules_by_id.get(name)
    if rule is not None:
        return decision.stage in rule.stages and name not in (*decision.fired, *decision.unknown_rules)
    return name in facts or (name in reads and name not in decision.asks)


def rests(done: Iterable[Task], because: Collection[str], now: datetime) -> bool:
    """Whether a person has ticked off the same lately: what they have begun takes its time."""
    return any(
        task.done_at is not None
        and task.done_by is not None
        and now - task.done_at < REST
        and set(because) <= set(task.because)
        for task in done
    )

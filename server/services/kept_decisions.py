"""A weighing becomes a decision that is kept, with all that makes it again: policy, sheet, facts and their MAC."""

from server.domain import ids
from server.domain.approvals import Approval
from server.domain.check_in import ADMISSIBLE
from server.domain.decisions import StoredDecision, questions, words
from server.domain.ids import DecisionId
from server.domain.policy import ENGINE_VERSION, Outcome, canonical
from server.services.weighing import Weighing, with_sources
from server.storage import appointments, approvals, decisions
from server.storage.database import Connection
from server.storage.keyring import Keyring

FACTS_MAC = "decisions.facts"  # the purpose of the key under which facts are digested


async def keep(connection: Connection, weighing: Weighing, keyring: Keyring) -> StoredDecision:
    """Keep a decision after the one before it; an approval that does not count any more ends here for good.

    Where a visit may go on, the decision also says whether it goes on with sound only.
    """
    basis = weighing.basis
    policy, sheet, now = basis.rule.policy, basis.rule.sheet, basis.now
    await decisions.keep_policy(
        connection, sha256=policy.sha256, policy_id=policy.id, version=policy.version, body=basis.rule.body, now=now
    )
    await decisions.keep_sheet(connection, sheet, now)
    await approvals.void(connection, [one for one in basis.approvals if one not in weighing.approvals], now)
    previous = await decisions.last_to_follow(connection, basis.case.id)
    stored = _stored(weighing, previous, keyring.mac(FACTS_MAC, canonical(weighing.facts)))
    await decisions.add(connection, stored)
    if basis.visit_id and stored.outcome in ADMISSIBLE:
        sound_only = stored.outcome is Outcome.AUDIO_FALLBACK
        await appointments.set_sound_only(connection, basis.visit_id, sound_only=sound_only)
    return stored


def _stored(weighing: Weighing, previous: StoredDecision | None, facts_mac: str) -> StoredDecision:
    basis, decision, sheet = weighing.basis, weighing.decision, weighing.basis.rule.sheet
    return StoredDecision(
        id=DecisionId(ids.new()),
        case_id=basis.case.id,
        number=previous.number + 1 if previous else 1,
        visit_id=basis.visit_id,
        stage=decision.stage,
        specialist_id=basis.specialist_id,
        slot_start=weighing.slot_start,
        decided_at=basis.now,
        policy_sha256=decision.policy_sha256,
        sheet_sha256=sheet.sha256,
        engine=ENGINE_VERSION,
        facts=with_sources(weighing),
        facts_mac=facts_mac,
        outcome=decision.outcome,
        fired=list(decision.fired),
        unknown_rules=list(decision.unknown_rules),
        asks=list(decision.asks),
        resolved=list(decision.resolved),
        approvals=[_named(one) for one in weighing.approvals],
        safety_screen_incomplete=decision.safety_screen_incomplete,
        provisional=decision.provisional,
        words=list(words(sheet, decision)),
        questions=list(questions(sheet, decision, weighing.facts)),
        language=basis.patient.language,
        previous_id=previous.id if previous else None,
    )


def _named(approval: Approval) -> dict[str, str]:
    return {
        "rule": approval.rule_id,
        "approval": approval.id,
        "by": approval.approved_by,
        "at": approval.approved_at.isoformat(),
    }

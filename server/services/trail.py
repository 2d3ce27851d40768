"""What every use case writes beside its effect: who did what."""

from datetime import datetime

from server.domain.actors import Actor
from server.domain.ids import CaseId
from server.storage import audit
from server.storage.database import Connection


async def record(
    connection: Connection,
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: str,
    *,
    now: datetime,
    case_id: CaseId | None = None,
) -> None:
    """Write an audit event in the transaction of the effect."""
    await audit.append(
        connection,
        at=now,
        actor_id=actor.id,
        role=actor.role.value,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        case_id=case_id,
    )

"""What every use case writes beside its effect: who did what."""

from datetime import datetime

from server.domain.actors import Actor
from server.domain.ids import CaseId
from server.storage import audit
from server.storage.database import Connection

SYSTEM_ROLE = "system"


async def record(
    connection: Connection,
    actor: Actor | None,
    action: str,
    object_kind: str,
    object_id: str,
    *,
    now: datetime,
    case_id: CaseId | None = None,
) -> None:
    """Write an audit event in the transaction of the effect; without an actor the service did it by itself."""
    await audit.append(
        connection,
        at=now,
        actor_id=actor.id if actor else None,
        role=actor.role.value if actor else SYSTEM_ROLE,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        case_id=case_id,
    )

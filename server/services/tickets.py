"""Join tickets: one visit, one person, one use, sixty seconds. The only module that knows JWT."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.domain import ids
from server.domain.errors import DomainError
from server.domain.ids import AccountId, VisitId
from server.storage.keyring import Keyring

LIFE = timedelta(seconds=60)
LEEWAY = timedelta(seconds=30)
ALGORITHM = "EdDSA"
TYPE = "join+jwt"  # RFC 8725 section 3.11: a token of one kind is worth nothing where another is asked for
ISSUER = "consilium"
LONGEST = 2000
CLAIMS = ["exp", "iat", "aud", "iss", "sub", "jti"]


class TicketRefusedError(DomainError):
    """The ticket is not ours, not for this visit, too old, or spent."""

    code = "ticket-refused"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a good ticket says."""

    jti: str
    account_id: AccountId
    session: str | None
    expires_at: datetime


class Tickets:
    """Makes and reads join tickets."""

    def __init__(self, keyring: Keyring) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keyring.mac("tickets.key", b"1")))
        self._public = self._key.public_key()

    def make(
        self, visit_id: VisitId, account_id: AccountId, session: str | None, now: datetime
    ) -> tuple[str, datetime]:
        """Make a ticket; return it and when it expires."""
        expires_at = now + LIFE
        claims = {
            "iss": ISSUER,
            "aud": _audience(visit_id),
            "sub": account_id,
            "sid": session or "",
            "jti": ids.new(),
            "iat": int(now.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"typ": TYPE}), expires_at

    def read(self, token: str, visit_id: VisitId, now: datetime) -> Ticket:
        """Read a ticket for this visit. It is not spent yet.

        Raises:
            TicketRefusedError: it is not good here and now.
        """
        try:
            if len(token) > LONGEST or jwt.get_unverified_header(token).get("typ") != TYPE:
                raise TicketRefusedError("This ticket is not for a visit.")
            claims = jwt.decode(
                token,
                self._public,
                algorithms=[ALGORITHM],
                audience=_audience(visit_id),
                issuer=ISSUER,
                options={"require": CLAIMS, "strict_aud": True, "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError as error:
            raise TicketRefusedError("This ticket is not valid.") from error
        return _timely(claims, now)


def _timely(claims: dict[str, object], now: datetime) -> Ticket:
    """Judge the times by the service's own clock, which PyJWT does not know."""
    issued, expires = claims["iat"], claims["exp"]
    if not (isinstance(issued, int) and isinstance(expires, int)):
        raise TicketRefusedError("This ticket is not valid.")
    try:
        made, until = datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC)
    except (OverflowError, ValueError, OSError) as error:  # no time that there is
        raise TicketRefusedError("This ticket is not valid.") from error
    if until - made > LIFE or made - LEEWAY > now or now >= until + LEEWAY:
        raise TicketRefusedError("This ticket is too old. The page gets a new one by itself.")
    return Ticket(str(claims["jti"]), AccountId(str(claims["sub"])), str(claims.get("sid") or "") or None, until)


def _audience(visit_id: VisitId) -> str:
    return f"urn:consilium:visit:{visit_id}"

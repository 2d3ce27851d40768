"""Versions of the policy as people look at them: each with its text, who drafted it, and whose signatures count."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.actors import Account
from server.domain.ids import AccountId
from server.domain.policy import Policy
from server.domain.policy.versions import OPEN, SIGNATURES, PolicySignature, PolicyVersion, is_signed
from server.services.in_force import InForce
from server.services.weighing import Rule
from server.storage import accounts, policies
from server.storage.database import Connection


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that counts, and whose it is."""

    signature: PolicySignature
    person: Account


@dataclass(frozen=True, slots=True)
class Listed:
    """One version in the list, and who signed it."""

    version: PolicyVersion
    author: Account | None
    signatures: tuple[Signed, ...]
    current: bool  # whether it decides now

    @property
    def is_signed(self) -> bool:
        """Whether two different people have signed it."""
        return is_signed(one.signature for one in self.signatures)

    @property
    def is_open(self) -> bool:
        """Whether it may still be edited."""
        return self.version.status in OPEN

    @property
    def missing(self) -> int:
        """How many people still have to sign."""
        return max(0, SIGNATURES - len(self.signatures))

    def signed_by(self, account_id: AccountId) -> bool:
        """Whether this person has signed it."""
        return any(one.person.id == account_id for one in self.signatures)


@dataclass(frozen=True, slots=True)
class Opened:
    """One version with all that it says."""

    listed: Listed
    rule: Rule

    @property
    def version(self) -> PolicyVersion:
        """How far it has come."""
        return self.listed.version

    @property
    def policy(self) -> Policy:
        """What it says."""
        return self.rule.policy


class Shelf:
    """Takes versions from where they are kept."""

    def __init__(self, in_force: InForce) -> None:
        self._in_force = in_force

    async def deciding(self, connection: Connection) -> PolicyVersion:
        """Return the version that decides now."""
        rule = await self._in_force.read(connection)
        return await policies.get(connection, rule.policy.sha256)

    async def load(self, connection: Connection, sha256: str) -> Rule:
        """Read the bytes of a version.

        Raises:
            NotFoundError: there are none.
            PolicyFaultsError: this release cannot read them.
        """
        return self._in_force.load(await policies.body(connection, sha256))

    async def open(self, connection: Connection, version: PolicyVersion) -> Opened:
        """Give one version with all that it says."""
        [listed] = await self.listed(connection, [version])
        return Opened(listed, await self.load(connection, version.sha256))

    async def listed(self, connection: Connection, versions: Sequence[PolicyVersion]) -> tuple[Listed, ...]:
        """Put names to versions."""
        current = await self.deciding(connection)
        standing = [one for one in await policies.signatures(connection) if one.voided_at is None]
        authors = {version.drafted_by for version in versions if version.drafted_by}
        people = await accounts.of_ids(connection, authors | {one.account_id for one in standing})
        return tuple(
            Listed(
                version=version,
                author=people[version.drafted_by] if version.drafted_by else None,
                signatures=tuple(
                    Signed(one, people[one.account_id]) for one in standing if one.version_id == version.id
                ),
                current=version.sha256 == current.sha256,
            )
            for version in versions
        )

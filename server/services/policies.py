"""The policy office: versions are drafted, edited, checked, signed by two people, and come into force from a day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from server.domain import ids
from server.domain.actors import Actor
from server.domain.errors import InvalidValueError
from server.domain.ids import AccountId
from server.domain.policy import Policy, PolicyStatus
from server.domain.policy.edits import Edits, edited
from server.domain.policy.versions import (
    PolicySignature,
    PolicyVersion,
    activated,
    checked,
    edited_on,
    moved,
    retired,
    signed,
    taken_back,
)
from server.domain.policy.worked import Worked
from server.services import trail
from server.services.in_force import InForce
from server.services.policy_check import examine
from server.services.policy_shelf import Listed, Opened, Shelf
from server.services.weighing import Rule
from server.storage import audit, decisions, policies
from server.storage.database import Connection, Database

WARN_WITHIN = timedelta(days=60)


class VersionTakenError(InvalidValueError):
    """Another version has that name."""

    code = "policy-version-taken"


class Policies:
    """Brings versions of the policy into force; what was in force once is never edited, and kept for ever."""

    def __init__(self, database: Database, in_force: InForce, worked: Worked, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._shelf = Shelf(in_force)
        self._in_force = in_force
        self._worked = worked
        self._clock = clock

    @property
    def today(self) -> date:
        """The day it is at the hospital."""
        return self._in_force.today

    def ending(self, policy: Policy) -> tuple[tuple[str, date], ...]:
        """Name the dates of a policy that have passed or pass within 60 days, the earliest first."""
        return policy.dates_ending(self.today, within=WARN_WITHIN)

    async def prepare(self) -> None:
        """Enter the policy of the settings: the first one comes into force unsigned, a later one is a draft.

        Raises:
            PolicyFaultsError: what is in force cannot be read by this release.
        """
        now, shipped = self._clock(), self._in_force.shipped
        async with self._database.write() as connection:
            first = not await policies.activated(connection)
            fresh = _drafted(shipped.policy, None, None, now)
            if first:
                fresh = replace(fresh, status=PolicyStatus.ACTIVE, active_from=self.today, activated_at=now)
            await _keep(connection, shipped, now)
            if await policies.add(connection, fresh):
                await audit.append(
                    connection,
                    at=now,
                    actor_id=None,
                    role=None,
                    action="policy.entered",
                    object_kind="policy",
                    object_id=fresh.id,
                )
            await self._in_force.read(connection)

    async def all(self) -> tuple[Listed, ...]:
        """List the versions, the newest first; a draft that was edited stands there once, as it is now."""
        async with self._database.read() as connection:
            versions = await policies.all_versions(connection)
            return await self._shelf.listed(connection, [one for one in versions if one.followed_by is None])

    async def open(self, sha256: str) -> Opened:
        """Return one version with all that it says.

        Raises:
            NotFoundError: there is none.
        """
        async with self._database.read() as connection:
            return await self._shelf.open(connection, await policies.get(connection, sha256))

    async def current(self) -> Opened:
        """Return the version that decides now."""
        async with self._database.read() as connection:
            return await self._shelf.open(connection, await self._shelf.deciding(connection))

    async def draft(self, actor: Actor, based_on: str, edits: Edits) -> Opened:
        """Begin a new version on the ground of another one.

        Raises:
            NotFoundError: there is no such version.
            VersionTakenError: another version has that name.
            PolicyFaultsError: the new one would not stand.
        """
        now = self._clock()
        async with self._database.write() as connection:
            base = await self._shelf.load(connection, (await policies.get(connection, based_on)).sha256)
            await _refuse_taken(connection, edits.version or base.policy.version, ())
            rule = self._in_force.load(edited(base.policy, edits))
            fresh = _drafted(rule.policy, actor.id, based_on, now)
            await self._enter(connection, actor, rule, fresh)
            return await self._shelf.open(connection, await policies.get(connection, rule.policy.sha256))

    async def edit(self, actor: Actor, sha256: str, edits: Edits) -> Opened:
        """Write new bytes with the edits; check and signatures of the old ones do not count for them.

        Raises:
            NotFoundError: there is no such version.
            PolicyMovedOnError: it is not open any more.
            VersionTakenError: another version has that name.
            SamePolicyError: another version says exactly this.
            PolicyFaultsError: it would not stand.
        """
        now = self._clock()
        async with self._database.write() as connection:
            old = await policies.take(connection, sha256)
            base = await self._shelf.load(connection, sha256)
            rule = self._in_force.load(edited(base.policy, edits))
            aside = edited_on(old, rule.policy.sha256, now)
            if rule.policy.sha256 == sha256:
                return await self._shelf.open(connection, old)
            await _refuse_taken(connection, rule.policy.version, (sha256, rule.policy.sha256))
            await policies.save(connection, aside)
            await policies.void_signatures(connection, old.id, now)
            fresh = _drafted(rule.policy, actor.id, old.based_on, now)
            await self._enter(connection, actor, rule, fresh)
            return await self._shelf.open(connection, await policies.get(connection, rule.policy.sha256))

    async def check(self, actor: Actor, sha256: str) -> Opened:
        """Hold a version against the policy in force and keep what is found; earlier signatures do not count for it.

        Raises:
            NotFoundError: there is no such version.
            PolicyMovedOnError: it is not open any more.
        """
        async with self._database.read() as connection:
            rule = await self._shelf.load(connection, (await policies.get(connection, sha256)).sha256)
            against = await self._in_force.read(connection)
            found = await examine(connection, against.policy, rule.policy, self._worked)
        async with self._database.write() as connection:
            now = self._clock()
            version = await policies.take(connection, sha256)
            after = checked(version, against.policy.sha256, found, now)
            await policies.save(connection, after)
            await policies.void_signatures(connection, version.id, now)
            await trail.record(connection, actor, "policy.checked", "policy", version.id, now=now)
            return await self._shelf.open(connection, after)

    async def sign(self, actor: Actor, sha256: str, reason: str) -> Opened:
        """Sign a version that was checked, or the starter policy where it stands.

        Raises:
            NotFoundError: there is no such version.
            PolicyMovedOnError: it was not checked, or is not open any more.
            PolicyOutdatedError: it was checked against another policy than the one in force.
            AlreadySignedError: this person has signed it.
            ReasonMissingError: it makes something looser, and nothing says why.
        """
        now = self._clock()
        async with self._database.write() as connection:
            version = await policies.take(connection, sha256)
            new = PolicySignature(ids.new(), version.id, actor.id, actor.role.value, reason.strip(), now, None)
            before = await policies.signatures(connection, version.id)
            after = signed(version, await self._shelf.deciding(connection), before, new)
            await policies.save(connection, after)
            await policies.add_signature(connection, new)
            await trail.record(connection, actor, "policy.signed", "policy", version.id, now=now)
            return await self._shelf.open(connection, after)

    async def activate(self, actor: Actor, sha256: str, on: date) -> Opened:
        """Let a signed version come into force on a day; what it takes the place of is retired then.

        Raises:
            NotFoundError: there is no such version.
            PolicyMovedOnError: it is not signed by two people, or has a day already.
            PolicyOutdatedError: it was checked against another policy than the one in force.
            ActivationDayError: the day has passed, or is before the one in its text.
        """
        now = self._clock()
        async with self._database.write() as connection:
            version = await policies.take(connection, sha256)
            rule = await self._shelf.load(connection, sha256)
            current = await self._shelf.deciding(connection)
            after = activated(
                version,
                current,
                on,
                effective_from=rule.policy.effective_from,
                today=self.today,
                by=actor.id,
                now=now,
            )
            await policies.save(connection, after)
            if on == self.today:
                await policies.save(connection, replace(moved(current, PolicyStatus.RETIRED), retired_at=now))
            await trail.record(connection, actor, "policy.activated", "policy", version.id, now=now)
        async with self._database.read() as connection:
            await self._in_force.read(connection)
        return await self.open(sha256)

    async def retire(self, actor: Actor, sha256: str) -> Opened:
        """Put a version aside that is not in force.

        Raises:
            NotFoundError: there is no such version.
            InForceError: it is in force.
            PolicyMovedOnError: it was put aside before.
        """
        now = self._clock()
        async with self._database.write() as connection:
            version = await policies.take(connection, sha256)
            after = retired(version, await self._shelf.deciding(connection), now)
            await policies.save(connection, after)
            await trail.record(connection, actor, "policy.retired", "policy", version.id, now=now)
            return await self._shelf.open(connection, after)

    async def _enter(self, connection: Connection, actor: Actor, rule: Rule, fresh: PolicyVersion) -> None:
        """Keep the bytes of a draft, and bring it back where it was put aside by an edit that is undone now."""
        await _keep(connection, rule, fresh.drafted_at)
        before = await policies.find(connection, fresh.sha256)
        if before is None:
            await policies.add(connection, fresh)
        else:
            await policies.save(connection, taken_back(before))
        changed = before or fresh
        await trail.record(connection, actor, "policy.drafted", "policy", changed.id, now=fresh.drafted_at)


def _drafted(policy: Policy, by: AccountId | None, based_on: str | None, now: datetime) -> PolicyVersion:
    return PolicyVersion(
        id=ids.new(),
        sha256=policy.sha256,
        version=policy.version,
        status=PolicyStatus.DRAFT,
        based_on=based_on,
        followed_by=None,
        drafted_by=by,
        drafted_at=now,
        checked_at=None,
        checked_against=None,
        found=None,
        active_from=None,
        activated_by=None,
        activated_at=None,
        retired_at=None,
    )


async def _keep(connection: Connection, rule: Rule, now: datetime) -> None:
    policy = rule.policy
    await decisions.keep_policy(
        connection, sha256=policy.sha256, policy_id=policy.id, version=policy.version, body=rule.body, now=now
    )


async def _refuse_taken(connection: Connection, name: str, own: tuple[str, ...]) -> None:
    """Let no two versions have one name; what a draft was before its edits does not count."""
    for version in await policies.all_versions(connection):
        if version.version == name and version.followed_by is None and version.sha256 not in own:
            raise VersionTakenError("Another version has this name. Give this one a name of its own.", "version")

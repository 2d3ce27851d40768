"""The policy of the moment: whoever reads the rule takes it from here, so that another one counts without a restart.

What is in force changes when somebody activates a version, and at midnight where the hospital is.
"""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.domain.facts import load_fact_sheet
from server.domain.policy import load_policy
from server.domain.policy.versions import PolicyVersion, in_force
from server.services.weighing import Rule
from server.storage import policies
from server.storage.database import Connection


class InForce:
    """Gives the rule that decides now. Each policy is read once, whatever its way into force."""

    def __init__(self, shipped: Rule, zone: ZoneInfo, clock: Callable[[], datetime]) -> None:
        """`shipped` is what the file of the settings says: the first policy of a deployment."""
        self.shipped = shipped
        self._zone = zone
        self._clock = clock
        self._activated: tuple[PolicyVersion, ...] = ()
        self._rules = {shipped.policy.sha256: shipped}

    @property
    def today(self) -> date:
        """The day it is at the hospital."""
        return self._clock().astimezone(self._zone).date()

    @property
    def rule(self) -> Rule:
        """What counts now, as far as this process has heard."""
        current = in_force(self._activated, self.today)
        return self._rules[current.sha256] if current else self.shipped

    async def read(self, connection: Connection) -> Rule:
        """Give what counts now, as the database says.

        Raises:
            PolicyFaultsError: what is in force cannot be read by this release.
        """
        found = await policies.activated(connection)
        if found != self._activated:
            for version in found:
                if version.sha256 not in self._rules:
                    self._rules[version.sha256] = self.load(await policies.body(connection, version.sha256))
            self._activated = found
        return self.rule

    def load(self, body: bytes) -> Rule:
        """Read a policy together with the sheet of facts.

        Raises:
            PolicyFaultsError: it has faults, or the sheet does not fit it.
        """
        policy = load_policy(body)
        return Rule(policy, body, load_fact_sheet(self.shipped.sheet.body, policy))

"""Examines the policy in force: whether two people signed it, and whether a date of it passes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from config.settings import Settings
from server.commands.findings import Finding, bad, fine, unset
from server.domain.policy import Policy, PolicyFaultsError, load_policy
from server.domain.policy.versions import in_force, is_signed
from server.domain.wording import day_words
from server.storage import policies
from server.storage.database import Database

POLICY = "Policy"
WARN_WITHIN = timedelta(days=60)


async def examine_policy(database: Database, settings: Settings, clock: Callable[[], datetime]) -> Finding:
    """Find out whether what decides over video may decide."""
    today = clock().astimezone(settings.hospital.zoneinfo).date()
    async with database.read() as connection:
        version = in_force(await policies.activated(connection), today)
        if version is None:
            return unset(POLICY, "None is in force yet. The first start enters the one of the settings, unsigned.")
        signed = is_signed(await policies.signatures(connection, version.id))
        body = await policies.body(connection, version.sha256)
    name = f"Version {version.version} is in force"
    try:
        policy = load_policy(body)
    except PolicyFaultsError:
        return bad(POLICY, f"{name}, and this release cannot read it. Go back to the release that could.")
    if not signed:
        return bad(POLICY, f"{name} and not signed by two people. Read it and sign it at {settings.public_url}/policy.")
    passed = [name for name, day in policy.dates.items() if day < today]
    if passed:
        return bad(POLICY, f"{name}. {_dates(policy, today)} Its rules are stricter since. Begin a new version.")
    return fine(POLICY, f"{name}, signed by two people. {_dates(policy, today)}".strip())


def _dates(policy: Policy, today: date) -> str:
    ending = policy.dates_ending(today, within=WARN_WITHIN)
    return " ".join(
        f"{name} {'passed' if day < today else 'passes'} on {day_words(day)}, {abs((day - today).days)} days"
        f" {'ago' if day < today else 'from now'}."
        for name, day in ending
    )

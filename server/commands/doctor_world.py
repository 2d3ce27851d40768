"""Examines what a deployment needs of others: mail, SMS, its public address, a scanner, and the rules of time zones."""

import asyncio
import importlib.metadata
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from config.settings import Settings
from server.commands.findings import Finding, bad, fine, unset
from server.domain.messages import DeliveryError
from server.integrations import mail

PATIENCE_SECONDS = 5
RENEW_BEFORE = timedelta(days=14)
OLD_ZONES_YEARS = 2
MAIL, SMS, ADDRESS, SCANNER, ZONES = "Mail", "SMS", "Public address", "Virus scanner", "Time zones"
CERTIFICATE_TIME = "%b %d %H:%M:%S %Y %Z"  # as ssl.SSLSocket.getpeercert gives it


async def examine_world(settings: Settings, tls: ssl.SSLContext, clock: Callable[[], datetime]) -> list[Finding]:
    """Find out whether others answer. Nobody is sent anything."""
    return [
        *await asyncio.gather(_mail(settings), _sms(settings, tls), _address(settings, tls, clock)),
        _scanner(settings),
        _zones(clock()),
    ]


async def _mail(settings: Settings) -> Finding:
    sender = settings.mail
    if sender.transport == "kept":
        return unset(MAIL, "It is kept here, and nobody gets it. Set mail.transport to smtp.")
    try:
        await mail.reach(
            host=sender.host,
            port=sender.port,
            start_tls=sender.start_tls,
            username=sender.username,
            password=sender.password.get_secret_value() if sender.password else None,
        )
    except DeliveryError as error:
        return bad(MAIL, f"{error} Look at [mail] in the settings.")
    return fine(MAIL, f"{sender.host} takes mail.")


async def _sms(settings: Settings, tls: ssl.SSLContext) -> Finding:
    if not settings.mail.sms_webhook:
        return unset(SMS, "Nobody can get a code by SMS. Set mail.sms_webhook.")
    gateway = urlsplit(settings.mail.sms_webhook)
    secure = gateway.scheme == "https"
    try:
        await _greet(gateway.hostname or "", gateway.port or (443 if secure else 80), tls if secure else None)
    except (OSError, TimeoutError):
        return bad(SMS, "The gateway does not answer. Look at mail.sms_webhook and at the firewall.")
    return fine(SMS, "The gateway answers.")


async def _address(settings: Settings, tls: ssl.SSLContext, clock: Callable[[], datetime]) -> Finding:
    public = urlsplit(settings.public_url)
    try:
        ends = await _greet(public.hostname or "", public.port or 443, tls)
    except ssl.SSLCertVerificationError as error:
        return bad(ADDRESS, f"Browsers will not trust its certificate: {error.verify_message}.")
    except (OSError, TimeoutError):
        return bad(
            ADDRESS, f"Nothing speaks TLS at {settings.public_url}. Look at the proxy, the name and the firewall."
        )
    left = ends - clock() if ends else timedelta(0)
    if left < RENEW_BEFORE:
        return bad(
            ADDRESS, f"Its certificate ends in {left.days} days. Renew it, and see that it is renewed by itself."
        )
    return fine(ADDRESS, f"Its certificate is trusted and good for {left.days} days.")


async def _greet(host: str, port: int, tls: ssl.SSLContext | None) -> datetime | None:
    """Connect and hang up; until when the certificate is good."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        _, writer = await asyncio.open_connection(host, port, ssl=tls)
    certificate = writer.get_extra_info("peercert") or {}
    writer.close()
    ends = certificate.get("notAfter")
    return datetime.strptime(ends, CERTIFICATE_TIME).replace(tzinfo=UTC) if ends else None


def _scanner(settings: Settings) -> Finding:
    if settings.records.without_scanner == "show":
        return unset(SCANNER, "Files are shown, labelled as not scanned.")
    return unset(SCANNER, "Files wait in quarantine. To show them unscanned, set records.without_scanner to show.")


def _zones(now: datetime) -> Finding:
    version = importlib.metadata.version("tzdata")
    if now.year - int(version.partition(".")[0]) >= OLD_ZONES_YEARS:
        return bad(
            ZONES, f"The rules are of {version}: countries have changed theirs since. Bring Consilium up to date."
        )
    return fine(ZONES, f"The rules are of {version}.")

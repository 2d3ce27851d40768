"""Every setting of a deployment: one frozen value, read once from a TOML file and `CONSILIUM_*` variables.

Faults are reported all at once, without the values: a value may be a secret.
"""

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from signaling.relay_address import relay_address

PREFIX = "CONSILIUM_"
HERE = Path(__file__).parent
LISTS = frozenset({"urls", "trusted_proxies"})  # in the environment separated by commas
MIN_SECRET_BYTES = 32  # RFC 7518 section 3.2: a MAC key is at least as long as the hash output.


class UnsafeSettingsError(Exception):
    """The settings cannot be used; `faults` has one sentence each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is not an IANA time zone")
    return name


def _network(text: str) -> str:
    return str(ip_network(text))


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hospital(_Section):
    """What people are told about the hospital."""

    name: str = "Lakeside Cancer Center"
    phone: str = "+1 313 555 0100"
    emergency_number: str = "911"
    address: str = "1 Lakeside Drive, Detroit, MI 48201"
    directions: str = ""
    zone: Annotated[str, AfterValidator(_known_zone)] = "America/Detroit"

    @property
    def zoneinfo(self) -> ZoneInfo:
        """The zone in which the hospital lives."""
        return ZoneInfo(self.zone)


class Mail(_Section):
    """How messages leave: by SMTP and an SMS webhook, or kept for `/dev/mail` in the demo."""

    transport: Literal["smtp", "kept"] = "smtp"
    host: str = "localhost"
    port: int = 25
    start_tls: bool = True
    username: str | None = None
    password: SecretStr | None = None
    sender: str = "second-opinions@localhost"
    sms_webhook: str | None = None


def _relay(url: str) -> str:
    relay_address(url)
    return url


class Turn(_Section):
    """The TURN relay that is handed to people in a visit."""

    urls: tuple[Annotated[str, AfterValidator(_relay)], ...] = ()
    secret: SecretStr | None = None
    relay_only: bool = False


class Records(_Section):
    """What happens to files."""

    without_scanner: Literal["quarantine", "show"] = "quarantine"
    max_upload_bytes: int = 10 * 1024**3
    case_quota_bytes: int = 20 * 1024**3


class Visits(_Section):
    """What is borne at the door of visits."""

    connects_per_minute: Annotated[int, Field(ge=1)] = 30


class Settings(_Section):
    """The whole deployment."""

    public_url: str = "https://localhost"
    listen: str = "127.0.0.1"
    port: int = 8080
    trusted_proxies: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    data: Path = Path("var")
    key_file: Path = Path("var/keys.json")
    database_url: str | None = None
    database_patience_seconds: Annotated[float, Field(gt=0)] = 5.0
    policy_file: Path = HERE / "policy" / "in-person.toml"
    facts_file: Path = HERE / "policy" / "facts.toml"
    cases_files: tuple[Path, ...] = (HERE / "policy" / "cases.json", HERE / "policy" / "cases-added.json")
    checklists: Path = HERE / "checklists"
    demo: bool = False
    metrics_token: SecretStr | None = None
    hospital: Hospital = Hospital()
    mail: Mail = Mail()
    turn: Turn = Turn()
    records: Records = Records()
    visits: Visits = Visits()

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database; an SQLite file in the data folder by default."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'consilium.db'}"

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        return self.listen in {"127.0.0.1", "::1", "localhost"}


def load(file: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings for `serve`.

    Raises:
        UnsafeSettingsError: with every fault found in the file and the environment.
    """
    settings, faults = read(file, environment)
    if faults := (*faults, *unsafe(settings)):
        raise UnsafeSettingsError(faults)
    return settings


def read(file: Path | None, environment: Mapping[str, str] = os.environ) -> tuple[Settings, tuple[str, ...]]:
    """Read the settings, whether or not one may serve with them, and the variables that name none.

    Raises:
        UnsafeSettingsError: they cannot be read.
    """
    try:
        values: dict[str, Any] = tomllib.loads(file.read_text("utf-8")) if file else {}
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise UnsafeSettingsError((f"{file}: cannot be read: {error}",)) from error
    faults = _overlay(values, environment)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        named = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
        raise UnsafeSettingsError((*faults, *named)) from error
    return settings, faults


def _overlay(values: dict[str, Any], environment: Mapping[str, str]) -> tuple[str, ...]:
    """Put `CONSILIUM_SECTION__NAME` variables over the file's values; return those that name no setting."""
    faults = []
    for variable, raw in sorted(environment.items()):
        if not variable.startswith(PREFIX):
            continue
        section, _, name = variable.removeprefix(PREFIX).lower().rpartition("__")
        field = Settings.model_fields.get(section) if section else None
        owner = field.annotation if field else Settings
        if not (isinstance(owner, type) and issubclass(owner, BaseModel) and name in owner.model_fields) or (
            section and not field
        ):
            faults.append(f"{variable}: there is no such setting")
            continue
        target = values.setdefault(section, {}) if section else values
        target[name] = tuple(raw.split(",")) if name in LISTS else raw
    return tuple(faults)


def unsafe(settings: Settings) -> tuple[str, ...]:
    """Name what must not go into service; the demo binds to loopback and is exempt from TLS."""
    faults = []
    public = urlsplit(settings.public_url)
    if settings.demo:
        faults.append("demo: is only for the demo command")
    if public.scheme != "https" or not public.hostname:
        faults.append("public_url: must be an https address")
    if settings.mail.transport == "kept":
        faults.append("mail.transport: must be smtp, so that people get their mail")
    if not settings.metrics_token:
        faults.append("metrics_token: is missing; without it anybody could read /metrics")
    if not settings.mail.sms_webhook:
        faults.append("mail.sms_webhook: is missing, and the codes that let people in go by SMS")
    if settings.turn.urls and not settings.turn.secret:
        faults.append("turn.secret: is missing, though turn.urls are given")
    if settings.turn.relay_only and not settings.turn.urls:
        faults.append("turn.relay_only: needs turn.urls, or nobody could reach anybody")
    if settings.turn.secret and len(settings.turn.secret.get_secret_value().encode()) < MIN_SECRET_BYTES:
        faults.append(f"turn.secret: is shorter than {MIN_SECRET_BYTES} bytes")
    if not __debug__:
        faults.append("python -O: removes checks that the service relies on")
    return tuple(faults)

"""Under which names people know the service."""

from collections.abc import Callable
from urllib.parse import urlsplit

from config.settings import Settings
from server.domain.actors import Account


def public_url(settings: Settings) -> Callable[[Account], str]:
    """Tell under which address a person knows the service; in the demo each has an own loopback host."""
    if not settings.demo:
        return lambda _account: settings.public_url

    def own_host(account: Account) -> str:
        person = account.email.partition("@")[0].replace("_", "-")
        return f"http://{person}.localhost:{settings.port}"

    return own_host


def hosts(settings: Settings) -> Callable[[str], bool]:
    """Tell which names in `Host` are ours."""
    public = urlsplit(settings.public_url).hostname
    if settings.demo:
        return lambda name: name in {"localhost", "127.0.0.1", "::1", public} or name.endswith(".localhost")
    return lambda name: name == public

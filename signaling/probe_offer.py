"""What of a stranger's offer the probe of a line looks at: one data channel, and few addresses. Pure.

The probe's own sockets never send to an address because an offer names it: whoever wants to be measured comes to them.
Only a relay is told of the addresses named here, and has a deny list of its own.
"""

from ipaddress import ip_address

MAX_OFFER_BYTES = 32 * 1024
MAX_LINES = 200
MAX_CANDIDATES = 12
_NEEDED = ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:")
_WAYS = frozenset({"host", "srflx", "relay"})


class UnusableOfferError(Exception):
    """The text is no offer of exactly one data channel."""


def trimmed(offer: str) -> str:
    """Return the offer with only those addresses that a relay can be told of.

    Raises:
        UnusableOfferError: it offers something else than one data channel, or is too long.
    """
    if len(offer.encode(errors="replace")) > MAX_OFFER_BYTES:
        raise UnusableOfferError
    lines = offer.splitlines()
    if len(lines) > MAX_LINES or not lines or lines[0] != "v=0":
        raise UnusableOfferError
    media = [line for line in lines if line.startswith("m=")]
    if len(media) != 1 or not media[0].startswith("m=application "):
        raise UnusableOfferError
    if not all(any(line.startswith(name) for line in lines) for name in _NEEDED):
        raise UnusableOfferError
    return "\r\n".join([*_kept(lines), ""])


def _kept(lines: list[str]) -> list[str]:
    """Leave out candidates that cannot be used, and that there are no more: who comes by another way is taken, too."""
    candidates = [line for line in lines if line.startswith("a=candidate:") and _is_usable(line)][:MAX_CANDIDATES]
    others = [line for line in lines if not line.startswith(("a=candidate:", "a=end-of-candidates"))]
    return [*others, *candidates]


def _is_usable(line: str) -> bool:
    """Tell whether the candidate is a literal address over UDP (RFC 8839 section 5.1); names are never looked up."""
    words = line.removeprefix("a=candidate:").split()
    if len(words) < 8 or words[1] != "1" or words[2].lower() != "udp" or words[6] != "typ" or words[7] not in _WAYS:
        return False
    numbers = (words[3], words[5])
    if not all(number.isascii() and number.isdigit() and len(number) <= 10 for number in numbers):
        return False
    try:
        ip_address(words[4])
    except ValueError:
        return False
    return 0 < int(words[5]) < 65_536

"""Pages from templates. Everything a page needs comes in; nothing is kept between two pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.domain import wording

TEMPLATES = Path(__file__).with_name("templates")
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Hospital:
    """The name, telephone numbers and address that stand on pages, as an operator wrote them."""

    name: str
    phone: str
    emergency: str
    address: str = ""
    directions: str = ""

    @property
    def phone_href(self) -> str:
        """The address that dials the 24-hour number."""
        return dial(self.phone)

    @property
    def emergency_href(self) -> str:
        """The address that dials the emergency number."""
        return dial(self.emergency)


def dial(number: str) -> str:
    """Turn a written telephone number into an address that dials it (RFC 3966)."""
    plus = "+" if number.strip().startswith("+") else ""
    return f"tel:{plus}{''.join(sign for sign in number if sign.isdigit())}"


def direction(lang: str) -> str:
    """Say which way a language is written: "ltr" or "rtl"."""
    return "rtl" if lang.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


class Renderer:
    """Renders one template with the values of one page."""

    def __init__(
        self,
        hospital: Hospital,
        static: Callable[[str], str],
        clock: Callable[[], datetime],
        *,
        templates: Path = TEMPLATES,
        reload: bool = False,
    ) -> None:
        self._clock = clock
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=0 if reload else 400,
        )
        self._environment.globals.update(hospital=hospital, static=static)
        self._environment.filters.update(
            time_in=wording.time_in,
            hour_in=wording.hour_in,
            date_in=wording.date_in,
            duration=wording.duration,
            filesize=wording.filesize,
            instant=wording.instant,
            initials=wording.initials,
            spoken=wording.spoken,
        )

    def render(self, template: str, **values: object) -> str:
        """Fill a template.

        `me`, `csrf_token`, `lang` and `now` are there even if the page says nothing of them.

        Raises:
            UndefinedError: the template reads a value that the page did not give.
            UnknownStaticFileError: the template names a static file that is not there.
        """
        lang = str(values.get("lang", "en"))
        given: dict[str, object] = {"me": None, "csrf_token": "", "now": self._clock()}
        page = given | {"dir": direction(lang)} | values | {"lang": lang}
        return self._environment.get_template(template).render(page)

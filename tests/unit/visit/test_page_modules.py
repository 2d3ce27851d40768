"""All that the page of a visit needs is named where the browser sees it first, so that it is fetched at once."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "static"
TEMPLATE = ROOT / "server" / "http" / "templates" / "visit.html"
CONNECTS = STATIC / "pages" / "visit" / "visit.js"
DRAWS = STATIC / "pages" / "visit" / "page.js"
EARLY = "pages/visit/early.js"  # a script of its own in the page: it runs before anything else is there
PREVIEW = "pages/visit/preview.js"  # only for whom it is
IMPORT = re.compile(r'^(?:import|export)\b[^;]*?"(\.[^"]+)";', re.MULTILINE)
IMPORT_LATER = re.compile(r'\bimport\("(\.[^"]+)"\)')
PRELOADS = re.compile(r'\{% for name in \[([^\]]+)\] %\}\s*<link rel="modulepreload"[^{]*\{\{ static\("([a-z/]+)')


def reached(module: Path, seen: set[Path]) -> Iterator[str]:
    """A module and everything it imports, each once."""
    if module in seen:
        return
    seen.add(module)
    yield module.relative_to(STATIC).as_posix()
    for target in IMPORT.findall(module.read_text(encoding="utf-8")):
        yield from reached((module.parent / target).resolve(), seen)


def test_what_connects_is_named_in_the_page() -> None:
    found = PRELOADS.findall(TEMPLATE.read_text(encoding="utf-8"))
    named = [f"{folder}{name}.js" for names, folder in found for name in re.findall(r'"([a-z_]+)"', names)]

    assert sorted([*named, "pages/visit/visit.js", EARLY]) == sorted(reached(CONNECTS, set()))


def test_what_draws_is_named_in_the_first_module() -> None:
    targets = IMPORT_LATER.findall(CONNECTS.read_text(encoding="utf-8"))
    named = [(CONNECTS.parent / target).resolve().relative_to(STATIC).as_posix() for target in targets]

    assert sorted(named) == sorted({*reached(DRAWS, set()), PREVIEW} - set(reached(CONNECTS, set())))

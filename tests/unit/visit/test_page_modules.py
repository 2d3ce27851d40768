"""The visit's page names every module that it needs, so that the browser fetches them all at once."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
STATIC = ROOT / "static"
TEMPLATE = ROOT / "server" / "http" / "templates" / "visit.html"
ENTRY = STATIC / "pages" / "visit" / "visit.js"
IMPORT = re.compile(r'^(?:import|export)\b[^;]*?"(\.[^"]+)";', re.MULTILINE)
PRELOADS = re.compile(r'\{% for name in \[([^\]]+)\] %\}\s*<link rel="modulepreload" href="\{\{ static\("([a-z/]+)')


def reached(module: Path, seen: set[Path]) -> Iterator[Path]:
    """A module and everything it imports, each once."""
    if module in seen:
        return
    seen.add(module)
    yield module
    for target in IMPORT.findall(module.read_text(encoding="utf-8")):
        yield from reached((module.parent / target).resolve(), seen)


def test_every_module_is_fetched_at_once() -> None:
    needed = {path.relative_to(STATIC).as_posix() for path in reached(ENTRY, set())}
    template = TEMPLATE.read_text(encoding="utf-8")
    named = [
        f"{folder}{name}.js"
        for names, folder in PRELOADS.findall(template)
        for name in re.findall(r'"([a-z_]+)"', names)
    ]

    assert len(named) == len(set(named))
    assert set(named) == needed - {"pages/visit/visit.js", "pages/visit/head_start.js"}

"""One noun per file: none grows past a few screens, none is called after nothing, each says what lives in it."""

import ast
from collections.abc import Iterable
from pathlib import Path

from server.commands.environment import ROOT

MOST_LINES = 300
LONGER: dict[str, str] = {  # path -> reason
    "static/js/upload/upload.js": "one state machine, and the comments that say why each step is safe",
    "tests/js/upload/upload.test.js": "every way in which a line breaks, against that state machine",
    "tests/unit/records/test_blobs.py": "every promise of the file store, on one set of builders",
    "tests/unit/records/test_growing_blob.py": "every cut of a growing file, on one set of builders",
}
NOT_OURS = frozenset({"vendor", "versions"})  # third-party browser files; migrations, which are never changed
NAMES_OF_NOTHING = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"})


def code(files: Iterable[Path], *suffixes: str) -> list[Path]:
    return [path for path in files if path.suffix in suffixes and NOT_OURS.isdisjoint(path.parts)]


def names(paths: Iterable[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_no_file_holds_more_than_one_can_read(files: list[Path]) -> None:
    long = [path for path in code(files, ".py", ".js") if len(path.read_text().splitlines()) > MOST_LINES]

    assert set(names(long)) == set(LONGER)


def test_no_file_is_named_after_nothing(files: list[Path]) -> None:
    assert not names(path for path in code(files, ".py", ".js") if path.stem in NAMES_OF_NOTHING)


def test_every_module_says_what_lives_in_it(files: list[Path]) -> None:
    silent = [
        path for path in code(files, ".py") if (text := path.read_text()) and not ast.get_docstring(ast.parse(text))
    ]

    assert not names(silent)


def test_only_a_missing_part_skips_a_test_and_nothing_is_mocked(files: list[Path]) -> None:
    words = ("unittest" + ".mock", "pytest.mark" + ".skip", "mark" + ".xfail", "import" + "orskip", "pytest" + ".skip(")
    tests = [path for path in code(files, ".py") if path.is_relative_to(ROOT / "tests")]
    found = names(path for path in tests if any(word in path.read_text() for word in words))

    assert found == ["tests/parts/missing.py"]

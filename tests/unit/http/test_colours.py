"""The colours keep their promises: 7:1 for text, 3:1 for edges and rings, in light and dark, inside sRGB.

Computed from static/css/tokens.css by the OKLCH matrices of CSS Color 4 and the contrast formula of WCAG 2.2.
"""

import math
import re

import pytest

from server.commands.environment import ROOT

TOKENS = (ROOT / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
SURFACES = ("paper", "raised", "sunk", "accent-wash", "good-wash", "care-wash", "stop-wash")
WORDS = ("ink", "ink-soft", "accent", "accent-strong")
ON = [("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-stop", "stop"), ("on-stop", "stop-strong")]
MEANINGS = ("good", "care", "stop")
EDGES = [("line-strong", "paper"), ("line-strong", "raised"), ("line-strong", "sunk")]
RINGS = [("focus", surface) for surface in SURFACES]
TEXT = [
    *[(word, surface) for word in WORDS for surface in SURFACES],
    *[(meaning, surface) for meaning in MEANINGS for surface in ("paper", "raised", f"{meaning}-wash")],
    *ON,
    *[(f"on-{meaning}", meaning) for meaning in MEANINGS],
    ("paper", "ink"),
]

Colour = tuple[float, float, float]


def block(selector: str) -> dict[str, Colour]:
    body = re.search(re.escape(selector) + r"\s*\{(.*?)\}", TOKENS, re.S)
    assert body, selector
    found = re.findall(r"--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);", body.group(1))
    return {name: linear_srgb(*map(float, parts)) for name, *parts in found}


def linear_srgb(lightness: float, chroma: float, hue: float) -> Colour:
    """Convert OKLCH to linear sRGB."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def contrast(one: Colour, other: Colour) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    red, green, blue = (min(1.0, max(0.0, part)) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


THEMES = {"light": block("[data-theme]"), "dark": block('[data-theme="dark"]')}


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_by_people_with_low_vision(theme: str) -> None:
    colours = THEMES[theme]
    weak = {pair: round(ratio, 2) for pair in TEXT if (ratio := contrast(colours[pair[0]], colours[pair[1]])) < 7}

    assert not weak


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_rings_can_be_seen(theme: str) -> None:
    colours = THEMES[theme]
    pairs = [*EDGES, *RINGS]
    weak = {pair: round(ratio, 2) for pair in pairs if (ratio := contrast(colours[pair[0]], colours[pair[1]])) < 3}

    assert not weak


@pytest.mark.parametrize("theme", THEMES)
def test_no_colour_lies_outside_what_every_screen_shows(theme: str) -> None:
    outside = [name for name, colour in THEMES[theme].items() if not all(-0.001 <= part <= 1.001 for part in colour)]

    assert not outside


def test_dark_is_the_same_whether_asked_for_by_the_reader_or_by_the_page() -> None:
    assert block(":root:not([data-theme])") == THEMES["dark"]
    assert THEMES["light"].keys() == THEMES["dark"].keys()


def test_parts_name_colours_only_by_their_tokens() -> None:
    sheets = [path for path in (ROOT / "static" / "css").glob("*.css") if path.name not in ("tokens.css", "print.css")]
    written = {
        path.name: found
        for path in sheets
        if (found := re.findall(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|color-mix)\(", path.read_text()))
    }

    assert not written


def test_every_token_that_a_sheet_reads_is_defined() -> None:
    sheets = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "static").rglob("*.css") if "vendor" not in path.parts
    )
    read = set(re.findall(r"var\(--([\w-]+)", sheets))
    defined = set(re.findall(r"--([\w-]+):", sheets))

    assert read <= defined

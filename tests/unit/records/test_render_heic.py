"""Photos as telephones take them are shown upright and in their own colours."""

import io

import pytest
from PIL import Image

from server.integrations import render_heic
from server.integrations.derivatives_frame import CannotDoError, Refusal
from tests.unit.records.heic_photos import a_heic

RED, BLUE = (254, 0, 0), (0, 0, 254)


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    """Red on the left half, blue on the right."""
    picture = Image.new("RGB", (256, 128), "blue")
    picture.paste("red", (0, 0, 128, 128))
    return picture


def shown(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(render_heic.render(data).body))


def near(one: object, other: tuple[int, int, int]) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) <= 12 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("tile", [None, 64, 100])
def test_one_picture_and_a_grid_of_tiles_are_shown_whole(picture: Image.Image, tile: int | None) -> None:
    photo = a_heic(picture, tile=tile)

    seen = shown(photo)
    assert seen.size == (256, 128)
    assert near(seen.getpixel((3, 120)), RED)
    assert near(seen.getpixel((250, 120)), BLUE)
    assert render_heic.describe(photo).fields == {"width": 256, "height": 128}


@pytest.mark.parametrize(("turns", "corner"), [(0, RED), (1, BLUE), (2, BLUE), (3, RED)])
def test_a_photo_taken_sideways_stands_upright(picture: Image.Image, turns: int, corner: tuple[int, int, int]) -> None:
    seen = shown(a_heic(picture, turns=turns))

    assert seen.size == ((128, 256) if turns % 2 else (256, 128))
    assert near(seen.getpixel((3, 3)), corner)


def test_a_mirrored_photo_is_mirrored_back(picture: Image.Image) -> None:
    assert near(shown(a_heic(picture, mirror=1)).getpixel((3, 3)), BLUE)
    assert near(shown(a_heic(picture, mirror=0)).getpixel((3, 3)), RED)


def test_a_photo_that_says_it_is_huge_is_refused_before_it_is_opened(picture: Image.Image) -> None:
    huge = a_heic(picture).replace((256).to_bytes(4) + (128).to_bytes(4), (30_000).to_bytes(4) * 2)

    with pytest.raises(CannotDoError) as refused:
        render_heic.describe(huge)
    assert refused.value.refusal is Refusal.TOO_LARGE


def test_a_photo_in_another_coding_is_kept_but_not_shown(picture: Image.Image) -> None:
    with pytest.raises(CannotDoError) as refused:
        render_heic.describe(a_heic(picture).replace(b"hvc1", b"vvc1"))
    assert refused.value.refusal is Refusal.NO_PREVIEW


@pytest.mark.parametrize("part", [0.02, 0.2, 0.5, 0.9])
def test_a_photo_cut_short_does_not_open(picture: Image.Image, part: float) -> None:
    photo = a_heic(picture, tile=64)

    with pytest.raises((CannotDoError, OSError, LookupError, ValueError)):
        render_heic.describe(photo[: int(len(photo) * part)])


def test_a_grid_whose_tiles_do_not_add_up_is_damaged(picture: Image.Image) -> None:
    photo = a_heic(picture, tile=64)
    note = bytes([0, 0, 1, 3]) + (256).to_bytes(2) + (128).to_bytes(2)

    with pytest.raises(CannotDoError):
        render_heic.describe(photo.replace(note, bytes([0, 0, 9, 9]) + note[4:]))

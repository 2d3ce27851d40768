"""What is drawn of a file shows the same thing and carries nothing else."""

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from server.domain.sniffing import MediaType
from server.integrations import render_dicom, render_pdf, render_picture
from server.integrations.derivatives_frame import Answer, CannotDoError, Refusal
from tests.unit.records.hostile_files import a_huge_png, a_locked_pdf, a_pdf, a_photo, a_scan, saved

RED, BLUE = (254, 0, 0), (0, 0, 254)


def shown(answer: Answer) -> Image.Image:
    picture = Image.open(io.BytesIO(answer.body))
    assert picture.size == (answer.fields["width"], answer.fields["height"])
    return picture


def near(one: object, other: tuple[int, ...]) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) <= 12 for a, b in zip(one, other, strict=True))


def test_a_photo_taken_sideways_stands_upright() -> None:
    photo = a_photo(orientation=6)

    picture = shown(render_picture.render(photo, MediaType.JPEG))

    assert picture.size == (40, 60)
    assert near(picture.getpixel((20, 5)), RED)
    assert near(picture.getpixel((20, 55)), BLUE)
    assert render_picture.describe(photo, MediaType.JPEG).fields == {"width": 40, "height": 60}


def test_nothing_hidden_in_a_photo_is_handed_on() -> None:
    answer = render_picture.render(a_photo(place="AT HOME") + b"AND A TAIL", MediaType.JPEG)

    assert b"AT HOME" not in answer.body
    assert b"AND A TAIL" not in answer.body
    assert not shown(answer).getexif()


def test_colours_are_those_of_the_photos_own_profile() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    answer = render_picture.render(saved(Image.new("RGB", (9, 9), "red"), "JPEG", icc_profile=profile), MediaType.JPEG)

    assert near(shown(answer).getpixel((4, 4)), RED)
    assert b"ICC_PROFILE" not in answer.body


def test_a_broken_colour_profile_is_left_out() -> None:
    data = saved(Image.new("RGB", (9, 9), "red"), "JPEG", icc_profile=b"nonsense")

    assert near(shown(render_picture.render(data, MediaType.JPEG)).getpixel((4, 4)), RED)


def test_a_large_photo_becomes_three_thousand_pixels() -> None:
    picture = shown(render_picture.render(a_photo(size=(6000, 200)), MediaType.JPEG))

    assert picture.size == (3000, 100)


def test_what_is_see_through_is_shown_on_white() -> None:
    data = saved(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG")

    assert near(shown(render_picture.render(data, MediaType.PNG)).getpixel((4, 4)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_shown(mode: str) -> None:
    picture = Image.new(mode, (9, 9))
    picture.putpixel((0, 0), picture.getpixel((0, 0)))
    if mode == "I;16":
        picture.putpixel((4, 4), 40_000)

    assert shown(render_picture.render(saved(picture, "PNG"), MediaType.PNG)).size == (9, 9)


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "TIFF"), ("F", "TIFF"), ("YCbCr", "JPEG"), ("RGB", "WEBP")])
def test_other_kinds_of_picture_are_shown(mode: str, kind: str) -> None:
    picture = Image.linear_gradient("L").resize((9, 9)).convert(mode)

    media_type = MediaType(f"image/{kind.lower()}")
    assert shown(render_picture.render(saved(picture, kind), media_type)).size == (9, 9)


def test_a_noisy_png_is_handed_on_as_a_photo() -> None:
    noise = Image.effect_noise((2600, 2000), 90)
    answer = render_picture.render(saved(noise, "PNG", compress_level=1), MediaType.PNG)

    assert answer.body.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("work", [render_picture.describe, render_picture.render])
def test_a_picture_of_nine_hundred_million_pixels_is_refused_before_it_is_opened(work: object) -> None:
    assert callable(work)
    with pytest.raises(CannotDoError) as refused:
        work(a_huge_png(30_000), MediaType.PNG)
    assert refused.value.refusal is Refusal.TOO_LARGE


def test_a_picture_without_a_single_value_is_damaged() -> None:
    blank = saved(Image.new("F", (3, 3), float("nan")), "TIFF")

    with pytest.raises(CannotDoError):
        render_picture.render(blank, MediaType.TIFF)


def test_a_pdf_is_counted_and_its_pages_drawn_at_reading_size() -> None:
    assert render_pdf.describe(a_pdf(pages=3)).fields == {"pages": 3}
    assert shown(render_pdf.render_page(a_pdf(), 2)).width in (1600, 1601)


def test_a_tall_page_stays_within_bounds() -> None:
    assert shown(render_pdf.render_page(a_pdf(size=(100, 10_000)), 1)).height <= 6400


@pytest.mark.parametrize("number", [0, 3, -1])
def test_a_page_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(CannotDoError) as refused:
        render_pdf.render_page(a_pdf(), number)
    assert refused.value.refusal is Refusal.NO_SUCH_PAGE


def test_a_locked_pdf_says_that_it_is_locked() -> None:
    with pytest.raises(CannotDoError) as refused:
        render_pdf.describe(a_locked_pdf())
    assert refused.value.refusal is Refusal.PASSWORD


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF", a_pdf()[:150]])
def test_a_pdf_that_does_not_open_is_damaged(data: bytes) -> None:
    with pytest.raises(CannotDoError) as refused:
        render_pdf.describe(data)
    assert refused.value.refusal is Refusal.DAMAGED


def test_a_pdf_without_pages_is_damaged() -> None:
    with pytest.raises(CannotDoError) as refused:
        render_pdf.describe(a_pdf(pages=0))
    assert refused.value.refusal is Refusal.DAMAGED


def test_a_scans_header_is_read() -> None:
    fields = render_dicom.describe(a_scan()).fields

    assert fields["modality"] == "CT"
    assert fields["description"] == "Chest"
    assert fields["patient_name"] == "Doe Jane"
    assert (fields["study_date"], fields["birth_date"]) == ("2026-03-01", "1970-01-02")
    assert (fields["rows"], fields["columns"], fields["frames"]) == (8, 8, 1)


def test_a_header_is_read_before_the_pixels_have_arrived() -> None:
    assert render_dicom.describe(a_scan(np.zeros((500, 500), np.uint16))[:1000]).fields["modality"] == "CT"


def test_what_a_header_says_wrongly_is_left_empty() -> None:
    scan = a_scan().replace(b"19700102", b"00000000").replace(b"20260301", b"20261399")
    fields = render_dicom.describe(scan).fields

    assert (fields["birth_date"], fields["study_date"]) == (None, None)


def grey(scan: bytes) -> list[int]:
    return list(shown(render_dicom.render(scan)).convert("L").tobytes())


def test_a_scan_is_drawn_with_its_own_window() -> None:
    pixels = np.array([[0, 100], [150, 1000]], np.uint16)
    scan = a_scan(pixels, WindowCenter="125", WindowWidth="51", RescaleSlope="1", RescaleIntercept="0")

    assert grey(scan) == [0, 2, 255, 255]


def test_an_inverted_scan_is_drawn_the_right_way() -> None:
    pixels = np.array([[0, 1000], [0, 1000]], np.uint16)

    assert grey(a_scan(pixels)) == [0, 255, 0, 255]
    assert grey(a_scan(pixels, PhotometricInterpretation="MONOCHROME1")) == [255, 0, 255, 0]


@pytest.mark.parametrize("header", [{"WindowWidth": "0"}, {"WindowCenter": "1e39"}, {"RescaleSlope": "0"}])
def test_a_senseless_window_still_gives_a_picture(header: dict[str, str]) -> None:
    scan = a_scan(
        WindowCenter=header.get("WindowCenter", "10"),
        WindowWidth=header.get("WindowWidth", "5"),
        RescaleIntercept="0",
        RescaleSlope=header.get("RescaleSlope", "1"),
    )

    assert len(grey(scan)) == 64


def test_a_scan_of_numbers_that_are_none_is_damaged() -> None:
    scan = a_scan(RescaleSlope="1.0", RescaleIntercept="0.0").replace(b"1.0 ", b"NaN ").replace(b"0.0 ", b"NaN ")
    assert len(grey(scan)) == 64

    hidden = np.full((4, 4), struct.unpack("<f", b"\0\0\xc0\x7f")[0], np.float32)
    with pytest.raises(CannotDoError) as refused:
        render_dicom.render(
            a_scan(
                hidden,
                BitsAllocated=32,
                BitsStored=32,
                HighBit=31,
                PixelData=None,
                PixelRepresentation=None,
                FloatPixelData=hidden.tobytes(),
            )
        )
    assert refused.value.refusal in (Refusal.DAMAGED, Refusal.NO_PREVIEW)


def test_a_colour_scan_keeps_its_colours() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[..., 0] = 255
    scan = a_scan(
        pixels,
        SamplesPerPixel=3,
        PhotometricInterpretation="RGB",
        PlanarConfiguration=0,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
    )

    assert near(shown(render_dicom.render(scan)).getpixel((0, 0)), (255, 0, 0))


@pytest.mark.parametrize(
    ("header", "refusal"),
    [
        ({"PixelData": None}, Refusal.NO_PREVIEW),
        ({"Rows": 0}, Refusal.NO_PREVIEW),
        ({"Rows": 60_000, "Columns": 60_000}, Refusal.TOO_LARGE),
    ],
)
def test_a_scan_without_a_picture_says_so(header: dict[str, object], refusal: Refusal) -> None:
    with pytest.raises(CannotDoError) as refused:
        render_dicom.render(a_scan(**header))
    assert refused.value.refusal is refusal

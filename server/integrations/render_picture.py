"""Makes safe pictures out of pictures of strangers. Runs only in the process that opens files."""

import io

from PIL import Image, ImageCms, ImageOps, MpoImagePlugin
from PIL.Image import Image as Picture

from server.domain.sniffing import MediaType
from server.integrations.derivatives_frame import Answer, CannotDoError, Refusal

MAX_PIXELS = 100_000_000
MAX_SIDE_PIXELS = 3000
_MAX_PNG_BYTES = 4 * 1024 * 1024
_JPEG_QUALITY = 90
_FORMATS = {
    MediaType.JPEG: ["JPEG", MpoImagePlugin.MpoImageFile.format],
    MediaType.PNG: ["PNG"],
    MediaType.TIFF: ["TIFF"],
    MediaType.WEBP: ["WEBP"],
}
_SIDEWAYS = frozenset({5, 6, 7, 8})  # EXIF 2.32 section 4.6.4, tag 0x0112
_ORIENTATION = 0x0112


def prepare() -> None:
    """Load every decoder, because no file can be opened later."""
    Image.init()
    ImageCms.createProfile("sRGB")


def describe(data: bytes, media_type: MediaType) -> Answer:
    """Read the whole picture and give its upright size."""
    picture = _open(data, media_type)
    width, height = picture.size
    if picture.getexif().get(_ORIENTATION) in _SIDEWAYS:
        width, height = height, width
    picture.draft("RGB", (MAX_SIDE_PIXELS // 8, MAX_SIDE_PIXELS // 8))
    picture.load()
    return Answer({"width": width, "height": height})


def render(data: bytes, media_type: MediaType) -> Answer:
    """Give the picture upright, without anything that was hidden in it, at most 3000 pixels a side."""
    picture = _open(data, media_type)
    lossless = media_type is not MediaType.JPEG
    picture.draft("RGB", (MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return finished(ImageOps.exif_transpose(picture), lossless=lossless)


def finished(picture: Picture, *, lossless: bool) -> Answer:
    """Give an upright picture in a size and in colours for screens, and nothing else of it."""
    picture.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS), reducing_gap=2.0)
    return encoded(_plain(picture), lossless=lossless)


def encoded(picture: Picture, *, lossless: bool) -> Answer:
    """Write a picture that carries nothing but its pixels; as JPEG if it is a photograph or a very large file."""
    target = io.BytesIO()
    if lossless:
        picture.save(target, "PNG", compress_level=6)
    if not lossless or target.tell() > _MAX_PNG_BYTES:
        target = io.BytesIO()
        picture.save(target, "JPEG", quality=_JPEG_QUALITY)
    return Answer({"width": picture.width, "height": picture.height}, target.getvalue())


def _open(data: bytes, media_type: MediaType) -> Picture:
    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, before anything is decoded
    picture = Image.open(io.BytesIO(data), formats=_FORMATS[media_type])
    if picture.width * picture.height > MAX_PIXELS:
        raise CannotDoError(Refusal.TOO_LARGE)
    return picture


def _plain(picture: Picture) -> Picture:
    """Give the pixels alone, in eight bits, in the colours of screens, on white where it was see-through."""
    picture = _in_screen_colours(_in_eight_bits(picture))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        white.alpha_composite(picture)
        picture = white
    mode = "L" if picture.mode in ("1", "L") else "RGB"
    bare = Image.new(mode, picture.size)
    bare.paste(picture.convert(mode))
    return bare


def _in_eight_bits(picture: Picture) -> Picture:
    if not picture.mode.startswith(("I", "F")):
        return picture
    wide = picture.convert("F")
    low, high = wide.getextrema()
    if not (isinstance(low, float) and isinstance(high, float) and low < high < float("inf")):
        raise CannotDoError(Refusal.DAMAGED)
    scale = 255 / (high - low)
    return wide.point(lambda value: value * scale - low * scale).convert("L")


def _in_screen_colours(picture: Picture) -> Picture:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        shown = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return shown or picture

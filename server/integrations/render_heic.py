"""Opens HEIC photos, as telephones take them. Runs only in the process that opens files."""

import av
from av.video.codeccontext import VideoCodecContext
from PIL import Image
from PIL.Image import Image as Picture

from server.integrations.derivatives_frame import Answer, CannotDoError, Refusal
from server.integrations.heic_file import HeicFile, Item, grid_of, size_of
from server.integrations.render_picture import MAX_PIXELS, finished

_QUARTER_TURNS = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}
_MIRRORS = (Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.FLIP_LEFT_RIGHT)


def prepare() -> None:
    """Load the decoder, because no file can be opened later."""
    _decoder(None)


def describe(data: bytes) -> Answer:
    """Open the whole photo and give its upright size."""
    picture = _opened(data)
    return Answer({"width": picture.width, "height": picture.height})


def render(data: bytes) -> Answer:
    """Give the photo upright, without anything that was hidden in it, at most 3000 pixels a side."""
    return finished(_opened(data), lossless=False)


def _opened(data: bytes) -> Picture:
    file = HeicFile(data)
    width, height = size_of(file.primary)
    if width * height > MAX_PIXELS:
        raise CannotDoError(Refusal.TOO_LARGE)
    picture = _grid(file) if file.primary.kind == b"grid" else _coded(file.primary)
    colours = file.primary.property(b"colr") or b""
    picture = _upright(picture, file.primary)
    if colours[:4] in (b"prof", b"rICC"):
        picture.info["icc_profile"] = colours[4:]
    return picture


def _grid(file: HeicFile) -> Picture:
    grid = grid_of(file.primary)
    if grid.width * grid.height > MAX_PIXELS:
        raise CannotDoError(Refusal.TOO_LARGE)
    whole = Image.new("RGB", (grid.width, grid.height))
    for index, number in enumerate(file.primary.made_of):
        tile = _coded(file.items[number])
        row, column = divmod(index, grid.columns)
        whole.paste(tile, (column * tile.width, row * tile.height))
    return whole


def _coded(item: Item) -> Picture:
    settings = item.property(b"hvcC")
    if item.kind not in (b"hvc1", b"hev1") or settings is None:
        raise CannotDoError(Refusal.NO_PREVIEW)
    width, height = size_of(item)
    if width * height > MAX_PIXELS:
        raise CannotDoError(Refusal.TOO_LARGE)
    decoder = _decoder(settings)
    frames = [*decoder.decode(av.Packet(item.data)), *decoder.decode(None)]
    if not frames:
        raise CannotDoError(Refusal.DAMAGED)
    picture: Picture = frames[0].to_image()  # type: ignore[no-untyped-call]
    return picture.crop((0, 0, width, height))


def _decoder(settings: bytes | None) -> VideoCodecContext:
    decoder = av.CodecContext.create("hevc", "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = 1
    if settings is not None:
        decoder.extradata = settings
    return decoder


def _upright(picture: Picture, item: Item) -> Picture:
    """Turn and mirror as the properties say, in their order (ISO/IEC 23008-12 section 6.5)."""
    for box in item.properties:
        if box.kind == b"irot" and box.body[0] & 3:
            picture = picture.transpose(_QUARTER_TURNS[box.body[0] & 3])
        elif box.kind == b"imir":
            picture = picture.transpose(_MIRRORS[box.body[0] & 1])
    return picture

"""HEIC photos as telephones write them, small."""

import struct
from fractions import Fraction

import av
from PIL import Image


def a_heic(picture: Image.Image, *, tile: int | None = None, turns: int = 0, mirror: int | None = None) -> bytes:
    """One coded picture, or a grid of square tiles; `turns` says how often to turn it left when it is shown."""
    width, height = picture.size
    side = tile or 0
    places = [(x, y) for y in range(0, height, side) for x in range(0, width, side)] if tile else []
    pictures = [picture.crop((x, y, x + side, y + side)) for x, y in places] or [picture]
    coded = [_coded(each) for each in pictures]
    properties = [
        _box(b"hvcC", _settings(coded[0])),
        _full(b"ispe", struct.pack(">II", *pictures[0].size)),
        _full(b"ispe", struct.pack(">II", width, height)),
        _box(b"irot", bytes([turns])),
    ]
    shown = [1, 2] if not tile else [3]
    shown += [4] if turns else []
    if mirror is not None:
        properties.append(_box(b"imir", bytes([mirror])))
        shown.append(5)
    owned = [(number, [1, 2]) for number in range(1, len(coded) + 1)] if tile else []
    primary = len(coded) + 1 if tile else 1
    return _file(coded, properties, [*owned, (primary, shown)], primary, (places, side, picture.size) if tile else None)


Tiles = tuple[list[tuple[int, int]], int, tuple[int, int]]


def _file(
    coded: list[bytes],
    properties: list[bytes],
    shown: list[tuple[int, list[int]]],
    primary: int,
    grid: Tiles | None,
) -> bytes:
    samples = [_samples(each) for each in coded]
    kinds = [(number, b"hvc1") for number in range(1, len(coded) + 1)] + ([(primary, b"grid")] if grid else [])
    infos = b"".join(_full(b"infe", struct.pack(">HH4s", number, 0, kind) + b"\0", version=2) for number, kind in kinds)
    associations = b"".join(
        struct.pack(">HB", number, len(used)) + bytes(0x80 | index for index in used) for number, used in shown
    )
    parts = [
        _full(b"hdlr", bytes(4) + b"pict" + bytes(13)),
        _full(b"pitm", struct.pack(">H", primary)),
        _full(b"iinf", struct.pack(">H", len(kinds)) + infos),
        _box(
            b"iprp",
            _box(b"ipco", b"".join(properties)) + _full(b"ipma", struct.pack(">I", len(shown)) + associations),
        ),
    ]
    if grid:
        numbers = range(1, len(coded) + 1)
        links = struct.pack(f">HH{len(coded)}H", primary, len(coded), *numbers)
        parts += [_full(b"iref", _box(b"dimg", links)), _box(b"idat", _grid_note(*grid))]
    head = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    start = len(head) + len(_full(b"meta", b"".join(parts) + _places(samples, 0, primary if grid else None))) + 8
    meta = _full(b"meta", b"".join(parts) + _places(samples, start, primary if grid else None))
    return head + meta + _box(b"mdat", b"".join(samples))


def _grid_note(places: list[tuple[int, int]], side: int, size: tuple[int, int]) -> bytes:
    columns, rows = len({x for x, _ in places}), len({y for _, y in places})
    return struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, *size)


def _places(samples: list[bytes], start: int, grid: int | None) -> bytes:
    rows = b""
    for number, sample in enumerate(samples, start=1):
        rows += struct.pack(">HHHHII", number, 0, 0, 1, start, len(sample))
        start += len(sample)
    if grid:
        rows += struct.pack(">HHHHII", grid, 1, 0, 1, 0, 8)
    return _full(b"iloc", struct.pack(">HH", 0x4400, len(samples) + bool(grid)) + rows, version=1)


def _coded(picture: Image.Image) -> bytes:
    encoder = av.CodecContext.create("libx265", "w")
    encoder.width, encoder.height = picture.size  # type: ignore[attr-defined]
    encoder.pix_fmt = "yuv420p"  # type: ignore[attr-defined]
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"x265-params": "keyint=1:log-level=none:pools=none:frame-threads=1", "preset": "ultrafast"}
    frame = av.VideoFrame.from_image(picture.convert("RGB")).reformat(format="yuv420p")
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])  # type: ignore[attr-defined]


def _units(stream: bytes) -> list[bytes]:
    return [unit.rstrip(b"\0") for unit in stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]


def _kind(unit: bytes) -> int:
    return unit[0] >> 1 & 0x3F


def _samples(stream: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(unit)) + unit for unit in _units(stream) if _kind(unit) < 32)


def _settings(stream: bytes) -> bytes:
    """The decoder configuration record (ISO/IEC 14496-15 section 8.3.3.1) with VPS, SPS and PPS."""
    arrays = [unit for unit in _units(stream) if _kind(unit) in (32, 33, 34)]
    head = bytes([1, 1]) + bytes(10) + bytes([93, 0xF0, 0, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0, 0x0F, len(arrays)])
    return head + b"".join(struct.pack(">BHH", 0x80 | _kind(unit), 1, len(unit)) + unit for unit in arrays)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, body: bytes, *, version: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", version << 24) + body)

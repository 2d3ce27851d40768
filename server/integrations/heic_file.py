"""The inside of a HEIC photo: boxes, items and their properties (ISO/IEC 14496-12 and 23008-12).

Only what a telephone's photo needs: one coded picture or a grid of them, its colours and how it was held.
Reads bytes of strangers; runs only in the process that opens files, so a fault may simply be an error.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from server.integrations.derivatives_frame import CannotDoError, Refusal

MAX_TILES = 1024
_FULL_BOX_BYTES = 4  # version and flags


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of the file with a four-letter name."""

    kind: bytes
    body: bytes


@dataclass(slots=True)
class Item:
    """One thing in the file: a coded picture, a grid, or notes."""

    kind: bytes = b""
    data: bytes = b""
    properties: list[Box] = field(default_factory=list)
    made_of: list[int] = field(default_factory=list)

    def property(self, kind: bytes) -> bytes | None:
        """Find what is said of the item under a name."""
        return next((box.body for box in self.properties if box.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Grid:
    """A large picture made of equal tiles, row by row."""

    rows: int
    columns: int
    width: int
    height: int


class HeicFile:
    """The items of a photo and which of them is the photo itself."""

    def __init__(self, data: bytes) -> None:
        meta = _only(boxes(data), b"meta")[_FULL_BOX_BYTES:]
        inside = {box.kind: box.body for box in boxes(meta)}
        self.items: dict[int, Item] = {}
        _read_kinds(self.items, inside[b"iinf"])
        _read_places(self.items, inside[b"iloc"], data, inside.get(b"idat", b""))
        _read_properties(self.items, inside[b"iprp"])
        _read_parts(self.items, inside.get(b"iref", bytes(_FULL_BOX_BYTES)))
        version, primary = inside[b"pitm"][0], inside[b"pitm"][_FULL_BOX_BYTES:]
        self.primary = self.items[int.from_bytes(primary[: 4 if version else 2])]


def size_of(item: Item) -> tuple[int, int]:
    """Give the width and height that the file says an item has."""
    said = item.property(b"ispe")
    if said is None:
        raise CannotDoError(Refusal.DAMAGED)
    width, height = struct.unpack_from(">II", said, _FULL_BOX_BYTES)
    return width, height


def grid_of(item: Item) -> Grid:
    """Read how the tiles lie."""
    wide = item.data[1] & 1
    width, height = struct.unpack_from(">II" if wide else ">HH", item.data, 4)
    grid = Grid(item.data[2] + 1, item.data[3] + 1, width, height)
    if not grid.rows * grid.columns == len(item.made_of) <= MAX_TILES:
        raise CannotDoError(Refusal.DAMAGED)
    return grid


def boxes(data: bytes) -> Iterator[Box]:
    """Walk over the boxes that stand one after the other."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        end = len(data) if size == 0 else at + size
        if not at + head <= end <= len(data):
            raise CannotDoError(Refusal.DAMAGED)
        yield Box(kind, data[at + head : end])
        at = end


class _Reader:
    """Takes whole numbers off the front of bytes."""

    def __init__(self, data: bytes, at: int = _FULL_BOX_BYTES) -> None:
        self._data = data
        self._at = at

    def number(self, size: int) -> int:
        end = self._at + size
        if end > len(self._data):
            raise CannotDoError(Refusal.DAMAGED)
        value = int.from_bytes(self._data[self._at : end])
        self._at = end
        return value


def _only(found: Iterator[Box], kind: bytes) -> bytes:
    for box in found:
        if box.kind == kind:
            return box.body
    raise CannotDoError(Refusal.DAMAGED)


def _read_kinds(items: dict[int, Item], body: bytes) -> None:
    for box in boxes(body[_FULL_BOX_BYTES + (4 if body[0] else 2) :]):
        if box.kind == b"infe" and box.body[0] >= 2:
            reader = _Reader(box.body)
            number = reader.number(4 if box.body[0] == 3 else 2)
            reader.number(2)  # protection
            items[number] = Item(reader.number(4).to_bytes(4))


def _read_places(items: dict[int, Item], body: bytes, file: bytes, idat: bytes) -> None:
    version, reader = body[0], _Reader(body)
    sizes = reader.number(2)
    offset_bytes, length_bytes, base_bytes, index_bytes = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    for _ in range(reader.number(4 if version == 2 else 2)):
        number = reader.number(4 if version == 2 else 2)
        source = idat if version and reader.number(2) & 15 == 1 else file
        reader.number(2)  # which file: this one
        base = reader.number(base_bytes)
        pieces = []
        for _ in range(reader.number(2)):
            if version:
                reader.number(index_bytes)
            start = base + reader.number(offset_bytes)
            pieces.append(source[start : start + reader.number(length_bytes)])
        if number in items:
            items[number].data = b"".join(pieces)


def _read_properties(items: dict[int, Item], body: bytes) -> None:
    known = list(boxes(_only(boxes(body), b"ipco")))
    for box in boxes(body):
        if box.kind == b"ipma":
            _read_associations(items, box.body, known)


def _read_associations(items: dict[int, Item], body: bytes, known: list[Box]) -> None:
    reader, wide = _Reader(body), body[3] & 1
    for _ in range(reader.number(4)):
        number = reader.number(4 if body[0] else 2)
        for _ in range(reader.number(1)):
            index = reader.number(2) & 0x7FFF if wide else reader.number(1) & 0x7F
            if number in items and 0 < index <= len(known):
                items[number].properties.append(known[index - 1])


def _read_parts(items: dict[int, Item], body: bytes) -> None:
    size = 4 if body[0] else 2
    for box in boxes(body[_FULL_BOX_BYTES:]):
        reader = _Reader(box.body, at=0)
        whole = reader.number(size)
        parts = [reader.number(size) for _ in range(reader.number(2))]
        if box.kind == b"dimg" and whole in items:
            items[whole].made_of = parts

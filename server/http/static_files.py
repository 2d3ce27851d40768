"""The browser's files, held in memory under one address that changes with any byte of the tree.

The hash stands before the path, so a relative import inside a module carries it too.
A path is only ever looked up in a dictionary of the files found at start.
"""

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aiohttp import web

PREFIX = "/static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
SHEETS = {  # served as one, in this order: one request instead of many
    "css/language.css": (
        "css/tokens.css",
        "css/fonts.css",
        "css/base.css",
        "css/frame.css",
        "css/buttons.css",
        "css/fields.css",
        "css/surfaces.css",
        "css/people.css",
        "css/journey.css",
        "css/tables.css",
        "css/stage.css",
    ),
    "css/pages/visit.css": (
        "css/pages/visit/sheet.css",
        "css/pages/visit/stage.css",
        "css/pages/visit/panel.css",
        "css/pages/visit/room.css",
        "css/pages/visit/beside.css",
        "css/pages/visit/care.css",
    ),
}
_ALREADY_PACKED = frozenset({".png", ".webp", ".woff2"})
_FOR_DEVELOPMENT = frozenset({"node_modules", "package.json", "package-lock.json", "tsconfig.json"})
_WORTH_PACKING = 0.9  # a reply that shrinks by less than a tenth is sent as it is
_HASH_CHARACTERS = 16  # 64 bits of SHA-256: an address, not a secret
_SHARED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",  # a worker's script needs it inside an isolated page
}


class UnknownStaticFileError(LookupError):
    """A page names a file that is not in the tree."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, as it is and packed."""

    content: bytes
    packed: bytes | None
    content_type: str
    digest: str


@dataclass(frozen=True, slots=True)
class Tree:
    """All files of one moment, and the hash over them."""

    assets: dict[str, Asset]
    hash: str


def read_tree(root: Path) -> Tree:
    """Read every file that browsers may ask for."""
    assets = {path.relative_to(root).as_posix(): _read(path) for path in _servable(root)}
    for whole, names in SHEETS.items():
        if sheets := [assets[name].content for name in names if name in assets]:
            assets[whole] = _asset(b"\n".join(sheets), ".css")
    lines = "".join(f"{name} {asset.digest}\n" for name, asset in sorted(assets.items()))
    return Tree(assets, hashlib.sha256(lines.encode()).hexdigest()[:_HASH_CHARACTERS])


def _servable(root: Path) -> Iterator[Path]:
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in _FOR_DEVELOPMENT or path.is_symlink():
            continue
        if path.is_dir():
            yield from _servable(path)
        elif path.suffix in TYPES:
            yield path


def _read(path: Path) -> Asset:
    return _asset(path.read_bytes(), path.suffix)


@lru_cache(maxsize=1024)  # whoever reads the tree again packs only what has changed
def _asset(content: bytes, suffix: str) -> Asset:
    return Asset(content, _pack(suffix, content), TYPES[suffix], hashlib.sha256(content).hexdigest())


def _pack(suffix: str, content: bytes) -> bytes | None:
    if suffix in _ALREADY_PACKED:
        return None
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    return packed if len(packed) < _WORTH_PACKING * len(content) else None


def _stamp(root: Path) -> tuple[tuple[str, int, int], ...]:
    found = ((path, path.stat()) for path in _servable(root))
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


class StaticFiles:
    """Serves the tree under `root`; with `reload` it notices changed files."""

    def __init__(self, root: Path, *, reload: bool = False) -> None:
        self._root = root
        self._reload = reload
        self._seen = _stamp(root) if reload else ()
        self._tree = read_tree(root)

    def url(self, path: str) -> str:
        """Give the address of a file, by its path in the tree.

        Raises:
            UnknownStaticFileError: there is no such file.
        """
        tree = self._current()
        if path not in tree.assets:
            raise UnknownStaticFileError(path)
        return f"{PREFIX}/{tree.hash}/{path}"

    def routes(self) -> list[web.RouteDef]:
        """Give the one route under which everything is served."""
        return [web.get(f"{PREFIX}/{{hash}}/{{path:.+}}", self.serve)]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Send a file, or lead an address of yesterday to the one of today."""
        tree, path = self._current(), request.match_info["path"]
        asset = tree.assets.get(path)
        if asset is None:
            raise web.HTTPNotFound(headers={"Cache-Control": "no-store", **_SHARED_HEADERS})
        if request.match_info["hash"] != tree.hash:
            headers = {"Cache-Control": "no-store", **_SHARED_HEADERS}
            raise web.HTTPFound(f"{PREFIX}/{tree.hash}/{path}", headers=headers)
        return _reply(asset, request)

    def _current(self) -> Tree:
        if self._reload and (stamp := _stamp(self._root)) != self._seen:
            self._seen, self._tree = stamp, read_tree(self._root)
        return self._tree


def _reply(asset: Asset, request: web.Request) -> web.Response:
    packed = asset.packed if _takes_gzip(request) else None
    etag = asset.digest[:32] + ("-gz" if packed else "")
    headers = {
        **_SHARED_HEADERS,
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": f'"{etag}"',
        "Vary": "Accept-Encoding",
    }
    if any(tag.value in (etag, "*") for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = asset.content_type
    if packed:
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=packed or asset.content, headers=headers)


def _takes_gzip(request: web.Request) -> bool:
    offers = (offer.strip().split(";") for offer in request.headers.get("Accept-Encoding", "").lower().split(","))
    return any(name.strip() == "gzip" and "q=0" not in (p.strip() for p in rest) for name, *rest in offers)

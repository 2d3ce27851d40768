"""Files for browsers: cached for a year under a hash, and nothing but what was found at start."""

import gzip
import hashlib
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from server.commands.environment import ROOT
from server.http.static_files import StaticFiles, UnknownStaticFileError

STYLE = "body { margin: 0 }\n" * 40


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "static"
    (root / "css").mkdir(parents=True)
    (root / "node_modules").mkdir()
    (root / "css" / "base.css").write_text(STYLE)
    for name in ("a.mjs", "a.wasm", "a.woff2", "LICENSE", ".hidden.js", "package.json", "node_modules/x.js"):
        (root / name).write_text(name)
    (tmp_path / "secret.js").write_text("secret")
    (root / "link.js").symlink_to(tmp_path / "secret.js")
    return root


@pytest.fixture
def files(root: Path) -> StaticFiles:
    return StaticFiles(root)


@pytest.fixture
async def client(files: StaticFiles) -> AsyncIterator[TestClient]:
    async with client_of(files) as client:
        yield client


def client_of(files: StaticFiles) -> TestClient:
    app = web.Application()
    app.add_routes(files.routes())
    return TestClient(TestServer(app), auto_decompress=False)


async def test_a_file_is_kept_for_a_year_and_only_by_us(client: TestClient, files: StaticFiles) -> None:
    answer = await client.get(files.url("css/base.css"), headers={"Accept-Encoding": "identity"})

    assert (answer.status, await answer.text()) == (200, STYLE)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("css/base.css", "text/css; charset=utf-8"),
        ("a.mjs", "text/javascript; charset=utf-8"),
        ("a.wasm", "application/wasm"),
        ("a.woff2", "font/woff2"),
    ],
)
async def test_a_file_says_what_it_is(client: TestClient, files: StaticFiles, path: str, kind: str) -> None:
    assert (await client.get(files.url(path))).headers["Content-Type"] == kind


@pytest.mark.parametrize("offer", ["gzip", "br, gzip;q=0.5", "GZIP"])
async def test_who_takes_gzip_gets_gzip(client: TestClient, files: StaticFiles, offer: str) -> None:
    answer = await client.get(files.url("css/base.css"), headers={"Accept-Encoding": offer})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(await answer.read()).decode() == STYLE


@pytest.mark.parametrize("offer", ["", "identity", "br", "gzip;q=0", "gzip; q=0"])
async def test_who_does_not_take_gzip_gets_none(client: TestClient, files: StaticFiles, offer: str) -> None:
    answer = await client.get(files.url("css/base.css"), headers={"Accept-Encoding": offer})

    assert "Content-Encoding" not in answer.headers


async def test_what_somebody_has_already_is_not_sent_again(client: TestClient, files: StaticFiles) -> None:
    url = files.url("css/base.css")
    first = await client.get(url, headers={"Accept-Encoding": "gzip"})
    plain = await client.get(url, headers={"Accept-Encoding": "identity"})
    again = await client.get(url, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})

    assert first.headers["ETag"] != plain.headers["ETag"]
    assert (again.status, await again.read()) == (304, b"")


async def test_head_says_the_same_without_the_bytes(client: TestClient, files: StaticFiles) -> None:
    answer = await client.head(files.url("css/base.css"), headers={"Accept-Encoding": "identity"})

    assert (answer.headers["Content-Length"], await answer.read()) == (str(len(STYLE)), b"")


async def test_an_old_address_leads_to_the_new_one_and_is_not_kept(client: TestClient, files: StaticFiles) -> None:
    answer = await client.get("/static/0123456789abcdef/css/base.css", allow_redirects=False)

    assert answer.status == 302
    assert answer.headers["Location"] == files.url("css/base.css")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.js",
        "%2e%2e/secret.js",
        "..%2fsecret.js",
        "css/../../secret.js",
        "css//base.css",
        "css",
        "css/base.css/",
        "link.js",
        "LICENSE",
        ".hidden.js",
        "package.json",
        "node_modules/x.js",
        "css/base.css%00.js",
    ],
)
async def test_only_files_found_at_start_are_sent(client: TestClient, files: StaticFiles, path: str) -> None:
    prefix = files.url("a.mjs").removesuffix("a.mjs")

    answer = await client.get(URL(f"{prefix}{path}", encoded=True), allow_redirects=False)

    assert answer.status == 404
    assert b"secret" not in await answer.read()


def test_the_address_changes_with_any_byte_and_any_name(root: Path) -> None:
    before = StaticFiles(root).url("a.mjs")
    same = StaticFiles(root).url("a.mjs")
    (root / "css" / "base.css").write_text(STYLE + " ")
    changed = StaticFiles(root).url("a.mjs")
    (root / "css" / "base.css").rename(root / "css" / "other.css")
    renamed = StaticFiles(root).url("a.mjs")

    assert before == same
    assert len({before, changed, renamed}) == 3


def test_a_file_that_is_not_there_has_no_address(files: StaticFiles) -> None:
    with pytest.raises(UnknownStaticFileError):
        files.url("css/none.css")


async def test_in_development_a_changed_file_is_sent_at_once(root: Path) -> None:
    files = StaticFiles(root, reload=True)
    before = files.url("a.mjs")
    (root / "a.mjs").write_text("new")
    os.utime(root / "a.mjs", ns=(1, 1))

    async with client_of(files) as client:
        answer = await client.get(before)

        assert (str(answer.url.path), await answer.text()) == (files.url("a.mjs"), "new")


@pytest.mark.parametrize("folder", ["fonts", "vendor/swagger-ui"])
def test_what_others_made_is_unchanged(folder: str) -> None:
    place = ROOT / "static" / folder
    noted = dict(
        line.split("  ")[::-1] for line in re.findall(r"^[0-9a-f]{64}  \S+$", (place / "ORIGIN.md").read_text(), re.M)
    )
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in place.iterdir()}

    assert noted
    assert {name: found[name] for name in noted} == noted
    assert {name for name in found if name.endswith((".js", ".css", ".woff2"))} <= set(noted)

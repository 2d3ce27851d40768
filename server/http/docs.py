"""The interface, described: OpenAPI for programs, Swagger UI for people."""

import asyncio
import json
from collections.abc import Iterable
from functools import cache

from aiohttp import web

from server import __version__
from server.http.api import BASE, Routes
from server.http.headers import DOCS_PATH
from server.http.openapi import document
from server.http.pages.routes import render


def mount_docs(app: web.Application, resources: Iterable[Routes]) -> None:
    """Serve the document made from these routes, and the page that shows it."""
    listed = [route for routes in resources for route in routes]

    @cache
    def described() -> bytes:  # when it is asked for: it takes half of what starting takes
        return json.dumps(document(listed, __version__)).encode()

    async def openapi(_request: web.Request) -> web.Response:
        return web.Response(body=await asyncio.to_thread(described), content_type="application/json")

    async def docs(request: web.Request) -> web.Response:
        return render(request, "docs.html", openapi_url=f"{BASE}/openapi.json")

    app.router.add_get(f"{BASE}/openapi.json", openapi)
    app.router.add_get(DOCS_PATH, docs)

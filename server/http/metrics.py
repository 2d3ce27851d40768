"""Figures for the operator's dashboards (Prometheus): how many requests of which kind, and how long they took."""

import hmac
import time
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from server.domain.errors import NotFoundError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The figures of one application. Labels are route templates, so that no id ever becomes one."""

    def __init__(self, token: str | None) -> None:
        self._token = token
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "consilium_requests", "Answers by route and status.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "consilium_request_seconds",
            "Time to answer by route.",
            ("route",),
            registry=self._registry,
            buckets=BUCKETS,
        )

    def middleware(self) -> Middleware:
        """Make what counts every answer."""

        @web.middleware
        async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
            began = time.perf_counter()
            response = await handler(request)
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "none"
            self._requests.labels(request.method, route, str(response.status)).inc()
            self._seconds.labels(route).observe(time.perf_counter() - began)
            return response

        return measure

    async def show(self, request: web.Request) -> web.Response:
        """Show the figures; in service only to who has the operator's token."""
        given = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
        if self._token is not None and not hmac.compare_digest(given.encode(), self._token.encode()):
            raise NotFoundError("There is nothing here.")
        return web.Response(body=generate_latest(self._registry), headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})

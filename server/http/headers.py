"""The headers of every answer; the set was tried with camera, peer connections and passkeys in Chromium."""

from aiohttp import web

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "worker-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'none'",
}
TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types 'none'"
CONTENT_SECURITY_POLICY = "; ".join(f"{name} {value}" for name, value in _POLICY.items())
DOCS_PATH = "/api/docs"  # Swagger UI builds its page with innerHTML

ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=(), "
        "publickey-credentials-get=(self), publickey-credentials-create=(self)"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
STRICT_TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"


def dress(request: web.Request, response: web.StreamResponse, *, loopback: bool) -> None:
    """Put the headers on an answer that is not on its way yet; what a handler chose itself stays."""
    for name, value in ALWAYS.items():
        response.headers.setdefault(name, value)
    types = "" if request.path == DOCS_PATH else f"; {TRUSTED_TYPES}"
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY + types)
    response.headers.setdefault("Cache-Control", "no-store")
    if not loopback:
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT_SECURITY)

"""Security headers of every answer, and the check that a form was sent from our own page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

COMPRESSED = frozenset({"text/html", "text/css", "text/javascript", "application/javascript", "application/json"})


def policy(ancestors: Sequence[str] = ("'none'",)) -> str:
    """The content security policy, with the sites that may frame the page."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {' '.join(ancestors)}"
    )


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Frame-Options": "DENY",  # for browsers that do not know frame-ancestors
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then send `Origin: null` with forms, and the check below could not work.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


HSTS = "max-age=31536000"
"""Over an encrypted connection: browsers then ask for no other, for a year."""


async def hide_versions(_request: web.Request, response: web.StreamResponse) -> None:
    """Take away the header that tells which versions of Python and aiohttp run here."""
    response.headers.popall("Server", None)


@web.middleware
async def security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Add the headers to every answer; a page that sets one of its own keeps it."""
    response = await handler(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if is_https(request):
        response.headers["Strict-Transport-Security"] = HSTS
    # The type of a file is known only when it is sent.
    if response.content_type in COMPRESSED or request.path.endswith((".js", ".css")):
        response.headers["Vary"] = "Accept-Encoding"
        response.enable_compression()
    return response


def is_https(request: web.Request) -> bool:
    """Whether the browser's connection is encrypted, as far as to our own proxy.

    Whoever lies in this header makes only their own cookie stricter.
    """
    return request.secure or request.headers.get("X-Forwarded-Proto") == "https"


def is_same_origin(request: web.Request) -> bool:
    """Whether a form came from this site.

    Browsers say so in Sec-Fetch-Site, older ones in Origin. A client that sends neither is no browser. Forms that
    rest on a cookie carry a signature as well.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host

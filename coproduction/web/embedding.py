"""The chat on other websites: the script that adds a button, and who may frame the chat."""

from __future__ import annotations

from importlib import resources

import aiohttp_jinja2
from aiohttp import web

from coproduction.web.pages import COUNCIL
from coproduction.web.security import policy

CACHED = "public, max-age=3600"


def add_embedding(app: web.Application) -> None:
    """Add `/embed.js`, and `/embed`, which the configured sites may frame."""
    app.router.add_get("/embed.js", script)
    app.router.add_get("/embed", embedded)


async def script(request: web.Request) -> web.Response:
    """The launcher, for any website to load."""
    text = (resources.files("coproduction.web") / "static" / "embed.js").read_text(encoding="utf-8")
    headers = {"Cache-Control": CACHED, "Cross-Origin-Resource-Policy": "cross-origin"}
    response = web.Response(text=text, content_type="text/javascript", headers=headers)
    response.enable_compression()
    return response


async def embedded(request: web.Request) -> web.Response:
    """The chat page inside another website; it needs no cookie and sets none."""
    response = aiohttp_jinja2.render_template("chat.html", request, {"embedded": True})
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = policy(["'self'", *request.app[COUNCIL].embed_on])
    return response

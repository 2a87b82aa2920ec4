"""The council's look as the pages load it: a stylesheet of its colours, and its logo, from our own address."""

from __future__ import annotations

import hashlib
from pathlib import Path

import aiohttp_jinja2
from aiohttp import web

from coproduction.appearance import read_logo, stylesheet
from coproduction.web.pages import COUNCIL

KEPT_BY_BROWSERS = "public, max-age=86400"
"""The addresses change with the content."""


def add_look(app: web.Application, folder: Path) -> None:
    """Add the stylesheet, and the logo if there is one; `folder` is where the configuration file is."""
    council = app[COUNCIL]
    style = stylesheet(council.colours.palettes()).encode()
    app.router.add_get("/look.css", Served(style, "text/css").answer)
    shown = {"look": f"/look.css?v={_version(style)}", "logo": None}
    if council.logo is not None:
        logo = read_logo(folder / council.logo)
        # An SVG that is opened as a page of its own runs and loads nothing.
        locked = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        app.router.add_get("/logo", Served(logo.content, logo.content_type, locked).answer)
        shown["logo"] = f"/logo?v={_version(logo.content)}"
    aiohttp_jinja2.get_env(app).globals.update(shown)


class Served:
    """Content that stays the same as long as the server runs."""

    def __init__(self, content: bytes, content_type: str, headers: dict[str, str] | None = None) -> None:
        self._content = content
        self._content_type = content_type
        self._headers = {"Cache-Control": KEPT_BY_BROWSERS, **(headers or {})}

    async def answer(self, _request: web.Request) -> web.Response:
        """The content."""
        return web.Response(body=self._content, content_type=self._content_type, headers=self._headers)


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]

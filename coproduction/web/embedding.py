"""The chat on other websites: the script that adds a button, and who may frame the chat."""

from __future__ import annotations

import json
from importlib import resources

import aiohttp_jinja2
from aiohttp import web

from coproduction.appearance import stylesheet
from coproduction.council import Council
from coproduction.web.look import Served
from coproduction.web.pages import COUNCIL, FRAMED
from coproduction.web.plain_chat import has_conversation
from coproduction.web.security import policy

HEADERS = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Of the script: any website may load it, and has what changed within an hour."""


def add_embedding(app: web.Application) -> None:
    """Add `/embed.js`, and `/embed`, which the configured sites may frame."""
    app.router.add_get("/embed.js", Served(launcher(app[COUNCIL]), "text/javascript", HEADERS).answer)
    app.router.add_get(FRAMED, embedded)
    app.on_response_prepare.append(_allow_framing)  # type: ignore[arg-type]  # declared wrongly by aiohttp 3.9


def launcher(council: Council) -> bytes:
    """The script with the council's name and colours."""
    function = (resources.files("coproduction.web") / "static" / "embed.js").read_text(encoding="ascii")
    contact = {"name": council.contact.name, "phone": council.contact.phone, "email": council.contact.email}
    given = {
        "name": council.name,
        "contact": contact,
        "colours": stylesheet(council.colours.palettes(), "button, dialog"),
    }
    return f"{function.rstrip()}({json.dumps(given)});\n".encode("ascii")


async def embedded(request: web.Request) -> web.Response:
    """The chat page inside another website. It needs no cookie; a frame of our own site has that of the full page."""
    response = aiohttp_jinja2.render_template(
        "chat.html", request, {"has_conversation": await has_conversation(request)}
    )
    response.headers["Cache-Control"] = "no-store"
    return response


async def _allow_framing(request: web.Request, response: web.StreamResponse) -> None:
    """Whatever is answered there is seen in the frame: that the chat is closed, or that something is not right, too."""
    if request.path == FRAMED:
        response.headers["Content-Security-Policy"] = policy(["'self'", *request.app[COUNCIL].embed_on])
        response.headers.popall("X-Frame-Options", None)  # it knows no list of sites

"""The off switch: a chat that council.yml closes answers with a friendly page and a person to call."""

from __future__ import annotations

import logging
from http import HTTPStatus

import aiohttp_jinja2
from aiohttp import web

from coproduction.errors import UserError
from coproduction.web.errors import FOR_SCRIPTS
from coproduction.web.pages import COUNCIL
from coproduction.web.security import Handler

logger = logging.getLogger(__name__)

STAYS_OPEN = frozenset({"/privacy", "/accessibility", "/delete", "/look.css", "/logo", "/healthz", "/embed.js"})
STAYS_OPEN_BELOW = ("/suggestions/", "/static/")
"""What people keep a right to while nobody can chat."""


def add_closing(app: web.Application) -> None:
    """Close the chat if the configuration says so, and note why."""
    closed = app[COUNCIL].closed
    if closed is not None:
        logger.warning("the chat is closed: %s", closed.reason)
        app.middlewares.append(closed_middleware)


@web.middleware
async def closed_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer for everything that belongs to the chat."""
    if request.path in STAYS_OPEN or request.path.startswith(STAYS_OPEN_BELOW):
        return await handler(request)
    contact = request.app[COUNCIL].contact
    if request.path.startswith(FOR_SCRIPTS):
        raise UserError("closed", who=contact.name, phone=contact.phone)
    response = aiohttp_jinja2.render_template("closed.html", request, {}, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Cache-Control"] = "no-store"
    return response

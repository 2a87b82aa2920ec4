"""Errors of the website: JSON for scripts, a plain page elsewhere, and a log without anybody's words."""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus
from urllib.parse import parse_qsl

import aiohttp_jinja2
import msgspec
from aiohttp import web

from coproduction.channels.conversations import TEXT_LIMIT
from coproduction.database import is_away
from coproduction.errors import TooManyRequestsError, UserError
from coproduction.web.security import Handler

logger = logging.getLogger(__name__)

STATUS = {
    "bad_request": HTTPStatus.BAD_REQUEST,
    "unknown_choice": HTTPStatus.BAD_REQUEST,
    "choice_passed": HTTPStatus.CONFLICT,
    "unauthorized": HTTPStatus.UNAUTHORIZED,
    "closed": HTTPStatus.FORBIDDEN,
    "not_from_here": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "unknown_reference": HTTPStatus.NOT_FOUND,
    "no_such_page": HTTPStatus.NOT_FOUND,
    "method_not_allowed": HTTPStatus.METHOD_NOT_ALLOWED,
    "text_too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "too_many_requests": HTTPStatus.TOO_MANY_REQUESTS,
    "form_expired": HTTPStatus.FORBIDDEN,
    "no_room": HTTPStatus.INSUFFICIENT_STORAGE,
    "internal": HTTPStatus.INTERNAL_SERVER_ERROR,
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
}

FOR_NOW = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE})
"""A form that gets one of these can be sent again as it is."""

RETRY_AFTER_SECONDS = "2"

FOR_SCRIPTS = ("/api/", "/chat/session")
"""Begin the paths that answer in JSON."""


@web.middleware
async def errors_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into an answer that says what to do next."""
    try:
        return await handler(request)
    except UserError as error:
        return await _answer(request, error)
    except web.HTTPException as response:
        if response.status < HTTPStatus.BAD_REQUEST:
            raise
        answer = await _answer(request, _user_error(response))
        if "Allow" in response.headers:
            answer.headers["Allow"] = response.headers["Allow"]
        return answer
    except Exception as error:
        log_failure(error)
        return await _answer(request, UserError("unavailable" if is_away(error) else "internal"))


def log_failure(error: Exception) -> None:
    """Log where an error happened, not its message: that may hold what a citizen wrote."""
    places = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s at\n%s", type(error).__name__, places)


def _user_error(response: web.HTTPException) -> UserError:
    if response.status == HTTPStatus.NOT_FOUND:
        return UserError("no_such_page")
    if response.status == HTTPStatus.METHOD_NOT_ALLOWED:
        return UserError("method_not_allowed")
    if response.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return UserError("text_too_long", limit=TEXT_LIMIT)
    return UserError("bad_request", reason=response.reason)


async def _answer(request: web.Request, error: UserError) -> web.Response:
    status = STATUS.get(error.code, HTTPStatus.BAD_REQUEST)
    if request.path.startswith(FOR_SCRIPTS):
        content = {"error": {"code": error.code, "message": str(error)}}
        response = web.Response(status=status, body=msgspec.json.encode(content), content_type="application/json")
    else:
        context = {"message": str(error), "again": await _form(request) if status in FOR_NOW else []}
        response = aiohttp_jinja2.render_template("error.html", request, context, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    if isinstance(error, TooManyRequestsError):
        response.headers["Retry-After"] = str(error.seconds)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def _form(request: web.Request) -> list[tuple[str, str]]:
    """The fields of the form that was sent: what was typed is not lost."""
    if request.content_type != "application/x-www-form-urlencoded":
        return []
    try:
        return parse_qsl(await request.text())
    except (web.HTTPException, LookupError, UnicodeDecodeError):  # too long, or not text
        return []

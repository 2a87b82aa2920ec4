"""The chat API: start a conversation, say something in it, resume it. Contract: docs/chat-api.md."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from coproduction.channels.conversations import Conversations
from coproduction.errors import UserError
from coproduction.web.security import is_same_origin

KEY_LIMIT = 200
"""Characters in an Idempotency-Key."""

REFERENCE_LIMIT = 100

CONVERSATIONS = web.AppKey("conversations", Conversations)
PERSON_OF: web.AppKey[partial[str | None]] = web.AppKey("person_of", partial)
"""Reference code → the pseudonym of whoever has it; None where there is none, or not any more."""


class _Start(msgspec.Struct):
    language: str | None = None
    reference: str | None = None
    after: str | None = None


class _Say(msgspec.Struct):
    text: str | None = None
    choice: str | None = None


_Body = TypeVar("_Body")


def add_api(app: web.Application) -> None:
    """Add the endpoints of the chat API."""
    app.router.add_post("/api/conversations", start)
    app.router.add_get("/api/conversations/{id}", resume)
    app.router.add_post("/api/conversations/{id}/messages", say)


async def start(request: web.Request) -> web.Response:
    """Start a conversation, linked with the interview whose reference code is given, or with that of another one."""
    if not is_same_origin(request):
        raise UserError("not_from_here")
    body = await read_json(request, _Start)
    person = None
    if body.reference:
        person = await asyncio.to_thread(request.app[PERSON_OF], body.reference[:REFERENCE_LIMIT])
        if person is None:
            raise UserError("unknown_reference", reference=body.reference[:REFERENCE_LIMIT])
    elif body.after:
        reference = await request.app[CONVERSATIONS].reference(await _authenticated(request, body.after))
        with suppress(SQLAlchemyError):  # while the database is away the new one begins all the same, and is not linked
            person = await asyncio.to_thread(request.app[PERSON_OF], reference)
    return _json(await request.app[CONVERSATIONS].start(body.language, person=person), HTTPStatus.CREATED)


async def say(request: web.Request) -> web.Response:
    """Send what the citizen typed or chose."""
    conversation_id = await _authenticated(request)
    body = await read_json(request, _Say)
    key = _idempotency_key(request)
    conversations = request.app[CONVERSATIONS]
    if body.text is not None and body.choice is None:
        return _json(await conversations.send_text(conversation_id, body.text, key))
    if body.choice is not None and body.text is None:
        return _json(await conversations.send_choice(conversation_id, body.choice, key))
    raise UserError("bad_request", reason="it needs either text or choice")


async def resume(request: web.Request) -> web.Response:
    """The conversation so far."""
    return _json(await request.app[CONVERSATIONS].resume(await _authenticated(request)))


async def _authenticated(request: web.Request, conversation_id: str | None = None) -> str:
    """The conversation that the address names, or another, after its token was checked."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UserError("unauthorized")
    conversation_id = conversation_id or request.match_info["id"]
    await request.app[CONVERSATIONS].authenticate(conversation_id, token.strip())
    return conversation_id


async def read_json(request: web.Request, expected: type[_Body]) -> _Body:
    """The request's body, an empty one as `{}`; raises `UserError` (bad_request)."""
    body = await request.read()
    if body and request.content_type != "application/json":  # what any website can send without asking first
        raise UserError("bad_request", reason="its Content-Type must be application/json")
    try:
        return msgspec.json.decode(body or b"{}", type=expected)
    except msgspec.ValidationError as error:
        raise UserError("bad_request", reason=error) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UserError("bad_request", reason="it is not JSON") from None


def _idempotency_key(request: web.Request) -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not 0 < len(key) <= KEY_LIMIT:
        raise UserError("bad_request", reason=f"Idempotency-Key must have 1 to {KEY_LIMIT} characters")
    return key


def _json(content: Any, status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    return web.Response(
        status=status,
        body=msgspec.json.encode(content),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )

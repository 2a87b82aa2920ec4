"""The chat as plain HTML forms, for when JavaScript is off or fails.

Conversation and token are in an encrypted cookie that scripts cannot read; our own script has those put there that it
starts, so that both are one chat. Every form carries a number used once, signed with a secret of that cookie: it keeps
out forms of other sites, and makes a form sent twice one message.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
import secrets
from http import HTTPStatus
from typing import Any

import aiohttp_jinja2
import aiohttp_session
import msgspec
from aiohttp import web
from aiohttp_session import Session, get_session
from aiohttp_session.cookie_storage import EncryptedCookieStorage

from coproduction.channels.messages import Turn, open_messages
from coproduction.errors import UserError
from coproduction.web.api import CONVERSATIONS, read_json
from coproduction.web.errors import STATUS
from coproduction.web.pages import COUNCIL, page_language
from coproduction.web.security import is_https, is_same_origin

COOKIE = "chat"
PATIENCE_SECONDS = 2.0
"""How long a page waits for a conversation, which may be in the middle of a turn: our script waits better."""

GONE = ("not_found", "unauthorized")
"""Codes of the errors after which a conversation cannot go on."""


class _Known(msgspec.Struct):
    """A conversation and the key to it, as a browser remembers them; empty where it knows none."""

    conversation: str = ""
    token: str = ""


class ChatCookie(EncryptedCookieStorage):
    """The cookie; for the browser's encrypted connections only, where the page came over one."""

    async def save_session(self, request: web.Request, response: web.StreamResponse, session: Session) -> None:
        """Set the cookie."""
        await super().save_session(request, response, session)
        if is_https(request) and COOKIE in response.cookies:
            response.cookies[COOKIE]["secure"] = True


def add_plain_chat(app: web.Application, secret: bytes) -> None:
    """Add the chat page, its forms and their cookie."""
    key = hashlib.sha256(b"the chat's cookie" + secret).digest()
    seconds = app[COUNCIL].resume_hours * 3600
    aiohttp_session.setup(
        app, ChatCookie(key, cookie_name=COOKIE, max_age=seconds, httponly=True, samesite="Lax", path="/")
    )
    aiohttp_jinja2.get_env(app).filters["date"] = dt.date.fromisoformat
    app.router.add_get("/", chat)
    app.router.add_get("/chat", chat)
    app.router.add_post("/chat/start", start)
    app.router.add_post("/chat/say", say)
    app.router.add_post("/chat/anew", anew)
    for address in ("/chat/start", "/chat/say", "/chat/anew"):
        app.router.add_get(address, come_back)
    app.router.add_post("/chat/session", settle)
    app.router.add_delete("/chat/session", forget)


async def chat(request: web.Request) -> web.Response:
    """The chat page: the script's chat, and beneath it the plain one."""
    return await _page(request)


async def start(request: web.Request) -> web.Response:
    """Start a conversation."""
    session = await get_session(request)
    try:
        await _checked_form(request, session)
        turn = await request.app[CONVERSATIONS].start(page_language(request, request.app[COUNCIL].languages))
    except UserError as error:
        return await _page(request, error)
    _remember(session, _Known(turn.conversation, turn.token or ""))
    raise web.HTTPSeeOther("/chat#plain")


async def say(request: web.Request) -> web.Response:
    """Say what was typed or chosen, then show the conversation where the answer begins."""
    session = await get_session(request)
    form = await request.post()
    text, choice = str(form.get("text", "")).replace("\r\n", "\n"), str(form.get("choice", ""))
    try:
        number = await _checked_form(request, session)
        turn = await _say(request, session, number, text, choice)
    except UserError as error:
        return await _page(request, error, text)
    raise web.HTTPSeeOther(f"/chat#{turn.messages[0].id if turn.messages else 'plain'}")


async def anew(request: web.Request) -> web.Response:
    """Forget the conversation."""
    session = await get_session(request)
    try:
        await _checked_form(request, session)
    except UserError as error:
        return await _page(request, error)
    _leave(session)
    raise web.HTTPSeeOther("/chat#plain")


async def come_back(_request: web.Request) -> web.Response:
    """Show the chat to a browser that opens again the address of a form whose answer it did not get."""
    raise web.HTTPSeeOther("/chat")


async def settle(request: web.Request) -> web.Response:
    """Tell our own script which conversation this browser goes on with, and put that in the cookie: the one that is
    there, else the one the script knows, unless it was left. An empty answer: none, start one.
    """
    _refuse_other_sites(request)
    told = await read_json(request, _Known)
    session = await get_session(request)
    known = _Known(session.get("conversation", ""), session.get("token", ""))
    if not await _is_there(request, known):
        known = told if told.conversation != session.get("left") and await _is_there(request, told) else _Known()
    if known.conversation:
        _remember(session, known)
    answer = msgspec.structs.asdict(known) if known.conversation else {}
    return web.json_response(answer, headers={"Cache-Control": "no-store"})


async def forget(request: web.Request) -> web.Response:
    """Forget the conversation that our own script has left."""
    _refuse_other_sites(request)
    _leave(await get_session(request))
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def has_conversation(request: web.Request) -> bool:
    """Whether the cookie holds a conversation."""
    return "conversation" in await get_session(request)


async def _is_there(request: web.Request, known: _Known) -> bool:
    if not known.conversation:
        return False
    try:
        await request.app[CONVERSATIONS].authenticate(known.conversation, known.token)
    except UserError as error:
        if error.code in GONE:
            return False
        raise
    return True


def _refuse_other_sites(request: web.Request) -> None:
    if not is_same_origin(request):
        raise UserError("form_expired")


def _remember(session: Session, known: _Known) -> None:
    session["conversation"], session["token"] = known.conversation, known.token


def _leave(session: Session) -> None:
    """Forget the conversation, and that a script may still remember it."""
    session.pop("token", None)
    if "conversation" in session:
        session["left"] = session.pop("conversation")


async def _say(request: web.Request, session: Session, number: str, text: str, choice: str) -> Turn:
    conversations = request.app[CONVERSATIONS]
    conversation = await _authenticated(request, session)
    if not choice and not text.strip():
        raise UserError("nothing_said")
    # The same words sent twice from one form are one message; other words are another.
    key = f"{number}-{hashlib.sha256((choice or text).encode()).hexdigest()[:32]}"
    if choice:
        return await conversations.send_choice(conversation, choice, key)
    return await conversations.send_text(conversation, text, key)


async def _resume(request: web.Request, session: Session) -> Turn:
    return await request.app[CONVERSATIONS].resume(await _authenticated(request, session))


async def _authenticated(request: web.Request, session: Session) -> str:
    if "conversation" not in session:
        raise UserError("not_found")
    await request.app[CONVERSATIONS].authenticate(session["conversation"], session["token"])
    return str(session["conversation"])


async def _checked_form(request: web.Request, session: Session) -> str:
    """The form's number; raises `UserError` (form_expired) where the form is not one of this browser's."""
    number, _, signature = str((await request.post()).get("form", "")).partition(".")
    secret = session.get("secret")
    if not secret or not is_same_origin(request) or not hmac.compare_digest(signature, _sign(secret, number)):
        raise UserError("form_expired")
    return number


def _sign(secret: str, number: str) -> str:
    return hmac.new(secret.encode(), number.encode(), hashlib.sha256).hexdigest()


async def _page(request: web.Request, error: UserError | None = None, text: str = "") -> web.Response:
    session = await get_session(request)
    if "secret" not in session:
        session["secret"] = secrets.token_urlsafe(32)
    context: dict[str, Any] = {"error": error, "text": text, "has_conversation": "conversation" in session}
    if "conversation" in session:
        session.changed()  # the browser remembers it from now on for its time
        try:
            turn = await asyncio.wait_for(_resume(request, session), PATIENCE_SECONDS)
            context |= {"turn": turn, "open_messages": open_messages(turn.messages)}
        except asyncio.TimeoutError:
            context["error"] = error or UserError("unavailable")
        except UserError as problem:
            context["error"] = error or problem
            if problem.code in GONE:
                _leave(session)
                context["has_conversation"] = False
    number = secrets.token_hex(16)
    if error is not None and request.method == "POST":  # what failed is sent again under its first number
        sent = str((await request.post()).get("form", "")).partition(".")[0]
        number = sent if 0 < len(sent) <= len(number) else number
    context["form"] = f"{number}.{_sign(session['secret'], number)}"
    status = STATUS.get(error.code, HTTPStatus.BAD_REQUEST) if error else HTTPStatus.OK
    response = aiohttp_jinja2.render_template("chat.html", request, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response

"""The channel between web and Rasa (credentials.yml): one JSON request a turn, on loopback only.

Unlike Rasa's REST channel it never logs what was said, keeps a message's buttons, cards and question
together, tells a choice from typed text (which is never read as a command), and says when a turn failed.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from coproduction.dialogue.tracker_store import TurnStatus, turn_status

logger = structlog.get_logger()

PROGRESS_KEY = "progress"
CUSTOM_KEYS = ("question", "proposal", "cards", "keep")
REMEMBERED_REPLIES = 2000
START_PREFIX = "/start{"

_COMMAND_SIGNS = re.compile(r"^[\s/]+")
"""What Rasa would take for the start of a command."""

OnNewMessage = Callable[[UserMessage], Awaitable[Any]]
Reply = dict[str, Any]


class TurnCollector(CollectingOutputChannel):
    """Collects the messages of one turn, each whole."""

    @classmethod
    def name(cls) -> str:
        """The channel's name in events."""
        return "chat"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep a message with everything that belongs to it."""
        self.messages.append(message)


class ChatChannel(InputChannel):
    """`POST /webhooks/chat/webhook` with `{"sender", "text" or "payload", "metadata"?}`.

    Answers 200 `{"messages": […], "progress": {…}}`, 400 where the request is not of that form, 404 for a
    conversation that is not known, and 503 when the turn was not completed and stored; sending it again is
    safe then. A message with the `idempotency_key` (in its metadata) of the sender's latest one gets that
    one's reply again.
    """

    def __init__(self) -> None:
        self._latest: OrderedDict[str, tuple[str, Reply]] = OrderedDict()

    @classmethod
    def name(cls) -> str:
        """The part of the URL that names the channel."""
        return "chat"

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """The channel's routes."""
        webhook = Blueprint("chat_webhook", __name__)

        @webhook.route("/", methods=["GET"])
        async def health(_request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @webhook.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            return await self._receive(request, on_new_message)

        return webhook

    async def _receive(self, request: Request, on_new_message: OnNewMessage) -> HTTPResponse:
        body = request.json
        if not isinstance(body, dict) or not isinstance(body.get("sender"), str):
            return response.json({"error": "sender is missing"}, status=400)
        text = _message_text(body)
        if text is None:
            return response.json({"error": "one of text and payload is wanted"}, status=400)
        if not isinstance(body.get("metadata") or {}, dict):
            return response.json({"error": "metadata is not an object"}, status=400)
        sender = body["sender"]
        key = (body.get("metadata") or {}).get("idempotency_key")
        known, reply = self._latest.get(sender, (None, None))
        if key is not None and key == known:
            return response.json(reply)
        status, reply = await _run_turn(sender, text, body.get("metadata") or {}, on_new_message)
        if status == HTTPStatus.OK and key is not None:
            self._remember(sender, key, reply)
        return response.json(reply, status=status)

    def _remember(self, sender: str, key: str, reply: Reply) -> None:
        self._latest[sender] = (key, reply)
        self._latest.move_to_end(sender)
        if len(self._latest) > REMEMBERED_REPLIES:
            self._latest.popitem(last=False)


async def _run_turn(
    sender: str, text: str, metadata: dict[str, Any], on_new_message: OnNewMessage
) -> tuple[HTTPStatus, Reply]:
    collector = TurnCollector()
    status = TurnStatus(starts=text.startswith(START_PREFIX))
    turn_status.set(status)
    message = UserMessage(text, collector, sender, input_channel="chat", metadata=metadata)
    try:
        await on_new_message(message)
    except Exception as error:
        status.failures.append(type(error).__name__)
    if status.unknown:
        return HTTPStatus.NOT_FOUND, {"error": "unknown conversation"}
    if status.failures or not collector.messages:
        logger.error("chat.turn.failed", errors=status.failures or ["no reply"])
        return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "the turn failed"}
    return HTTPStatus.OK, _reply(collector.messages)


def _message_text(body: dict[str, Any]) -> str | None:
    text, payload = body.get("text"), body.get("payload")
    if isinstance(payload, str) and text is None:
        return payload if payload.startswith("/") else None
    if isinstance(text, str) and payload is None:
        return _COMMAND_SIGNS.sub("", text).strip()
    return None


def _reply(messages: list[dict[str, Any]]) -> Reply:
    replies = []
    progress = None
    for message in messages:
        custom = message.get("custom") or {}
        progress = message.get(PROGRESS_KEY) or progress
        reply = {"text": message.get("text") or "", "buttons": message.get("buttons") or []}
        reply.update({key: custom[key] for key in CUSTOM_KEYS if custom.get(key) is not None})
        replies.append(reply)
    return {"messages": replies, "progress": progress}

"""The channel between web and Rasa (credentials.yml): one JSON request a turn, on loopback only.

Unlike Rasa's REST channel it never logs what was said, keeps a message's buttons, cards and question
together, tells a choice from typed text (which is never read as a command), and says when a turn failed.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

import structlog
from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from coproduction.dialogue.tracker_store import (
    InterviewTracker,
    TurnStatus,
    Unstored,
    is_elsewhere,
    turn_status,
    unstored_events,
)

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


@dataclass(frozen=True)
class _Turn:
    """A message to Rasa; `brought` is the caller's copy of a conversation that was in memory only."""

    sender: str
    text: str
    metadata: dict[str, Any]
    brought: dict[str, Any] | None = None


class ChatChannel(InputChannel):
    """`POST /webhooks/chat/webhook` with `{"sender", "text" or "payload", "metadata"?, "unstored"?}`.

    Answers 200 `{"messages": […], "progress": {…}, "unstored"?: {…}}`, 400 where the request is not of that
    form, 404 for a conversation that is not known, and 503 when the turn was not completed and stored; sending
    it again is safe then. A message with the `idempotency_key` (in its metadata) of the sender's latest one, or
    of one under way, gets that one's reply. A turn goes on when its caller is gone.

    A conversation without consent is in memory only. So that it survives the end of one of the two processes,
    each can give it to the other: `unstored` in a reply is what the turn added, `unstored` in a message brings
    all of it to a Rasa that was started again, and `GET /webhooks/chat/conversations/{sender}` gives all of it
    to a web server that was started again (404 when it is not in memory, or is stored).
    """

    def __init__(self) -> None:
        self._latest: OrderedDict[str, tuple[str, Reply]] = OrderedDict()
        self._running: dict[tuple[str, str | None], asyncio.Task[tuple[HTTPStatus, Reply]]] = {}

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

        @webhook.route("/conversations/<sender>", methods=["GET"])
        async def conversation(request: Request, sender: str) -> HTTPResponse:
            return await self._tell_unstored(sender, request.app.ctx.agent.tracker_store)

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
        brought = body.get("unstored")
        if brought is not None and not (isinstance(brought, dict) and isinstance(brought.get("events"), list)):
            return response.json({"error": "unstored has no events"}, status=400)
        sender = body["sender"]
        key = (body.get("metadata") or {}).get("idempotency_key")
        known, reply = self._latest.get(sender, (None, None))
        if key is not None and key == known:
            return response.json(reply)
        turn = _Turn(sender, text, body.get("metadata") or {}, brought)
        status, reply = await asyncio.shield(self._run(turn, key, on_new_message))
        return response.json(reply, status=status)

    def _run(
        self, turn: _Turn, key: str | None, on_new_message: OnNewMessage
    ) -> asyncio.Task[tuple[HTTPStatus, Reply]]:
        """The turn with this key: the one under way, if it was sent before, else a new one."""
        under_way = self._running.get((turn.sender, key)) if key is not None else None
        if under_way is not None:
            return under_way
        task = asyncio.create_task(_run_turn(turn, on_new_message))
        self._running[turn.sender, key] = task

        def finished(task: asyncio.Task[tuple[HTTPStatus, Reply]]) -> None:
            if self._running.get((turn.sender, key)) is task:
                del self._running[turn.sender, key]
            if task.cancelled():  # Rasa is ending
                return
            status, reply = task.result()
            if status == HTTPStatus.OK and key is not None:
                self._remember(turn.sender, key, reply)

        task.add_done_callback(finished)
        return task

    async def _tell_unstored(self, sender: str, store: TrackerStore) -> HTTPResponse:
        under_way = [task for (who, _), task in self._running.items() if who == sender]
        if under_way:
            await asyncio.wait(under_way)
        status = TurnStatus()
        turn_status.set(status)
        tracker = await store.retrieve(sender)
        if status.failures:
            return response.json({"error": "the store failed"}, status=503)
        if status.unknown or not isinstance(tracker, InterviewTracker) or is_elsewhere(tracker):
            return response.json({"error": "unknown conversation"}, status=404)
        return response.json(asdict(unstored_events(tracker)))

    def _remember(self, sender: str, key: str, reply: Reply) -> None:
        self._latest[sender] = (key, reply)
        self._latest.move_to_end(sender)
        if len(self._latest) > REMEMBERED_REPLIES:
            self._latest.popitem(last=False)


async def _run_turn(turn: _Turn, on_new_message: OnNewMessage) -> tuple[HTTPStatus, Reply]:
    collector = TurnCollector()
    brought = turn.brought and Unstored(0, turn.brought["events"], turn.brought.get("refused_at"))
    status = TurnStatus(starts=turn.text.startswith(START_PREFIX), brought=brought or None)
    turn_status.set(status)
    message = UserMessage(turn.text, collector, turn.sender, input_channel="chat", metadata=turn.metadata)
    try:
        await on_new_message(message)
    except Exception as error:
        status.failures.append(type(error).__name__)
    if status.unknown:
        return HTTPStatus.NOT_FOUND, {"error": "unknown conversation"}
    if status.failures or not collector.messages:
        logger.error("chat.turn.failed", errors=status.failures or ["no reply"])
        return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "the turn failed"}
    reply = _reply(collector.messages)
    if status.unstored is not None:
        reply["unstored"] = asdict(status.unstored)
    return HTTPStatus.OK, reply


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

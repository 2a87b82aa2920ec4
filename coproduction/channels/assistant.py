"""The assistant behind its loopback address: one request a turn, to Rasa's `chat` channel."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec

from coproduction.survey.routing import Progress

ANSWER_SECONDS = 10
"""How long one turn may take before its answer counts as lost. Ordinary turns take milliseconds."""

HEALTH_SECONDS = 2


class NotProcessedError(Exception):
    """The message had no effect, so that sending it again is safe."""


class AnswerLostError(Exception):
    """No answer came, and the message may have been processed."""


class ConversationGoneError(Exception):
    """Rasa does not know the conversation (it was in memory only, and Rasa was restarted)."""


class Button(msgspec.Struct, frozen=True):
    """A choice as Rasa offers it. The payload never leaves the server."""

    title: str
    payload: str
    card: str | int | None = None


class Utterance(msgspec.Struct, frozen=True):
    """One message of the assistant, as the channel sends it."""

    text: str | None = None
    question: str | None = None
    proposal: int | str | None = None
    buttons: list[Button] | None = None
    cards: list[dict[str, Any]] | None = None
    keep: list[str] | None = None
    """The opportunities on show or chosen, from here on; without it, those before and the cards."""


class Unstored(msgspec.Struct, frozen=True):
    """Events of a conversation that Rasa has in memory only, from the one at `start` on.

    `refused_at` is when its refusal was counted.
    """

    start: int
    events: list[msgspec.Raw]
    refused_at: float | None = None


class Reply(msgspec.Struct, frozen=True):
    """What the assistant answers in one turn. Without `progress` it is as before.

    `unstored` is what the turn added to a conversation that is in memory only; None for one that is stored.
    """

    messages: list[Utterance]
    progress: Progress | None = None
    unstored: Unstored | None = None


class Assistant:
    """Sends turns to Rasa.

    The session must not reuse connections: one that Rasa closed as idle looks like a lost answer.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def turn(self, message: dict[str, Any]) -> Reply:
        """Send one message; raises `NotProcessedError`, `AnswerLostError` or `ConversationGoneError`."""
        try:
            status, body = await self._post(message)
        except aiohttp.ClientConnectorError as error:
            raise NotProcessedError from error
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise AnswerLostError from error
        return _reply(status, body)

    async def _post(self, message: dict[str, Any]) -> tuple[int, bytes]:
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        url = f"{self._url}/webhooks/chat/webhook"
        body, headers = msgspec.json.encode(message), {"Content-Type": "application/json"}
        async with self._session.post(url, data=body, headers=headers, timeout=timeout) as response:
            return response.status, await response.read()

    async def recall(self, conversation_id: str) -> Unstored | None:
        """A conversation that Rasa has in memory only; None if it has not. Raises `NotProcessedError`."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        url = f"{self._url}/webhooks/chat/conversations/{quote(conversation_id, safe='')}"
        try:
            async with self._session.get(url, timeout=timeout) as response:
                if response.status == HTTPStatus.NOT_FOUND:
                    return None
                response.raise_for_status()
                return msgspec.json.decode(await response.read(), type=Unstored)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, msgspec.DecodeError) as error:
            raise NotProcessedError from error

    async def is_healthy(self) -> bool:
        """Whether Rasa answers (it does so only once its model is loaded)."""
        try:
            timeout = aiohttp.ClientTimeout(total=HEALTH_SECONDS)
            async with self._session.get(f"{self._url}/", timeout=timeout) as response:
                return response.status == HTTPStatus.OK
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
            return False


def _reply(status: int, body: bytes) -> Reply:
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        raise NotProcessedError
    if status == HTTPStatus.NOT_FOUND:
        raise ConversationGoneError
    if status != HTTPStatus.OK:
        raise AnswerLostError
    try:
        return msgspec.json.decode(body, type=Reply)
    except msgspec.DecodeError as error:
        raise AnswerLostError from error

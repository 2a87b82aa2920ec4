"""Conversations: starting, sending, resuming. Used by the chat API and by the adapters of messaging services."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from coproduction.channels.assistant import (
    AnswerLostError,
    Assistant,
    ConversationGoneError,
    NotProcessedError,
    Reply,
)
from coproduction.channels.duration import Duration
from coproduction.channels.live import LiveConversation, LiveConversations
from coproduction.channels.messages import Turn
from coproduction.channels.transcript import Answered, Transcript, from_events
from coproduction.channels.unstored import UnstoredCopy
from coproduction.errors import UserError
from coproduction.records.durable import DatabaseAwayError
from coproduction.records.reference import new_reference
from coproduction.survey.instrument import Instrument

TEXT_LIMIT = 10_000
"""Characters in one message of a citizen."""

RETRY_SECONDS = 5.0
"""How long a message is sent again while Rasa does not take it: bridges a short restart by the supervisor."""

RETRY_PAUSE_SECONDS = 0.25

_ID = re.compile(r"[0-9a-f]{32}")
"""What ids of conversations look like; Rasa is asked for no other."""

LoadEvents = Callable[[str], "list[dict[str, Any]] | None"]
"""Conversation id → all its Rasa events in order; None if the conversation is not stored."""


@dataclass(frozen=True)
class Patience:
    """How long, and how often, to try a message that Rasa does not take; in seconds."""

    total: float = RETRY_SECONDS
    pause: float = RETRY_PAUSE_SECONDS


@dataclass(frozen=True)
class _Said:
    """What a citizen said: the request's body for Rasa, and the words the citizen saw."""

    body: dict[str, str]
    shown: str
    metadata: dict[str, str] = field(default_factory=dict)


class Conversations:
    """All conversations of one council. Turns of one conversation are taken one after the other.

    Every method raises `UserError`: not_found, unauthorized, unknown_choice, choice_passed, text_too_long,
    unavailable, bad_request (an unsupported language), too_many_requests. `before_start` may raise one more, so that
    nothing is begun. A conversation in memory goes on while the database is away.
    """

    def __init__(
        self,
        assistant: Assistant,
        load_events: LoadEvents,
        duration: Duration,
        instrument: Instrument,
        *,
        country: str,
        languages: list[str],
        before_start: Callable[[], None] = lambda: None,
        live: LiveConversations | None = None,
        patience: Patience = Patience(),
        count: Callable[[str], Awaitable[None]] | None = None,
        page_of: Callable[[list[str]], str] | None = None,
    ) -> None:
        self._assistant = assistant
        self._load_events = load_events
        self._duration = duration
        self._instrument = instrument
        self._country = country
        self._languages = languages
        self._before_start = before_start
        self._live = LiveConversations() if live is None else live
        self._patience = patience
        self._count = count
        self._page_of = page_of

    async def start(self, language: str | None = None, mode: str = "web", person: str | None = None) -> Turn:
        """Start a conversation; the only turn that tells the token. Without a language: the council's first.

        `person` is the pseudonym of someone who was interviewed before; it is recorded with consent.
        """
        language = language or self._languages[0]
        if language not in self._languages:
            raise UserError("bad_request", reason=f"language must be one of: {', '.join(self._languages)}")
        self._before_start()  # before consent is asked, so that nobody gives it in vain
        entities = {
            "language": language,
            "mode": mode,
            "country": self._country,
            "interview_id": str(uuid4()),
            "reference": new_reference(),
            "duration": await self._duration.words(),
        }
        if person is not None:
            entities["person"] = person
        token = secrets.token_urlsafe(32)
        live = await self._start(entities, token)
        self._live.add(live)
        return self._turn(live, live.transcript.last, token=token)

    async def authenticate(self, conversation_id: str, token: str) -> None:
        """Check the conversation's token, in constant time."""
        live = await self._find(conversation_id)
        if not secrets.compare_digest(_hash(token), live.transcript.token_hash):
            raise UserError("unauthorized")

    async def send_text(self, conversation_id: str, text: str, idempotency_key: str | None = None) -> Turn:
        """Send what the citizen typed. A repeated key gives the same answer again and sends nothing."""
        if len(text) > TEXT_LIMIT:
            raise UserError("text_too_long", limit=TEXT_LIMIT)
        return await self._send(conversation_id, lambda _: _Said({"text": text}, text), idempotency_key)

    async def send_choice(self, conversation_id: str, choice_id: str, idempotency_key: str | None = None) -> Turn:
        """Send a choice of the latest answer, or of the latest cards."""

        def chosen(transcript: Transcript) -> _Said:
            button = transcript.offered(choice_id)
            if button is None:
                raise UserError("unknown_choice")
            if not transcript.is_open(choice_id):
                raise UserError("choice_passed")
            return _Said({"payload": button.payload}, button.title, {"title": button.title})

        return await self._send(conversation_id, chosen, idempotency_key)

    async def resume(self, conversation_id: str) -> Turn:
        """The conversation so far, from the store where it is kept there; `interview` once consent was given."""
        live = await self._find(conversation_id)
        async with live.lock:
            try:
                if not await self._catch_up(live) and live.stored:
                    self._live.remove(live.id)  # erased since
                    raise UserError("not_found")
            except _StoreAwayError:
                if live.uncertain:
                    raise
            transcript = live.transcript
            whole = Answered(list(transcript.messages), transcript.last.progress)
            return self._turn(live, whole, interview=transcript.interview)

    async def reference(self, conversation_id: str) -> str:
        """The reference code of a conversation, for the server itself: whether there is an interview is not said."""
        return (await self._find(conversation_id)).transcript.reference

    def forget(self, reference: str) -> None:
        """Drop the live conversation with this reference code, after its answers were erased."""
        self._live.remove_reference(reference)

    async def _start(self, entities: dict[str, str], token: str) -> LiveConversation:
        payload = f"/start{msgspec.json.encode(entities).decode()}"
        metadata = {"token_hash": _hash(token)}
        deadline = time.monotonic() + self._patience.total
        while True:
            # A lost answer may have started the conversation: the next attempt starts another one.
            live = LiveConversation(uuid4().hex, Transcript(_hash(token), entities["reference"]))
            try:
                reply = await self._assistant.turn({"sender": live.id, "payload": payload, "metadata": metadata})
            except (NotProcessedError, AnswerLostError, ConversationGoneError):
                await self._pause(deadline)
            else:
                _take(live, reply)
                return live

    async def _send(self, conversation_id: str, say: Callable[[Transcript], _Said], key: str | None) -> Turn:
        if self._count is not None:  # may refuse: too many messages in a short time
            await self._count(conversation_id)
        live = await self._find(conversation_id)
        key = key or uuid4().hex
        async with live.lock:
            answered = await self._answered(live, key)
            if answered is None:
                answered = await self._exchange(live, say(live.transcript), key)
            return self._turn(live, answered)

    async def _exchange(self, live: LiveConversation, said: _Said, key: str) -> Answered:
        metadata = {**said.metadata, "idempotency_key": key}
        message: dict[str, Any] = {"sender": live.id, **said.body, "metadata": metadata}
        deadline = time.monotonic() + self._patience.total
        while True:
            uncertain_before = live.uncertain
            live.uncertain = key  # until an answer is here: the request itself may be cancelled
            try:
                reply = await self._assistant.turn(message)
            except NotProcessedError:
                live.uncertain = uncertain_before
            except AnswerLostError:
                pass
            except ConversationGoneError:
                live.uncertain = None
                if not live.copy or "unstored" in message:
                    self._live.remove(live.id)
                    raise UserError("not_found") from None
                message["unstored"] = live.copy.for_rasa()  # Rasa was started again
                continue
            else:
                live.uncertain = None
                live.transcript.citizen_says(said.shown, key)
                return _take(live, reply)
            await self._pause(deadline)
            if answered := await self._answered(live, key):
                return answered

    async def _answered(self, live: LiveConversation, key: str) -> Answered | None:
        """The answer this key got before, looked up in the store too when an answer may have been lost.

        While the store is away Rasa is asked again with the key that is uncertain: it remembers what it answered. With
        another key nothing can be said before what was lost is found, lest choices get the ids of others.
        """
        if live.uncertain:
            try:
                if not await self._catch_up(live):
                    await self._recall(live)
            except _StoreAwayError:
                if key != live.uncertain:
                    raise
        return live.transcript.answer_to(key)

    async def _catch_up(self, live: LiveConversation) -> bool:
        """Take the transcript from the store, if the conversation is there."""
        transcript = await self._stored(live.id)
        if transcript is None:
            return False
        live.transcript, live.stored = transcript, True
        return True

    async def _recall(self, live: LiveConversation) -> None:
        """Take the transcript from Rasa's memory, if the conversation is there."""
        try:
            recalled = await self._recalled(live.id)
        except NotProcessedError:
            return
        if recalled is not None:
            live.transcript, live.copy = recalled.transcript, recalled.copy

    async def _recalled(self, conversation_id: str) -> LiveConversation | None:
        """The conversation as Rasa has it in memory; this is how it survives the end of the web server."""
        if _ID.fullmatch(conversation_id) is None:
            return None
        told = await self._assistant.recall(conversation_id)
        if told is None:
            return None
        copy = UnstoredCopy()
        copy.take(told)
        transcript = from_events(copy.events(), self._instrument)
        return LiveConversation(conversation_id, transcript, copy=copy) if transcript else None

    async def _find(self, conversation_id: str) -> LiveConversation:
        live = self._live.get(conversation_id)
        if live is not None:
            return live
        transcript = await self._stored(conversation_id)
        if transcript is not None:
            found: LiveConversation | None = LiveConversation(conversation_id, transcript, stored=True)
        else:
            try:
                found = await self._recalled(conversation_id)
            except NotProcessedError:
                raise UserError("unavailable") from None  # Rasa may have it, once it answers
        if found is None:
            raise UserError("not_found")
        # Another request may have found it meanwhile; there must be one lock for both.
        return self._live.get(conversation_id) or self._live.add(found)

    def _turn(self, live: LiveConversation, answered: Answered, **more: str | None) -> Turn:
        keep = live.transcript.keep
        page = self._page_of(keep) if keep and self._page_of else None
        return Turn(live.id, list(answered.messages), answered.progress, suggestions=page, **more)

    async def _stored(self, conversation_id: str) -> Transcript | None:
        try:
            events = await asyncio.to_thread(self._load_events, conversation_id)
        except (SQLAlchemyError, DatabaseAwayError) as error:
            raise _StoreAwayError from error
        return None if events is None else from_events(events, self._instrument)

    async def _pause(self, deadline: float) -> None:
        if time.monotonic() + self._patience.pause > deadline:
            raise UserError("unavailable")
        await asyncio.sleep(self._patience.pause)


class _StoreAwayError(UserError):
    """The conversation cannot be read where it is stored, now."""

    def __init__(self) -> None:
        super().__init__("unavailable")


def _take(live: LiveConversation, reply: Reply) -> Answered:
    """What Rasa answered, as the citizen sees it; the copy is kept for as long as the conversation is on no disk."""
    live.copy.take(reply.unstored)
    live.stored = reply.unstored is None
    return live.transcript.add(reply)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

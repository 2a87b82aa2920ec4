"""The transcript of one conversation: message ids, offered choices, and the answers to repeated messages.

It grows turn by turn while the conversation is live, and is built anew from the stored events after a
restart. Both ways give the same ids, because an id is the position of a message in the conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from coproduction.channels.assistant import Button, Reply, Utterance
from coproduction.channels.messages import Choice, Message, open_messages
from coproduction.survey.instrument import Instrument
from coproduction.survey.routing import Progress, progress

CONSENT_GIVEN = 1


@dataclass
class Answered:
    """The assistant's answer to one message of the citizen."""

    messages: list[Message] = field(default_factory=list)
    progress: Progress = field(default_factory=lambda: Progress(0, 0))


class Transcript:
    """What was said so far, in order."""

    def __init__(self, token_hash: str, reference: str = "", interview: str | None = None) -> None:
        self.token_hash = token_hash
        self.reference = reference
        self.interview = interview
        """The record's id; set once consent was given."""
        self.messages: list[Message] = []
        self.last = Answered()
        self.keep: list[str] = []
        """Ids of the opportunities on show or chosen."""
        self._answers: dict[str, Answered] = {}
        self._offered: dict[str, Button] = {}
        self._counts = {"m": 0, "c": 0}

    def citizen_says(self, text: str, key: str | None) -> None:
        """Add the citizen's message; what the assistant says from here on answers it."""
        self.messages.append(Message(id=self._next_id("c"), text=text, author="citizen"))
        self.last = Answered(progress=self.last.progress)
        if key:
            self._answers[key] = self.last

    def assistant_says(self, utterance: Utterance) -> None:
        """Add a message of the assistant and remember the choices it offers."""
        message_id = self._next_id("m")
        buttons = {f"{message_id}-{n}": button for n, button in enumerate(utterance.buttons or [], start=1)}
        self._offered.update(buttons)
        message = Message(
            id=message_id,
            text=utterance.text or "",
            author="assistant",
            question=utterance.question,
            proposal=utterance.proposal,
            choices=[Choice(key, button.title, button.card) for key, button in buttons.items()],
            cards=utterance.cards or [],
        )
        if utterance.keep is not None:
            self.keep = utterance.keep
        elif utterance.cards:
            self.keep = list(dict.fromkeys([*self.keep, *(str(card["id"]) for card in utterance.cards)]))
        self.messages.append(message)
        self.last.messages.append(message)

    def add(self, reply: Reply) -> Answered:
        """Add everything the assistant answered."""
        for utterance in reply.messages:
            self.assistant_says(utterance)
        self.last.progress = reply.progress or self.last.progress
        return self.last

    def answer_to(self, key: str) -> Answered | None:
        """The answer to the message that carried this idempotency key; None if there was no such message."""
        return self._answers.get(key)

    def is_open(self, choice_id: str) -> bool:
        """Whether this choice can still be taken: its message is open, or asked what an open one asks again."""
        message_id = choice_id.rpartition("-")[0]
        shown = open_messages(self.messages)
        asked = {message.question for message in self.messages if message.id in shown and message.question}
        return message_id in shown or any(m.question in asked for m in self.messages if m.id == message_id)

    def offered(self, choice_id: str) -> Button | None:
        """The choice with this id, if it was ever offered in this conversation."""
        return self._offered.get(choice_id)

    def _next_id(self, prefix: str) -> str:
        self._counts[prefix] += 1
        return f"{prefix}{self._counts[prefix]}"


def from_events(events: Iterable[Mapping[str, Any]], instrument: Instrument) -> Transcript | None:
    """The transcript of a conversation's Rasa events; None if the chat API did not start the conversation."""
    transcript: Transcript | None = None
    slots: dict[str, Any] = {}
    for event in events:
        kind = event["event"]
        if kind == "slot":
            slots[event["name"]] = event.get("value")
        elif kind in ("reset_slots", "restart"):
            slots.clear()
        elif kind == "bot" and transcript:
            transcript.assistant_says(_utterance(event))
        elif kind == "user":
            _close_turn(transcript, slots, instrument)
            transcript = _add_user_event(transcript, event)
    _close_turn(transcript, slots, instrument)
    return transcript


def _add_user_event(transcript: Transcript | None, event: Mapping[str, Any]) -> Transcript | None:
    metadata = event.get("metadata") or {}
    if "token_hash" in metadata:
        return transcript or Transcript(metadata["token_hash"])
    if transcript:
        # Of a choice, `text` is the payload; the citizen saw its title.
        transcript.citizen_says(metadata.get("title") or event.get("text") or "", metadata.get("idempotency_key"))
    return transcript


def _close_turn(transcript: Transcript | None, slots: Mapping[str, Any], instrument: Instrument) -> None:
    if transcript is None:
        return
    answers = {name: code for name, code in slots.items() if name in instrument and code is not None}
    transcript.last.progress = progress(instrument, answers)
    transcript.reference = slots.get("reference") or ""
    transcript.interview = slots.get("interview_id") if slots.get("consent") == CONSENT_GIVEN else None


def _utterance(event: Mapping[str, Any]) -> Utterance:
    data = event.get("data") or {}
    custom = data.get("custom") or {}
    return msgspec.convert({**custom, "text": event.get("text"), "buttons": data.get("buttons")}, type=Utterance)

"""What a citizen sees of a conversation: messages, choices, and the answer to one turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from coproduction.survey.routing import Progress


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """A button. `id` means something only to the server; `card` is the suggestion the button belongs to."""

    id: str
    title: str
    card: str | int | None = None


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message. `question` is the variable it asks for, `proposal` the code it asks to confirm."""

    id: str
    text: str
    author: Literal["assistant", "citizen"]
    question: str | None = None
    proposal: int | str | None = None
    choices: list[Choice] = []
    cards: list[dict[str, Any]] = []


class Turn(msgspec.Struct, frozen=True, omit_defaults=True):
    """The assistant's answer, or with `resume` the whole conversation; encodes to the chat API's JSON.

    `suggestions` is the address of the page to keep the suggestions, once there are some.
    """

    conversation: str
    messages: list[Message]
    progress: Progress
    token: str | None = None
    interview: str | None = None
    suggestions: str | None = None


def open_messages(messages: Sequence[Message]) -> set[str]:
    """Ids of the messages whose choices can be taken: those of the latest answer, and the latest cards.

    What was said before is changed with "Go back"; an old button, in another tab perhaps, would change it unseen.
    """
    spoken = [n for n, message in enumerate(messages) if message.author == "citizen"]
    shown = {message.id for message in messages[(spoken[-1] + 1 if spoken else 0) :]}
    cards = [message.id for message in messages if message.cards]
    return shown | set(cards[-1:])

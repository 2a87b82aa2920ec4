"""A copy of a conversation that is on no disk, so that it survives the end of Rasa's process."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import msgspec

from coproduction.channels.assistant import Unstored


@dataclass(frozen=True)
class _Part:
    start: int
    end: int
    packed: bytes


class UnstoredCopy:
    """The events of one conversation, as Rasa's replies tell them turn by turn; empty while it is stored.

    Packed turn by turn, because the web server holds thousands of conversations.
    """

    def __init__(self) -> None:
        self._parts: list[_Part] = []
        self._refused_at: float | None = None

    def __bool__(self) -> bool:
        return bool(self._parts)

    def take(self, told: Unstored | None) -> None:
        """Add what a turn told; None says that the conversation is stored now, and empties the copy."""
        start = told.start if told else 0
        self._parts = [part for part in self._parts if part.end <= start]
        if told is None:
            return
        if start != (self._parts[-1].end if self._parts else 0):  # a turn is missing: half a copy is none
            self._parts = []
            return
        self._refused_at = told.refused_at
        self._parts.append(_Part(start, start + len(told.events), zlib.compress(msgspec.json.encode(told.events))))

    def events(self) -> list[dict[str, Any]]:
        """All events in order."""
        return [event for part in self._parts for event in msgspec.json.decode(zlib.decompress(part.packed))]

    def for_rasa(self) -> dict[str, Any]:
        """What brings the conversation back to Rasa, in the form its `chat` channel takes."""
        return {"events": self.events(), "refused_at": self._refused_at}

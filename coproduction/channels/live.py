"""Live conversations, kept in memory and bounded in number and idle time."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from coproduction.channels.transcript import Transcript
from coproduction.channels.unstored import UnstoredCopy
from coproduction.records.reference import reference_hash

LIVE_CONVERSATIONS = 10_000
"""How many conversations are kept in memory; of more, the one used longest ago goes."""

IDLE_SECONDS = 24 * 3600
"""How long a conversation stays in memory after its last message. Without consent it is nowhere else."""


@dataclass
class LiveConversation:
    """A conversation in memory. `uncertain`: the key of a message that may have been processed
    without us knowing.

    `copy` has its events while they are on no disk.
    """

    id: str
    transcript: Transcript
    stored: bool = False
    uncertain: str | None = None
    copy: UnstoredCopy = field(default_factory=UnstoredCopy)
    used_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class LiveConversations:
    """The conversations in memory, in the order of their last use."""

    def __init__(
        self,
        limit: int = LIVE_CONVERSATIONS,
        idle_seconds: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._conversations: OrderedDict[str, LiveConversation] = OrderedDict()

    def __len__(self) -> int:
        return len(self._conversations)

    def get(self, conversation_id: str) -> LiveConversation | None:
        """The conversation, if it is in memory; counts as a use."""
        self._expire()
        live = self._conversations.get(conversation_id)
        if live is not None:
            self._touch(live)
        return live

    def add(self, live: LiveConversation) -> LiveConversation:
        """Keep a conversation, letting go of others that are over the limit."""
        self._conversations[live.id] = live
        self._touch(live)
        self._expire()
        return live

    def remove(self, conversation_id: str) -> None:
        """Let go of a conversation."""
        self._conversations.pop(conversation_id, None)

    def remove_reference(self, reference: str) -> None:
        """Let go of the conversation with this reference code."""
        sought = reference_hash(reference)
        same = [live.id for live in self._conversations.values() if reference_hash(live.transcript.reference) == sought]
        for conversation_id in same:
            self.remove(conversation_id)

    def _touch(self, live: LiveConversation) -> None:
        live.used_at = self._clock()
        self._conversations.move_to_end(live.id)

    def _expire(self) -> None:
        oldest_allowed = self._clock() - self._idle_seconds
        while self._conversations:
            oldest = next(iter(self._conversations.values()))
            if len(self._conversations) <= self._limit and oldest.used_at >= oldest_allowed:
                return
            if oldest.lock.locked():  # in the middle of a turn: next time
                return
            self.remove(oldest.id)

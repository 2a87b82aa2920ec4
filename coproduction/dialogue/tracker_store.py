"""The tracker store (endpoints.yml, `tracker_store`): one short statement a turn, live conversations in memory.

Privacy is decided here, because everything that is kept passes through: until consent is given nothing is
written or published; without consent, or for someone under 13, nothing but an event that is counted.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import uuid4

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from coproduction.dialogue.broker import durable_store
from coproduction.records.durable import DatabaseAwayError, DurableStore
from coproduction.records.redaction import redact_events
from coproduction.records.reference import reference_hash
from coproduction.settings import has_several_workers
from coproduction.survey.instrument import current_instrument

DISCLOSURES = frozenset({"emergency", "self_harm", "abuse", "concern"})
NOT_KEPT = "…"
"""What stands in a stored conversation for words that are not kept."""

LIVE_CONVERSATIONS = 64
"""How many stored conversations are held in memory too; the ones untouched longest make room, and are read again."""

UNSTORED_CONVERSATIONS = 2000
"""How many conversations are held that are nowhere else (no consent); beyond it the ones untouched longest end."""


@dataclass
class Unstored:
    """Events of a conversation that is in memory only, from the one at `start` on, as JSON.

    `refused_at` is when its refusal was counted, so that it is not counted again.
    """

    start: int
    events: list[dict[str, Any]]
    refused_at: float | None = None


@dataclass
class TurnStatus:
    """What became of a turn in the store.

    Rasa wraps every store so that its errors are swallowed and the turn goes on in memory; the channel looks
    here, so that an answer that was not stored is not acknowledged. `starts` says that the conversation
    begins with this turn; `unknown` that it should be known and is not. `brought` is the caller's copy of a
    conversation that was in memory only, `unstored` what the turn adds to that copy.
    """

    starts: bool = False
    unknown: bool = False
    failures: list[str] = field(default_factory=list)
    brought: Unstored | None = None
    unstored: Unstored | None = None


turn_status: ContextVar[TurnStatus | None] = ContextVar("turn_status", default=None)


class InterviewTracker(DialogueStateTracker):
    """A tracker whose copy costs the same however long the conversation is.

    Rasa copies the tracker before every action by replaying all its events; here slots and event list are
    copied as they stand. `saved` is the number of events known to be processed, `version` the number of turns
    in the database, `refused_at` when a refusal of this conversation was counted.
    """

    saved: int = 0
    version: int = 0
    refused_at: float | None = None

    def copy(self) -> InterviewTracker:
        """A duplicate that can be changed without changing this one."""
        duplicate = object.__new__(type(self))
        duplicate.__dict__.update(self.__dict__)
        duplicate.events = self.events.copy()
        duplicate.slots = {name: _copy_slot(slot) for name, slot in self.slots.items()}
        return duplicate


def _without_disclosure(event: dict[str, Any]) -> dict[str, Any]:
    """A user event without its words, where someone spoke of danger, self-harm or abuse."""
    parsed = event.get("parse_data") or {}
    if event.get("event") != "user" or (parsed.get("intent") or {}).get("name") not in DISCLOSURES:
        return event
    return {**event, "text": NOT_KEPT, "parse_data": {**parsed, "text": NOT_KEPT}}


def _consent(event: dict[str, Any]) -> Any:
    return event.get("value") if event.get("event") == "slot" and event.get("name") == "consent" else None


def _report(error: Exception) -> None:
    status = turn_status.get()
    if status is not None:
        status.failures.append(type(error).__name__)


def _tell_unstored(tracker: InterviewTracker, start: int) -> None:
    """Tell the channel which events are in memory only, so that the web server can hold a copy.

    Of a conversation that was erased nobody holds one: whoever comes back to it starts anew.
    """
    status = turn_status.get()
    if status is None:
        return
    start = status.unstored.start if status.unstored else start  # saved before in this turn
    status.unstored = None if is_elsewhere(tracker) else unstored_events(tracker, start)


def is_elsewhere(tracker: InterviewTracker) -> bool:
    """Whether a conversation is stored, or was erased, so that no copy of what is in memory is held."""
    return bool(tracker.version) or bool(tracker.get_slot("erased"))


def unstored_events(tracker: InterviewTracker, start: int = 0) -> Unstored:
    """The processed events of a conversation that is in memory only."""
    events = [event.as_dict() for event in islice(tracker.events, start, tracker.saved)]
    return Unstored(start, events, tracker.refused_at)


def _copy_slot(slot: Any) -> Any:
    duplicate = object.__new__(type(slot))
    duplicate.__dict__.update(slot.__dict__)
    return duplicate


class ConversationStore(TrackerStore):
    """Keeps conversations in the product's database.

    Several Rasa workers may share the database: a conversation in memory is used only while the stored
    number of turns is the one it has seen, and storing a turn that another worker stored first fails. While the
    database is away nobody can say what others stored; a worker that is alone goes on with what it has in memory.
    """

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        store: DurableStore | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self._store = store or durable_store()
        self._is_alone = not has_several_workers()
        self._live: OrderedDict[str, InterviewTracker] = OrderedDict()
        self._words = [question.name for question in current_instrument().questions if question.kind == "text"]

    def init_tracker(self, sender_id: str) -> InterviewTracker:
        """A tracker without events."""
        return InterviewTracker(sender_id, self.domain.slots, max_event_history=self.max_event_history)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation, from memory while that is up to date, else from the database, else a new one."""
        try:
            tracker = self._retrieve(sender_id)
        except Exception as error:
            _report(error)
            raise
        if tracker is not None:
            return tracker
        status = turn_status.get()
        if status is not None and status.brought is not None:
            return self._bring_back(sender_id, status.brought)
        if status is not None and not status.starts:
            status.unknown = True
        return self.init_tracker(sender_id)  # Rasa's wrapper would make one of its own kind

    def _bring_back(self, sender_id: str, copy: Unstored) -> InterviewTracker:
        """A conversation that was in memory when Rasa ended, from the copy the web server has in memory."""
        tracker = self._rebuild(sender_id, deserialise_events(copy.events))
        tracker.refused_at = copy.refused_at
        return tracker

    def _retrieve(self, sender_id: str) -> InterviewTracker | None:
        live = self._live.get(sender_id)
        if live is None:
            return self._load(sender_id)
        is_whole = len(live.events) == live.saved
        if live.version == 0 and live.saved:
            return live if is_whole else self._without_failed_turn(live)
        version = self._store.version(sender_id)
        if version is None and self._is_alone and live.version:
            return live if is_whole else self._without_failed_turn(live)
        return live if is_whole and version == live.version else self._load(sender_id)

    def _without_failed_turn(self, live: InterviewTracker) -> InterviewTracker:
        """A conversation in memory as it was before a turn failed half-way."""
        tracker = self._rebuild(live.sender_id, list(islice(live.events, live.saved)))
        tracker.refused_at, tracker.version = live.refused_at, live.version
        return tracker

    def _load(self, sender_id: str) -> InterviewTracker | None:
        status = turn_status.get()
        try:
            turns = self._store.load_turns(sender_id)
        except DatabaseAwayError:
            if status is None or not status.starts:
                raise
            turns = []  # it begins now: there is nothing to be missed
        if not turns:
            self._live.pop(sender_id, None)
            return None
        tracker = self._rebuild(sender_id, deserialise_events([event for turn in turns for event in turn]))
        tracker.version = len(turns)
        return tracker

    def _rebuild(self, sender_id: str, events: list[Event]) -> InterviewTracker:
        tracker = self.init_tracker(sender_id)
        tracker.update_with_events(events, self.domain, override_timestamp=False)
        tracker.saved = len(tracker.events)
        self._remember(tracker)
        return tracker

    def _remember(self, tracker: InterviewTracker) -> None:
        self._live[tracker.sender_id] = tracker
        self._live.move_to_end(tracker.sender_id)
        if self._store.is_current:  # otherwise they could not be read again
            stored = [sender_id for sender_id, live in self._live.items() if live.version]
            for sender_id in stored[: max(0, len(stored) - LIVE_CONVERSATIONS)]:
                del self._live[sender_id]
        if len(self._live) > LIVE_CONVERSATIONS + UNSTORED_CONVERSATIONS:
            self._live.popitem(last=False)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Publish and store what is new in a conversation."""
        if not isinstance(tracker, InterviewTracker):
            raise TypeError("a tracker of another store cannot be saved here")
        status = turn_status.get()
        if status is not None and status.unknown:
            return
        try:
            self._save(tracker)
        except Exception as error:
            _report(error)
            raise

    def _save(self, tracker: InterviewTracker) -> None:
        copied = 0 if tracker.version else tracker.saved
        if tracker.get_slot("agegrp") == 0 and not tracker.get_slot("erased"):
            self._screen_out(tracker)
        elif tracker.get_slot("consent") == 2 and not tracker.get_slot("erased"):
            self._refuse(tracker)
        if tracker.get_slot("erased"):
            self._purge(tracker)
        elif tracker.get_slot("consent") == 1:
            self._keep(tracker)
        tracker.saved = len(tracker.events)
        self._remember(tracker)
        _tell_unstored(tracker, copied)

    def _keep(self, tracker: InterviewTracker) -> None:
        new = islice(tracker.events, tracker.saved if tracker.version else 0, None)
        unsaved = self._redacted([_without_disclosure(event.as_dict()) for event in new], tracker)
        interview = {
            "id": tracker.get_slot("interview_id"),
            "mode": tracker.get_slot("mode"),
            "language": tracker.get_slot("language"),
            "country": tracker.get_slot("country"),
            "reference_hash": reference_hash(tracker.get_slot("reference") or ""),
            "person": tracker.get_slot("person"),
        }
        if tracker.refused_at is not None:
            self._publish([{"event": "refusal_withdrawn", "timestamp": tracker.refused_at}])
            tracker.refused_at = None
        # What was said before consent is recorded with it, so consent comes first; a refusal before it is past.
        published = [event for event in unsaved if _consent(event) != 2]
        published.sort(key=lambda event: _consent(event) != 1)
        self._publish([{**event, "interview": interview, "redacted": True} for event in published])
        self._store.append_turn(tracker.sender_id, interview["id"], tracker.version + 1, unsaved)
        tracker.version += 1

    def _redacted(self, events: list[dict[str, Any]], tracker: InterviewTracker) -> list[dict[str, Any]]:
        """Events as they are stored and published: what could identify someone is out before either."""
        language, country = tracker.get_slot("language") or "en", tracker.get_slot("country") or ""
        return redact_events(events, self._words, language, country)

    def _refuse(self, tracker: InterviewTracker) -> None:
        """Count a refusal. Consent that was given before is withdrawn with all that was kept under it."""
        if tracker.refused_at is not None:
            return
        refusal: dict[str, Any] = {"event": "slot", "name": "consent", "value": 2, "timestamp": time.time()}
        if tracker.version:
            refusal["interview"] = {"id": tracker.get_slot("interview_id")}
            self._purge(tracker)
            tracker.update(SlotSet("interview_id", str(uuid4())))  # should consent be given again: a new record
        self._publish([refusal])
        tracker.refused_at = refusal["timestamp"]

    def _screen_out(self, tracker: InterviewTracker) -> None:
        """Someone under 13: all that was kept is erased, and whatever is said from now on is not kept."""
        event = {"event": "slot", "name": "agegrp", "value": 0, "timestamp": time.time()}
        self._publish([{**event, "interview": {"id": tracker.get_slot("interview_id")}}])
        tracker.update(SlotSet("erased", True))
        tracker.update(SlotSet("consent", 2))

    def _purge(self, tracker: InterviewTracker) -> None:
        """Delete the conversation from the database; it goes on in memory."""
        if tracker.version:
            self._store.purge(tracker.sender_id)
            tracker.version = 0

    def _publish(self, events: list[dict[str, Any]]) -> None:
        if self.event_broker is None or not events:
            return
        publish_turn = getattr(self.event_broker, "publish_turn", None)
        if publish_turn is not None:
            publish_turn(events)
            return
        for event in events:
            self.event_broker.publish(event)

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations in memory."""
        return list(self._live)

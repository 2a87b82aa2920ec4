"""What a tracker says about the interview: answers so far, the question put last, and the turn under way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from rasa.shared.core.events import ActionExecuted, BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from coproduction.records.recorder import ASK_AGAIN_PREFIX, question_asked
from coproduction.survey.instrument import Code, Instrument

PROPOSE = "utter_propose"
MATCH = "match"
ABOUT_SUGGESTIONS = frozenset({"action_tell_more", "action_decline"})
"""Actions after which the suggestions are what is talked about, whatever was asked before."""
ENDING_ACTIONS = frozenset({"utter_stopped", "utter_close", "utter_close_unrecorded", "utter_under_13"})


def read_answers(tracker: DialogueStateTracker, instrument: Instrument) -> dict[str, Code]:
    """The code of every question answered so far, gates included."""
    slots = tracker.slots
    return {
        question.name: value
        for question in instrument.questions
        if question.name in slots and (value := slots[question.name].value) is not None
    }


@dataclass(frozen=True)
class Pending:
    """The question that waits for an answer, and how it was put."""

    question: str
    asked_again: bool = False
    proposal: Code | None = None


def pending_question(tracker: DialogueStateTracker) -> Pending | None:
    """The question put last; None before the first one and after the interview was ended.

    It was asked again where that was said, or where an answer to it was proposed before it was put once more.
    """
    puts = _puts(tracker.events)
    last = next(puts, None)
    if last is None:
        return None
    before = takewhile(lambda put: put.question == last.question, puts)
    again = last.asked_again or any(
        put.asked_again or (last.proposal is None and put.proposal is not None) for put in before
    )
    return replace(last, asked_again=again)


def _puts(events: Sequence[Event]) -> Iterator[Pending]:
    """What was put to the citizen, questions and proposals, from the last one back to the last end."""
    proposed = False
    for event in reversed(events):
        if isinstance(event, UserUttered):
            if proposed:
                yield from _proposals(event)
            proposed = False
        elif isinstance(event, ActionExecuted) and event.action_name:
            name = event.action_name
            if name in ENDING_ACTIONS:
                return
            question = MATCH if name in ABOUT_SUGGESTIONS else question_asked(name)
            if question is not None:
                yield Pending(question, asked_again=name.startswith(ASK_AGAIN_PREFIX))
            proposed = proposed or name == PROPOSE


def _proposals(event: UserUttered) -> Iterator[Pending]:
    for entity in event.entities:
        if entity.get("entity") == "proposal":
            yield Pending(entity["role"], proposal=entity["value"])


@dataclass
class Turn:
    """The turn under way: the citizen's message and what was done about it so far."""

    intent: str | None = None
    entities: dict[str, Any] = field(default_factory=dict)
    typed: bool = False
    actions: list[str] = field(default_factory=list)
    spoken_since_last_action: bool = False


def current_turn(tracker: DialogueStateTracker) -> Turn:
    """Everything since the citizen's last message."""
    turn = Turn()
    spoken = False
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            turn.intent = event.intent_name
            turn.entities = {entity["entity"]: entity["value"] for entity in event.entities}
            turn.typed = not (event.text or "").startswith("/")
            break
        if isinstance(event, BotUttered):
            spoken = spoken or not turn.actions
        elif isinstance(event, ActionExecuted) and event.action_name:
            turn.actions.insert(0, event.action_name)
    turn.spoken_since_last_action = spoken
    return turn


def was_done(tracker: DialogueStateTracker, actions: Iterable[str], since: str) -> bool:
    """Whether one of these actions was executed in the conversation, after the last `since` if there is one."""
    names = frozenset(actions)
    for event in reversed(tracker.events):
        if isinstance(event, ActionExecuted):
            if event.action_name in names:
                return True
            if event.action_name == since:
                return False
    return False

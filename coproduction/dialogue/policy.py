"""The policy that leads the interview.

Digressions come from `data/rules.yml`, read at training: an intent and the actions that answer it. What
happens otherwise follows from the questionnaire: the next question is the first that applies and has no
answer. Both are look-ups, so a prediction takes microseconds whatever the length of the conversation.
"""

from __future__ import annotations

from typing import Any

import msgspec
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from coproduction.dialogue.state import (
    PROPOSE,
    Turn,
    current_turn,
    pending_question,
    read_answers,
    was_done,
)
from coproduction.records.recorder import ASK_AGAIN_PREFIX, ASK_PREFIX, MATCH_ACTION, question_asked
from coproduction.survey.instrument import NO_ANSWER, Code, Instrument, current_instrument
from coproduction.survey.routing import next_question, previous_question

Rules = dict[str, list[str]]
"""Intent → the actions that answer it, in order; `action_listen` last when the rule waits for the citizen."""

WISHES = frozenset({"sector", "effort", "company", "place", "topics", "agegrp"})
"""Answers that suggestions follow from: where one changes, they are looked for anew."""

WHEN_SILENT = {MATCH_ACTION: "utter_match_unavailable", "action_delete_answers": "utter_not_deleted"}
"""What is said for an action that said nothing, as the action server is away; for all others it is `utter_not_now`."""

_RULES_FILE = "rules.json"
_SNIPPET = "..."
"""What Rasa puts in a rule's tracker where the conversation goes on by itself."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class InterviewPolicy(Policy):
    """Predicts the next action from the rules for digressions and from the questionnaire."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        rules: Rules | None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context)
        self._model_storage = model_storage
        self._resource = resource
        self._rules = rules or {}
        self._instrument = current_instrument()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The configuration used where config.yml says nothing."""
        return {"priority": 6, "max_history": None}

    @staticmethod
    def supported_data() -> SupportedData:
        """Rules only: the interview's order is not learnt from stories."""
        return SupportedData.RULE_DATA

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Read the rules: the actions after each intent."""
        for tracker in SupportedData.trackers_for_supported_data(self.supported_data(), training_trackers):
            self._rules.update(_read_rule(tracker))
        with self._model_storage.write_to(self._resource) as path:
            (path / _RULES_FILE).write_bytes(msgspec.json.encode(self._rules))
        return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> InterviewPolicy:
        """Load the rules of a trained model."""
        with model_storage.read_from(resource) as path:
            rules = msgspec.json.decode((path / _RULES_FILE).read_bytes(), type=Rules)
        return cls(config, model_storage, resource, execution_context, rules)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Put all probability on the one action that comes next."""
        action = next_action(self._instrument, self._rules, tracker)
        probabilities = [0.0] * domain.num_actions
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities)


def _read_rule(tracker: DialogueStateTracker) -> Rules:
    intent: str | None = None
    actions: list[str] = []
    for event in tracker.events:
        if isinstance(event, UserUttered) and intent is None:
            intent = event.intent_name
        elif isinstance(event, ActionExecuted) and intent is not None:
            if event.action_name == _SNIPPET:
                break
            actions.append(event.action_name or "")
    return {intent: actions} if intent else {}


def next_action(instrument: Instrument, rules: Rules, tracker: DialogueStateTracker) -> str:
    """The action that comes next in a conversation."""
    turn = current_turn(tracker)
    if turn.actions and turn.actions[-1].startswith("action_") and not turn.spoken_since_last_action:
        return WHEN_SILENT.get(turn.actions[-1], "utter_not_now")
    rule = rules.get(turn.intent or "", [])
    if len(turn.actions) < len(rule):
        return rule[len(turn.actions)]
    if rule and rule[-1] == ACTION_LISTEN_NAME:
        return ACTION_LISTEN_NAME
    return _interview_action(instrument, tracker, turn, is_digression=bool(rule))


def _interview_action(instrument: Instrument, tracker: DialogueStateTracker, turn: Turn, is_digression: bool) -> str:
    if any(question_asked(action) for action in turn.actions):
        return ACTION_LISTEN_NAME
    answers = read_answers(tracker, instrument)
    for action in _remarks(turn, answers):
        if action not in turn.actions:
            return action
    if PROPOSE in turn.actions or answers.get("agegrp") == 0:
        return ACTION_LISTEN_NAME
    return _question_action(instrument, tracker, turn, answers, is_digression)


def _remarks(turn: Turn, answers: dict[str, Code]) -> list[str]:
    """What is said about the message before the next question is asked."""
    if answers.get("agegrp") == 0:
        return ["utter_under_13"]
    if "proposal" in turn.entities:
        return [PROPOSE]
    if "consent" in turn.entities and turn.intent != "consent_unclear":
        return ["utter_consent" if turn.entities["consent"] == 1 else "utter_no_consent"]
    is_worth_noting = any(str(code) != str(NO_ANSWER) for code in turn.entities.values())
    return ["utter_noted"] if turn.intent == "answer" and turn.typed and is_worth_noting else []


def _question_action(
    instrument: Instrument, tracker: DialogueStateTracker, turn: Turn, answers: dict[str, Code], is_digression: bool
) -> str:
    pending = pending_question(tracker)
    if turn.intent == "unclear" and pending is not None:
        return ASK_AGAIN_PREFIX + pending.question
    if turn.intent == "change" and turn.entities.get("question") in instrument:
        return ASK_PREFIX + turn.entities["question"]
    if turn.intent == "go_back":
        previous = previous_question(instrument, answers, pending.question if pending else None)
        name = previous.name if previous is not None else pending.question if pending else None
        if name is not None:
            return ASK_PREFIX + name
    if is_digression and pending is not None and _is_revisited(instrument, pending.question, turn, answers):
        return ASK_PREFIX + pending.question
    question = next_question(instrument, answers)
    if question is not None:
        has_changed = not tracker.get_slot("on_show") or bool(WISHES & turn.entities.keys())
        return MATCH_ACTION if question.name == "match" and has_changed else ASK_PREFIX + question.name
    return _closing_action(tracker, turn, answers)


def _is_revisited(instrument: Instrument, name: str, turn: Turn, answers: dict[str, Code]) -> bool:
    """Whether a question that has an answer was put again and not answered in this turn."""
    return instrument.question(name).recorded and name in answers and name not in turn.entities


def _closing_action(tracker: DialogueStateTracker, turn: Turn, answers: dict[str, Code]) -> str:
    if not was_done(tracker, ("utter_close", "utter_close_unrecorded"), since="action_start_over"):
        return "utter_close" if answers.get("consent") == 1 else "utter_close_unrecorded"
    return ACTION_LISTEN_NAME if turn.actions else "utter_finished"

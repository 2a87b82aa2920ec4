"""The NLU component: the layers of understanding inside Rasa's pipeline, with the question asked as context."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from coproduction.channels.payloads import read_payload
from coproduction.dialogue.state import Pending, pending_question, read_answers
from coproduction.dialogue.understanding.choices import read_choice
from coproduction.dialogue.understanding.classifier import IntentClassifier
from coproduction.dialogue.understanding.decision import Understanding
from coproduction.dialogue.understanding.model_file import CLASSIFIER
from coproduction.dialogue.understanding.rules import read
from coproduction.dialogue.understanding.situation import Context, Decision
from coproduction.survey.instrument import Choice, current_instrument
from coproduction.survey.routing import previous_question

_FILE = CLASSIFIER
NAME = "AnswerUnderstanding"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerUnderstanding(GraphComponent):
    """Turns what a citizen types into an intent and coded answers (see `understanding.decision`)."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, classifier: IntentClassifier | None) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._classifier = classifier

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AnswerUnderstanding:
        """An untrained component."""
        return cls(model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AnswerUnderstanding:
        """A component with the classifier of a trained model."""
        with model_storage.read_from(resource) as path:
            classifier = IntentClassifier.load(path / _FILE)
        # Rules are built when first used, which takes seconds: not while the first citizen waits.
        Understanding(current_instrument(), classifier.probabilities).decide("hello", Context("effort"))
        return cls(model_storage, resource, classifier)

    def train(self, training_data: TrainingData) -> Resource:
        """Train the classifier on all examples."""
        examples = training_data.intent_examples
        self._classifier = IntentClassifier.train(
            [example.get(TEXT) for example in examples], [example.get(INTENT) for example in examples]
        )
        with self._model_storage.write_to(self._resource) as path:
            self._classifier.save(path / _FILE)
        return self._resource

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """Understand messages; payloads of choices are left to Rasa."""
        for message in messages:
            text = message.get(TEXT) or ""
            if not text.startswith("/"):
                self._understand(message, text, tracker)
        return messages

    def _understand(self, message: Message, text: str, tracker: DialogueStateTracker) -> None:
        if self._classifier is None:
            raise RuntimeError("the component was neither trained nor loaded")
        offered = offered_payload(tracker, text)
        if offered is not None:
            name, values = read_payload(offered)
            entities = [_entity(entity, value, None, text) for entity, value in values.items()]
        else:
            understanding = Understanding(current_instrument(), self._classifier.probabilities)
            decision = understanding.decide(text, context_of(tracker))
            name, entities = decision.intent, entities_of(decision, text)
        intent = {"name": name, "confidence": 1.0}
        message.set(INTENT, intent, add_to_output=True)
        message.set("intent_ranking", [intent], add_to_output=True)
        message.set(ENTITIES, entities, add_to_output=True)


def offered_payload(tracker: DialogueStateTracker, text: str) -> str | None:
    """The payload of the button of the latest message that a text names by number or by words; None if it names none.

    Beside cards a number means a card, which is the decision's to read; there only a button's own words count.
    """
    latest = tracker.latest_bot_utterance
    data = latest.data if latest is not None else {}
    buttons = data.get("buttons") or []
    free = [button for button in buttons if not button.get("card")]
    if len(free) < len(buttons):
        said = text.strip().casefold()
        return next((str(button["payload"]) for button in free if button["title"].casefold() == said), None)
    choices = [Choice(position, button["title"]) for position, button in enumerate(free)]
    language = tracker.get_slot("language") or "en"
    reading = read_choice(choices, text, language=language) if choices else None
    if reading is not None and reading.sure:
        return str(free[reading.code]["payload"])
    is_question = bool((data.get("custom") or {}).get("question"))
    return None if is_question else _yes_or_no(free, text, language)


def _yes_or_no(buttons: list[dict[str, Any]], text: str, language: str) -> str | None:
    """The payload of the one button that begins with the yes or no that a text says."""
    said = read("consent", text, language=language)
    if said is None or not said.sure:
        return None
    first_words = [read("consent", button["title"].split(",")[0], language=language) for button in buttons]
    found = [
        str(button["payload"])
        for button, first in zip(buttons, first_words, strict=True)
        if first is not None and first.sure and first.code == said.code
    ]
    return found[0] if len(found) == 1 else None


def context_of(tracker: DialogueStateTracker) -> Context:
    """What a tracker says about the situation a text was typed in."""
    pending = pending_question(tracker)
    slots = tracker.current_slot_values()
    return Context(
        question=pending.question if pending else None,
        asked_again=pending.asked_again if pending else False,
        proposal=pending.proposal if pending else None,
        previous=_previous_question(tracker, pending),
        answered=tuple(read_answers(tracker, current_instrument())),
        declining=_declining(tracker),
        on_show=tuple(slots.get("on_show") or ()),
        titles=_titles(tracker) if slots.get("on_show") else {},
        spoken_of=slots.get("spoken_of"),
        language=slots.get("language") or "en",
    )


def _previous_question(tracker: DialogueStateTracker, pending: Pending | None) -> str | None:
    """The question answered before the one that is pending."""
    instrument = current_instrument()
    answers = read_answers(tracker, instrument)
    previous = previous_question(instrument, answers, pending.question if pending else None)
    return previous.name if previous is not None else None


def _declining(tracker: DialogueStateTracker) -> str | None:
    """The opportunity just declined, where the last thing asked was why."""
    latest = tracker.latest_bot_utterance
    for button in latest.data.get("buttons") or [] if latest is not None else []:
        intent, values = read_payload(button["payload"])
        if intent == "decline_reason":
            return str(values["opportunity"])
    return None


def _titles(tracker: DialogueStateTracker) -> dict[str, str]:
    """The title of every opportunity that was suggested."""
    cards = (
        card
        for event in tracker.events
        if isinstance(event, BotUttered)
        for card in (event.data.get("custom") or {}).get("cards") or ()
    )
    return {card["id"]: card["title"] for card in cards}


def entities_of(decision: Decision, text: str) -> list[dict[str, Any]]:
    """A decision as entities; slots take the answers from them."""
    found: list[tuple[str, Any, str | None]] = [(name, code, None) for name, code in decision.answers.items()]
    if decision.minutes is not None:
        found.append(("effort_min", decision.minutes, None))
    if decision.proposal is not None:
        variable, code = decision.proposal
        found.append(("proposal", code, variable))
    found += [("opportunity", identifier, None) for identifier in decision.opportunities]
    found += [
        (name, said, None) for name, said in (("wish", decision.wish), ("reason", decision.reason)) if said is not None
    ]
    if decision.question is not None:
        found.append(("question", decision.question, None))
    return [_entity(name, value, role, text) for name, value, role in found]


def _entity(name: str, value: Any, role: str | None, text: str) -> dict[str, Any]:
    entity = {"entity": name, "value": value, "start": 0, "end": len(text), "extractor": NAME}
    return {**entity, "role": role} if role else entity

"""What the understanding component reads from the conversation: choices offered, and the situation."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from coproduction.dialogue.nlu import AnswerUnderstanding, context_of, entities_of, offered_payload
from coproduction.dialogue.understanding.situation import Context, Decision

DOMAIN = Domain.load("domain.yml")
FREE = [
    {"title": "Yes, delete everything", "payload": "/delete_answers"},
    {"title": "No, carry on", "payload": "/resume"},
]
ON_CARDS = [
    {"title": "1: I'll do it", "payload": '/choose{"opportunity": "sample:a"}', "card": "sample:a"},
    {"title": "2: I'll do it", "payload": '/choose{"opportunity": "sample:b"}', "card": "sample:b"},
    {"title": "Show me others", "payload": "/show_others"},
    {"title": "Finish", "payload": '/finish{"match": 1}'},
]


def conversation(*events):
    tracker = DialogueStateTracker("c-1", DOMAIN.slots)
    for event in events:
        tracker.update(event)
    return tracker


def offering(buttons):
    return conversation(BotUttered("Please choose.", {"buttons": buttons}))


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("1", "/delete_answers"),
        ("2", "/resume"),
        ("the second", "/resume"),
        ("option one", "/delete_answers"),
        ("Yes, delete everything", "/delete_answers"),
        ("no, carry on", "/resume"),
        ("3", None),
        ("what do you do with them?", None),
        ("", None),
    ],
)
def test_a_button_can_be_named_by_its_number_or_its_words(text, payload):
    assert offered_payload(offering(FREE), text) == payload


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("yes", "/delete_answers"),
        ("yes please", "/delete_answers"),
        ("no thanks", "/resume"),
        ("perhaps", None),
        ("I suppose so", None),
    ],
)
def test_yes_and_no_mean_the_buttons_that_begin_with_them(text, payload):
    assert offered_payload(offering(FREE), text) == payload


@pytest.mark.parametrize(
    ("titles", "text"),
    [
        (["Yes, this evening", "Yes, next week", "No, thanks"], "yeah"),
        (["Yes, go on", "Maybe later, thanks"], "nope"),
        (["Everything", "Nothing"], "yes"),
    ],
)
def test_yes_and_no_mean_no_button_where_not_just_one_says_so(titles, text):
    buttons = [{"title": title, "payload": f"/{number}"} for number, title in enumerate(titles)]
    assert offered_payload(offering(buttons), text) is None


def test_yes_is_left_to_the_question_where_one_is_asked():
    buttons = [{"title": "Yes, go on", "payload": "/a"}, {"title": "No, finish here", "payload": "/b"}]
    asked = conversation(BotUttered("More?", {"buttons": buttons, "custom": {"question": "background"}}))
    assert offered_payload(asked, "yes") is None


def test_the_situation_holds_what_was_just_declined():
    buttons = [{"title": "Not my thing", "payload": '/decline_reason{"opportunity": "sample:a", "reason": "other"}'}]
    assert context_of(offering(buttons)).declining == "sample:a"
    assert context_of(offering(FREE)).declining is None


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        ("show me others", "/show_others"),
        ("Finish", '/finish{"match": 1}'),
        ("1", None),
        ("2", None),
        ("number 2", None),
        ("I'll do it", None),
    ],
)
def test_beside_cards_a_number_is_left_to_mean_a_card(text, payload):
    assert offered_payload(offering(ON_CARDS), text) == payload


@pytest.mark.parametrize("text", ["one", "two", "the first", "the second one", "number two", "option one"])
def test_beside_cards_a_number_in_words_is_left_to_mean_a_card(text):
    assert offered_payload(offering(ON_CARDS), text) is None


@pytest.mark.parametrize("buttons", [[], None])
def test_where_no_button_is_shown_nothing_is_offered(buttons):
    assert offered_payload(offering(buttons), "1") is None
    assert offered_payload(conversation(), "1") is None


def test_only_the_buttons_of_the_latest_message_are_offered():
    tracker = conversation(BotUttered("Sure?", {"buttons": FREE}), BotUttered("Hello!", {}))
    assert offered_payload(tracker, "1") is None


def test_the_situation_holds_question_proposal_and_suggestions():
    proposed = UserUttered("often-ish", {"name": "propose"}, [{"entity": "proposal", "role": "saf1", "value": 3}])
    slots = [SlotSet("on_show", ["sample:a"]), SlotSet("spoken_of", "sample:a"), SlotSet("language", "cy")]
    tracker = conversation(*slots, ActionExecuted("utter_ask_saf1"), proposed, ActionExecuted("utter_propose"))
    assert context_of(tracker) == Context(
        question="saf1", proposal=3, on_show=("sample:a",), spoken_of="sample:a", language="cy"
    )


def test_the_situation_holds_the_question_before_and_the_titles_on_show():
    cards = {"cards": [{"id": "sample:a", "title": "Count bees"}]}
    tracker = conversation(
        SlotSet("consent", 1),
        SlotSet("sector", 2),
        SlotSet("env1", 3),
        BotUttered("Here they are.", {"custom": cards}),
        SlotSet("on_show", ["sample:a"]),
        ActionExecuted("utter_ask_env2"),
    )
    context = context_of(tracker)
    assert (context.question, context.previous) == ("env2", "env1")
    assert context.titles == {"sample:a": "Count bees"}


def test_before_anything_was_asked_the_situation_is_empty():
    assert context_of(conversation()) == Context(question=None)


@pytest.mark.parametrize(
    ("decision", "entities"),
    [
        (Decision("answer", "choices", answers={"sector": 2, "saf1": 3}), [("sector", 2, None), ("saf1", 3, None)]),
        (
            Decision("answer", "choices", answers={"effort": 1}, minutes=30),
            [("effort", 1, None), ("effort_min", 30, None)],
        ),
        (Decision("propose", "choices", proposal=("saf1", 3)), [("proposal", 3, "saf1")]),
        (Decision("choose", "choices", opportunities=("sample:a",)), [("opportunity", "sample:a", None)]),
        (
            Decision("choose", "choices", opportunities=("sample:a", "sample:b")),
            [("opportunity", "sample:a", None), ("opportunity", "sample:b", None)],
        ),
        (Decision("show_others", "rules", wish="shorter"), [("wish", "shorter", None)]),
        (Decision("change", "choices", question="effort"), [("question", "effort", None)]),
        (Decision("ask_why", "choices"), []),
    ],
    ids=lambda value: value.intent if isinstance(value, Decision) else "",
)
def test_a_decision_becomes_entities_over_the_whole_text(decision, entities):
    found = entities_of(decision, "some words")
    assert [(e["entity"], e["value"], e.get("role")) for e in found] == entities
    assert all((e["start"], e["end"]) == (0, 10) for e in found)


class Nonsense:
    """A classifier to which every text is nonsense."""

    def probabilities(self, text):
        return {"nonsense": 1.0}


def understood(text, tracker):
    component = AnswerUnderstanding(None, None, Nonsense())
    (message,) = component.process([Message({"text": text})], tracker)
    entities = [(entity["entity"], entity["value"]) for entity in message.get("entities") or []]
    return (message.get("intent") or {}).get("name"), entities


@pytest.mark.parametrize(
    ("text", "intent", "entities"),
    [
        ("often", "answer", [("env1", 3)]),
        ("perhaps often", "propose", [("proposal", 3)]),
        ("stop", "stop", []),
        ("asdf", "unclear", []),
        ('/answer{"env1": 3}', None, []),
    ],
)
def test_what_is_typed_is_understood_and_payloads_are_left_to_rasa(text, intent, entities):
    assert understood(text, conversation(ActionExecuted("utter_ask_env1"))) == (intent, entities)


def test_a_button_that_is_named_is_that_button():
    assert understood("finish", offering(ON_CARDS)) == ("finish", [("match", 1)])


def test_what_is_understood_is_sure_to_rasa():
    component = AnswerUnderstanding(None, None, Nonsense())
    (message,) = component.process([Message({"text": "often"})], conversation(ActionExecuted("utter_ask_env1")))
    assert message.get("intent") == {"name": "answer", "confidence": 1.0}
    assert message.get("intent_ranking") == [message.get("intent")]


def test_nothing_is_understood_before_training():
    with pytest.raises(RuntimeError, match="neither trained nor loaded"):
        AnswerUnderstanding(None, None, None).process([Message({"text": "often"})], conversation())

"""What the assistant says: every response of the domain filled in, translated, and with what belongs to it."""

import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from coproduction import translation
from coproduction.channels.payloads import answer_payload, payload
from coproduction.council import read_council
from coproduction.dialogue.responses import InterviewResponses
from coproduction.survey.instrument import current_instrument

DOMAIN = Domain.load("domain.yml")
COUNCIL = read_council(Path("council.yml"))
RESPONSES = InterviewResponses(domain=DOMAIN, council=COUNCIL)
BY_ACTIONS = {
    "answers": "Which? That.",
    "unmet": "It is not at home.",
    "title": "River walk",
    "first_step": "Come on Sunday.",
    "link": "https://a.example",
    "summary": "Walk along the river.",
    "facts": "River Trust",
}
SAID = [
    {"entity": "sector", "value": 2},
    {"entity": "proposal", "role": "env1", "value": 3},
]


def conversation(*entities, asked="sector", **slots):
    """A tracker on which a question was asked and a message came in."""
    tracker = DialogueStateTracker("c-1", DOMAIN.slots)
    known = {"language": "en", "reference": "7K3M-QX9T", "duration": "About three minutes", "consent": 1, **slots}
    for name, value in known.items():
        tracker.update(SlotSet(name, value))
    tracker.update(ActionExecuted(f"utter_ask_{asked}"))
    tracker.update(UserUttered("some words", {"name": "answer"}, list(entities)))
    return tracker


async def say(name, tracker, **kwargs):
    return await RESPONSES.generate(name, tracker, "chat", **kwargs)


@pytest.mark.parametrize("name", sorted(DOMAIN.responses))
async def test_every_response_can_be_said_with_every_placeholder_filled(name):
    message = await say(name, conversation(*SAID), **BY_ACTIONS)
    fixed = "".join(text for text, *_ in string.Formatter().parse(DOMAIN.responses[name][0]["text"]))
    has_placeholders = fixed != DOMAIN.responses[name][0]["text"]
    assert "{" not in message["text"]
    assert (len(message["text"]) > len(fixed)) == has_placeholders
    assert all("{" not in button["title"] and button["payload"].startswith("/") for button in message["buttons"])


async def test_a_response_the_domain_does_not_have_is_not_made_up():
    assert await say("utter_nothing", conversation()) is None


@pytest.mark.parametrize("name", [q.name for q in current_instrument().questions])
@pytest.mark.parametrize("prefix", ["utter_ask_", "utter_ask_again_"])
async def test_a_question_is_named_in_its_message(prefix, name):
    assert (await say(prefix + name, conversation()))["custom"] == {"question": name}


async def test_a_remark_names_no_question():
    assert (await say("utter_thank", conversation()))["custom"] == {}


async def test_a_proposal_is_put_in_words_with_yes_and_no_to_tap():
    message = await say("utter_propose", conversation(SAID[1], asked="env1"))
    assert message["text"] == "Shall I put “Often”?"
    assert message["custom"] == {"question": "env1", "proposal": 3}
    assert [button["payload"] for button in message["buttons"]] == [
        answer_payload("env1", 3),
        payload("change", question="env1"),
    ]


async def test_a_proposal_for_another_question_than_the_one_put_names_it():
    message = await say("utter_propose", conversation(SAID[1], asked="env2"))
    assert message["text"].startswith("Shall I put “")
    assert message["text"].endswith(": Often”?")


@pytest.mark.parametrize(
    ("entities", "text", "buttons"),
    [
        ([SAID[0]], "Noted: Local environment.", [("Change", "sector")]),
        (
            [SAID[0], {"entity": "effort", "value": 1}, {"entity": "effort_min", "value": 30}],
            "Noted: Local environment, Less than an hour a month.",
            [("Change: Public service area that matters most", "sector"), ("Change: Time that suits", "effort")],
        ),
    ],
    ids=["one answer", "two answers"],
)
async def test_what_was_understood_is_said_and_can_be_changed(entities, text, buttons):
    message = await say("utter_noted", conversation(*entities))
    assert message["text"] == text
    assert message["buttons"] == [
        {"title": title, "payload": payload("change", question=name)} for title, name in buttons
    ]


async def test_the_reason_given_is_that_of_the_pending_question():
    message = await say("utter_why", conversation(asked="effort"))
    assert message["text"] == current_instrument().question("effort").why


@pytest.mark.parametrize(("consent", "said"), [(1, True), (2, False), (None, False)])
async def test_the_reference_is_repeated_at_a_stop_only_where_answers_are_kept(consent, said):
    message = await say("utter_stopped", conversation(consent=consent))
    assert ("7K3M-QX9T" in message["text"]) is said


async def test_every_message_says_how_far_the_interview_is():
    before = (await say("utter_thank", conversation()))["progress"]
    after = (await say("utter_thank", conversation(sector=2, env1=3)))["progress"]
    assert after == {"answered": before["answered"] + 2, "total": before["total"]}


@pytest.mark.parametrize("name", ["utter_emergency", "utter_self_harm", "utter_abuse", "utter_concern"])
async def test_who_is_in_danger_is_given_the_numbers_of_the_country(name):
    assert "999" in (await say(name, conversation()))["text"]


@pytest.fixture
def made_up_language(tmp_path, monkeypatch):
    """A catalogue of a language that no one speaks, `qaa`."""
    catalogue = Catalog()
    catalogue.add("Hello!", "Ahoi!")
    catalogue.add("Local environment", "Grüna")
    catalogue.add("Noted: {noted}.", "{noted}: skribit.")
    catalogue.add("Change", "Schanj")
    folder = tmp_path / "qaa" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "coproduction.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(translation, "LOCALES", tmp_path)
    translation.translation.cache_clear()
    yield "qaa"
    translation.translation.cache_clear()


@pytest.mark.parametrize(
    ("name", "text", "titles"),
    [
        ("utter_greet", "Ahoi!", []),
        ("utter_noted", "Grüna: skribit.", ["Schanj"]),
        ("utter_ask_sector", "Which of these matters most to you?", ["Community safety", "Grüna", "Public health"]),
    ],
)
async def test_a_conversation_is_held_in_its_language_and_in_english_where_words_lack(
    made_up_language, name, text, titles
):
    message = await say(name, conversation(SAID[0], language=made_up_language))
    assert (message["text"], [button["title"] for button in message["buttons"]]) == (text, titles)


async def test_the_same_response_in_another_conversation_stays_english(made_up_language):
    assert (await say("utter_greet", conversation(language="en")))["text"] == "Hello!"

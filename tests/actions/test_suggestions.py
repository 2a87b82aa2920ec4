"""Suggestions: what is shown, chosen, told, declined, and what happens where that cannot be done."""

import json
import logging
from importlib import resources

import pytest
import sqlalchemy as sa
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import suggestions
from actions.suggestions import (
    DECLINE_REASONS,
    ActionChoose,
    ActionDecline,
    ActionDeclineReason,
    ActionMatch,
    ActionTellMore,
)
from coproduction.channels.payloads import payload
from coproduction.opportunities.importing import import_file
from tests.opportunities.catalogue_files import add, rows
from tests.records.events import SECRET_KEY

WISHES = {"sector": 2, "effort": 1, "company": 1, "place": 1, "topics": 99, "agegrp": 3, "language": "en"}


@pytest.fixture
def catalogue(sqlite_engine, monkeypatch):
    """The database of the action server, as yet without opportunities."""
    monkeypatch.setenv("DATABASE_URL", str(sqlite_engine.url))
    monkeypatch.setenv("SECRET_KEY", SECRET_KEY)
    suggestions.engine.cache_clear()
    suggestions.catalogue.cache_clear()
    yield sqlite_engine
    suggestions.engine().dispose()
    suggestions.engine.cache_clear()
    suggestions.catalogue.cache_clear()


@pytest.fixture
def sample(catalogue):
    """The same with the sample catalogue."""
    with resources.as_file(resources.files("coproduction.opportunities") / "sample.csv") as file:
        import_file(catalogue, file, source="sample")
    return catalogue


def run(action, slots, intent="answer", text="", **entities):
    """The message an action says, and the slots it sets."""
    found = [
        {"entity": name, "value": each}
        for name, value in entities.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    latest = {"intent": {"name": intent}, "entities": found, "text": text}
    dispatcher = CollectingDispatcher()
    tracker = Tracker.from_dict({"sender_id": "c-1", "slots": slots, "latest_message": latest})
    events = action.run(dispatcher, tracker, {})
    return dispatcher.messages[-1], {event["name"]: event["value"] for event in events}


def test_three_suggestions_are_shown_each_with_a_reason_and_buttons(sample):
    message, slots = run(ActionMatch(), WISHES)
    cards = message["custom"]["cards"]
    ids = [card["id"] for card in cards]
    assert message["response"] == "utter_match"
    assert message["custom"]["question"] == "match"
    assert len(set(ids)) == 3
    assert all(card["reasons"] and not card["unmet"] for card in cards)
    grounds = slots.pop("grounds")
    assert slots == {"on_show": ids, "spoken_of": None, "suggested": ids}
    assert [len(grounds[card["id"]].split()) for card in cards] == [len(card["reasons"]) for card in cards]
    assert grounds[ids[0]].startswith("sector effort company home")
    assert [button["payload"] for button in message["buttons"]] == [
        *(payload(intent, opportunity=i) for i in ids for intent in ("choose", "tell_more", "decline")),
        "/show_others",
        '/finish{"match": 1}',
    ]
    assert [button["title"] for button in message["buttons"][:4]] == [
        "1: I'll do it",
        "1: Tell me more",
        "1: Not for me",
        "2: I'll do it",
    ]
    assert [button.get("card") for button in message["buttons"]] == [*(i for i in ids for _ in range(3)), None, None]


def test_a_card_can_be_sent_as_json(sample):
    message, _ = run(ActionMatch(), WISHES)
    assert json.loads(json.dumps(message["custom"])) == message["custom"]


def test_others_are_other_ones_and_all_that_was_shown_is_remembered(sample):
    _, first = run(ActionMatch(), WISHES)
    _, second = run(ActionMatch(), {**WISHES, **first}, intent="show_others")
    assert not set(first["on_show"]) & set(second["on_show"])
    assert second["suggested"] == first["on_show"] + second["on_show"]


def test_after_a_reason_for_declining_one_more_is_shown_without_a_number(sample):
    _, first = run(ActionMatch(), WISHES)
    slots = {**WISHES, **first, "declined": {first["on_show"][0]: "wrong_place"}}
    message, second = run(ActionMatch(), slots, intent="decline_reason")
    new, *others = second["on_show"]
    assert new not in first["on_show"]
    assert others == first["on_show"][1:], "the others stay on show"
    assert second["spoken_of"] == new
    assert [card["id"] for card in message["custom"]["cards"]] == [new]
    assert message["buttons"][0]["title"] == "I'll do it"


def test_what_is_kept_is_what_was_chosen_and_what_else_is_on_show_and_not_declined(sample):
    message, slots = run(ActionMatch(), {**WISHES, "chosen": ["sample:mine"]})
    assert message["custom"]["keep"] == ["sample:mine", *slots["on_show"]]
    first, *others = slots["on_show"]
    message, _ = run(ActionDecline(), {**WISHES, **slots}, "decline", opportunity=first)
    assert message["custom"]["keep"] == others
    message, _ = run(ActionChoose(), {**WISHES, **slots}, "choose", opportunity=others[1])
    assert message["custom"]["keep"] == [others[1], first, others[0]]
    declined = {**WISHES, **slots, "declined": {first: None}}
    message, slots = run(ActionMatch(), declined, "decline_reason", opportunity=first, reason="other")
    assert set(message["custom"]["keep"]) == set(slots["on_show"])


def test_where_nothing_is_left_for_the_place_of_one_declined_the_others_stay(catalogue):
    for name in "abc":
        add(catalogue, f"council:{name}")
    on_show = ["council:a", "council:b", "council:c"]
    slots = {**WISHES, "on_show": on_show, "suggested": on_show, "declined": {"council:b": "other"}}
    message, changed = run(ActionMatch(), slots, intent="decline_reason")
    assert message["response"] == "utter_nothing_else"
    assert changed == {"on_show": ["council:a", "council:c"], "spoken_of": None}


def test_something_shorter_takes_less_time_than_what_is_on_show(sample):
    _, first = run(ActionMatch(), {**WISHES, "effort": 3})
    before = min(rows(sample)[identifier]["effort"] for identifier in first["on_show"])
    _, second = run(ActionMatch(), {**WISHES, "effort": 3, **first}, intent="show_others", wish="shorter")
    assert before > 0
    assert all(rows(sample)[identifier]["effort"] < before for identifier in second["on_show"])


def test_what_was_declined_is_not_suggested_again(sample):
    everything = list(rows(sample))
    kept = next(identifier for identifier in everything if identifier.startswith("sample:environment"))
    declined = {identifier: None for identifier in everything if identifier != kept}
    _, slots = run(ActionMatch(), {**WISHES, "declined": declined})
    assert slots["on_show"] == [kept]


def test_what_was_shown_comes_back_only_when_nothing_new_is_left_and_is_called_so(sample):
    message, slots = run(ActionMatch(), {**WISHES, "suggested": list(rows(sample))})
    assert message["response"] == "utter_match_repeated"
    assert len(slots["on_show"]) == 3


def test_where_nothing_meets_all_wishes_the_introduction_says_which_are_not_met(catalogue):
    for name in "abc":
        add(catalogue, f"council:{name}", sector=1, effort=1, company="1", place=1)
    message, _ = run(ActionMatch(), WISHES)
    assert message["response"] == "utter_match_relaxed"
    assert message["unmet"].endswith(".")
    assert message["unmet"].count(".") == 1, "the same wish is named once"


@pytest.mark.parametrize(
    "slots", [WISHES, {**WISHES, "agegrp": 1}, {}], ids=["an adult", "a child", "someone who said nothing"]
)
def test_where_nothing_is_open_the_citizen_is_told(catalogue, slots):
    add(catalogue, "council:full", capacity=1, taken=1)
    add(catalogue, "council:draft", status="draft")
    add(catalogue, "council:old", min_age=65)
    message, changed = run(ActionMatch(), slots)
    assert (message["response"], changed) == ("utter_no_match", {"on_show": []})


@pytest.mark.parametrize("missing", [66, 77, 88, 99])
def test_a_missing_code_is_no_wish(sample, missing):
    slots = {**dict.fromkeys(("sector", "effort", "company", "place", "agegrp", "topics"), missing), "language": "en"}
    assert run(ActionMatch(), slots)[1] == run(ActionMatch(), {})[1]


def test_choosing_gives_the_first_step_and_takes_a_place(catalogue):
    add(catalogue, "council:o", title="River walk", first_step="Come on Sunday.", link="https://a.example", capacity=2)
    message, slots = run(ActionChoose(), {**WISHES, "on_show": ["council:o"]}, opportunity="council:o")
    assert message["response"] == "utter_first_step"
    assert (message["title"], message["first_step"], message["link"]) == (
        "River walk",
        "Come on Sunday.",
        "https://a.example",
    )
    assert slots == {"chosen": ["council:o"], "spoken_of": "council:o", "match": 1}
    assert rows(catalogue)["council:o"]["taken"] == 1


def test_several_can_be_chosen_at_once(catalogue):
    add(catalogue, "council:a", capacity=2)
    add(catalogue, "council:full", capacity=1, taken=1)
    add(catalogue, "council:b", capacity=2)
    _, slots = run(ActionChoose(), WISHES, opportunity=["council:a", "council:full", "council:b"])
    assert slots["chosen"] == ["council:a", "council:b"]
    assert [rows(catalogue)[f"council:{name}"]["taken"] for name in ("a", "full", "b")] == [1, 1, 1]


def test_a_choice_can_be_taken_back_and_its_place_is_free_again(catalogue):
    add(catalogue, "council:o", capacity=1)
    message, slots = run(ActionChoose(), WISHES, opportunity="council:o")
    assert message["buttons"] == [
        {"title": "I can't do it after all", "payload": payload("decline", opportunity="council:o")}
    ]
    message, changed = run(ActionDecline(), {**WISHES, **slots})
    assert message["response"] == "utter_decline_reason"
    assert changed == {"declined": {"council:o": None}, "chosen": []}
    assert rows(catalogue)["council:o"]["taken"] == 0


def test_one_chosen_instead_frees_the_place_of_the_one_before(catalogue):
    add(catalogue, "council:a", capacity=1)
    add(catalogue, "council:b", capacity=1)
    _, slots = run(ActionChoose(), WISHES, opportunity="council:a")
    _, slots = run(ActionChoose(), {**WISHES, **slots}, opportunity="council:b", wish="instead")
    assert slots["chosen"] == ["council:b"]
    assert [rows(catalogue)[f"council:{name}"]["taken"] for name in "ab"] == [0, 1]


def test_only_what_all_suggestions_miss_is_said_of_all(catalogue):
    add(catalogue, "council:a", sector=1, effort=1, company="1", place=1)
    add(catalogue, "council:b", sector=1, effort=1, company="3", place=1)
    message, _ = run(ActionMatch(), WISHES)
    assert "environment" in message["unmet"]
    assert "on your own" not in message["unmet"]


def test_choosing_twice_takes_one_place(catalogue):
    add(catalogue, "council:o", capacity=5)
    _, slots = run(ActionChoose(), WISHES, opportunity="council:o")
    message, again = run(ActionChoose(), {**WISHES, **slots}, opportunity="council:o")
    assert message["response"] == "utter_first_step"
    assert again["chosen"] == ["council:o"]
    assert rows(catalogue)["council:o"]["taken"] == 1


def test_without_a_first_step_the_summary_stands_in(catalogue):
    add(catalogue, "council:o", summary="Walk along the river.")
    message, _ = run(ActionChoose(), WISHES, opportunity="council:o")
    assert (message["first_step"], message["link"]) == ("Walk along the river.", "")


@pytest.mark.parametrize(
    ("limits", "slots"),
    [
        ({"capacity": 1, "taken": 1}, WISHES),
        ({"min_age": 18}, {**WISHES, "agegrp": 1}),
        ({"min_age": 18}, {**WISHES, "agegrp": 77}),
        ({"max_age": 24}, WISHES),
    ],
    ids=["full", "too young", "age not said", "too old"],
)
def test_what_is_not_open_to_the_citizen_cannot_be_chosen(catalogue, limits, slots):
    add(catalogue, "council:o", title="River walk", **limits)
    message, changed = run(ActionChoose(), slots, opportunity="council:o")
    assert (message["response"], message["title"], changed) == ("utter_taken", "River walk", {})
    assert rows(catalogue)["council:o"]["taken"] == limits.get("taken", 0)


def test_someone_else_may_take_the_last_place_between_looking_and_choosing(catalogue, monkeypatch):
    add(catalogue, "council:o", capacity=1)
    held = suggestions.catalogue().current()
    monkeypatch.setattr(type(suggestions.catalogue()), "current", lambda _self: held)
    assert run(ActionChoose(), WISHES, opportunity="council:o")[0]["response"] == "utter_first_step"
    assert run(ActionChoose(), WISHES, opportunity="council:o")[0]["response"] == "utter_taken"


def test_telling_more_says_what_is_known_and_remembers_what_was_spoken_of(catalogue):
    add(
        catalogue,
        "council:o",
        title="River walk",
        summary="Walk along the river.",
        organisation="River Trust",
        address="1 Bank",
        starts_on=sa.func.date("2026-05-01"),
        effort=1,
        minutes_per_month=20,
        company="1",
        place=1,
        min_age=16,
        link="https://a.example",
    )
    message, slots = run(ActionTellMore(), WISHES, opportunity="council:o")
    assert message["response"] == "utter_details"
    assert (message["summary"], message["facts"]) == (
        "Walk along the river.",
        "It takes about 20 minutes a month. You can do it on your own. You can do it at home or online. "
        "It is for people of 16 and over. It is organised by River Trust. Where: 1 Bank. It begins on 2026-05-01.",
    )
    assert slots == {"spoken_of": "council:o"}
    assert [button["payload"] for button in message["buttons"]] == [
        payload("choose", opportunity="council:o"),
        payload("decline", opportunity="council:o"),
        "/show_others",
        '/finish{"match": 1}',
    ]


@pytest.mark.parametrize(
    ("slots", "entities", "meant"),
    [
        ({"on_show": ["council:a", "council:b"]}, {"opportunity": "council:b"}, "council:b"),
        ({"on_show": ["council:a", "council:b"], "spoken_of": "council:a"}, {}, "council:a"),
        ({"on_show": ["council:a", "council:b"], "spoken_of": "council:a"}, {"opportunity": "council:b"}, "council:b"),
        ({"on_show": ["council:a"]}, {}, "council:a"),
    ],
    ids=["named", "spoken of", "named, though another was spoken of", "the only one on show"],
)
def test_which_suggestion_is_meant(catalogue, slots, entities, meant):
    add(catalogue, "council:a")
    add(catalogue, "council:b")
    assert run(ActionTellMore(), slots, **entities)[1] == {"spoken_of": meant}


@pytest.mark.parametrize(
    ("action", "intent"), [(ActionChoose, "choose"), (ActionTellMore, "tell_more"), (ActionDecline, "decline")]
)
def test_where_it_is_not_clear_which_one_is_meant_the_citizen_is_asked(catalogue, action, intent):
    add(catalogue, "council:a", title="River walk")
    add(catalogue, "council:b", title="Bee count")
    add(catalogue, "council:c", title="Declined already")
    on_show = ["council:a", "council:b", "council:c", "council:gone"]
    message, slots = run(action(), {"on_show": on_show, "declined": {"council:c": None}})
    assert (message["response"], slots) == ("utter_which_suggestion", {})
    assert message["buttons"] == [
        {"title": "River walk", "payload": payload(intent, opportunity="council:a")},
        {"title": "Bee count", "payload": payload(intent, opportunity="council:b")},
    ]


def test_declining_takes_it_off_the_list_and_asks_why_with_a_button_for_each_reason(catalogue):
    add(catalogue, "council:o")
    slots = {**WISHES, "declined": {"council:x": "other"}}
    message, changed = run(ActionDecline(), slots, opportunity="council:o")
    assert message["response"] == "utter_decline_reason"
    assert changed == {"declined": {"council:x": "other", "council:o": None}}
    assert [button["payload"] for button in message["buttons"]] == [
        payload("decline_reason", opportunity="council:o", reason=reason) for reason in DECLINE_REASONS
    ]


@pytest.mark.parametrize(
    ("opportunity", "reason", "declined"),
    [
        ("council:o", "wrong_place", {"council:o": "wrong_place"}),
        ("council:o", "because", {"council:o": None}),
        ("council:other", "wrong_place", {"council:o": None}),
    ],
    ids=["a known reason", "an unknown reason", "not declined"],
)
def test_a_reason_stands_beside_what_was_declined(opportunity, reason, declined):
    slots = {"declined": {"council:o": None}}
    message, changed = run(ActionDeclineReason(), slots, opportunity=opportunity, reason=reason)
    assert (message["response"], changed) == ("utter_declined", {"declined": declined})


@pytest.mark.parametrize("action", [ActionMatch, ActionChoose, ActionTellMore, ActionDecline])
def test_a_failure_is_said_and_its_log_has_no_details(sample, caplog, action):
    with sample.begin() as connection:
        connection.exec_driver_sql("DROP TABLE opportunities")
    slots = {**WISHES, "comment": "private words"}
    with caplog.at_level(logging.DEBUG, logger="actions"):
        message, changed = run(action(), slots, text="private words", opportunity="sample:private")
    assert (message["response"], changed) == ("utter_match_unavailable", {})
    assert caplog.messages == [f"{action().name()} failed: OperationalError"]
    assert "private" not in caplog.text
    assert not any(record.exc_info for record in caplog.records)

"""What is said about the suggestions on show: which are meant, and what about them."""

import pytest

from coproduction.dialogue.understanding.situation import current_thresholds
from tests.dialogue.understanding.deciding import decide

SHOWN = ("first", "second", "third")
TITLES = {"first": "Walk along the river", "second": "Count the bees in your garden", "third": "Ring a neighbour"}


@pytest.mark.parametrize(
    ("text", "likely", "intent", "meant"),
    [
        ("I'll do the second one", "choose", "choose", ("second",)),
        ("I'd love to do the first and the third", "choose", "choose", ("first", "third")),
        ("the first and the third please", "choose", "tell_more", ("first", "third")),
        ("2 and 3", "choose", "tell_more", ("second", "third")),
        ("is the first one free?", "choose", "tell_more", ("first",)),
        ("who runs the first one", "choose", "tell_more", ("first",)),
        ("are the bees dangerous", "decline", "tell_more", ("second",)),
        ("I'd do the second if it was closer", "choose", "tell_more", ("second",)),
        ("I can't do the first one after all", "choose", "decline", ("first",)),
        ("I changed my mind about the walk", "choose", "decline", ("first",)),
        ("the first or the third", "choose", "choose", ()),
        ("I'll do all of them", "choose", "choose", SHOWN),
        ("all of them", "choose", "tell_more", SHOWN),
        ("all", "delete_answers", "tell_more", SHOWN),
        ("1, 3", "choose", "tell_more", ("first", "third")),
        ("1 or 3", "choose", "choose", ()),
        ("I'd do the bee one if I had a garden", "choose", "tell_more", ("second",)),
        ("anything but the bees", "choose", "decline", ("second",)),
        ("walk", "show_others", "tell_more", ("first",)),
        ("how do I start", "start_over", "tell_more", ()),
        ("do it", "start_over", "choose", ()),
        ("I changed my mind", "finish", "decline", ()),
        ("scrap the second", "choose", "decline", ("second",)),
        ("bin the second one", "choose", "decline", ("second",)),
        ("the first I could do without", "choose", "decline", ("first",)),
        ("the second sounds awful", "choose", "decline", ("second",)),
        ("I don't like bees", "tell_more", "decline", ("second",)),
        ("the second maybe", "choose", "tell_more", ("second",)),
        ("wouldn't mind the bees", "decline", "tell_more", ("second",)),
        ("go for number two", "choose", "choose", ("second",)),
        ("that one", "finish", "choose", ()),
        ("you pick", "swearing", "choose", ()),
        ("more please", "finish", "show_others", ()),
        ("the bee one", "choose", "tell_more", ("second",)),
        ("I'll do the bee one", "choose", "choose", ("second",)),
        ("I could do the walk and the bees", "choose", "choose", ("first", "second")),
        ("bees", "nonsense", "tell_more", ("second",)),
        ("tell me more about the last one", "tell_more", "tell_more", ("third",)),
        ("2", "nonsense", "tell_more", ("second",)),
        ("not the first", "decline", "decline", ("first",)),
        ("none of these", "decline", "show_others", ()),
        ("none", "deny", "show_others", ()),
        ("something else", "show_others", "show_others", ()),
        ("no thanks", "deny", "finish", ()),
        ("that's all", "finish", "finish", ()),
    ],
)
def test_suggestions_are_spoken_of_in_words(text, likely, intent, meant):
    decision = decide(text, "match", likely={likely: 0.6}, on_show=SHOWN, titles=TITLES)
    assert (decision.intent, decision.opportunities) == (intent, meant)


def test_one_can_be_chosen_instead_of_another():
    decision = decide("I'll take the second instead", "match", likely={"choose": 0.8}, on_show=SHOWN)
    assert (decision.intent, decision.opportunities, decision.wish) == ("choose", ("second",), "instead")


@pytest.mark.parametrize("text", ["all of them", "a first", "I'll do 2 and 3"])
def test_nothing_is_chosen_while_another_question_is_open(text):
    assert decide(text, "hea1", likely={"choose": 0.9}, on_show=SHOWN).intent != "choose"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("because of my knees", "other"), ("it's too far for me", "wrong_place"), ("takes too long", "too_much_time"),
     ("I do that already", "does_already"), ("cos I can't walk along rivers", "other")],
)  # fmt: skip
def test_why_one_was_declined_can_be_said_in_words(text, reason):
    decision = decide(text, "match", on_show=SHOWN, titles=TITLES, declining="second")
    assert (decision.intent, decision.opportunities, decision.reason) == ("decline_reason", ("second",), reason)


def test_only_what_is_surely_danger_is_no_reason_for_declining():
    thresholds = current_thresholds()
    perhaps, surely = ({"self_harm": share, "nonsense": 1 - share} for share in (0.6, thresholds.danger + 0.01))
    assert thresholds.concern < 0.6 < thresholds.danger
    assert (
        decide("it all gets on top of me", "match", likely=perhaps, on_show=SHOWN, declining="first").reason == "other"
    )
    assert (
        decide("it all gets on top of me", "match", likely=surely, on_show=SHOWN, declining="first").intent
        == "self_harm"
    )


def test_what_was_declined_can_be_taken_after_all():
    for text in ("actually yes I'll do it", "actually I will do it", "oh go on then, actually"):
        decision = decide(text, "match", on_show=SHOWN, declining="second")
        assert (decision.intent, decision.opportunities) == ("choose", ("second",))


def test_naming_another_suggestion_is_no_reason_for_declining():
    decision = decide("the first one", "match", on_show=SHOWN, titles=TITLES, declining="second")
    assert (decision.intent, decision.opportunities) == ("tell_more", ("first",))


@pytest.mark.parametrize(("text", "reason"), [("no reason", "other"), ("skip", None)])
def test_no_reason_has_to_be_given_for_declining(text, reason):
    decision = decide(text, "match", likely={"self_harm": 0.9}, on_show=SHOWN, declining="second")
    assert (decision.intent, decision.opportunities, decision.reason) == ("decline_reason", ("second",), reason)


@pytest.mark.parametrize("text", ["do it", "I'm in", "how do I start"])
def test_words_about_a_suggestion_mean_something_else_at_another_question(text):
    assert decide(text, "background", on_show=SHOWN).intent not in ("choose", "tell_more")


def test_stopping_is_no_reason_for_declining():
    assert decide("stop", "match", on_show=SHOWN, declining="second").intent == "finish"


@pytest.mark.parametrize("text", ["anything quicker?", "something shorter please", "too long", "takes too much time"])
def test_something_shorter_can_be_asked_for(text):
    decision = decide(text, "match", on_show=SHOWN)
    assert (decision.intent, decision.wish) == ("show_others", "shorter")


def test_a_choice_can_be_taken_back_after_the_suggestions():
    assert decide("I can't do it after all", "background", on_show=SHOWN).intent == "decline"
    named = decide("I can't do the second one after all", "background", on_show=SHOWN)
    assert (named.intent, named.opportunities) == ("decline", ("second",))


def test_not_for_me_means_the_one_just_spoken_of():
    decision = decide("not for me", "match", likely={"decline": 0.8}, on_show=SHOWN, spoken_of="second")
    assert (decision.intent, decision.opportunities) == ("decline", ("second",))


def test_after_the_end_others_can_still_be_asked_for():
    assert decide("show me others", None, likely={"show_others": 0.8}, on_show=SHOWN).intent == "show_others"


ON_SHOW = {
    "on_show": ("birds", "phone", "lights"),
    "titles": {"birds": "Count birds", "phone": "Phone a neighbour", "lights": "Report broken street lights"},
}


@pytest.mark.parametrize(
    ("text", "intent", "meant"),
    [
        ("not the birds", "decline", ("birds",)),
        ("maybe the middle one", "tell_more", ("phone",)),
        ("I can't do the phone one after all", "decline", ("phone",)),
        ("I already do the phone one", "decline", ("phone",)),
        ("yes", "choose", ()),
        ("not interested in any of them", "show_others", ()),
        ("I'll think about it", "finish", ()),
        ("that's all", "finish", ()),
    ],
)
def test_everyday_words_about_the_suggestions_on_show(text, intent, meant):
    decision = decide(text, "match", likely={"choose": 0.9}, **ON_SHOW)
    assert (decision.intent, decision.opportunities) == (intent, meant)


def test_yes_to_the_suggestion_spoken_of_chooses_it():
    decision = decide("yes please", "match", spoken_of="phone", **ON_SHOW)
    assert (decision.intent, decision.opportunities) == ("choose", ("phone",))


def test_thinking_about_it_while_another_question_is_open_ends_nothing():
    assert decide("I'll think about it", "background", **ON_SHOW).intent != "finish"


def test_tell_me_more_is_about_the_suggestion_spoken_of():
    decision = decide("tell me more", "match", likely={"tell_more": 0.9}, spoken_of="phone", **ON_SHOW)
    assert (decision.intent, decision.opportunities) == ("tell_more", ("phone",))

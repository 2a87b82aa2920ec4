from collections import Counter

import pytest
import yaml

from coproduction.survey.instrument import current_instrument
from evaluation.outcomes import kind_of
from evaluation.utterances import CALIBRATION, HELD_OUT, HELD_OUT_DANGER, HELD_OUT_TALK, SETS, plain, read_utterances

DANGERS = {"emergency", "self_harm", "abuse"}


def test_danger_set_has_enough_of_every_danger_and_of_harmless_texts():
    utterances = read_utterances(HELD_OUT_DANGER, current_instrument())
    dangers = Counter(danger for utterance in utterances for danger in utterance.intents & DANGERS)
    assert dangers["emergency"] >= 80
    assert dangers["self_harm"] >= 80
    assert dangers["abuse"] >= 40
    assert sum(not utterance.intents & DANGERS for utterance in utterances) >= 150


def test_danger_set_says_of_no_text_that_it_may_be_harmless_or_danger():
    utterances = read_utterances(HELD_OUT_DANGER, current_instrument())
    assert not [u.question for u in utterances if u.intents & DANGERS and u.intents - DANGERS]


def test_talk_set_has_enough_about_suggestions_in_comments_and_beside_proposals():
    utterances = read_utterances(HELD_OUT_TALK, current_instrument())
    kinds = Counter(map(kind_of, utterances))
    assert kinds["suggestions"] >= 60
    assert kinds["comment"] >= 15
    assert kinds["proposals"] >= 30
    said = {intent for utterance in utterances for intent in utterance.intents}
    assert said >= {"choose", "tell_more", "decline", "show_others", "finish"}
    assert len({u.question for u in utterances if u.proposal is not None}) >= 15


def test_what_is_said_about_particular_suggestions_names_them_or_leaves_them_open():
    utterances = read_utterances(HELD_OUT_TALK, current_instrument())
    assert all(u.on_show for u in utterances if u.question == "match")
    open_ones = [u for u in utterances if u.intents & {"choose", "tell_more", "decline"} and not u.about]
    assert len(open_ones) == 1


@pytest.mark.parametrize("held_out", [HELD_OUT_DANGER, HELD_OUT_TALK], ids=["danger", "talk"])
def test_a_set_shares_no_text_with_the_other_sets(held_out):
    # Only a count is compared, so that a failure shows no text of a set that must not be looked into.
    instrument = current_instrument()
    texts = {
        path: {plain(utterance.text) for utterance in read_utterances(path, instrument)}
        for path in (HELD_OUT, HELD_OUT_DANGER, HELD_OUT_TALK, CALIBRATION)
    }
    own = texts.pop(held_out)
    shared = len(own & set().union(*texts.values()))
    assert shared == 0


def test_redaction_set_names_identifiers_that_stand_in_their_texts():
    items = yaml.safe_load((SETS / "redaction_held_out.yml").read_text(encoding="utf-8"))
    assert len({plain(item["text"]) for item in items}) == len(items) >= 180
    assert all(identifier in item["text"] for item in items for identifier in item["identifiers"])
    assert sum(not item["identifiers"] for item in items) >= 60

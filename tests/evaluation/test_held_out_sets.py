from collections import Counter

import yaml

from coproduction.survey.instrument import current_instrument
from evaluation.utterances import CALIBRATION, HELD_OUT, HELD_OUT_DANGER, SETS, plain, read_utterances

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


def test_danger_set_shares_no_text_with_the_other_sets():
    # Only a count is compared, so that a failure shows no text of a set that must not be looked into.
    instrument = current_instrument()
    danger, *others = (
        {plain(utterance.text) for utterance in read_utterances(path, instrument)}
        for path in (HELD_OUT_DANGER, HELD_OUT, CALIBRATION)
    )
    shared = len(danger & set().union(*others))
    assert shared == 0


def test_redaction_set_names_identifiers_that_stand_in_their_texts():
    items = yaml.safe_load((SETS / "redaction_held_out.yml").read_text(encoding="utf-8"))
    assert len({plain(item["text"]) for item in items}) == len(items) >= 180
    assert all(identifier in item["text"] for item in items for identifier in item["identifiers"])
    assert sum(not item["identifiers"] for item in items) >= 60

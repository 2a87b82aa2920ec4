"""Danger by likeness: outright, perhaps, or outweighed by something harmless."""

import pytest

from coproduction.dialogue.understanding.alarm import Alarm
from coproduction.dialogue.understanding.likeness import Likeness
from coproduction.dialogue.understanding.situation import current_thresholds

THRESHOLDS = current_thresholds()
OUTRIGHT, PERHAPS = THRESHOLDS.danger + 0.05, THRESHOLDS.concern + 0.05


def alarm(**probabilities):
    return Alarm(Likeness(lambda _: probabilities), THRESHOLDS, harmless={"service_request"})


@pytest.mark.parametrize("kind", ["emergency", "self_harm", "abuse"])
def test_a_text_mostly_like_danger_is_that_danger(kind):
    assert alarm(**{kind: OUTRIGHT, "nonsense": 1 - OUTRIGHT}).any("some words", "en").intent == kind


def test_a_text_somewhat_like_danger_is_a_concern():
    assert alarm(abuse=PERHAPS, nonsense=1 - PERHAPS).any("some words", "en").intent == "concern"


def test_kinds_of_danger_count_together():
    assert alarm(abuse=OUTRIGHT / 2, emergency=OUTRIGHT / 2, nonsense=1 - OUTRIGHT).any("some words", "en") is not None


def test_kinds_of_danger_outweigh_together_what_is_likelier_than_each():
    kinds = {"abuse": PERHAPS / 2, "emergency": PERHAPS / 2}
    assert alarm(**kinds, service_request=PERHAPS - 0.01, nonsense=0.6 - PERHAPS).any("words", "en").intent == "concern"


@pytest.mark.parametrize(("share", "intent"), [(THRESHOLDS.danger, "abuse"), (THRESHOLDS.concern, "concern")])
def test_a_share_as_large_as_the_threshold_is_enough(share, intent):
    assert alarm(abuse=share, nonsense=1 - share).any("some words", "en").intent == intent


def test_what_is_likelier_harmless_is_no_concern_but_a_danger_stays_one():
    assert alarm(emergency=PERHAPS, service_request=1 - PERHAPS).any("some words", "en") is None
    assert alarm(emergency=OUTRIGHT, service_request=1 - OUTRIGHT).any("some words", "en").intent == "emergency"


def test_what_is_like_nothing_at_all_is_nothing():
    assert alarm(emergency=THRESHOLDS.danger_alone / 2).any("some words", "en") is None


def test_a_short_text_is_left_to_others_where_asked_so():
    loud = alarm(emergency=OUTRIGHT)
    assert loud.likely("three short words", "en", shortest=8) is None
    assert loud.likely("a text that has only seven words", "en", shortest=8) is None
    assert loud.likely("a text that has just eight words here", "en", shortest=8).intent == "emergency"
    assert loud.likely("word", "en").intent == "emergency"


def test_an_idiom_is_no_danger_however_alike_it_looks():
    loud = alarm(self_harm=OUTRIGHT)
    assert loud.any("still alive", "en") is None
    assert loud.likely("90 and still alive and still kicking, still going", "en", shortest=8) is None


@pytest.mark.parametrize("text", ["", "asdfgh", "?!"])
def test_noise_is_no_danger(text):
    assert alarm(emergency=OUTRIGHT).any(text, "en") is None
    assert alarm(emergency=OUTRIGHT).likely(text, "en") is None

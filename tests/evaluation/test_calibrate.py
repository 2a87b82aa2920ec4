"""Calibration: thresholds follow from data."""

from coproduction.dialogue.understanding.situation import current_thresholds
from coproduction.survey.instrument import current_instrument
from evaluation.calibrate import calibrate, calibrate_danger, gain
from evaluation.utterances import Utterance

INSTRUMENT = current_instrument()
UTTERANCES = [
    Utterance("env1", "what on earth for", {}, frozenset({"ask_why"})),
    Utterance("env1", "whenever the mood takes hold", {"env1": 2}, frozenset()),
]


def classify(text):
    if "earth" in text:
        return {"ask_why": 0.3, "frequency_often": 0.2, "nonsense": 0.1}
    return {"frequency_sometimes": 0.3, "ask_why": 0.2, "nonsense": 0.1}


def test_thresholds_are_chosen_so_that_most_is_understood():
    start = current_thresholds()
    found = calibrate(INSTRUMENT, classify, UTTERANCES, start, grid=[0.2, 0.4, 0.9])
    assert gain(INSTRUMENT, classify, UTTERANCES, found) == 1.8
    assert gain(INSTRUMENT, classify, UTTERANCES, found) >= gain(INSTRUMENT, classify, UTTERANCES, start)
    assert found.digression == 0.4


def test_helplines_are_named_as_early_as_the_harmless_texts_allow():
    shares = {"a calm text of some length indeed": 0.3, "another text that is calm enough": 0.5}
    harmless = [Utterance("env1", text, {}, frozenset({"small_talk"})) for text in shares]

    def classify(text):
        return {"self_harm": shares[text], "small_talk": 1 - shares[text]}

    found = calibrate_danger(INSTRUMENT, classify, harmless, current_thresholds(), grid=[0.1, 0.4, 0.6, 0.9])
    assert (found.danger, found.concern) == (0.6, 0.6)


def test_texts_of_danger_do_not_decide_from_when_on_helplines_are_named():
    texts = [Utterance("env1", "a calm text of some length indeed", {}, frozenset({"self_harm"}))]
    found = calibrate_danger(INSTRUMENT, lambda _: {"self_harm": 0.5}, texts, current_thresholds(), grid=[0.1, 0.9])
    assert (found.danger, found.concern) == (0.1, 0.1)

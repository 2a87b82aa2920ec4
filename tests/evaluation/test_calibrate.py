"""Calibration: thresholds follow from data."""

from coproduction.dialogue.understanding.situation import current_thresholds
from coproduction.survey.instrument import current_instrument
from evaluation.calibrate import calibrate, gain
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

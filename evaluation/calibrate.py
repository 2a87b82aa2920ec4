"""`python -m evaluation.calibrate`: choose the thresholds of the classifier on the calibration set.

Each threshold in turn takes the value with which most is gained, until none changes any more. What is gained by an
utterance is in `GAINS`: a wrong code in the record costs more than several questions back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

import msgspec

import coproduction.dialogue.understanding
from coproduction.dialogue.understanding.decision import DANGERS
from coproduction.dialogue.understanding.model_file import load_classifier
from coproduction.dialogue.understanding.situation import Decision, Thresholds, current_thresholds
from coproduction.serve import MODEL, train_if_changed
from coproduction.survey.instrument import Instrument, current_instrument
from evaluation.outcomes import Outcome, judge
from evaluation.subjects import Ours
from evaluation.utterances import CALIBRATION, Utterance, read_utterances

GAINS = {
    Outcome.RIGHT: 1.0,
    Outcome.PROPOSED: 0.8,
    Outcome.ASKED_AGAIN: 0.0,
    Outcome.PROPOSED_WRONG: -0.3,
    Outcome.DIGRESSION: -0.5,
    Outcome.RECORDED_WRONG: -6.0,
}
DANGER_WEIGHT = 3.0
"""An emergency that is missed costs more than another digression."""
FALSE_ALARM = -2.0
"""Helplines for someone who spoke of nothing of the kind."""

GRID = [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.75]
NAMES = ("digression", "digression_alone", "skip", "danger", "propose", "propose_missing", "confirm")
"""What is calibrated; what is said about suggestions, and comments that are comments, are not in the set."""

RULES_LEFT_OUT = {"danger": frozenset({"danger"})}
"""The rules for danger were written with the set's misses at hand: with them, the set would say that hardly anything is
left for the classifier to find."""

HEADER = "# From which probability on the classifier is believed. Written by `python -m evaluation.calibrate`.\n"


def calibrate(
    instrument: Instrument,
    classify: Callable[[str], dict[str, float]],
    utterances: Sequence[Utterance],
    start: Thresholds,
    grid: Sequence[float] = GRID,
) -> Thresholds:
    """The thresholds with which most is gained on the utterances, from `start` on, one after the other.

    Of values that gain the same the most cautious one is taken: the lowest for danger, else the highest.
    """
    remembered = lru_cache(maxsize=None)(classify)
    best = start
    while True:
        before = best
        for name in NAMES:
            without = RULES_LEFT_OUT.get(name, frozenset())
            gains = [gain(instrument, remembered, utterances, _with(best, name, value), without) for value in grid]
            top = [value for value, gained in zip(grid, gains, strict=True) if gained >= max(gains) - 1e-9]
            best = _with(best, name, top[0] if name == "danger" else top[-1])
        if best == before:
            return best


def gain(
    instrument: Instrument,
    classify: Callable[[str], dict[str, float]],
    utterances: Sequence[Utterance],
    thresholds: Thresholds,
    without: frozenset[str] = frozenset(),
) -> float:
    """What is gained on the utterances with these thresholds, by all layers but those to do `without`."""
    ours = Ours(instrument, classify, thresholds, without)
    return sum(_gained(utterance, ours(utterance)) for utterance in utterances)


def _gained(utterance: Utterance, decision: Decision) -> float:
    if _is_danger(utterance):
        return DANGER_WEIGHT * GAINS[judge(utterance, decision)]
    return FALSE_ALARM if decision.intent in DANGERS else GAINS[judge(utterance, decision)]


def _is_danger(utterance: Utterance) -> bool:
    return bool(utterance.intents & DANGERS)


def _with(thresholds: Thresholds, name: str, value: float) -> Thresholds:
    return msgspec.structs.replace(thresholds, **{name: value})


def main() -> int:
    """Calibrate, write the thresholds, say what changed."""
    instrument = current_instrument()
    train_if_changed(Path("var"), print)
    utterances = read_utterances(CALIBRATION, instrument)
    start = current_thresholds()
    found = calibrate(instrument, load_classifier(MODEL).probabilities, utterances, start)
    with resources.as_file(resources.files(coproduction.dialogue.understanding) / "thresholds.yml") as path:
        path.write_text(HEADER + msgspec.yaml.encode(found).decode(), encoding="utf-8")
    for name in NAMES:
        print(f"{name}: {getattr(start, name)} → {getattr(found, name)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m evaluation.calibrate`: choose the thresholds of the classifier on the calibration set.

Those for danger first: as low as the harmless texts of the set allow, so that not more than a few of them bring up
helplines. Then each of the others in turn takes the value with which most is gained, until none changes any more. What
is gained by an utterance is in `GAINS`: a wrong code in the record costs more than several questions back.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

import msgspec

import coproduction.dialogue.understanding
from coproduction.dialogue.understanding.alarm import CONCERN
from coproduction.dialogue.understanding.likeness import DANGERS
from coproduction.dialogue.understanding.model_file import load_classifier
from coproduction.dialogue.understanding.situation import Thresholds, current_thresholds
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
MOST_OUTRIGHT, MOST_PERHAPS = 0.01, 0.025
"""The share of harmless texts to which helplines may be named outright, and in all, with the remark that it may be a
mistake. How many texts of danger are found does not decide: the rules were written with the set's misses at hand."""
DANGER_GRID = [value / 100 for value in range(20, 95, 5)]
"""Above `danger_alone`, below which a text is like nothing at all."""

GRID = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.75]
NAMES = ("digression", "digression_alone", "skip", "propose", "propose_missing", "confirm")
"""What is calibrated; what is said about suggestions, and comments that are comments, are not in the set."""

ACTS_AT_ONCE = ("confirm", "skip")

HEADER = "# From which probability on the classifier is believed. Written by `python -m evaluation.calibrate`.\n"


def calibrate(
    instrument: Instrument,
    classify: Callable[[str], dict[str, float]],
    utterances: Sequence[Utterance],
    start: Thresholds,
    grid: Sequence[float] = GRID,
) -> Thresholds:
    """The thresholds with which most is gained on the utterances, from `start` on, one after the other.

    Of values that gain the same the one in the middle is taken: those at either end are about to gain less. Only what
    codes an answer, or leaves a question out, without asking takes the highest.
    """
    remembered = lru_cache(maxsize=None)(classify)
    best = calibrate_danger(instrument, remembered, utterances, start)
    while True:
        before = best
        for name in NAMES:
            gains = [gain(instrument, remembered, utterances, _with(best, name, value)) for value in grid]
            top = [value for value, gained in zip(grid, gains, strict=True) if gained >= max(gains) - 1e-9]
            best = _with(best, name, top[-1] if name in ACTS_AT_ONCE else top[len(top) // 2])
        if best == before:
            return best


def calibrate_danger(
    instrument: Instrument,
    classify: Callable[[str], dict[str, float]],
    utterances: Sequence[Utterance],
    start: Thresholds,
    grid: Sequence[float] = DANGER_GRID,
) -> Thresholds:
    """The lowest thresholds for danger with which few enough harmless texts bring up helplines; the highest of the grid
    where none is high enough.
    """
    harmless = [utterance for utterance in utterances if not utterance.intents & DANGERS]

    def alarms(name: str, value: float, intents: frozenset[str]) -> float:
        thresholds = msgspec.structs.replace(start, **{"danger": 1.0, "concern": 1.0, name: value})
        ours = Ours(instrument, classify, thresholds)
        return sum(ours(utterance).intent in intents for utterance in harmless) / max(len(harmless), 1)

    found = {
        name: next((value for value in grid if alarms(name, value, intents) <= most), grid[-1])
        for name, intents, most in (
            ("danger", DANGERS, MOST_OUTRIGHT),
            ("concern", DANGERS | {CONCERN}, MOST_PERHAPS),
        )
    }
    return msgspec.structs.replace(start, danger=found["danger"], concern=min(found.values()))


def gain(
    instrument: Instrument,
    classify: Callable[[str], dict[str, float]],
    utterances: Sequence[Utterance],
    thresholds: Thresholds,
) -> float:
    """What is gained on the utterances with these thresholds."""
    ours = Ours(instrument, classify, thresholds)
    return sum(GAINS[judge(utterance, ours(utterance))] for utterance in utterances)


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
    for name in ("danger", "concern", *NAMES):
        print(f"{name}: {getattr(start, name)} → {getattr(found, name)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`make evaluate`: how well typed text is understood, side by side with Rasa's default pipeline.

Exit code 0: all figures are reached, and better than stock's. 1: one is not. 2: nothing could be measured.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.interview import remember_training
from benchmarks.report import check_markers, write_between_markers
from benchmarks.variants import ROOT, stock
from coproduction.dialogue.understanding.model_file import load_classifier
from coproduction.errors import UserError
from coproduction.serve import MODEL, fingerprint, train_if_changed
from coproduction.survey.instrument import current_instrument
from evaluation.report import (
    Result,
    comparison_table,
    confusions,
    danger_table,
    figures_table,
    is_good_enough,
    joined,
    layers_table,
    outcomes_table,
    worst,
)
from evaluation.subjects import Ours, Stock
from evaluation.utterances import CALIBRATION, HELD_OUT, HELD_OUT_DANGER, HELD_OUT_TALK, read_utterances

WORK = ROOT / "var" / "benchmark"
BEGIN = "<!-- result: written by `make evaluate` -->"
TRAINED_FROM = ("data/nlu/**/*.yml",)


def main() -> int:
    """Evaluate with the options of the command line."""
    options = _options()
    instrument = current_instrument()
    try:
        sets = (CALIBRATION,) if options.calibration else (HELD_OUT, HELD_OUT_TALK)
        utterances = [utterance for path in sets for utterance in read_utterances(path, instrument)]
        about_danger = [] if options.calibration else read_utterances(HELD_OUT_DANGER, instrument)
        WORK.mkdir(parents=True, exist_ok=True)
        if options.output is not None:
            check_markers(options.output, BEGIN)
        train_if_changed(WORK, _say)
        ours = Ours(instrument, load_classifier(MODEL).probabilities)
        stock_model = None if options.without_stock else _stock_model()
    except (UserError, ValueError, OSError, RuntimeError) as error:
        _say(f"Nothing was measured: {error}")
        return 2
    mine = Result()
    for utterance in (*utterances, *about_danger):
        layer, decision = ours.decide(utterance)
        mine.add(utterance, decision, layer, is_about_danger=utterance in about_danger)
    theirs = None
    if stock_model is not None:
        theirs, subject = Result(), Stock(instrument, stock_model)
        for utterance in (*utterances, *about_danger):
            theirs.add(utterance, subject(utterance), "stock", is_about_danger=utterance in about_danger)
    tables = [figures_table(mine, theirs)]
    tables += [comparison_table(mine, theirs)] if theirs is not None else []
    tables += [outcomes_table(mine, theirs), danger_table(mine, theirs)]
    tables.append(layers_table(mine, {layer: ours.cost(layer) for layer in ours.seconds}))
    text = joined(tables)
    print(text)
    if options.output is not None:
        write_between_markers(options.output, text, BEGIN)
    print("\nTaken for what, most often:", *confusions(mine, options.misses), sep="\n")
    print("\nWorst misses:", *worst(mine, options.misses), sep="\n")
    missed = is_good_enough(mine, theirs)
    if missed:
        _say(f"Missed: {', '.join(missed)}")
    return 1 if missed else 0


def _stock_model() -> Path:
    """The stock variant's model for the present examples; it is trained where there is none, which takes long."""
    variant = stock(WORK, 18500)
    stamp = variant.model.with_suffix(".sha256")
    wanted = fingerprint(ROOT, TRAINED_FROM)
    if not variant.model.exists() or not stamp.exists() or stamp.read_text() != wanted:
        _say("Training the stock pipeline on the same examples: 100 epochs, half an hour or more on two cores.")
        seconds = variant.measure_training()
        stamp.write_text(wanted)
        remember_training(WORK, {"stock": seconds})
        _say(f"Trained in {seconds:.0f} s.")
    return variant.model


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--calibration", action="store_true", help="on the calibration set, whose misses may be learnt from"
    )
    parser.add_argument("--without-stock", action="store_true", help="ours alone: seconds instead of half an hour")
    parser.add_argument("--misses", type=int, default=15, help="how many confusions and misses to show (15)")
    parser.add_argument("--output", type=Path, help="a document to write the tables into, between its markers")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        _say(f"Nothing was measured: {error}")
        sys.exit(2)

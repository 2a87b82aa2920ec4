"""`make bench`: the same scripted interviews through this assistant and through its stock variant, in one run.

Trains both, starts both on loopback, sends the interviews in alternation at 1, 8 and 32 concurrent citizens,
and prints the ratios beside their targets. Exit code 1 when a target is missed, 2 when nothing could be measured.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.load import run_round
from benchmarks.report import Measured, check_markers, markdown, rows, write_between_markers
from benchmarks.script import scripts
from benchmarks.variants import ROOT, Variant, ours, stock
from coproduction.errors import UserError
from coproduction.survey.instrument import current_instrument

WORK = ROOT / "var" / "benchmark"

WARM_UP = 4
"""Interviews that are held before anything is timed: caches fill, code is compiled."""

INTERVIEWS = {1: 6, 8: 16, 32: 32}
"""Concurrent citizens → interviews in a round."""

HIGHEST_FAILURE_SHARE = 0.05
"""Above this share of failed turns the comparison is not valid."""


def say(text: str) -> None:
    """Progress, on the error stream; the table alone goes to standard output."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def main() -> int:
    """Run the benchmark with the options of the command line."""
    options = _options()
    if options.output is not None:
        check_markers(options.output)  # now, not after all the work
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))  # so that the servers are stopped then too
    options.work.mkdir(parents=True, exist_ok=True)
    variants = {"ours": ours(options.work, options.port), "stock": stock(options.work, options.port + 10)}
    try:
        training = _train(variants, options.skip_training, options.work)
        measured = {name: Measured(training[name]) for name in variants}
        _measure(variants, measured, options.rounds, options.minutes)
    except (RuntimeError, OSError, UserError) as error:
        say(f"Nothing was measured: {error}")
        return 2
    finally:
        for variant in variants.values():
            variant.stop()
    return _report(measured, options.output, reused=options.skip_training)


def _directory(path: str) -> Path:
    return Path(path).resolve()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.interview", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="rounds at each number of citizens (3)")
    parser.add_argument("--minutes", type=float, default=10, help="begin no further round after so long (10)")
    parser.add_argument("--port", type=int, default=18500, help="first of the loopback ports (18500)")
    parser.add_argument(
        "--skip-training", nargs="+", default=[], choices=("ours", "stock"), help="whose model to reuse, with its time"
    )
    parser.add_argument("--work", type=_directory, default=WORK, help="where models and databases go")
    parser.add_argument("--output", type=Path, help="a document to write the table into, between its markers")
    return parser.parse_args()


def _train(variants: dict[str, Variant], skipped: Sequence[str], work: Path) -> dict[str, float]:
    """Training seconds of each variant: measured, or from the last run for those that are skipped."""
    for name, variant in variants.items():
        if name not in skipped:
            say(f"Training {name}.")
            seconds = variant.measure_training()
            say(f"Trained {name} in {seconds:.0f} s.")
            remember_training(work, {name: seconds})
    return remember_training(work, {})


def remember_training(work: Path, seconds: dict[str, float]) -> dict[str, float]:
    """Keep what training took beside what earlier trainings took; all that is known."""
    times = work / "training.json"
    known: dict[str, float] = json.loads(times.read_text()) if times.exists() else {}
    known.update(seconds)
    times.write_text(json.dumps(known))
    return known


def _measure(variants: dict[str, Variant], measured: dict[str, Measured], rounds: int, minutes: float) -> None:
    for name, variant in variants.items():
        measured[name].ready = variant.start()
        say(f"{name} is ready after {measured[name].ready:.0f} s.")
    instrument = current_instrument()
    for name, variant in variants.items():
        run_round(variant.channel, scripts(instrument, WARM_UP, seed=1), WARM_UP)
        measured[name].walked = WARM_UP
    began = time.monotonic()
    names = list(variants)
    for number in range(rounds):
        if number and time.monotonic() - began > 60 * minutes:
            say(f"Time is up after {number} rounds.")
            break
        for citizens, interviews in INTERVIEWS.items():
            for name in names:
                used = variants[name].cpu_seconds()
                walked = run_round(variants[name].channel, scripts(instrument, interviews, seed=number + 2), citizens)
                walked.server_cpu_seconds = variants[name].cpu_seconds() - used
                measured[name].rounds.setdefault(citizens, []).append(walked)
                measured[name].walked += interviews
                say(f"round {number + 1}, {citizens} citizens, {name}: {walked.turns_per_second:.1f} turns/s")
        names.reverse()
    for name, variant in variants.items():
        measured[name].memory = variant.memory()
        measured[name].stored = variant.stored()


def _report(measured: dict[str, Measured], output: Path | None, *, reused: Sequence[str]) -> int:
    ours_measured, stock_measured = measured["ours"], measured["stock"]
    table = rows(ours_measured, stock_measured)
    text = markdown(table, ours_measured, stock_measured, reused=reused)
    print(text)
    if output is not None:
        write_between_markers(output, text)
    missed = [row.what for row in table if row.missed]
    for name, of_variant in measured.items():
        failures = of_variant.failures().total()
        if failures > HIGHEST_FAILURE_SHARE * (failures + of_variant.turns()):
            missed.append(f"turns answered by {name}")
        if of_variant.stored < of_variant.walked:
            missed.append(f"conversations stored by {name}")
    if missed:
        say("Missed: " + "; ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

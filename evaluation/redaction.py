"""How well redaction works: `python -m evaluation.redaction` (part of `make evaluate`).

A set is a YAML list of `{text, identifiers}`: the identifiers must be gone, and all other words must stay. The
held-out set is looked at in totals only, so that nobody tunes the rules on its lines; the development set's misses
are printed. Exit code 0: the figures are reached. 1: one is not. 2: nothing could be measured.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from benchmarks.report import check_markers, write_between_markers
from coproduction.records.redaction import redact, redaction

HERE = Path(__file__).resolve().parent
HELD_OUT, DEVELOPMENT = HERE / "redaction_held_out.yml", HERE / "redaction_development.yml"
BEGIN = "<!-- redaction: written by `python -m evaluation.redaction --output FILE` -->"

GONE_AT_LEAST = 0.98
LOST_AT_MOST = 0.03
FEWEST_TEXTS = 150
TITLES = frozenset(
    """mr mrs ms miss mx dr prof cllr sir dame lord lady rev revd reverend fr sgt pc imam rabbi nurse councillor uncle
    auntie aunty""".split()
)
"""They may stay before a name that is gone."""

_MARK = re.compile(r"\[[a-z-]+\]")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Labelled(msgspec.Struct, frozen=True):
    """A text and the parts of it that identify someone."""

    text: str
    identifiers: list[str]


@dataclass
class Score:
    """Totals over a set. `misses` are the texts where something was not as it should be, redacted."""

    texts: int = 0
    identifiers: int = 0
    gone: int = 0
    words: int = 0
    lost: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, labelled: Labelled) -> None:
        """Redact a text and count what became of it."""
        redacted = redact(labelled.text)
        remaining = _words(_MARK.sub(" ", redacted))
        harmless = _words(_without(labelled))
        left = remaining - harmless
        staying = [identifier for identifier in labelled.identifiers if _stays(identifier, redacted, left)]
        lost = sum((harmless - remaining).values())
        self.texts += 1
        self.identifiers += len(labelled.identifiers)
        self.gone += len(labelled.identifiers) - len(staying)
        self.words += sum(harmless.values())
        self.lost += lost
        if staying or lost:
            self.misses.append(f"{labelled.text!r} → {redacted!r}" + (f" stays: {staying}" if staying else ""))

    @property
    def gone_share(self) -> float:
        """Share of the identifiers of which no word is left."""
        return self.gone / self.identifiers if self.identifiers else 1.0

    @property
    def lost_share(self) -> float:
        """Share of the harmless words that are gone."""
        return self.lost / self.words if self.words else 0.0

    def missed(self) -> list[str]:
        """What is not reached, in words."""
        found = []
        if self.gone_share < GONE_AT_LEAST:
            found.append(f"{self.gone_share:.1%} of identifiers gone, at least {GONE_AT_LEAST:.0%} wanted")
        if self.lost_share > LOST_AT_MOST:
            found.append(f"{self.lost_share:.1%} of harmless words lost, at most {LOST_AT_MOST:.0%} wanted")
        return found


def _words(text: str) -> Counter[str]:
    return Counter(word.lower() for word in _WORD.findall(text))


def _without(labelled: Labelled) -> str:
    text = labelled.text
    for identifier in sorted(labelled.identifiers, key=len, reverse=True):
        text = _whole(identifier).sub(" ", text)
    return text


def _whole(identifier: str) -> re.Pattern[str]:
    """An identifier by itself: the name "Ann" does not stand in "annual"."""
    return re.compile(rf"(?<!\w){re.escape(identifier)}(?!\w)")


def _stays(identifier: str, redacted: str, left: Counter[str]) -> bool:
    """Whether the identifier is there as it stood, or a word of it is left that is no title."""
    return bool(_whole(identifier).search(redacted)) or any(
        word in left for word in _words(identifier) if word not in TITLES
    )


def read_set(path: Path) -> list[Labelled]:
    """The labelled texts of a file; raises `ValueError` where an identifier is no part of its text."""
    found = msgspec.yaml.decode(path.read_bytes(), type=list[Labelled])
    for number, labelled in enumerate(found, start=1):
        if not all(identifier and _whole(identifier).search(labelled.text) for identifier in labelled.identifiers):
            raise ValueError(f"{path.name}: an identifier of text {number} does not stand in it")
    return found


def measure(labelled: Sequence[Labelled]) -> Score:
    """The totals over a set."""
    score = Score()
    for each in labelled:
        score.add(each)
    return score


def milliseconds(labelled: Sequence[Labelled]) -> float:
    """Median time of redacting a text."""
    redaction("en", "GB")
    times = []
    for each in labelled:
        begin = time.perf_counter()
        redact(each.text)
        times.append(time.perf_counter() - begin)
    return sorted(times)[len(times) // 2] * 1000


def table(scores: dict[str, Score], median: float) -> str:
    """A row a set."""
    lines = [
        "| set | texts | identifiers | of them gone | harmless words | of them lost |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {name} | {s.texts} | {s.identifiers} | {s.gone_share:.1%} | {s.words} | {s.lost_share:.1%} |"
        for name, s in scores.items()
    ]
    return "\n".join([*lines, "", f"Median time a text: {median:.2f} ms."])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both sets and say what is reached."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.redaction")
    parser.add_argument("--output", type=Path, help="a document to write the table into, between its markers")
    options = parser.parse_args(arguments)
    try:
        if options.output is not None:
            check_markers(options.output, BEGIN)
        development, held_out = read_set(DEVELOPMENT), read_set(HELD_OUT)
    except (OSError, ValueError, RuntimeError, msgspec.DecodeError) as error:
        print(f"Nothing was measured: {error}", file=sys.stderr)
        return 2
    scores = {"held out": measure(held_out), "development": measure(development)}
    text = table(scores, milliseconds(held_out))
    print(text)
    if options.output is not None:
        write_between_markers(options.output, text, BEGIN)
    print("\nMisses of the development set:", *(scores["development"].misses or ["none"]), sep="\n")
    missed = scores["held out"].missed()
    if len(held_out) < FEWEST_TEXTS:
        missed.append(f"{len(held_out)} held-out texts, at least {FEWEST_TEXTS} wanted")
    if missed:
        print(f"Missed: {'; '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

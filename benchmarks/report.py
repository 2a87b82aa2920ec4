"""The result: medians over the rounds, ratios beside their targets, as a Markdown table."""

from __future__ import annotations

import os
import platform
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.load import Round, percentile

BEGIN = "<!-- result: written by `make bench` -->"
END = "<!-- end of result -->"

TURNS_TARGET, TURNS_AIM = 6.0, 10.0
MEMORY_TARGET = 1 / 2
TRAINING_TARGET = 1 / 4
TYPED_TARGET = 1.5
"""Times a button's turn that a typed turn of ours may take, by their medians at one citizen."""


@dataclass
class Measured:
    """What was measured of one variant. Seconds and MB; rounds by the number of concurrent citizens.

    `walked` and `stored` count conversations: held in all, and found in the database afterwards.
    """

    training: float
    ready: float = float("nan")
    memory: dict[str, float] = field(default_factory=dict)
    rounds: dict[int, list[Round]] = field(default_factory=dict)
    walked: int = 0
    stored: int = 0

    def median(self, citizens: int, figure: Callable[[Round], float]) -> float:
        """The median of a figure over the rounds with so many citizens."""
        return statistics.median(map(figure, self.rounds[citizens]))

    def failures(self) -> Counter[str]:
        """What went wrong in all rounds, and how often."""
        return sum((r.failures for rounds in self.rounds.values() for r in rounds), Counter())

    def misunderstood(self) -> Counter[str]:
        """The typed turns after which something else was asked than the script expects, and how often."""
        return sum((r.misunderstood for rounds in self.rounds.values() for r in rounds), Counter())

    def turns(self) -> int:
        """Turns answered in all rounds."""
        return sum(r.turns for rounds in self.rounds.values() for r in rounds)


@dataclass(frozen=True)
class Row:
    """A line of the table; `ratio` is ours divided by stock, or what the line says."""

    what: str
    ours: str
    stock: str
    ratio: float
    target: str = ""
    missed: bool = False


def rows(ours: Measured, stock: Measured) -> list[Row]:
    """All lines of the table."""
    found = []
    for citizens in ours.rounds:
        found += _speed_rows(citizens, ours, stock)
    found.append(_typed_row(ours, stock))
    whole = sum(ours.memory.values()), sum(stock.memory.values())
    found += [
        Row("memory, Rasa and action server, MB", f"{whole[0]:.0f}", f"{whole[1]:.0f}", whole[0] / whole[1]),
        _at_most("memory, Rasa process, MB", ours.memory["rasa"], stock.memory["rasa"], MEMORY_TARGET, "1/2"),
        _at_most("training, s", ours.training, stock.training, TRAINING_TARGET, "1/4"),
        Row("ready after, s", f"{ours.ready:.0f}", f"{stock.ready:.0f}", ours.ready / stock.ready),
    ]
    return found


def _speed_rows(citizens: int, ours: Measured, stock: Measured) -> list[Row]:
    at = f"{citizens} citizen{'s' if citizens > 1 else ''}"
    pairs = zip(ours.rounds[citizens], stock.rounds[citizens], strict=True)
    ratio = statistics.median(a.turns_per_second / b.turns_per_second for a, b in pairs)
    speeds = [f"{m.median(citizens, lambda r: r.turns_per_second):.1f}" for m in (ours, stock)]
    target = f"≥ {TURNS_TARGET:g}, aim {TURNS_AIM:g}"
    found = [Row(f"{at}: turns/s", speeds[0], speeds[1], ratio, target, missed=ratio < TURNS_TARGET)]
    cpu = [m.median(citizens, lambda r: 1000 * r.server_cpu_seconds / max(1, r.turns)) for m in (ours, stock)]
    found.append(Row(f"{at}: processor time a turn, ms", f"{cpu[0]:.1f}", f"{cpu[1]:.1f}", cpu[0] / cpu[1]))
    kinds: dict[str, Callable[[Round], list[float]]] = {"button": lambda r: r.buttons, "typed": lambda r: r.typed}
    for kind, latencies in kinds.items():
        for share in (0.5, 0.95):

            def figure(r: Round, latencies: Callable[[Round], list[float]] = latencies, share: float = share) -> float:
                return percentile(latencies(r), share)

            a, b = ours.median(citizens, figure), stock.median(citizens, figure)
            ratio = a / b if b else float("nan")
            found.append(Row(f"{at}: {kind}, p{100 * share:.0f}, ms", f"{a:.1f}", f"{b:.1f}", ratio))
    return found


def _typed_row(ours: Measured, stock: Measured) -> Row:
    """How many times a button's turn a typed one takes; the figures are those ratios, not milliseconds."""
    one = min(ours.rounds)
    ratios = [m.median(one, lambda r: percentile(r.typed, 0.5) / percentile(r.buttons, 0.5)) for m in (ours, stock)]
    return Row(
        f"{one} citizen: typed turn in button turns, p50",
        f"{ratios[0]:.2f}",
        f"{ratios[1]:.2f}",
        ratios[0] / ratios[1],
        f"ours ≤ {TYPED_TARGET:g}",
        missed=ratios[0] > TYPED_TARGET,
    )


def _at_most(what: str, ours: float, stock: float, target: float, named: str) -> Row:
    ratio = ours / stock
    return Row(what, f"{ours:.0f}", f"{stock:.0f}", ratio, f"≤ {named}", missed=ratio > target)


def markdown(table: list[Row], ours: Measured, stock: Measured, *, reused: Sequence[str]) -> str:
    """The table with the facts about machine and run."""
    lines = ["| | ours | stock | ours / stock | target | |", "|---|--:|--:|--:|---|---|"]
    for row in table:
        verdict = "" if not row.target else "missed" if row.missed else "met"
        lines.append(f"| {row.what} | {row.ours} | {row.stock} | {row.ratio:.2f} | {row.target} | {verdict} |")
    rounds = [r for m in (ours, stock) for rs in m.rounds.values() for r in rs]
    busiest = max(r.load_cpu_seconds / r.seconds for r in rounds)
    counted = len(next(iter(ours.rounds.values())))
    facts = [
        f"{date.today().isoformat()}, {os.cpu_count()} cores ({_processor()}), Python {platform.python_version()}, "
        f"rasa {version('rasa')}, tensorflow {version('tensorflow')}; median of {counted} rounds",
        f"{ours.turns()} turns of ours and {stock.turns()} of stock answered; "
        f"failures: ours {_told(ours.failures())}; stock {_told(stock.failures())}",
        f"conversations stored on disk: ours {ours.stored} of {ours.walked}, stock {stock.stored} of {stock.walked}",
        f"typed turns not understood: ours {_told(ours.misunderstood())}; stock {_told(stock.misunderstood())}",
        f"the load generator took at most {busiest:.0%} of one core",
        f"typed turns: {sum(len(r.typed) for r in rounds) / max(1, sum(r.turns for r in rounds)):.0%}",
    ]
    if reused:
        facts.append(f"training time of an earlier run: {' and '.join(reused)} (`--skip-training`)")
    return "\n".join([*lines, "", *(f"- {fact}" for fact in facts)])


def _told(failures: Counter[str]) -> str:
    if not failures:
        return "none"
    return f"{failures.total()} (" + "; ".join(f"{n} × {what}" for what, n in failures.most_common(5)) + ")"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def check_markers(path: Path, begin: str = BEGIN) -> None:
    """Raise `ValueError` where a document lacks the two markers."""
    text = path.read_text(encoding="utf-8")
    if not 0 <= text.find(begin) < text.find(END):
        raise ValueError(f"{path} lacks the lines {begin!r} and {END!r}")


def write_between_markers(path: Path, text: str, begin: str = BEGIN) -> None:
    """Replace what stands between the two markers of a document."""
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{begin}\n\n{text}\n\n{END}{after}", encoding="utf-8")

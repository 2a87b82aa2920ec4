"""The tables: what became of the utterances, kind by kind, side by side; what each layer contributed and cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from coproduction.dialogue.understanding.alarm import CONCERN
from coproduction.dialogue.understanding.likeness import DANGERS
from coproduction.dialogue.understanding.situation import Decision
from evaluation.outcomes import Outcome, judge, kind_of
from evaluation.utterances import Utterance

DANGER_KIND = "emergencies and self-harm"
NOT_ANSWERS = ("digressions", DANGER_KIND, "abuse")

BEFORE_THE_SUGGESTIONS = (
    "consent",
    "sector",
    "habits",
    "effic",
    "more",
    "effort",
    "company",
    "place",
    "topics",
    "agegrp",
)
BACKGROUND = ("background", "gndr", "mnactic", "eisced", "domicil", "comment")
ORDER = (
    *BEFORE_THE_SUGGESTIONS,
    "suggestions",
    *BACKGROUND,
    "several facts",
    "an earlier question",
    "proposals",
    "too vague",
    *NOT_ANSWERS,
)


@dataclass(frozen=True)
class Case:
    """An utterance, what was decided about it, by which layer, and what became of it so."""

    utterance: Utterance
    decision: Decision
    layer: str
    outcome: Outcome


@dataclass
class Result:
    """What became of all utterances of a set; `about_danger` of those of the set on danger, which are a chapter by
    themselves: half of them are of danger, and the others sound like it.
    """

    cases: list[Case] = field(default_factory=list)
    about_danger: list[Case] = field(default_factory=list)

    def add(self, utterance: Utterance, decision: Decision, layer: str = "", *, is_about_danger: bool = False) -> None:
        """Judge a decision and keep it."""
        cases = self.about_danger if is_about_danger else self.cases
        cases.append(Case(utterance, decision, layer, judge(utterance, decision)))

    def of(self, *kinds: str) -> Result:
        """The cases of some kinds."""
        return Result([case for case in self.cases if kind_of(case.utterance) in kinds])

    @property
    def dangers(self) -> Result:
        """The cases of emergencies and self-harm, in both sets."""
        return Result([c for c in (*self.cases, *self.about_danger) if kind_of(c.utterance) == DANGER_KIND])

    @property
    def answers(self) -> Result:
        """The cases of answers that can be coded or kept in their own words, also beside a proposal."""
        return Result([case for case in self.cases if case.utterance.answers])

    def share(self, *outcomes: Outcome) -> float:
        """The share of cases with one of these outcomes."""
        return sum(case.outcome in outcomes for case in self.cases) / max(len(self.cases), 1)


@dataclass(frozen=True)
class Figure:
    """A figure asked for: its name, the share wanted, at least or at most, and where it is read."""

    name: str
    wanted: float
    at_least: bool

    def of(self, result: Result) -> float:
        """The figure of a result."""
        if self.name == "recorded wrong":
            return result.share(Outcome.RECORDED_WRONG)
        if self.name == "answers understood":
            return result.answers.share(Outcome.RIGHT, Outcome.PROPOSED)
        if self.name == DANGER_KIND:
            return result.dangers.share(Outcome.RIGHT)
        return result.of(self.name).share(Outcome.RIGHT)

    def is_met(self, share: float) -> bool:
        """Whether a share is what is wanted."""
        return share >= self.wanted if self.at_least else share <= self.wanted


FIGURES = (
    Figure("recorded wrong", 0.03, at_least=False),
    Figure("answers understood", 0.75, at_least=True),
    Figure("digressions", 0.85, at_least=True),
    Figure(DANGER_KIND, 0.95, at_least=True),
)


def figures_table(ours: Result, stock: Result | None) -> list[str]:
    """The figures asked for, side by side."""
    lines = ["| figure | ours | stock | wanted | |", "|---|--:|--:|--:|---|"]
    for figure in FIGURES:
        mine = figure.of(ours)
        other = figure.of(stock) if stock is not None else None
        wanted = f"{'≥' if figure.at_least else '≤'} {figure.wanted:.0%}"
        met = "met" if figure.is_met(mine) else "missed"
        lines.append(f"| {figure.name} | {mine:.1%} | {_share(other)} | {wanted} | {met} |")
    return lines


@dataclass(frozen=True)
class Column:
    """A share that is compared with stock's: its name, the outcomes it counts, and whether more of them is better."""

    name: str
    outcomes: tuple[Outcome, ...]
    more_is_better: bool


COLUMNS = (
    Column("right at once", (Outcome.RIGHT,), more_is_better=True),
    Column("right at once or in the proposal", (Outcome.RIGHT, Outcome.PROPOSED), more_is_better=True),
    Column("asked again", (Outcome.ASKED_AGAIN,), more_is_better=False),
    Column("recorded wrong", (Outcome.RECORDED_WRONG,), more_is_better=False),
)
TOTALS: dict[str, Callable[[Result], Result]] = {
    "all": lambda result: result,
    "answers": lambda result: result.answers,
    "digressions": lambda result: result.of("digressions"),
    DANGER_KIND: lambda result: result.dangers,
}


def comparison_table(ours: Result, stock: Result) -> list[str]:
    """Every total in every column, "ours / stock"; where stock is better, it says so.

    The verdict asks for the `FIGURES` only: stock never proposes, so it may code more at once, right and wrong.
    """
    lines = ["| of | " + " | ".join(column.name for column in COLUMNS) + " |", "|---|" + "--:|" * len(COLUMNS)]
    for name, part in TOTALS.items():
        cells = [_compared(column, part(ours), part(stock)) for column in COLUMNS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def _compared(column: Column, ours: Result, stock: Result) -> str:
    mine, theirs = ours.share(*column.outcomes), stock.share(*column.outcomes)
    is_behind = theirs > mine if column.more_is_better else theirs < mine
    return f"{mine:.1%} / {theirs:.1%}" + (" (stock is better)" if is_behind else "")


def outcomes_table(ours: Result, stock: Result | None) -> list[str]:
    """What became of the utterances, kind by kind; "14 / 9" is ours and stock."""
    lines = [
        "| kind | utterances | " + " | ".join(outcome.value for outcome in Outcome) + " |",
        "|---|--:|" + "--:|" * len(Outcome),
    ]
    for kind in ORDER:
        mine = ours.of(kind)
        if mine.cases:
            theirs = stock.of(kind) if stock is not None else None
            lines.append(_row(kind, mine, theirs))
    lines.append(_row("all", ours, stock))
    return lines


def _row(kind: str, ours: Result, stock: Result | None) -> str:
    mine, theirs = _counts(ours), _counts(stock) if stock is not None else None
    cells = [f"{mine[o]} / {theirs[o]}" if theirs is not None else str(mine[o]) for o in Outcome]
    return f"| {kind} | {len(ours.cases)} | " + " | ".join(cells) + " |"


def _counts(result: Result) -> Counter[Outcome]:
    return Counter(case.outcome for case in result.cases)


def danger_table(ours: Result, stock: Result | None) -> list[str]:
    """To whom numbers are named, outright or beside the remark that it may be a mistake; "14 / 9" is ours and stock."""
    lines = [
        "| texts | | recognised for what it is | another danger | numbers of all kinds, perhaps | none named |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for set_name, mine, theirs in (
        ("held-out set", ours.cases, stock.cases if stock else []),
        ("set on danger", ours.about_danger, stock.about_danger if stock else []),
    ):
        for name, is_meant in _TEXTS.items():
            rows = [_named([c for c in cases if is_meant(c.utterance)]) for cases in (mine, theirs)]
            cells = [f"{a} / {b}" if stock else str(a) for a, b in zip(*rows, strict=True)]
            if sum(rows[0]):
                lines.append(f"| {set_name}: {name} | {sum(rows[0])} | " + " | ".join(cells) + " |")
    return lines


_TEXTS: dict[str, Callable[[Utterance], bool]] = {
    "emergency": lambda utterance: "emergency" in utterance.intents,
    "self-harm": lambda utterance: "self_harm" in utterance.intents,
    "abuse": lambda utterance: "abuse" in utterance.intents,
    "nothing of the kind": lambda utterance: not utterance.intents & DANGERS,
}
"""What a text is about; one that is about two dangers counts in both."""


def _named(cases: Sequence[Case]) -> list[int]:
    """How many cases were recognised, taken for another danger, answered with all numbers, with none."""
    counts = [0, 0, 0, 0]
    for case in cases:
        intent = case.decision.intent
        if intent in DANGERS:
            counts[0 if intent in case.utterance.intents else 1] += 1
        else:
            counts[2 if intent == CONCERN else 3] += 1
    return counts


def layers_table(ours: Result, costs: dict[str, float]) -> list[str]:
    """What each layer decided, how much of it rightly, and what it cost wherever it was asked."""
    lines = ["| layer | decided | right or proposed right | recorded wrong | median ms |", "|---|--:|--:|--:|--:|"]
    for layer, cost in costs.items():
        cases = Result([case for case in ours.cases if case.layer == layer])
        right = sum(case.outcome in (Outcome.RIGHT, Outcome.PROPOSED) for case in cases.cases)
        wrong = sum(case.outcome is Outcome.RECORDED_WRONG for case in cases.cases)
        lines.append(f"| {layer} | {len(cases.cases)} | {right} | {wrong} | {cost:.2f} |")
    return lines


def confusions(result: Result, limit: int) -> list[str]:
    """What was taken for what most often, among what was not understood; without the texts."""
    pairs = Counter(
        (_expected(case.utterance), _understood(case.decision))
        for case in result.cases
        if case.outcome not in (Outcome.RIGHT, Outcome.PROPOSED)
    )
    return [f"{count:4d}  {expected}  →  {understood}" for (expected, understood), count in pairs.most_common(limit)]


def worst(result: Result, limit: int) -> Iterable[str]:
    """The utterances recorded wrong first, then those proposed wrong or taken for something else."""
    order = (Outcome.RECORDED_WRONG, Outcome.PROPOSED_WRONG, Outcome.DIGRESSION, Outcome.ASKED_AGAIN)
    missed = [case for outcome in order for case in result.cases if case.outcome is outcome]
    for case in missed[:limit]:
        label = f"{_expected(case.utterance)} → {_understood(case.decision)}"
        yield f"[{case.outcome.value}; {case.layer}] {case.utterance.question}: {case.utterance.text!r}  {label}"


def _expected(utterance: Utterance) -> str:
    if utterance.answers:
        return " ".join(f"{name}={code}" for name, code in utterance.answers.items())
    return "/".join(sorted(utterance.intents)) or "too vague"


def _understood(decision: Decision) -> str:
    if decision.answers:
        return " ".join(f"{name}={code}" for name, code in decision.answers.items())
    if decision.proposal is not None:
        return "{}={}?".format(*decision.proposal)
    return decision.intent


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def is_good_enough(ours: Result, stock: Result | None) -> list[str]:
    """The figures that are missed, or not better than stock's; empty where all is well.

    In the other columns of `comparison_table` stock may be better: it codes at once whatever it finds most likely.
    """
    missed = [figure.name for figure in FIGURES if not figure.is_met(figure.of(ours))]
    if stock is not None:
        missed += [f"{f.name} (stock)" for f in FIGURES if not _is_better(f, f.of(ours), f.of(stock))]
    return missed


def _is_better(figure: Figure, ours: float, stock: float) -> bool:
    return ours > stock if figure.at_least else ours < stock


def joined(parts: Sequence[list[str]]) -> str:
    """Tables, one below the other."""
    return "\n\n".join("\n".join(part) for part in parts)

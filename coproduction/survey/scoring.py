"""Scoring: effort bands, the three indices and the disposition of an interview."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from coproduction.survey.instrument import NO_ANSWER, Code, Instrument, Question
from coproduction.survey.routing import applies

INDEX_POINTS = {3: 100, 2: 50, 1: 0}
"""Points of often, sometimes and never. The 2008 index formula is not known; this one is the project's own."""

HOURS_OF_A_DAYS_HELP = 8
DAYS_PER_MONTH = 30
WEEKS_PER_MONTH = 4.33

AGE_BOUNDS = {
    0: (0, 12),
    1: (13, 17),
    2: (18, 24),
    3: (25, 34),
    4: (35, 44),
    5: (45, 54),
    6: (55, 64),
    7: (65, 74),
    8: (75, 120),
}
"""Code of an age group → youngest and oldest age in it, in years."""


EFFORT_MINUTES_BOUNDS = {1: (1, 59), 2: (60, 150), 3: (151, 479), 4: (480, 31 * 24 * 60)}
"""Code of `effort` → fewest and most minutes a month; 0 is no time."""


def effort_band(minutes: int) -> int:
    """The code of `effort` for so many minutes a month: 0 none, 1 under 60, 2 60–150, 3 151–479, 4 480 and more."""
    if minutes <= 0:
        return 0
    return 1 + sum(minutes >= bound for bound in (60, 151, 480))


def age_group(age: int) -> int:
    """The code of `agegrp` for an age in years; 0 is under 13."""
    return max(code for code, (youngest, _) in AGE_BOUNDS.items() if max(age, 0) >= youngest)


def index(instrument: Instrument, name: str, answers: Mapping[str, Code]) -> float | None:
    """One of the indices (`safety`, `environment`, `health`), 0–100; None when none of its items was answered.

    The mean over the answered items of often 100, sometimes 50, never 0; missing codes do not count.
    """
    points = [
        INDEX_POINTS[code] for item in instrument.behaviours(name) if (code := answers.get(item.name)) in INDEX_POINTS
    ]
    return round(sum(points) / len(points), 1) if points else None


class Disposition(str, Enum):
    """How an interview ended, with the group of AAPOR, Standard Definitions (10th ed., 2023), web surveys.

    Complete and partial follow the proportion AAPOR gives as a usual rule: of the questions on the
    path before the suggestions, all for a complete interview, at least half for a partial one.
    """

    COMPLETE = "complete"
    PARTIAL = "partial"
    BREAKOFF = "breakoff"
    REFUSED = "refused"
    INELIGIBLE = "ineligible"

    @property
    def aapor(self) -> str:
        """AAPOR's outcome code and group."""
        return {
            "complete": "1.1 complete interview (I)",
            "partial": "1.2 partial interview (P)",
            "breakoff": "2.12 break-off (R)",
            "refused": "2.11 refusal (R)",
            "ineligible": "4.7 not eligible (NE)",
        }[self.value]


def disposition(instrument: Instrument, answers: Mapping[str, Code]) -> Disposition:
    """The disposition of a consented interview with these answers.

    A question that was put and left (99, no answer) counts as unanswered; "don't know", "rather not say"
    and "does not apply" are answers. Optional questions (free text) do not count either way.
    """
    assumed = {"sector": 2, **answers}
    core = [q for q in _core_questions(instrument) if applies(q, assumed)]
    put = sum(q.name in answers for q in core)
    answered = sum(answers.get(q.name, NO_ANSWER) != NO_ANSWER for q in core)
    if put == len(core) and 2 * answered >= len(core):
        return Disposition.COMPLETE
    return Disposition.PARTIAL if 2 * answered >= len(core) else Disposition.BREAKOFF


def _core_questions(instrument: Instrument) -> list[Question]:
    names = [q.name for q in instrument.questions]
    before_match = instrument.questions[: names.index("match")]
    return [q for q in before_match if q.kind == "closed"]

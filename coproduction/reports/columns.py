"""The columns of the export, in order; one list for exports and the codebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from coproduction.survey.instrument import Category, Instrument, Question
from coproduction.survey.modes import MODES
from coproduction.survey.routing import conditions
from coproduction.survey.scoring import Disposition
from coproduction.survey.topics import OTHER, current_topics
from coproduction.survey.wording import SOMETHING_ELSE

Kind = Literal["text", "time", "code", "number"]
Measure = Literal["nominal", "ordinal", "scale"]

EFFORT_MINUTES = "effort_min"
WEIGHT = "weight"
"""The column that `export --weights` adds."""

INDICES = {"idx_safety": "safety", "idx_environment": "environment", "idx_health": "health"}
MATCH_COUNTS = {"matches_shown": "Opportunities suggested", "matches_chosen": "Opportunities chosen"}

_BEFORE = {
    "interview_id": ("text", "Random identifier of the interview"),
    "instrument": ("text", "Questionnaire and its version"),
    "mode": ("text", "How the interview was held"),
    "language": ("text", "Language of the interview, ISO 639-1"),
    "country": ("text", "Country, ISO 3166-1 alpha-2"),
    "started_at": ("time", "When consent was given, UTC"),
    "ended_at": ("time", "When the last question was put, UTC"),
    "disposition": ("text", "How the interview ended"),
}


@dataclass(frozen=True)
class Column:
    """One variable of an export.

    `question` is the wording put to respondents, None where none was; `universe` says who was asked. `decimals` is how
    many a number has; `ordered` says that the codes rise or fall with what they mean.
    """

    name: str
    kind: Kind
    label: str
    question: str | None = None
    categories: tuple[Category, ...] = ()
    missing: tuple[Category, ...] = ()
    text_codes: tuple[tuple[str, str], ...] = ()
    verified: bool | None = None
    universe: str | None = None
    decimals: int = 0
    ordered: bool = False

    @property
    def measure(self) -> Measure:
        """The level of measurement, as SPSS names them."""
        if self.kind in ("time", "number"):
            return "scale"
        return "ordinal" if self.ordered else "nominal"


def export_columns(instrument: Instrument) -> list[Column]:
    """The columns of the export for an instrument, in the order of the file."""
    columns = [Column(name, kind, label) for name, (kind, label) in _BEFORE.items()]  # type: ignore[arg-type]
    dispositions = tuple((disposition.value, disposition.aapor) for disposition in Disposition)
    columns[-1] = Column("disposition", "text", _BEFORE["disposition"][1], text_codes=dispositions)
    columns[2] = Column("mode", "text", _BEFORE["mode"][1], text_codes=tuple(MODES.items()))
    for question in instrument.variables:
        scale = instrument.scale_of(question)
        topics = current_topics()
        columns.append(
            Column(
                question.name,
                "code" if scale else "text",
                question.label or question.name,
                question.text,
                tuple(c for c in scale.categories if not c.screens_out) if scale else (),
                tuple(instrument.missing),
                (*((name, topics.label(name)) for name in topics.names), (OTHER, SOMETHING_ELSE))
                if question.kind == "topics"
                else (),
                question.verified,
                universe(instrument, question),
                ordered=scale is not None and scale.ordered,
            )
        )
        if question.minutes:
            columns.append(Column(EFFORT_MINUTES, "number", "Time that suits, minutes a month, where it was said"))
    ordered = _in_order(columns)
    ordered += [
        Column(name, "number", f"Index of {index}, 0–100: mean of often 100, sometimes 50, never 0", decimals=1)
        for name, index in INDICES.items()
    ]
    return ordered + [Column(name, "number", label) for name, label in MATCH_COUNTS.items()]


def universe(instrument: Instrument, question: Question) -> str:
    """Who is asked a question, in words; everyone in the record gave consent, so that is not repeated."""
    asked = []
    for name, codes in conditions(instrument, question).items():
        if name == "consent":
            continue
        said = [f"{code} ({instrument.label(name, code)})" for code in sorted(codes)]
        asked.append(f"{name} is {said[0] if len(said) == 1 else ', '.join(said[:-1]) + ' or ' + said[-1]}")
    return f"Respondents whose {', and '.join(asked)}" if asked else "All respondents"


def _in_order(columns: list[Column]) -> list[Column]:
    """The comment is asked last and stands beside the topics, as the record's contract has it."""
    comment = next(column for column in columns if column.name == "comment")
    others = [column for column in columns if column is not comment]
    after_topics = next(i for i, column in enumerate(others) if column.name == "topics") + 1
    return [*others[:after_topics], comment, *others[after_topics:]]

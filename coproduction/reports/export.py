"""The export: one row per consented interview, complete, partial or broken off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, TextIO

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.records.tables import answers, interviews, matches
from coproduction.reports.columns import EFFORT_MINUTES, INDICES, export_columns
from coproduction.survey.instrument import NO_ANSWER, Code, Instrument
from coproduction.survey.scoring import disposition, effort_band, index

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def interviews_table(engine: Engine, instrument: Instrument) -> pd.DataFrame:
    """All consented interviews with the columns of the record; codes are integers, empty is not asked.

    A question that was put last and not answered has 99 (no answer). `effort_min` is given only where it
    agrees with `effort`, which may have been changed by a button afterwards.
    """
    codes = _answers_by_interview(engine, instrument)
    shown, chosen = _match_counts(engine)
    query = sa.select(interviews).order_by(interviews.c.started_at, interviews.c.interview_id)
    with engine.connect() as connection:
        rows = [
            _row(instrument, interview, codes[interview["interview_id"]]) | _matches(interview, shown, chosen)
            for interview in connection.execute(query).mappings()
        ]
    columns = export_columns(instrument)
    table = pd.DataFrame(rows, columns=[column.name for column in columns])
    whole = {c.name: "Int64" for c in columns if c.kind == "code" or c.name in (EFFORT_MINUTES, *_COUNTS)}
    return table.astype({**whole, **dict.fromkeys(INDICES, "Float64")})


_COUNTS = ("matches_shown", "matches_chosen")


def write_csv(table: pd.DataFrame, output: TextIO) -> None:
    """Write a table as CSV (UTF-8, comma, header row); texts that a spreadsheet would run get a leading apostrophe."""
    safe = table.copy()
    for name in safe.select_dtypes("object").columns:
        safe[name] = safe[name].map(neutralise, na_action="ignore")
    safe.to_csv(output, index=False, lineterminator="\n")


def neutralise(value: object) -> object:
    """A text that cannot start a formula in a spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _answers_by_interview(engine: Engine, instrument: Instrument) -> dict[str, dict[str, Code]]:
    found: dict[str, dict[str, Code]] = defaultdict(dict)
    with engine.connect() as connection:
        for row in connection.execute(sa.select(answers.c.interview_id, answers.c.variable, answers.c.code)):
            found[row.interview_id][row.variable] = _code(instrument, row.variable, row.code)
    return found


def _code(instrument: Instrument, variable: str, stored: str) -> Code:
    closed = variable == EFFORT_MINUTES or instrument.scale_of(instrument.question(variable)) is not None
    return int(stored) if closed else stored


def _match_counts(engine: Engine) -> tuple[dict[str, int], dict[str, int]]:
    query = sa.select(
        matches.c.interview_id, sa.func.count().label("shown"), sa.func.count(matches.c.chosen_at).label("chosen")
    ).group_by(matches.c.interview_id)
    with engine.connect() as connection:
        rows = list(connection.execute(query))
    return {r.interview_id: r.shown for r in rows}, {r.interview_id: r.chosen for r in rows}


def _matches(interview: Mapping[str, Any], shown: Mapping[str, int], chosen: Mapping[str, int]) -> dict[str, Any]:
    if interview["completed_at"] is None:
        return {}
    identifier = interview["interview_id"]
    return {"matches_shown": shown.get(identifier, 0), "matches_chosen": chosen.get(identifier, 0)}


def _row(instrument: Instrument, interview: Mapping[str, Any], given: dict[str, Code]) -> dict[str, Any]:
    left = interview["last_question"]
    codes = dict(given)
    if left in instrument and instrument.question(left).recorded and left not in codes:
        codes[left] = NO_ANSWER if instrument.question(left).scale else str(NO_ANSWER)
    minutes = codes.get(EFFORT_MINUTES)
    if isinstance(minutes, int) and effort_band(minutes) != codes.get("effort"):
        del codes[EFFORT_MINUTES]
    indices = {name: index(instrument, which, given) for name, which in INDICES.items()}
    return {
        **{name: interview[name] for name in ("interview_id", "instrument", "mode", "language", "country")},
        "started_at": _iso(interview["started_at"]),
        "ended_at": _iso(interview["last_at"]),
        "disposition": disposition(instrument, given).value,
        **codes,
        **indices,
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, tz=timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")

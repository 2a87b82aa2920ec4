"""What the records as a whole say about the study: how many, when, by which mode, in which languages and versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timezone

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.records.tables import interviews
from coproduction.survey.modes import FACE_TO_FACE

SELF_SELECTED = (
    "The sample is self-selected: people who came to the council's website or wrote to it. No weighting makes it a "
    "probability sample."
)
NOT_THE_WORDING_OF_2008 = (
    "The items are the project's own and concept-compatible with the five-nation survey of 2008; its exact wording, "
    "answer scale and index formula are not known, so indices must not be set beside its figures without saying so."
)
LIMITS = f"{SELF_SELECTED} {NOT_THE_WORDING_OF_2008}"
"""What whoever reads the records must know."""
FIELD_INTERVIEWS = (
    "Interviews in person stand in the same file under another mode. How their respondents were chosen is for "
    "the council to describe."
)


@dataclass(frozen=True)
class Study:
    """Facts about the interviews in a record; `first` and `last` are days in UTC, None while there are none.

    A number of interviews below `smallest_group` is not stated.
    """

    interviews: int
    first: date | None
    last: date | None
    modes: tuple[str, ...]
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    instruments: tuple[str, ...]
    smallest_group: int

    @property
    def stated_interviews(self) -> str:
        """The number of interviews as it may be shown."""
        return str(self.interviews) if self.interviews >= self.smallest_group else f"fewer than {self.smallest_group}"

    @property
    def sampling(self) -> str:
        """How the respondents came to be in the file."""
        return f"{SELF_SELECTED} {FIELD_INTERVIEWS}" if FACE_TO_FACE in self.modes else SELF_SELECTED


def read_study(engine: Engine, smallest_group: int) -> Study:
    """The study as the records stand now; a number of interviews below `smallest_group` will not be stated."""
    c = interviews.c
    with engine.connect() as connection:
        count, first, last = connection.execute(
            sa.select(sa.func.count(), sa.func.min(c.started_at), sa.func.max(c.last_at)).select_from(interviews)
        ).one()
        modes, languages, countries, instruments = (
            tuple(connection.execute(sa.select(column).distinct().order_by(column)).scalars())
            for column in (c.mode, c.language, c.country, c.instrument)
        )
    return Study(count, _day(first), _day(last), modes, languages, countries, instruments, smallest_group)


def _day(seconds: float | None) -> date | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, tz=timezone.utc).date()

"""How long the interview takes, in words for the greeting: measured, or else the number of questions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from coproduction.survey.instrument import Instrument
from coproduction.survey.routing import progress

CACHE_SECONDS = 3600


class Duration:
    """The words for the duration, measured again once an hour.

    `median_minutes` gives the median of completed interviews, None while there are too few of them.
    """

    def __init__(
        self,
        median_minutes: Callable[[], int | None],
        instrument: Instrument,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._median_minutes = median_minutes
        self._instrument = instrument
        self._clock = clock
        self._words = ""
        self._until = float("-inf")

    async def words(self) -> str:
        """For example `It takes about 2 minutes`, or `There are 14 short questions` before it was measured."""
        if self._clock() >= self._until:
            try:
                minutes = await asyncio.to_thread(self._median_minutes)
            except SQLAlchemyError:  # the database is away: what was measured before, if anything
                return self._words or self._describe(None)
            self._words = self._describe(minutes)
            self._until = self._clock() + CACHE_SECONDS
        return self._words

    def _describe(self, minutes: int | None) -> str:
        if minutes is None:
            return f"There are {progress(self._instrument, {}).total} short questions"
        return f"It takes about {minutes} minute{'' if minutes == 1 else 's'}"

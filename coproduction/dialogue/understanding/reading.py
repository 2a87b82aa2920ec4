"""What a layer of understanding makes of an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """An answer as a code of its scale, and whether to code it (`sure`) or to propose it first.

    `doubtful` where the message casts doubt on it, not only the choice of words: nothing makes that sure.
    `minutes` are minutes a month and only set for effort, where the citizen named an amount of time.
    """

    code: int
    sure: bool
    layer: str
    minutes: int | None = None
    doubtful: bool = False

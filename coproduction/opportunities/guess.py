"""A suggested value for a column that a feed leaves empty."""

from __future__ import annotations

import msgspec


class Guess(msgspec.Struct, frozen=True):
    """A suggested value, and from 0 to 1 how sure it is."""

    value: int | str
    sure: float


Suggested = dict[str, Guess]
"""Column → guess; a column nothing points to is left out."""

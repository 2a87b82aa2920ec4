"""Matching: the few opportunities that fit a citizen best, ranked over a whole catalogue in array operations.

Hard limits (published, age, dates, capacity, not declined) are never broken. Wishes are met in the order
of `WISHES`: an opportunity that meets a more important one ranks above any that does not, so the last
in that order is the first to be given up. docs/catalogue.md says the same for officials.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.engine import Engine

from coproduction.opportunities.model import VIEW_COLUMNS, Opportunity, OpportunityView, Status
from coproduction.opportunities.wording import Wording
from coproduction.survey.scoring import AGE_BOUNDS, age_group
from coproduction.survey.topics import OTHER
from coproduction.translation import Translate

WISHES = ("new", "sector", "effort", "topic", "company", "place")
"""From the most important to the first given up. `new`: what was shown only comes back when nothing new is left."""

NEAR_KM = 8.0
"""How far away "near where I live" reaches: half an hour by bus or bicycle."""

FARTHER_KM = (NEAR_KM, 25.0, 100.0)
"""Of what fits equally well, nearer comes first in these steps; within a step all are equal."""

HORIZON_DAYS = 90
"""How long before it begins an opportunity is suggested: long enough to sign up for it."""

YOUNGEST = 13
EARTH_KM = 6371.0

_UNKNOWN_EFFORT = 99
_WISH_BITS, _PREFERENCE_BITS, _FAIR_BITS = 6, 8, 49
"""Parts of a key, most important first; a 64th bit above them says that the hard limits allow it."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Wishes:
    """What a citizen wishes; None is no wish (callers pass None for the missing codes 66, 77, 88, 99).

    `effort` is the band offered: what takes less fits too. `company` 4 is no preference. `age` is the lower
    bound of the age group in years; None: only what is open to everyone. `location` is latitude and
    longitude in degrees. `seed` belongs to the conversation and turns the order of equals.
    """

    today: dt.date
    seed: str
    sector: int | None = None
    effort: int | None = None
    company: int | None = None
    place: int | None = None
    topics: tuple[str, ...] = ()
    age: int | None = None
    location: tuple[float, float] | None = None
    shown: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Suggestion:
    """An opportunity, why it is suggested, and which wishes (names from `WISHES`, and words) it does not meet.

    `grounds` are the codes of the reasons, in their order; docs/record.md lists them.
    """

    opportunity: OpportunityView
    reasons: tuple[str, ...]
    unmet: tuple[str, ...] = ()
    unmet_wishes: tuple[str, ...] = ()
    distance_km: float | None = field(default=None, compare=False)
    grounds: tuple[str, ...] = ()


def catalogue_version(engine: Engine) -> tuple[object, ...]:
    """Something that changes whenever a published opportunity does: cheap to ask, to know when to load again."""
    statement = sa.select(sa.func.count(), sa.func.max(Opportunity.updated_at), sa.func.sum(Opportunity.taken))
    with engine.connect() as connection:
        return tuple(connection.execute(statement.where(Opportunity.status == Status.PUBLISHED.value)).one())


class Catalogue:
    """The published opportunities in columns, ready to be ranked for many citizens. Never changed once built."""

    def __init__(self, opportunities: Iterable[OpportunityView], version: tuple[object, ...] = ()) -> None:
        self.version = version
        self._views = sorted(opportunities, key=lambda view: view.id)
        self._position = {view.id: position for position, view in enumerate(self._views)}
        self._fair = np.array([_number(view.id) for view in self._views], dtype=np.uint64)
        self._limits = _Limits(self._views)
        self._sector = self._column(lambda v: v.sector or 0)
        self._effort = self._column(lambda v: _UNKNOWN_EFFORT if v.effort is None else v.effort)
        self._place = self._column(lambda v: v.place or 3)
        self._company = self._column(lambda v: sum(1 << int(code) for code in v.company.split()))
        self._topics = _rows_by_topic(self._views)
        self._points = _points(self._views)
        self._placed = ~np.isnan(self._points[0])

    @classmethod
    def load(cls, engine: Engine) -> Catalogue:
        """Read the published opportunities."""
        version = catalogue_version(engine)
        with engine.connect() as connection:
            rows = connection.execute(sa.select(*VIEW_COLUMNS).where(Opportunity.status == Status.PUBLISHED.value))
            return cls((OpportunityView(*row) for row in rows), version)

    def __len__(self) -> int:
        return len(self._views)

    def find(self, identifier: str) -> OpportunityView | None:
        """The published opportunity with this id, or None."""
        position = self._position.get(identifier)
        return None if position is None else self._views[position]

    def is_open_to(self, identifier: str, wishes: Wishes) -> bool:
        """Whether the hard limits allow an opportunity to a citizen; False where it is not published."""
        position = self._position.get(identifier)
        return position is not None and bool(self._limits.allow(wishes)[position])

    def rank(self, wishes: Wishes, limit: int = 3, translate: Translate = str) -> list[Suggestion]:
        """The best opportunities for these wishes, best first.

        Fewer than `limit` where the hard limits allow fewer, or where fewer new ones are left; empty only
        where the hard limits allow none at all.
        """
        if not self._views or limit < 1:
            return []
        allowed = self._limits.allow(wishes)
        allowed[self._rows(wishes.declined)] = False
        cosines = self._cosines(wishes.location)
        met = self._met(wishes, cosines)
        keys = self._keys(wishes, allowed, met, cosines)
        chosen = _varied(self._best(keys, 8 * limit), keys, self._views, limit)
        chosen = [row for row in chosen if met["new"][row] == met["new"][chosen[0]]]
        wording = Wording(translate)
        return [self._suggestion(row, wishes, met, cosines, wording) for row in chosen]

    def _column(self, value: Any) -> NDArray[np.int16]:
        return np.array([value(view) for view in self._views], dtype=np.int16)

    def _rows(self, identifiers: Iterable[str]) -> list[int]:
        return [self._position[identifier] for identifier in identifiers if identifier in self._position]

    def _cosines(self, location: tuple[float, float] | None) -> NDArray[np.float64] | None:
        """The cosine of the angle to each opportunity as seen from the Earth's centre; NaN where it has no place."""
        if location is None:
            return None
        x, y, z = _unit_vector(*location)
        return self._points[0] * x + self._points[1] * y + self._points[2] * z

    def _met(self, wishes: Wishes, cosines: NDArray[np.float64] | None) -> dict[str, Flags]:
        """For each wish, which opportunities meet it; a wish not made is met by all."""
        everyone = np.ones(len(self._views), dtype=bool)
        met = dict.fromkeys(WISHES, everyone)
        if shown := self._rows(wishes.shown):
            met["new"] = everyone.copy()
            met["new"][shown] = False
        if wishes.sector is not None:
            met["sector"] = self._sector == wishes.sector
        if wishes.effort is not None:
            met["effort"] = self._effort <= wishes.effort
        if _topics(wishes):
            met["topic"] = self._mentions(wishes) > 0
        if wishes.company in (1, 2, 3):
            met["company"] = (self._company & (1 << wishes.company)) > 0
        if wishes.place == 1:
            met["place"] = self._place == 1
        elif wishes.place == 2:
            met["place"] = self._near(cosines)
        return met

    def _near(self, cosines: NDArray[np.float64] | None) -> Flags:
        """What is at home or near: by distance where both places are known, else by the catalogue's code."""
        if cosines is None:
            return self._place <= 2
        by_code = (self._place == 2) & ~self._placed
        return (self._place == 1) | by_code | (cosines >= math.cos(NEAR_KM / EARTH_KM))

    def _mentions(self, wishes: Wishes) -> NDArray[np.uint8]:
        counts = np.zeros(len(self._views), dtype=np.uint8)
        for topic in _topics(wishes):
            if (rows := self._topics.get(topic)) is not None:
                counts[rows] += 1
        return counts

    def _keys(
        self, wishes: Wishes, allowed: Flags, met: dict[str, Flags], cosines: NDArray[np.float64] | None
    ) -> NDArray[np.uint64]:
        """One number for each opportunity, greater is better; 0 for what the hard limits forbid."""
        score = np.zeros(len(self._views), dtype=np.uint16)
        for wish in WISHES:
            score <<= 1
            score |= met[wish]
        score <<= _PREFERENCE_BITS
        score |= self._preference(wishes, cosines)
        keys = score.astype(np.uint64) << np.uint64(_FAIR_BITS)
        keys |= self._turn(wishes.seed) >> np.uint64(64 - _FAIR_BITS)
        keys |= np.uint64(1 << 63)
        keys *= allowed
        return keys

    def _preference(self, wishes: Wishes, cosines: NDArray[np.float64] | None) -> NDArray[np.uint16]:
        """What is better of opportunities that meet the same wishes: 3 bits effort, 2 topics, 1 place, 2 distance."""
        effort = np.zeros(len(self._views), dtype=np.uint16)
        if wishes.effort is not None:
            effort = np.maximum(0, 4 - np.abs(self._effort - wishes.effort)).astype(np.uint16)
        preference = (effort << 2) | np.minimum(self._mentions(wishes), 3)
        preference <<= 1
        if wishes.place == 2:
            preference |= self._place != 1
        preference <<= 2
        if cosines is None:
            return preference
        far = [cosines < math.cos(kilometres / EARTH_KM) for kilometres in FARTHER_KM]
        return preference + 3 - far[0] - far[1] - far[2]

    def _turn(self, seed: str) -> NDArray[np.uint64]:
        """A number for each opportunity that looks random and depends only on seed and id (splitmix64's finaliser)."""
        mixed = self._fair ^ np.uint64(_number(seed))
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed ^= mixed >> np.uint64(shift)
            mixed *= np.uint64(factor)
        mixed ^= mixed >> np.uint64(31)
        return mixed

    def _best(self, keys: NDArray[np.uint64], count: int) -> list[int]:
        """The rows with the greatest keys, best first, without those forbidden."""
        rows = np.arange(len(keys)) if count >= len(keys) else np.argpartition(keys, len(keys) - count)[-count:]
        rows = rows[np.argsort(keys[rows])[::-1]]
        return [int(row) for row in rows if keys[row]]

    def _suggestion(
        self,
        row: int,
        wishes: Wishes,
        met: dict[str, Flags],
        cosines: NDArray[np.float64] | None,
        wording: Wording,
    ) -> Suggestion:
        view = self._views[row]
        unmet = tuple(wish for wish in WISHES if not met[wish][row])
        distance = None
        if cosines is not None and self._placed[row]:
            distance = EARTH_KM * math.acos(min(1.0, max(-1.0, float(cosines[row]))))
        reasons = dict(_reasons(view, wishes, unmet, distance, wording)) or {"open": wording.reason("open")}
        words = tuple(_unmet_words(view, wishes, wish, wording) for wish in unmet)
        return Suggestion(view, tuple(reasons.values()), words, unmet, distance, tuple(reasons))


class _Limits:
    """The hard limits in columns."""

    def __init__(self, views: Sequence[OpportunityView]) -> None:
        never, ever = dt.date.min.toordinal(), dt.date.max.toordinal()
        self._youngest = np.array([view.min_age for view in views], dtype=np.int16)
        self._oldest = np.array([999 if v.max_age is None else v.max_age for v in views], dtype=np.int16)
        self._first = np.array([v.starts_on.toordinal() if v.starts_on else never for v in views], dtype=np.int32)
        self._last = np.array([v.ends_on.toordinal() if v.ends_on else ever for v in views], dtype=np.int32)
        self._free = np.array([v.capacity is None or v.taken < v.capacity for v in views], dtype=bool)

    def allow(self, wishes: Wishes) -> Flags:
        """Which opportunities everyone in the citizen's age group may do today, and have a place left."""
        youngest, oldest = _age_range(wishes.age)
        today = wishes.today.toordinal()
        return (
            self._free
            & (self._youngest <= youngest)
            & (self._oldest >= oldest)
            & (self._first <= today + HORIZON_DAYS)
            & (self._last >= today)
        )


def _age_range(age: int | None) -> tuple[int, int]:
    """The youngest and the oldest a citizen may be, in years, who said this age group or nothing."""
    if age is None:
        return YOUNGEST, AGE_BOUNDS[8][1]
    return age, AGE_BOUNDS[age_group(age)][1]


def _topics(wishes: Wishes) -> list[str]:
    """The topics that can be met: "something else" names none."""
    return [topic for topic in dict.fromkeys(wishes.topics) if topic != OTHER]


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def _rows_by_topic(views: Sequence[OpportunityView]) -> dict[str, NDArray[np.int64]]:
    rows: dict[str, list[int]] = {}
    for row, view in enumerate(views):
        for topic in set(view.topics.split()):
            rows.setdefault(topic, []).append(row)
    return {topic: np.array(found, dtype=np.int64) for topic, found in rows.items()}


def _unit_vector(latitude: float, longitude: float) -> tuple[float, float, float]:
    phi, theta = math.radians(latitude), math.radians(longitude)
    return math.cos(phi) * math.cos(theta), math.cos(phi) * math.sin(theta), math.sin(phi)


def _points(views: Sequence[OpportunityView]) -> NDArray[np.float64]:
    """Three rows x, y, z on the unit sphere; NaN where there is no place, or none that matters (at home)."""
    nowhere = (math.nan, math.nan, math.nan)
    points = [
        nowhere if v.latitude is None or v.longitude is None or v.place == 1 else _unit_vector(v.latitude, v.longitude)
        for v in views
    ]
    return np.ascontiguousarray(np.array(points, dtype=np.float64).reshape(-1, 3).T)


def _varied(rows: list[int], keys: NDArray[np.uint64], views: Sequence[OpportunityView], limit: int) -> list[int]:
    """The first `limit` rows; of equals, those whose title and topics are not among the chosen come first."""
    chosen: list[int] = []
    rest = list(rows)
    titles: set[str] = set()
    topics: set[str] = set()
    while rest and len(chosen) < limit:
        score = keys[rest[0]] >> np.uint64(_FAIR_BITS)
        equals = [row for row in rest if keys[row] >> np.uint64(_FAIR_BITS) == score]
        row = min(equals, key=lambda r: 2 * (views[r].title in titles) + (views[r].topics in topics))
        rest.remove(row)
        chosen.append(row)
        titles.add(views[row].title)
        topics.add(views[row].topics)
    return chosen


def _reasons(
    view: OpportunityView, wishes: Wishes, unmet: tuple[str, ...], distance: float | None, wording: Wording
) -> Iterable[tuple[str, str]]:
    """Why it is suggested, as codes and in words: the wishes it meets, and the time it takes."""
    if wishes.sector is not None and "sector" not in unmet:
        yield "sector", wording.reason("sector", sector=wording.sector(wishes.sector))
    if (topics := _topics(wishes)) and "topic" not in unmet:
        shared = [topic for topic in topics if topic in view.topics.split()]
        yield "topic", wording.reason("topic", topics=wording.topics(shared))
    if "effort" not in unmet and (effort := wording.effort(view)):
        yield "effort", effort
    if wishes.company in (1, 2, 3) and "company" not in unmet:
        yield "company", wording.reason(f"company_{wishes.company}")
    if "place" not in unmet and (place := _place_reason(view, wishes, distance)):
        yield place, wording.reason(place, kilometres=str(round(distance or 0)))


def _place_reason(view: OpportunityView, wishes: Wishes, distance: float | None) -> str | None:
    if view.place == 1:
        return "home"
    if wishes.place == 2 or (distance is not None and distance <= NEAR_KM):
        return "near"
    return "distance" if distance is not None else None


def _unmet_words(view: OpportunityView, wishes: Wishes, wish: str, wording: Wording) -> str:
    if wish == "sector":
        wished = wording.sector(wishes.sector or 0)
        if view.sector is None:
            return wording.unmet("sector_unknown", wished=wished)
        return wording.unmet("sector", sector=wording.sector(view.sector), wished=wished)
    if wish == "topic":
        return wording.unmet("topic", topics=wording.topics(_topics(wishes)))
    if wish in ("company", "place"):
        return wording.unmet(f"{wish}_{getattr(wishes, wish)}")
    return wording.unmet(wish)

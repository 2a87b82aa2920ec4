"""How long ranking a large catalogue takes: `python benchmarks/rank_opportunities.py`.

Exit code 1 where the median is above the limit. Runs on one core where the system lets a process choose; an idle
machine gives steadier figures.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import statistics
import sys
import time

from coproduction.opportunities.matching import Catalogue, Wishes
from coproduction.opportunities.model import OpportunityView
from coproduction.survey.topics import current_topics

TODAY = dt.date(2026, 6, 1)
AGES = (None, 13, 18, 25, 35, 45, 55, 65, 75)


def some_opportunity(number: int, dice: random.Random, topics: list[str]) -> OpportunityView:
    """A made-up opportunity as varied as a real one."""
    placed = dice.random() < 0.7
    capacity = dice.choice([None, None, 5, 20])
    return OpportunityView(
        id=f"made-up:{number}",
        title=f"Opportunity {number % 40_000}",
        sector=dice.randint(1, 3),
        topics=" ".join(dice.sample(topics, dice.randint(0, 3))),
        effort=dice.randint(0, 4),
        company=dice.choice(["1", "2", "3", "1 2", "2 3", "1 2 3"]),
        place=dice.randint(1, 3),
        min_age=dice.choice([13, 16, 18]),
        max_age=dice.choice([None, None, None, 25]),
        starts_on=dice.choice([None, TODAY + dt.timedelta(days=dice.randint(-300, 60))]),
        ends_on=dice.choice([None, TODAY + dt.timedelta(days=dice.randint(-60, 300))]),
        capacity=capacity,
        taken=dice.randint(0, 20) if capacity else 0,
        latitude=dice.uniform(50, 58) if placed else None,
        longitude=dice.uniform(-5, 1) if placed else None,
    )


def some_wishes(number: int, dice: random.Random, topics: list[str], size: int) -> Wishes:
    """A made-up citizen, some of whom have a place, topics and earlier suggestions."""
    seen = [f"made-up:{dice.randrange(size)}" for _ in range(dice.randint(0, 9))]
    return Wishes(
        today=TODAY,
        seed=f"conversation {number}",
        sector=dice.choice([None, 1, 2, 3]),
        effort=dice.choice([None, 0, 1, 2, 3, 4]),
        company=dice.choice([None, 1, 2, 3, 4]),
        place=dice.choice([None, 1, 2, 3]),
        topics=tuple(dice.sample(topics, dice.randint(0, 3))),
        age=dice.choice(AGES),
        location=dice.choice([None, (dice.uniform(50, 58), dice.uniform(-5, 1))]),
        shown=frozenset(seen[::2]),
        declined=frozenset(seen[1::2]),
    )


def main() -> int:
    """Measure, print, and say by the exit code whether the limit was kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--opportunities", type=int, default=100_000)
    parser.add_argument("--ranks", type=int, default=200)
    parser.add_argument("--limit-ms", type=float, default=20.0, help="greatest median allowed, in milliseconds")
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    dice, topics = random.Random(1), current_topics().names
    views = [some_opportunity(number, dice, topics) for number in range(arguments.opportunities)]
    began = time.perf_counter()
    catalogue = Catalogue(views)
    print(f"catalogue of {len(catalogue):,} built in {time.perf_counter() - began:.2f} s")
    times = []
    for number in range(arguments.ranks):
        wishes = some_wishes(number, dice, topics, len(catalogue))
        began = time.perf_counter()
        catalogue.rank(wishes)
        times.append(1000 * (time.perf_counter() - began))
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    figures = f"median {median:.2f} ms, 95th percentile {p95:.2f} ms, greatest {max(times):.2f} ms"
    print(f"{len(times)} ranks: {figures} (limit of the median {arguments.limit_ms:g} ms)")
    return 0 if median <= arguments.limit_ms else 1


if __name__ == "__main__":
    sys.exit(main())

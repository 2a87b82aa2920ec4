"""Places: never more taken than there are."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from coproduction.opportunities.uptake import give_back_place, take_place
from tests.opportunities.catalogue_files import add, rows


def taken(engine):
    return rows(engine)["council:o"]["taken"]


def test_places_are_counted_until_there_are_none(engine):
    add(engine, "council:o", capacity=2)
    assert [take_place(engine, "council:o") for _ in range(3)] == [True, True, False]
    assert taken(engine) == 2


def test_without_a_limit_there_is_always_a_place(sqlite_engine):
    add(sqlite_engine, "council:o")
    assert all(take_place(sqlite_engine, "council:o") for _ in range(5))
    assert taken(sqlite_engine) == 5


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_what_is_not_published_has_no_places(sqlite_engine, status):
    add(sqlite_engine, "council:o", status=status)
    assert not take_place(sqlite_engine, "council:o")
    assert taken(sqlite_engine) == 0


def test_what_is_not_there_has_no_places(sqlite_engine):
    assert not take_place(sqlite_engine, "council:nothing")
    assert not give_back_place(sqlite_engine, "council:nothing")


def test_a_place_given_back_can_be_taken_again(engine):
    add(engine, "council:o", capacity=1)
    assert take_place(engine, "council:o")
    assert give_back_place(engine, "council:o")
    assert not give_back_place(engine, "council:o")
    assert take_place(engine, "council:o")


def test_of_many_at_once_only_as_many_get_a_place_as_there_are(engine):
    add(engine, "council:o", capacity=3)
    with ThreadPoolExecutor(8) as several:
        results = list(several.map(lambda _: take_place(engine, "council:o"), range(16)))
    assert results.count(True) == 3
    assert taken(engine) == 3

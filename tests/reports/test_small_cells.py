"""No small count can be read from a table, nor worked out by subtraction over its rows, columns and totals."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from coproduction.reports.small_cells import TOTAL, Attack, lines_of, part_of, suppressed, with_totals

SMALLEST = 10
COUNTS = st.one_of(st.just(0), st.integers(1, 12), st.integers(10, 400))


def tables(*sizes):
    axes = [tuple("abcdefgh"[:size]) for size in sizes]
    return st.tuples(st.fixed_dictionaries(dict.fromkeys(itertools.product(*axes), COUNTS)), st.just(axes))


def test_a_small_count_is_hidden_and_one_more_so_that_subtraction_does_not_tell_it():
    shown = suppressed({("a",): 3, ("b",): 40, ("c",): 50}, [("a", "b", "c")], SMALLEST)
    assert shown == {("a",): None, ("b",): None, ("c",): 50, (TOTAL,): 93}


def test_nothing_is_hidden_where_nothing_is_small():
    counts = {("a", "x"): 10, ("a", "y"): 20, ("b", "x"): 30, ("b", "y"): 0}
    axes = [("a", "b"), ("x", "y")]
    assert suppressed(counts, axes, SMALLEST) == with_totals(counts, axes)


def test_two_small_counts_that_are_small_together_get_a_third():
    shown = suppressed({("a",): 2, ("b",): 3, ("c",): 20, ("d",): 90}, [("a", "b", "c", "d")], SMALLEST)
    assert [shown[(name,)] for name in "abcd"] == [None, None, None, 90]


def test_a_table_of_few_people_shows_nothing_but_zeros():
    shown = suppressed({("a",): 2, ("b",): 3}, [("a", "b", "c")], SMALLEST)
    assert shown == {("a",): None, ("b",): None, ("c",): 0, (TOTAL,): None}


def test_hiding_a_rectangle_keeps_rows_and_columns_from_telling():
    counts = {(row, column): 50 for row in "abc" for column in "xyz"} | {("a", "x"): 4}
    shown = suppressed(counts, [tuple("abc"), tuple("xyz")], SMALLEST)
    hidden = [key for key, count in shown.items() if count is None]
    assert len(hidden) == 4
    assert {row for row, _ in hidden} > {"a"}
    assert {column for _, column in hidden} > {"x"}


def test_a_limit_of_one_hides_nothing():
    counts = {("a",): 1, ("b",): 2}
    assert suppressed(counts, [("a", "b")], 1) == with_totals(counts, [("a", "b")])


@settings(max_examples=60, deadline=None)
@given(table=st.one_of(tables(4), tables(3, 3), tables(2, 3, 3)))
def test_no_count_below_the_limit_is_shown_or_can_be_told_from_what_is_shown(table):
    counts, axes = table
    shown = suppressed(counts, axes, SMALLEST)
    true = with_totals(counts, axes)
    assert all(count is None or count == true[key] for key, count in shown.items())
    assert [key for key, count in shown.items() if count is not None and 0 < count < SMALLEST] == []
    small = [key for key, count in shown.items() if count is None and true[key] < SMALLEST]
    lines = list(lines_of(axes))
    if small:
        attack = Attack(shown, lines)
        ranges = {key: (attack.greatest(key, -1.0), attack.greatest(key)) for key in small}
        assert min(high for _, high in ranges.values()) >= SMALLEST - 1e-6
        assert all(low - 1e-6 <= true[key] <= high + 1e-6 for key, (low, high) in ranges.items())


@settings(max_examples=60, deadline=None)
@given(table=st.one_of(tables(4), tables(3, 4)))
def test_what_is_left_of_a_total_after_subtraction_is_no_small_group(table):
    counts, axes = table
    shown = suppressed(counts, axes, SMALLEST)
    for total, *parts in lines_of(axes):
        if shown[total] is not None and any(shown[part] is None for part in parts):
            left = shown[total] - sum(shown[part] or 0 for part in parts)
            smallest_hidden = min(with_totals(counts, axes)[part] for part in parts if shown[part] is None)
            assert left >= SMALLEST or smallest_hidden >= SMALLEST


def test_a_table_of_the_reports_size_is_safe():
    dice = random.Random(7)
    axes = [tuple(range(length)) for length in (4, 9, 3)]
    counts = {(a, b, c): dice.choice([0, 2, 7, 15, 60, 300]) for a in axes[0] for b in axes[1] for c in axes[2]}
    shown = suppressed(counts, axes, SMALLEST)
    small = [k for k, count in shown.items() if count is None and with_totals(counts, axes)[k] < SMALLEST]
    attack = Attack(shown, list(lines_of(axes)))
    assert min(map(attack.greatest, small)) >= SMALLEST - 1e-6
    assert sum(count is not None for count in shown.values()) > len(shown) / 3


def test_an_axis_of_one_category_changes_nothing():
    counts = {("a",): 3, ("b",): 40, ("c",): 50}
    with_it = suppressed({(*key, "web"): count for key, count in counts.items()}, [("a", "b", "c"), ("web",)], SMALLEST)
    for key, count in suppressed(counts, [("a", "b", "c")], SMALLEST).items():
        assert with_it[(*key, "web")] == with_it[(*key, TOTAL)] == count


def test_a_part_is_shown_only_where_the_rest_is_nobody_or_many():
    counts = {("web", "a"): 297, ("form", "a"): 3, ("web", "b"): 45, ("web", "c"): 50, ("form", "c"): 30}
    table = suppressed(counts, [("web", "form"), ("a", "b", "c")], SMALLEST)
    web, everyone = part_of(table, [("web",)]), part_of(table, [(TOTAL,)])
    assert (everyone[("a",)], web[("a",)]) == (300, None)
    assert (everyone[("b",)], web[("b",)]) == (45, 45)
    assert part_of(table, [("form",)])[("a",)] is None


@settings(max_examples=60, deadline=None)
@given(table=st.one_of(tables(2, 2, 3), tables(3, 2, 2)))
def test_no_two_reports_of_parts_can_be_subtracted_to_a_small_count(table):
    counts, axes = table
    shown = suppressed(counts, axes, SMALLEST)
    choices = [[c for n in range(1, len(axis)) for c in itertools.combinations(axis, n)] for axis in axes[:2]]
    reports = {
        (first, second): part_of(shown, [first, second])
        for first in [*choices[0], (TOTAL,)]
        for second in [*choices[1], (TOTAL,)]
    }
    for key in [(category,) for category in (*axes[2], TOTAL)]:
        for one, other in itertools.permutations(reports, 2):
            inside = all(set(o) <= set(a) or a == (TOTAL,) for o, a in zip(one, other, strict=True))
            few, many = reports[one][key], reports[other][key]
            if inside and few is not None and many is not None:
                assert many - few == 0 or many - few >= SMALLEST

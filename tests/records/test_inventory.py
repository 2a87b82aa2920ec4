"""The inventory says of every column what it holds, why and for how long."""

import dataclasses
from pathlib import Path

import msgspec
import pytest

from coproduction.council import read_council
from coproduction.database import Base
from coproduction.opportunities import model  # noqa: F401  (registers its table)
from coproduction.records import tables  # noqa: F401  (registers its tables)
from coproduction.records.inventory import ELSEWHERE, TABLES, Given, holding

COUNCIL = read_council(Path(__file__).resolve().parents[2] / "council.yml")
HELD = {entry.name: {*entry.columns, *entry.technical} for entry in TABLES}


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_and_column_is_described(table):
    there = {column.name for column in table.columns}
    assert table.name in HELD, f"describe the table {table.name} in coproduction/records/inventory.py"
    assert there - HELD[table.name] == set(), f"describe these columns of {table.name} in records/inventory.py"
    assert HELD[table.name] - there == set(), f"these columns of {table.name} are gone; take them out of the inventory"


def test_no_table_is_described_that_is_not_there():
    assert set(HELD) == set(Base.metadata.tables)


def test_no_column_is_described_twice():
    for entry in TABLES:
        assert not set(entry.columns) & set(entry.technical)
    names = [entry.name for entry in (*TABLES, *ELSEWHERE)]
    assert len(set(names)) == len(names)


def test_what_leads_to_an_interview_counts_as_personal():
    for table in Base.metadata.sorted_tables:
        if "interview_id" in table.columns or "conversation_id" in table.columns:
            assert holding(table.name).is_personal


def test_what_is_about_nobody_has_no_personal_columns():
    assert not any(entry.is_personal for entry in TABLES if entry.given in (Given.NEVER, Given.ERASURE))


def test_times_are_the_configured_ones():
    kept = holding("turns").kept
    assert kept.words(COUNCIL) == f"{COUNCIL.keep_conversations_days} days after the last message"
    a_day = dataclasses.replace(kept, setting="a_day")
    assert a_day.words(type("Council", (), {"a_day": 1})()) == "1 day after the last message"


def test_answers_have_an_end_where_the_council_has_set_one():
    kept = holding("answers").kept
    assert kept.words(COUNCIL).endswith("; there is no other end")
    two_years = msgspec.structs.replace(COUNCIL, keep_answers_days=730)
    assert kept.words(two_years).endswith("; at the latest 730 days after the last question")


@pytest.mark.parametrize("entry", [*TABLES, *ELSEWHERE], ids=lambda entry: entry.name)
def test_every_entry_says_what_why_and_how_long(entry):
    assert entry.what.endswith(".")
    assert entry.why.endswith(".")
    assert entry.kept.words(COUNCIL)


@pytest.mark.parametrize("table", ["verbatims", "unclear_texts"])
def test_words_go_with_their_interview_where_that_ends_sooner(table):
    (holding,) = [holding for holding in TABLES if holding.name == table]
    with_an_end = msgspec.structs.replace(COUNCIL, keep_answers_days=10)
    assert "after it was typed" in holding.kept.words(COUNCIL)
    assert "at the latest" not in holding.kept.words(COUNCIL)
    assert "; at the latest 10 days after the last question" in holding.kept.words(with_an_end)

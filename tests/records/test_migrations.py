"""Every migration, up and down, with data in the tables: what the schema can hold survives."""

from datetime import date, datetime, timezone

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from coproduction.records.schema import downgrade_schema, upgrade_schema
from coproduction.records.tombstones import digest, is_erased
from tests.records.events import KEY

REVISIONS = [step.revision for step in ScriptDirectory("coproduction/migrations").walk_revisions()][::-1]
"""All that there are, the first one first."""


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_survive_the_way_up_to_head_and_back(empty_engine, revision):
    upgrade_schema(empty_engine, revision)
    fill(empty_engine)
    before = content(empty_engine)
    for step in REVISIONS[REVISIONS.index(revision) + 1 :]:
        upgrade_schema(empty_engine, step)
        assert_holds(content(empty_engine), before)
    for step in REVISIONS[REVISIONS.index(revision) :][::-1]:
        downgrade_schema(empty_engine, step)
        assert_holds(content(empty_engine), before)
    assert content(empty_engine) == before


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_rows_of_the_present_schema_survive_the_way_down_and_up_again(engine, revision):
    fill(engine)
    before = content(engine)
    downgrade_schema(engine, revision)
    kept = content(engine)
    for table, rows in kept.items():
        assert len(rows) == len(before[table]), table
        for row, whole in zip(rows, before[table], strict=True):
            assert row.items() <= whole.items()
    upgrade_schema(engine, "head")
    assert_holds(content(engine), kept)


def test_ids_of_erased_interviews_become_digests_and_still_keep_them_out(empty_engine):
    upgrade_schema(empty_engine, "0006")
    fill(empty_engine)
    upgrade_schema(empty_engine)
    with empty_engine.connect() as connection:
        assert is_erased(connection, "interview_id")
        assert not is_erased(connection, "another")
        assert connection.execute(sa.text("SELECT * FROM tombstones")).all() == [(digest(KEY, "interview_id"),)]


def fill(engine):
    """One row in every table that there is, parents first; the references between them hold."""
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(table.insert(), {column.name: value(column) for column in table.columns})


def value(column):
    """A value of the column's type; the same for the same name, so that references hold."""
    kinds = {
        bool: True,
        int: 7,
        float: 1.5,
        date: date(2026, 5, 1),
        datetime: datetime(2026, 5, 1, tzinfo=timezone.utc),
    }
    kind = column.type.python_type
    return kinds[kind] if kind in kinds else column.name[: column.type.length or None]


def content(engine):
    """Table → its rows, as they are in the database, but for tombstones: what a digest was made of is not known."""
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in tables.sorted_tables
            if table.name not in ("alembic_version", "tombstones")
        }


def assert_holds(now, before):
    """Every row of before is there, with every value it had."""
    for table, rows in before.items():
        assert len(now.get(table, [])) == len(rows), f"{table} lost rows"
        for row, whole in zip(rows, now[table], strict=True):
            assert row.items() <= whole.items()

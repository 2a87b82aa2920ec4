"""Migrations build the schema that the code expects, and can be taken back."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from coproduction.database import Base
from coproduction.opportunities import model  # noqa: F401  (registers its table)
from coproduction.records.schema import downgrade_schema, upgrade_schema


def test_the_migrations_lead_to_the_tables_of_the_code(empty_engine):
    upgrade_schema(empty_engine)
    with empty_engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_upgrading_twice_changes_nothing(engine):
    upgrade_schema(engine)
    assert "interviews" in sa.inspect(engine).get_table_names()


def test_the_migrations_can_be_taken_back(engine):
    downgrade_schema(engine, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}

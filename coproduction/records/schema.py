"""The database schema: brought up to date by its migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine


def upgrade_schema(engine: Engine, revision: str = "head") -> None:
    """Create the tables, or bring them up to the given revision without touching what they hold."""
    with _migrating(engine) as connection:
        command.upgrade(_configuration(connection), revision)


def downgrade_schema(engine: Engine, revision: str) -> None:
    """Take the tables back to an earlier revision (`base`: none at all)."""
    with _migrating(engine) as connection:
        command.downgrade(_configuration(connection), revision)


def knows_revision(revision: str) -> bool:
    """Whether this release has the migration; a database of a later release names one that it has not."""
    script = ScriptDirectory.from_config(_configuration(None))
    return revision in {step.revision for step in script.walk_revisions()}


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction in which a table can be made anew.

    SQLite changes a column by copying the table and dropping the old one, and with foreign keys on, that drop
    deletes the rows which refer to it: the answers of all interviews. They can only be off outside a transaction
    (https://www.sqlite.org/lang_altertable.html#otheralter).
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        try:
            if is_sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.commit()
            with connection.begin():
                yield connection
        finally:
            if is_sqlite:
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _configuration(connection: object) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", "coproduction:migrations")
    configuration.attributes["connection"] = connection
    return configuration

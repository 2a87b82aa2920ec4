"""The database schema: brought up to date by its migrations."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Engine


def upgrade_schema(engine: Engine, revision: str = "head") -> None:
    """Create the tables, or bring them up to the given revision without touching what they hold."""
    with engine.begin() as connection:
        command.upgrade(_configuration(connection), revision)


def downgrade_schema(engine: Engine, revision: str) -> None:
    """Take the tables back to an earlier revision (`base`: none at all)."""
    with engine.begin() as connection:
        command.downgrade(_configuration(connection), revision)


def _configuration(connection: object) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", "coproduction:migrations")
    configuration.attributes["connection"] = connection
    return configuration

"""The database connection shared by records, opportunities and conversations."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import declarative_base
from sqlalchemy.pool import QueuePool

from coproduction.private import make_file

Base = declarative_base()
"""Every table of the product hangs on this one metadata, so that one migration history covers them."""


WAIT_SECONDS = 10.0
"""How long commands wait for a connection, or for another process's transaction on SQLite."""

TURN_WAIT_SECONDS = 2.0
"""How long a turn waits for the database, for each statement; after that it counts as away."""


def connect(url: str, wait: float = WAIT_SECONDS, secret: bytes | None = None) -> Engine:
    """An engine for `DATABASE_URL`. SQLite runs in WAL mode, so that readers and a writer do not block each other.

    A connection, and on SQLite another process's transaction, is waited for `wait` seconds; less than
    `WAIT_SECONDS` bounds every statement on PostgreSQL too. `synchronous=NORMAL` keeps every committed transaction
    when the process is killed; a power cut may lose the last ones, never the file
    (https://www.sqlite.org/pragma.html#pragma_synchronous). Errors do not name what was being stored. A SQLite file
    that is not there is made so that nobody else can read it. `secret` is the installation's, for `secret_of`.
    """
    is_sqlite = url.startswith("sqlite")
    # A pool gives a connection to one thread at a time. Connections are kept: closing SQLite's last one
    # would write its whole log back, on every turn.
    pooled = {"poolclass": QueuePool, "connect_args": {"check_same_thread": False}}
    options: dict[str, Any] = {"execution_options": {"secret": secret}}
    options |= pooled if is_sqlite else {"pool_pre_ping": True}
    if not is_sqlite and sa.engine.make_url(url).get_driver_name() == "psycopg2":
        options["connect_args"] = {"connect_timeout": max(round(wait), 2), **_KEPT_ALIVE}  # libpq: 2 at least
    engine = sa.create_engine(url, future=True, hide_parameters=True, **options)
    if is_sqlite:
        event.listen(engine, "do_connect", _make_sqlite_file)
        event.listen(engine, "connect", partial(_prepare_sqlite, wait))
    elif wait < WAIT_SECONDS and engine.dialect.name == "postgresql":
        event.listen(engine, "connect", partial(_bound_statements, wait))
    return engine


def secret_of(connection: Connection) -> bytes:
    """The installation's secret, which the engine of a connection was made with. Raises `ValueError` without one."""
    secret = connection.get_execution_options().get("secret")
    if not isinstance(secret, bytes):
        raise ValueError("this engine was made without the installation's secret")
    return secret


_KEPT_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 10_000}
"""A server that vanished without a word is noticed within some 20 seconds (libpq, connection parameters)."""


LOGS_NO_VALUES = {
    "log_min_error_statement": ("panic",),
    "log_error_verbosity": ("terse",),
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
}
"""PostgreSQL's settings with which no statement, and so nothing that citizens said, comes into its log."""


def statements_for_its_log(engine: Engine) -> list[str]:
    """What an administrator of PostgreSQL has to say to it, so that what citizens said does not stand in its log.

    Only a superuser may change these settings, which the assistant's own user should not be.
    """
    if engine.dialect.name != "postgresql":
        return []
    with engine.connect() as connection:
        user = connection.exec_driver_sql("SELECT quote_ident(current_user)").scalar_one()
        present = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in LOGS_NO_VALUES}
    wrong = [(name, wanted[0]) for name, wanted in LOGS_NO_VALUES.items() if present[name] not in wanted]
    return [f"ALTER ROLE {user} SET {name} = '{wanted}';" for name, wanted in wrong]


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database cannot be used now, and not that what was to be stored is wrong."""
    if isinstance(error, sa.exc.TimeoutError):
        return True
    wrong = (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.NotSupportedError)
    return isinstance(error, sa.exc.DBAPIError) and not isinstance(error, wrong)


def _make_sqlite_file(_dialect: object, _record: object, arguments: list[Any], _options: object) -> None:
    """Before SQLite would make it: its log beside it gets the same mode."""
    if arguments[0] != ":memory:":
        with contextlib.suppress(OSError):  # SQLite says what is wrong
            make_file(Path(arguments[0]))


def _prepare_sqlite(wait: float, connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={round(wait * 1000)}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _bound_statements(wait: float, connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET statement_timeout = {round(wait * 1000)}")
    connection.commit()
    cursor.close()

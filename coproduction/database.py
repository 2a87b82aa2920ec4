"""The database connection shared by records, opportunities and conversations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import declarative_base
from sqlalchemy.pool import QueuePool

Base = declarative_base()
"""Every table of the product hangs on this one metadata, so that one migration history covers them."""


def connect(url: str) -> Engine:
    """An engine for `DATABASE_URL`. SQLite runs in WAL mode, so that readers and a writer do not block each other.

    SQLite waits up to 10 s for another process's transaction. `synchronous=NORMAL` keeps every committed
    transaction when the process is killed; a power cut may lose the last ones, never the file
    (https://www.sqlite.org/pragma.html#pragma_synchronous).
    """
    is_sqlite = url.startswith("sqlite")
    # A pool gives a connection to one thread at a time. Connections are kept: closing SQLite's last one
    # would write its whole log back, on every turn.
    pooled = {"poolclass": QueuePool, "connect_args": {"check_same_thread": False}}
    options: dict[str, Any] = pooled if is_sqlite else {"pool_pre_ping": True}
    engine = sa.create_engine(url, future=True, **options)
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

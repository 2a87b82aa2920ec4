"""Tombstones: that an interview was erased, or a form not kept, so that nothing that is read again brings it back.

A tombstone is a keyed digest of the interview's id. To tell that an interview was erased takes
its id (from an export, or worked out from a form) and the installation's secret; nobody can tell when.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from coproduction.database import secret_of
from coproduction.records.tables import tombstones


def digest(secret: bytes, interview_id: str) -> str:
    """The HMAC-SHA-256 of an id under the installation's secret, in hexadecimal digits. Never to be changed."""
    key = hmac.digest(secret, b"tombstones", hashlib.sha256)
    return hmac.new(key, interview_id.encode(), hashlib.sha256).hexdigest()


def is_erased(connection: Connection, interview_id: str) -> bool:
    """Whether the interview has a tombstone."""
    this = tombstones.c.digest == digest(secret_of(connection), interview_id)
    return connection.execute(sa.select(tombstones.c.digest).where(this)).first() is not None


def bury(connection: Connection, interview_id: str) -> None:
    """Give an interview its tombstone, where it has none."""
    if not is_erased(connection, interview_id):
        connection.execute(sa.insert(tombstones), {"digest": digest(secret_of(connection), interview_id)})


def all_tombstones(connection: Connection) -> list[str]:
    """The digests of all interviews that were erased, in an order that says nothing."""
    return list(connection.execute(sa.select(tombstones.c.digest).order_by(tombstones.c.digest)).scalars())


def bring_back(connection: Connection, digests: Collection[str]) -> None:
    """Put tombstones in that were there before; those that are there stay."""
    new = [{"digest": each} for each in {*digests}.difference(all_tombstones(connection))]
    if new:
        connection.execute(sa.insert(tombstones), new)

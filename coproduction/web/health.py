"""`GET /healthz`: what works, for the supervisor and for monitoring; and whether there is room for what is said."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from http import HTTPStatus

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.engine import Engine

from coproduction.channels.assistant import Assistant
from coproduction.records.spool import Spool

MEGABYTE = 1_000_000

logger = logging.getLogger(__name__)


@dataclass
class Storage:
    """Where the website finds what is kept: database, spool, and the room that must stay free on the spool's disk."""

    engine: Engine
    spool: Spool
    min_free_mb: int
    _was_full: bool = field(default=False, init=False)

    def has_room(self) -> bool:
        """Whether a new interview could be kept also without the database. Full and free again are logged once."""
        free = self.spool.free_bytes()
        is_full = free < self.min_free_mb * MEGABYTE
        if is_full != self._was_full:
            self._was_full = is_full
            state = "no interview is begun" if is_full else "interviews are begun again"
            logger.log(logging.ERROR if is_full else logging.INFO, "%s MB free: %s", free // MEGABYTE, state)
        return not is_full

    def has_database(self) -> bool:
        """Whether the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(sa.select(1))
        except sa.exc.SQLAlchemyError:
            return False
        return True


ENGINE = web.AppKey("engine", Engine)
ASSISTANT = web.AppKey("assistant", Assistant)
STORAGE = web.AppKey("storage", Storage)


async def healthz(request: web.Request) -> web.Response:
    """200 while interviews can be held, else 503; `healthy` only where nothing is amiss.

    Without the database interviews go on: `spooled` entries wait for it, two for each turn.
    """
    storage = request.app[STORAGE]
    rasa, database, spooled = await asyncio.gather(
        request.app[ASSISTANT].is_healthy(),
        asyncio.to_thread(storage.has_database),
        asyncio.to_thread(storage.spool.count),
    )
    room = storage.has_room()
    return web.json_response(
        {"healthy": rasa and database and room, "rasa": rasa, "database": database, "spooled": spooled, "room": room},
        status=HTTPStatus.OK if rasa and room else HTTPStatus.SERVICE_UNAVAILABLE,
    )

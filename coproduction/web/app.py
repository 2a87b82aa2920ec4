"""The web application: pages and chat API over one assistant and one database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from coproduction.channels.assistant import Assistant
from coproduction.channels.conversations import Conversations, Patience
from coproduction.channels.duration import Duration
from coproduction.council import Council
from coproduction.database import TURN_WAIT_SECONDS, connect
from coproduction.errors import UserError
from coproduction.records.durable import load_events
from coproduction.records.durations import median_minutes
from coproduction.records.erasure import erase_by_reference
from coproduction.records.recontact import person_of
from coproduction.records.retention import retain
from coproduction.records.spool import Spool
from coproduction.secret import read_secret
from coproduction.settings import Settings
from coproduction.survey.instrument import current_instrument
from coproduction.survey.versions import known_versions
from coproduction.web.api import CONVERSATIONS, PERSON_OF, add_api
from coproduction.web.clients import REACH, read_reach
from coproduction.web.closing import add_closing
from coproduction.web.embedding import add_embedding
from coproduction.web.errors import errors_middleware
from coproduction.web.health import ASSISTANT, ENGINE, STORAGE, Storage, healthz
from coproduction.web.keeping import SEAL, Seal, add_keeping
from coproduction.web.look import add_look
from coproduction.web.pages import COUNCIL, ERASE, Translations, add_pages, catalogue
from coproduction.web.plain_chat import add_plain_chat
from coproduction.web.rate_limits import RATE_LIMITS, rate_limits_middleware, read_rate_limits
from coproduction.web.security import hide_versions, security_headers

logger = logging.getLogger(__name__)

SECONDS_A_DAY = 86400

REQUEST_LIMIT = 256 * 1024
"""Bytes of a request; the longest text a citizen may send fits in, whatever its characters."""


@dataclass(frozen=True)
class Records:
    """What the website reads from and does to the records; each function is given the engine first."""

    load_events: Callable[[Engine, Spool, str], list[dict[str, Any]] | None] = load_events
    erase_by_reference: Callable[[Engine, Spool, str], bool] = erase_by_reference
    median_minutes: Callable[[Engine], int | None] = median_minutes


def create_app(
    settings: Settings,
    council: Council,
    records: Records | None = None,
    translations: Translations = catalogue,
    patience: Patience | None = None,
) -> web.Application:
    """The application; its HTTP session and database engine live as long as it runs.

    Raises `UserError` (bad_setting).
    """
    app = web.Application(middlewares=[security_headers, errors_middleware], client_max_size=REQUEST_LIMIT)
    app.on_response_prepare.append(hide_versions)  # type: ignore[arg-type]  # declared wrongly by aiohttp 3.9
    app[COUNCIL] = council
    app[REACH] = read_reach()
    secret = read_secret(settings.data_dir)
    app[RATE_LIMITS] = read_rate_limits(secret)
    app[SEAL] = Seal(secret)
    app.cleanup_ctx.append(partial(_connections, settings, secret, records or Records(), patience or Patience()))
    app.cleanup_ctx.append(_daily_deletion)
    app.router.add_get("/healthz", healthz)
    add_api(app)
    add_pages(app, current_instrument(), translations)
    add_look(app, settings.council_file.parent)
    add_keeping(app)
    add_plain_chat(app, secret)
    add_embedding(app)
    add_closing(app)
    # Last, inside of what the pages need to say that something was refused.
    app.middlewares.append(rate_limits_middleware)
    return app


async def _connections(
    settings: Settings, secret: bytes, records: Records, patience: Patience, app: web.Application
) -> AsyncIterator[None]:
    engine = connect(settings.database_url, secret=secret)
    quick = connect(settings.database_url, TURN_WAIT_SECONDS, secret)
    storage = Storage(quick, Spool(settings.spool_dir), settings.min_free_mb)
    # A new connection for each turn: one that Rasa closed as idle would look like a lost answer.
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        instrument, council = current_instrument(), app[COUNCIL]
        app[ENGINE] = engine
        app[STORAGE] = storage
        app[ASSISTANT] = Assistant(session, settings.rasa_url)
        app[ERASE] = partial(records.erase_by_reference, engine, storage.spool)
        app[PERSON_OF] = partial(person_of, engine, days=council.keep_links_days)
        app[CONVERSATIONS] = Conversations(
            app[ASSISTANT],
            partial(records.load_events, quick, storage.spool),
            Duration(partial(records.median_minutes, quick), instrument),
            instrument,
            country=council.country,
            languages=council.languages,
            before_start=partial(_check_room, storage, council),
            patience=patience,
            count=app[RATE_LIMITS].conversation,
            page_of=app[SEAL].address,
        )
        yield
    engine.dispose()
    quick.dispose()


def _check_room(storage: Storage, council: Council) -> None:
    """Raise `UserError` (no_room) with whom to talk to instead."""
    if not storage.has_room():
        contact = council.contact
        raise UserError("no_room", contact=f"{contact.name}: {contact.phone}, {contact.email}")


async def _daily_deletion(app: web.Application) -> AsyncIterator[None]:
    """Delete and coarsen, now and once a day, what has been kept for its configured time."""

    async def delete_what_is_due() -> None:
        while True:
            try:
                done = await asyncio.to_thread(retain, app[ENGINE], app[COUNCIL], known_versions(), app[STORAGE].spool)
                logger.info("deleted or coarsened what was kept long enough: %s", done)
            except (SQLAlchemyError, OSError) as error:
                logger.error("what was kept long enough could not be deleted: %s", type(error).__name__)
            await asyncio.sleep(SECONDS_A_DAY)

    task = asyncio.create_task(delete_what_is_due())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

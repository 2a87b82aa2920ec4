"""`GET /healthz`: what works, for the supervisor and for monitoring."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.engine import Engine

from coproduction.channels.assistant import Assistant

ENGINE = web.AppKey("engine", Engine)
ASSISTANT = web.AppKey("assistant", Assistant)


async def healthz(request: web.Request) -> web.Response:
    """200 when the assistant and the database answer, else 503."""
    rasa, database = await asyncio.gather(
        request.app[ASSISTANT].is_healthy(),
        asyncio.to_thread(_database_answers, request.app[ENGINE]),
    )
    healthy = rasa and database
    return web.json_response(
        {"healthy": healthy, "rasa": rasa, "database": database},
        status=HTTPStatus.OK if healthy else HTTPStatus.SERVICE_UNAVAILABLE,
    )


def _database_answers(engine: Engine) -> bool:
    try:
        with engine.connect() as connection:
            connection.execute(sa.select(1))
    except sa.exc.SQLAlchemyError:
        return False
    return True

"""The web server deletes what has been kept for its time: when it starts, and once a day."""

import asyncio

import sqlalchemy as sa

from coproduction.records.conversations import append_turn, load_events
from coproduction.records.tables import deletions, turns
from tests.records.events import said_now


async def test_what_is_due_is_deleted_when_the_website_starts(make_app, sqlite_engine, aiohttp_client):
    append_turn(sqlite_engine, said_now("old", "i-1", 1, [{"event": "user"}]))
    append_turn(sqlite_engine, said_now("new", "i-2", 1, [{"event": "user"}]))
    with sqlite_engine.begin() as connection:
        connection.execute(sa.update(turns).where(turns.c.conversation_id == "old").values(at=0.0))
    await aiohttp_client(make_app())
    for _ in range(200):
        if load_events(sqlite_engine, "old") is None:
            break
        await asyncio.sleep(0.05)
    assert load_events(sqlite_engine, "old") is None
    assert load_events(sqlite_engine, "new") is not None
    with sqlite_engine.connect() as connection:
        logged = connection.execute(sa.select(deletions.c.what, deletions.c.count)).all()
    assert [tuple(row) for row in logged] == [("conversations", 1)]

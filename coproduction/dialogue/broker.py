"""The event broker that writes the record inside the Rasa process (endpoints.yml, `event_broker`)."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from functools import lru_cache
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from coproduction.council import read_council
from coproduction.database import TURN_WAIT_SECONDS, connect
from coproduction.records.durable import DurableStore
from coproduction.records.redaction import warm
from coproduction.records.spool import Spool
from coproduction.secret import read_secret
from coproduction.settings import read_settings
from coproduction.survey.instrument import current_instrument


@lru_cache(maxsize=1)
def durable_store() -> DurableStore:
    """Where this process keeps records and conversations: the database of `DATABASE_URL`, the spool in `DATA_DIR`.

    What is said is redacted on the way there, so what that needs is read now.
    """
    settings = read_settings()
    council = read_council(settings.council_file)
    warm(council.languages, council.country)
    engine = connect(settings.database_url, TURN_WAIT_SECONDS, read_secret(settings.data_dir))
    return DurableStore(engine, Spool(settings.spool_dir), current_instrument())


class RecordBroker(EventBroker):
    """Hands dialogue events to the record before the citizen sees the next question."""

    def __init__(self, store: DurableStore) -> None:
        self._store = store

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: AbstractEventLoop | None = None
    ) -> RecordBroker:
        """Record to the database of `DATABASE_URL`."""
        return cls(durable_store())

    def publish(self, event: dict[str, Any]) -> None:
        """Record one event."""
        self._store.record([event])

    def publish_turn(self, events: list[dict[str, Any]]) -> None:
        """Record the events of a turn in one transaction."""
        self._store.record(events)

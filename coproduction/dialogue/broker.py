"""The event broker that writes the record inside the Rasa process (endpoints.yml, `event_broker`)."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from coproduction.database import connect
from coproduction.records.recorder import Recorder
from coproduction.settings import read_settings
from coproduction.survey.instrument import current_instrument


class RecordBroker(EventBroker):
    """Hands dialogue events to the recorder before the citizen sees the next question."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: AbstractEventLoop | None = None
    ) -> RecordBroker:
        """Record to the database of `DATABASE_URL`."""
        return cls(Recorder(connect(read_settings().database_url), current_instrument()))

    def publish(self, event: dict[str, Any]) -> None:
        """Record one event."""
        self._recorder.record([event])

    def publish_turn(self, events: list[dict[str, Any]]) -> None:
        """Record the events of a turn in one transaction."""
        self._recorder.record(events)

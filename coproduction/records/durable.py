"""Keeping what is said whether or not the database is there: in the database, or else behind all else in the spool."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.database import is_away
from coproduction.records import conversations
from coproduction.records.conversations import Event
from coproduction.records.recorder import Recorder, erased_by
from coproduction.records.replay import replay
from coproduction.records.spool import Entry, Purged, Recorded, Said, Spool
from coproduction.survey.instrument import Instrument

RETRY_SECONDS = 1.0
"""How long after an attempt to reach the database it is tried again."""

logger = logging.getLogger(__name__)


class DatabaseAwayError(Exception):
    """The database cannot be reached, and what was asked for is nowhere else."""


class DurableStore:
    """Writes records and conversations to the database; while that is away, to the spool.

    Whatever was spooled reaches the database before anything that was said after it: as long as the spool is
    not empty, everything new goes behind it. A thread tries the database again every `retry` seconds and replays the
    spool. While the database is away no turn waits for it.
    """

    def __init__(self, engine: Engine, spool: Spool, instrument: Instrument, retry: float = RETRY_SECONDS) -> None:
        self._engine = engine
        self._spool = spool
        self._recorder = Recorder(engine, instrument)
        self._retry = retry
        self._is_away = False
        self._bringing_back: threading.Thread | None = None
        self._starting = threading.Lock()
        if not spool.is_empty:  # left by a process that was stopped meanwhile
            self._bring_back()

    @property
    def is_current(self) -> bool:
        """Whether all that was said is in the database, and the database was there when it was last needed."""
        return not self._is_away and self._spool.is_empty

    def record(self, events: list[Event]) -> None:
        """Keep what the events of a turn say about an interview.

        Raises `SpoolFullError` where neither database nor disk takes it.
        """
        erased = erased_by(events)
        if erased is not None:
            self._spool.remove_interview(erased)
        owner = next((event["interview"]["id"] for event in events if event.get("interview")), None)
        self._keep(Recorded(events, owner), lambda: self._recorder.record(events))

    def append_turn(self, conversation_id: str, interview_id: str | None, sequence: int, events: list[Event]) -> None:
        """Keep a turn of a conversation; raises `TurnConflictError` when another is in its place."""
        turn = Said(conversation_id, sequence, time.time(), events, interview_id)
        self._keep(turn, lambda: conversations.append_turn(self._engine, turn))

    def purge(self, conversation_id: str) -> None:
        """Keep a conversation no longer."""
        self._keep(Purged(conversation_id), lambda: conversations.purge(self._engine, conversation_id))

    def version(self, conversation_id: str) -> int | None:
        """The number of turns kept of a conversation, 0 when it is unknown; None when nobody can say now."""
        if self.is_current:
            try:
                return conversations.version(self._engine, conversation_id)
            except sa.exc.SQLAlchemyError as error:
                self._note(error)
        spooled, is_all = self._spool.turns(conversation_id)
        return max(spooled, default=0) if spooled or is_all else self._stored_version(conversation_id)

    def load_turns(self, conversation_id: str) -> list[list[Event]]:
        """The events of each turn kept, in order; raises `DatabaseAwayError` when some cannot be had now."""
        return load_turns(self._engine, self._spool, conversation_id, self._note)

    def _stored_version(self, conversation_id: str) -> int | None:
        if self._is_away:
            return None
        try:
            return conversations.version(self._engine, conversation_id)
        except sa.exc.SQLAlchemyError as error:
            self._note(error)
            return None

    def _keep(self, entry: Entry, store: Callable[[], None]) -> None:
        if self.is_current:
            try:
                return store()
            except sa.exc.SQLAlchemyError as error:
                self._note(error)
        self._spool.append(entry)
        self._bring_back()

    def _note(self, error: Exception) -> None:
        """Remember that the database is away; any other error is raised again."""
        if not is_away(error):
            raise error
        if not self._is_away:
            logger.error("the database is away (%s); what is said is kept in the spool", type(error).__name__)
            self._is_away = True
        self._bring_back()

    def _bring_back(self) -> None:
        """Make sure that somebody tries until the database is back and the spool is empty."""
        with self._starting:
            if self._bringing_back is None:
                self._bringing_back = threading.Thread(target=self._try_until_back, name="replay", daemon=True)
                self._bringing_back.start()

    def _try_until_back(self) -> None:
        brought = 0
        while True:
            try:
                with self._engine.connect() as connection:
                    connection.execute(sa.select(1))
                brought += replay(self._engine, self._spool, self._recorder)
            except Exception as error:
                if not is_away(error):
                    logger.error("the spool could not be replayed (%s)", type(error).__name__)
            else:
                with self._starting:
                    self._is_away = False
                    if self._spool.is_empty:
                        self._bringing_back = None
                        logger.warning("the database is back; %s entries of the spool were stored", brought)
                        return
            time.sleep(self._retry)


def load_turns(
    engine: Engine, spool: Spool, conversation_id: str, note: Callable[[Exception], Any] = lambda _: None
) -> list[list[Event]]:
    """The events of each turn kept of a conversation, in order, from the spool and the database.

    `note` is told of a database error, and may raise it. Raises `DatabaseAwayError` when some cannot be had now.
    """
    # The spool before the database: what is on its way from one to the other must not be missed.
    spooled, is_all = spool.turns(conversation_id)
    stored: list[list[Event]] = []
    if not is_all:
        try:
            stored = conversations.load_turns(engine, conversation_id)
        except sa.exc.SQLAlchemyError as error:
            note(error)
            raise DatabaseAwayError from error
    kept = {**dict(enumerate(stored, start=1)), **spooled}
    return [kept[sequence] for sequence in sorted(kept)]


def load_events(engine: Engine, spool: Spool, conversation_id: str) -> list[Event] | None:
    """All events kept of a conversation in order; None when it is unknown. Raises `DatabaseAwayError`."""
    events = [event for turn in load_turns(engine, spool, conversation_id) for event in turn]
    return events or None

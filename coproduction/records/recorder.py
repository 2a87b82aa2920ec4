"""The recorder: projects dialogue events onto the record, one short transaction a turn, idempotently."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from coproduction.records.conversations import Event
from coproduction.records.erasure import erase_rows, scrub
from coproduction.records.redaction import redact
from coproduction.records.tables import answers, counts, interviews, matches, unclear_texts, verbatims
from coproduction.records.tombstones import is_erased
from coproduction.survey.instrument import Instrument
from coproduction.survey.scoring import Disposition

ASK_PREFIX = "utter_ask_"
ASK_AGAIN_PREFIX = "utter_ask_again_"
MATCH_ACTION = "action_match"
NOT_UNDERSTOOD = ("unclear", "no_answer")
ASKED_AGAIN, CORRECTED = "asked again", "corrected"
"""Why a text is kept in `unclear_texts`."""


def question_asked(action: str) -> str | None:
    """The question an action asks, None for any other action."""
    for prefix in (ASK_AGAIN_PREFIX, ASK_PREFIX):
        if action.startswith(prefix):
            return action[len(prefix) :]
    return "match" if action == MATCH_ACTION else None


_asked = (
    sa.update(interviews)
    .where(interviews.c.interview_id == sa.bindparam("interview"), interviews.c.last_at <= sa.bindparam("at"))
    .values(last_question=sa.bindparam("question"), last_at=sa.bindparam("at"))
)
_reached_match = _asked.values(completed_at=sa.func.coalesce(interviews.c.completed_at, sa.bindparam("at")))

_typed_at_the_last_question = sa.select(
    interviews.c.interview_id,
    sa.bindparam("at", type_=sa.Float),
    interviews.c.last_question,
    sa.bindparam("text", type_=sa.Text),
    sa.literal(ASKED_AGAIN),
).where(
    interviews.c.interview_id == sa.bindparam("interview"),
    interviews.c.last_at <= sa.bindparam("at", type_=sa.Float),
    interviews.c.last_question != "consent",  # consent is not given there; nor where nothing was put since (NULL)
)
_words_of_an_answer = sa.select(
    verbatims.c.interview_id, verbatims.c.at, verbatims.c.variable, verbatims.c.text, sa.literal(CORRECTED)
).where(
    verbatims.c.interview_id == sa.bindparam("interview"),
    verbatims.c.variable == sa.bindparam("variable"),
    verbatims.c.at <= sa.bindparam("at"),
)


class Recorder:
    """Writes what dialogue events say about a consented interview.

    An event carries `interview`: `{"id", "mode", "language", "country", "reference_hash"}` once consent was
    given; without it nothing is stored but a count. Reading an event again changes nothing: each row is
    keyed by interview and variable, and an older event never overwrites a newer one.
    """

    def __init__(self, engine: Engine, instrument: Instrument) -> None:
        self._engine = engine
        self._instrument = instrument
        self._insert: Callable[[sa.Table], Any] = (
            postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        )
        self._put_answer = self._upsert(answers, "code")
        self._put_words = self._upsert(verbatims, "text")
        self._keep_unclear = self._insert_new(unclear_texts, _typed_at_the_last_question)
        self._keep_corrected = self._insert_new(unclear_texts, _words_of_an_answer)

    def record(self, events: Iterable[Event]) -> None:
        """Record the events of one turn, in order, in one transaction."""
        events = list(events)
        with self._engine.begin() as connection:
            self.project(connection, events)
        if erased_by(events):
            scrub(self._engine)

    def project(self, connection: Connection, events: Iterable[Event]) -> None:
        """The same within a transaction of the caller's; see `erased_by`."""
        events = list(events)
        for event in events:
            disposition = _ending(event)
            if disposition is not None:
                self._end(connection, event, disposition)
                return
        for event in events:
            self._record(connection, event)

    def _end(self, connection: Connection, event: Event, disposition: Disposition) -> None:
        """Count someone who refused or is too young; what was kept before is erased."""
        interview = event.get("interview")
        if interview:
            erase_rows(connection, interview["id"])
        self._count(connection, event, disposition, 1)

    def _record(self, connection: Connection, event: Event) -> None:
        interview = event.get("interview")
        kind = event.get("event")
        if kind == "refusal_withdrawn":
            self._count(connection, event, Disposition.REFUSED, -1)
        elif interview is None:
            return
        elif kind == "slot":
            self._record_slot(connection, interview, event)
        elif kind == "user":
            self._record_words(connection, interview, event)
        elif kind == "action":
            self._record_question(connection, interview["id"], event)
        elif kind == "reset_slots":
            for table in (answers, verbatims, unclear_texts):
                older = sa.and_(table.c.interview_id == interview["id"], table.c.at <= event["timestamp"])
                connection.execute(sa.delete(table).where(older))

    def _record_slot(self, connection: Connection, interview: dict[str, str], event: Event) -> None:
        name, value, at = event["name"], event["value"], event["timestamp"]
        if name == "consent":
            self._begin(connection, interview, at)
        elif name == "suggested":
            self._record_suggestions(connection, interview["id"], value or [], at)
        elif name == "grounds":
            self._record_reasons(connection, interview["id"], value or {})
        elif name == "chosen":
            self._mark(connection, interview["id"], {i: {"chosen_at": at} for i in value or []})
            self._unmark(connection, interview["id"], value or [], at)
        elif name == "declined":
            declined = {i: {"declined_at": at, "decline_reason": reason} for i, reason in (value or {}).items()}
            self._mark(connection, interview["id"], declined)
        elif value is not None and (name == "effort_min" or self._is_variable(name)):
            if isinstance(value, str) and self._is_text(name):
                value = _hidden(event, interview)(value)
            self._record_answer(connection, interview["id"], name, value, at)

    def _is_variable(self, name: str) -> bool:
        return name in self._instrument and self._instrument.question(name).recorded

    def _is_text(self, name: str) -> bool:
        return name in self._instrument and self._instrument.question(name).kind == "text"

    def _begin(self, connection: Connection, interview: dict[str, str], at: float) -> None:
        if is_erased(connection, interview["id"]):
            return
        row = {
            "interview_id": interview["id"],
            "instrument": self._instrument.identifier,
            "mode": interview["mode"],
            "language": interview["language"],
            "country": interview["country"],
            "reference_hash": interview["reference_hash"],
            "person": interview.get("person"),
            "consent_version": self._instrument.consent_version,
            "consent_at": at,
            "started_at": at,
            "last_at": at,
        }
        connection.execute(self._insert(interviews).values(row).on_conflict_do_nothing())

    def _record_answer(self, connection: Connection, interview_id: str, variable: str, value: Any, at: float) -> None:
        row = {"interview": interview_id, "variable": variable, "content": str(value), "at": at}
        connection.execute(self._put_answer, row)

    def _record_words(self, connection: Connection, interview: dict[str, str], event: Event) -> None:
        text, parsed = event.get("text") or "", event.get("parse_data") or {}
        hide = _hidden(event, interview)
        intent = (parsed.get("intent") or {}).get("name")
        entities = [(entity["entity"], entity["value"]) for entity in parsed.get("entities") or []]
        row = {"interview": interview["id"], "at": event["timestamp"]}
        if intent == "change":
            for variable in (value for name, value in entities if name == "question"):
                connection.execute(self._keep_corrected, {**row, "variable": variable})
        elif text.startswith("/"):
            return
        elif intent in NOT_UNDERSTOOD:
            connection.execute(self._keep_unclear, {**row, "text": hide(text)})
        elif intent == "answer":
            for name, _ in entities:
                if self._is_variable(name) and not self._is_text(name):
                    connection.execute(self._put_words, {**row, "variable": name, "content": hide(text)})

    def _insert_new(self, table: sa.Table, rows: Any) -> Any:
        """Insert the rows a query finds, in the table's order of columns, and leave those that are there already."""
        return self._insert(table).from_select(list(table.c.keys()), rows).on_conflict_do_nothing()

    def _upsert(self, table: sa.Table, content: str) -> Any:
        """Insert or, when newer, replace a row; nothing where the interview is not there (erased)."""
        row = sa.select(
            interviews.c.interview_id,
            sa.bindparam("variable", type_=sa.String),
            sa.bindparam("content", type_=sa.Text),
            sa.bindparam("at", type_=sa.Float),
        ).where(interviews.c.interview_id == sa.bindparam("interview"))
        insert = self._insert(table).from_select(["interview_id", "variable", content, "at"], row)
        return insert.on_conflict_do_update(
            index_elements=["interview_id", "variable"],
            set_={content: insert.excluded[content], "at": insert.excluded.at},
            where=table.c.at < insert.excluded.at,
        )

    def _record_question(self, connection: Connection, interview_id: str, event: Event) -> None:
        question = question_asked(event.get("name") or "")
        if question is None:
            return
        row = {"interview": interview_id, "question": question, "at": event["timestamp"]}
        connection.execute(_reached_match if question == "match" else _asked, row)

    def _record_suggestions(self, connection: Connection, interview_id: str, suggested: list[str], at: float) -> None:
        known = sa.select(interviews.c.interview_id).where(interviews.c.interview_id == interview_id)
        if connection.execute(known).first() is None:
            return
        for rank, opportunity_id in enumerate(suggested, start=1):
            row = {"interview_id": interview_id, "opportunity_id": opportunity_id, "rank": rank, "shown_at": at}
            connection.execute(self._insert(matches).values(row).on_conflict_do_nothing())

    def _record_reasons(self, connection: Connection, interview_id: str, grounds: dict[str, str]) -> None:
        """Put the codes of the reasons beside what was suggested; those of its first showing stay."""
        for opportunity_id, codes in grounds.items():
            this = sa.and_(
                matches.c.interview_id == interview_id,
                matches.c.opportunity_id == opportunity_id,
                matches.c.reasons.is_(None),
            )
            connection.execute(sa.update(matches).where(this).values(reasons=codes))

    def _mark(self, connection: Connection, interview_id: str, changes: dict[str, dict[str, Any]]) -> None:
        for opportunity_id, change in changes.items():
            at_column = matches.c.chosen_at if "chosen_at" in change else matches.c.declined_at
            this = sa.and_(
                matches.c.interview_id == interview_id, matches.c.opportunity_id == opportunity_id, at_column.is_(None)
            )
            connection.execute(sa.update(matches).where(this).values(change))
            if change.get("decline_reason"):
                this = sa.and_(matches.c.interview_id == interview_id, matches.c.opportunity_id == opportunity_id)
                connection.execute(sa.update(matches).where(this).values(decline_reason=change["decline_reason"]))

    def _unmark(self, connection: Connection, interview_id: str, chosen: list[str], at: float) -> None:
        """Take back the choices made before `at` that are no longer among those chosen."""
        withdrawn = sa.and_(
            matches.c.interview_id == interview_id,
            matches.c.chosen_at < at,
            matches.c.opportunity_id.not_in(chosen),
        )
        connection.execute(sa.update(matches).where(withdrawn).values(chosen_at=None))

    def _count(self, connection: Connection, event: Event, disposition: Disposition, step: int) -> None:
        day = datetime.fromtimestamp(event["timestamp"], tz=timezone.utc).date()
        insert = self._insert(counts).values(day=day, disposition=disposition.value, count=max(step, 0))
        more = {"count": counts.c.count + step}
        connection.execute(insert.on_conflict_do_update(index_elements=["day", "disposition"], set_=more))


def erased_by(events: Iterable[Event]) -> str | None:
    """The interview that the events of a turn erase: consent was withdrawn, or the respondent is too young."""
    return next((e["interview"]["id"] for e in events if _ending(e) is not None and e.get("interview")), None)


def _ending(event: Event) -> Disposition | None:
    """What an event ends an interview with: a refusal of consent, or an age under 13."""
    if event.get("event") != "slot":
        return None
    if event["name"] == "consent" and event["value"] == 2:
        return Disposition.REFUSED
    return Disposition.INELIGIBLE if event["name"] == "agegrp" and event["value"] == 0 else None


def _hidden(event: Event, interview: dict[str, str]) -> Callable[[str], str]:
    """What makes typed words fit to be stored: nothing where whoever published the event has redacted it."""
    if event.get("redacted") is True:
        return str
    return partial(redact, language=interview["language"], country=interview["country"])

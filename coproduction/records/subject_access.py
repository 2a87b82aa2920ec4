"""Subject access: everything that is held for a reference code, with what it is, why and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import to_builtins
from sqlalchemy.engine import Connection, Engine

from coproduction.council import Council
from coproduction.database import Base
from coproduction.records.contacts import Contacts
from coproduction.records.inventory import ELSEWHERE, TABLES, Given, Holding, holding
from coproduction.records.reference import reference_hash
from coproduction.records.spool import Spool
from coproduction.records.tables import answers, conversations, interviews
from coproduction.survey.instrument import MISSING_CODES, Instrument
from coproduction.survey.versions import Versions
from coproduction.survey.wording import describe

SPOOL = holding("spool")


def held_for(
    engine: Engine, spool: Spool, council: Council, versions: Versions, reference: str, contacts: Contacts | None = None
) -> dict[str, Any] | None:
    """All that is held for a reference code, in the database, spooled or set aside; None where there is nothing.

    Answers are there as codes and in the words of the version of the questionnaire that was answered. `contacts`
    opens the address that is answered; without it, only that there is one is said.
    """
    with engine.connect() as connection:
        found = _interview(connection, spool, reference_hash(reference))
        if found is None:
            return None
        interview_id, instrument = found
        spooled = _spooled(spool, interview_id)  # before the tables: what is on its way there must not be missed
        ids = {"interview_id": [interview_id], "conversation_id": _conversations(connection, interview_id, spooled)}
        tables = [_table(connection, entry, council, ids) for entry in TABLES if entry.is_personal]
    for table in tables:
        if table["where"] == answers.name and instrument in versions:
            table["rows"] = [{**_in_words(versions[instrument], row), **row} for row in table["rows"]]
    tables.append({**_described(SPOOL, council), "columns": dict(SPOOL.columns), "rows": spooled})
    addresses = [contact for each in ids["conversation_id"] if contacts and (contact := contacts.of_conversation(each))]
    return {
        "reference": reference,
        "held": [table for table in tables if table["rows"]],
        "addresses": [{"channel": contact.channel, "address": contact.address} for contact in addresses],
        "elsewhere": [_described(entry, council) for entry in ELSEWHERE if _is_out_of_reach(entry)],
    }


def _interview(connection: Connection, spool: Spool, hashed: str) -> tuple[str, str] | None:
    """The interview with this reference code, and the version of the questionnaire, empty where that is not known."""
    spooled = spool.interview_of(hashed)
    query = sa.select(interviews.c.interview_id, interviews.c.instrument).where(interviews.c.reference_hash == hashed)
    stored = connection.execute(query).first()
    if stored is None:
        return None if spooled is None else (spooled, "")
    return stored.interview_id, stored.instrument


def _spooled(spool: Spool, interview_id: str) -> list[dict[str, Any]]:
    """What is in the spool and set aside of an interview, a row for each line; of a damaged one what can be read."""
    rows = []
    for file, lines in spool.lines_of(interview_id).items():
        for line in lines:
            entry = {"damaged": line.raw.decode(errors="replace")} if line.entry is None else to_builtins(line.entry)
            rows.append({"file": file, **{name: _readable(name, value) for name, value in entry.items()}})
    return rows


def _conversations(connection: Connection, interview_id: str, spooled: list[dict[str, Any]]) -> list[str]:
    stored = sa.select(conversations.c.conversation_id).where(conversations.c.interview_id == interview_id)
    in_spool = {row["conversation"] for row in spooled if "conversation" in row}
    return sorted({*connection.execute(stored).scalars(), *in_spool})


def _is_out_of_reach(entry: Holding) -> bool:
    """Whether something may be in a place where a reference code finds nothing."""
    return entry.given is not Given.NO_CONSENT and entry is not SPOOL


def _described(entry: Holding, council: Council) -> dict[str, Any]:
    return {"where": entry.name, "what": entry.what, "why": entry.why, "kept": entry.kept.words(council)}


def _table(connection: Connection, entry: Holding, council: Council, ids: dict[str, list[str]]) -> dict[str, Any]:
    table = Base.metadata.tables[entry.name]
    key = "interview_id" if "interview_id" in table.c else "conversation_id"
    query = sa.select(table).where(table.c[key].in_(ids[key])).order_by(*table.primary_key)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    readable = [{name: _readable(name, value) for name, value in row.items()} for row in rows]
    meanings = {name: entry.columns[name] for name in (column.name for column in table.c) if name in entry.columns}
    return {**_described(entry, council), "columns": meanings, "rows": readable}


def _in_words(instrument: Instrument, answer: dict[str, Any]) -> dict[str, str]:
    """What was asked and answered; nothing for what is no question, like minutes."""
    name, stored = answer["variable"], answer["code"]
    if name not in instrument:
        return {}
    question = instrument.question(name)
    code = int(stored) if question.scale or stored in map(str, MISSING_CODES) else stored
    return {"question": question.text, "answer": describe(instrument, name, code, str)}


def _readable(name: str, value: Any) -> Any:
    """Times as ISO 8601 in UTC, events as what they are."""
    if isinstance(value, float) and (name == "at" or name.endswith("_at")):
        return datetime.fromtimestamp(value, tz=timezone.utc).isoformat(timespec="seconds")
    return msgspec.json.decode(value) if name == "events" and isinstance(value, str) else value


def as_text(held: dict[str, Any]) -> Iterator[str]:
    """The same for a person to read, line by line."""
    yield f"What is held for the reference code {held['reference']}"
    for table in held["held"]:
        yield f"\n{table['what']}\n  Why: {table['why']}\n  Kept: {table['kept']}."
        for row in table["rows"]:
            events = row.pop("events", None)
            yield "  - " + "; ".join(f"{name}: {value}" for name, value in row.items() if value is not None)
            yield from (f"      {line}" for line in _said(events or []))
    for address in held["addresses"]:
        yield f"\nWhere you are answered: {address['channel']}, {address['address']}"
    yield "\nElsewhere, where it cannot be found by a reference code:"
    for entry in held["elsewhere"]:
        yield f"  - {entry['what']} Kept: {entry['kept']}."


def _said(events: list[dict[str, Any]]) -> Iterator[str]:
    for event in events:
        if event.get("event") in ("user", "bot") and event.get("text"):
            yield f"{'you' if event['event'] == 'user' else 'assistant'}: {event['text']}"
        elif event.get("event") == "slot" and event.get("value") is not None:
            yield f"noted: {event['name']} = {event['value']}"

"""What it costs to keep a turn, in the database and in the spool while that is away: `python -m benchmarks.outage`.

Made-up turns of the size of real ones go through `DurableStore`, one after the other: to a SQLite database, to a
PostgreSQL server where one is named, and to the spool of a database that cannot be reached, which is then replayed.
The rest of a turn is not measured.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from benchmarks.export import put
from benchmarks.load import percentile
from coproduction.database import TURN_WAIT_SECONDS, connect
from coproduction.records.durable import DurableStore
from coproduction.records.recorder import Recorder
from coproduction.records.replay import replay
from coproduction.records.schema import downgrade_schema, upgrade_schema
from coproduction.records.spool import Spool
from coproduction.survey.instrument import current_instrument

BEGIN = "<!-- outage: written by `python -m benchmarks.outage` -->"
END = "<!-- end of outage -->"
SECRET = b"of no installation"
AWAY = "postgresql+psycopg2://nobody@127.0.0.1:1/nothing"
"""Nothing listens there."""

Events = list[dict[str, Any]]


def main() -> int:
    """Measure and print, and put the table into a page where one is named."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.work) as name:
        text = "\n".join(measure(Path(name), arguments.interviews, arguments.postgresql))
    print(text)
    if arguments.output:
        put(arguments.output, text, BEGIN, END)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interviews", type=int, default=200)
    parser.add_argument("--postgresql", metavar="URL", help="an empty database; what is made in it is dropped again")
    parser.add_argument("--work", type=Path, help="a folder on the disk to measure, else the system's temporary folder")
    parser.add_argument("--output", type=Path, help="a page with the two marker lines, to put the table between")
    return parser.parse_args()


def measure(folder: Path, interviews: int, postgresql: str | None = None) -> list[str]:
    """The lines of the table; the databases and the spool are made in `folder`."""
    sqlite = _database(f"sqlite:///{folder / 'records.db'}")
    lines = ["| keeping a turn | median, ms | p95, ms |", "|---|--:|--:|"]
    lines.append(_row("in SQLite", _turns(sqlite, Spool(folder / "unused"), interviews)))
    if postgresql:
        engine = _database(postgresql)
        lines.append(_row("in PostgreSQL on the same machine", _turns(engine, Spool(folder / "unused"), interviews)))
        downgrade_schema(engine, "base")
    spool, away = Spool(folder / "spool"), connect(AWAY, TURN_WAIT_SECONDS, SECRET)
    lines.append(_row("in the spool", _turns(away, spool, interviews)))
    store = DurableStore(away, spool, current_instrument(), retry=3600)
    looked_up = [_seconds(lambda: store.version("unknown")) for _ in range(20)]
    lines.append(_row("finding in a spool of that size that a conversation is not in it", looked_up))
    entries, size = spool.count(), spool.file.stat().st_size
    replayed = _seconds(lambda: replay(sqlite, spool, Recorder(sqlite, current_instrument())))
    return [
        *lines,
        "",
        f"- {entries // 2} turns each time; the spool came to {size / 1e6:.1f} MB in {entries} entries",
        f"- replaying it into SQLite: {replayed:.1f} s",
        f"- {date.today()}, {os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}",
    ]


def _database(url: str) -> Engine:
    engine = connect(url, TURN_WAIT_SECONDS, SECRET)
    if sa.inspect(engine).get_table_names():
        sys.exit("The database is not empty.")
    upgrade_schema(engine)
    return engine


def _turns(engine: Engine, spool: Spool, interviews: int) -> list[float]:
    """Seconds for each turn of so many interviews: the record and the conversation."""
    store = DurableStore(engine, spool, current_instrument(), retry=3600)  # no replay while it is measured
    kind = engine.dialect.name
    taken = []
    for number in range(interviews):
        identifier = f"{kind}-{spool.file.parent.name}-{number}"
        for sequence, events in enumerate(_interview(identifier), start=1):

            def keep(sequence: int = sequence, events: Events = events, identifier: str = identifier) -> None:
                store.record(events)
                store.append_turn(f"c-{identifier}", identifier, sequence, events)

            taken.append(_seconds(keep))
    return taken


def _interview(identifier: str) -> list[Events]:
    """The turns of an interview: each with an answer, what was understood, and the next question with its buttons."""
    instrument = current_instrument()
    who = {"id": identifier, "mode": "web", "language": "en", "country": "GB", "reference_hash": identifier}
    asked = [q for q in instrument.questions if q.name == "consent" or (q.recorded and q.scale)]
    turns = []
    for question, following in zip(asked, [*asked[1:], asked[0]], strict=True):
        code = instrument.choices(question.name)[0].code
        understood = {"intent": {"name": "answer"}, "entities": [{"entity": question.name, "value": code}]}
        buttons = [
            {"title": each.title, "payload": f"/answer{each.code}"} for each in instrument.choices(following.name)
        ]
        turn: Events = [
            {"event": "user", "text": f"my answer to {question.name}", "parse_data": understood},
            {"event": "slot", "name": question.name, "value": code},
            {"event": "action", "name": f"utter_ask_{following.name}"},
            {"event": "bot", "text": following.text, "data": {"buttons": buttons}},
        ]
        at = time.time()
        turns.append([{**event, "timestamp": at, "interview": who} for event in turn])
    return turns


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _row(what: str, seconds: list[float]) -> str:
    return f"| {what} | {percentile(seconds, 0.5):.1f} | {percentile(seconds, 0.95):.1f} |"


if __name__ == "__main__":
    sys.exit(main())

"""What is left of an interview in PostgreSQL's own files after erasure, and how it goes."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from coproduction.database import connect
from coproduction.records.conversations import append_turn
from coproduction.records.erasure import ABOUT_PEOPLE, erase_by_reference
from coproduction.records.recorder import Recorder
from coproduction.records.reference import reference_hash
from coproduction.records.schema import upgrade_schema
from coproduction.survey.instrument import current_instrument
from tests.records.events import EMPTY_SPOOL, KEY, action, interview, said_now, slot, typed

CODE = "7K3M-QX9T"
WORDS = "quillwort marmalade"
TRACES = [WORDS, reference_hash(CODE)]
DOCUMENT = Path("docs/data-protection.md").read_text(encoding="utf-8")
REWRITE = re.search(r"^VACUUM \(FULL\).*;$", DOCUMENT, re.MULTILINE)[0]
"""What the document tells to do."""


@pytest.fixture
def engine(server):
    engine = connect(server.url, secret=KEY)
    upgrade_schema(engine)
    run(engine, "CREATE EXTENSION pgstattuple")
    yield engine
    engine.dispose()


def run(engine, statement):
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


def hold_interview(engine, number, reference, words):
    """An interview with words at all places that words have."""
    who = interview(f"i-{number}", reference)
    recorder = Recorder(engine, current_instrument())
    recorder.record([slot("consent", 1, who), typed(words, who, env5=3), slot("env5", 3, who)])
    recorder.record([slot("comment", words, who), slot("suggested", ["a"], who)])
    recorder.record([action("utter_ask_env4", who), typed(words, who, intent="unclear")])
    append_turn(engine, said_now(f"c-{number}", f"i-{number}", 1, [{"event": "user", "text": f"{words} {reference}"}]))


def dead_rows(engine):
    with engine.connect() as connection:
        dead = [sa.select(sa.column("dead_tuple_count")).select_from(sa.func.pgstattuple(t.name)) for t in ABOUT_PEOPLE]
        return sum(connection.execute(query).scalar_one() for query in dead)


def files_with_traces(server, folder):
    contents = [path.read_bytes() for path in (server.data / folder).rglob("*") if path.is_file()]
    return sum(any(trace.encode() in content for trace in TRACES) for content in contents)


def test_no_row_is_left_after_erasure_and_no_byte_after_what_the_document_tells_to_do(server, engine):
    for number in range(40):
        reference, words = (CODE, WORDS) if number == 20 else (f"0000-{number:04}", f"somebody else, {number}")
        hold_interview(engine, number, reference, words)
    run(engine, "CHECKPOINT")
    assert files_with_traces(server, "base") >= 5
    assert files_with_traces(server, "pg_wal") >= 1
    assert erase_by_reference(engine, EMPTY_SPOOL, CODE)
    assert dead_rows(engine) == 0
    for statement in (REWRITE, "CHECKPOINT"):
        run(engine, statement)
    assert files_with_traces(server, "base") == 0
    for _ in range(20):  # as time goes by: its log is written over
        for statement in ("INSERT INTO spools VALUES (gen_random_uuid(), 0)", "SELECT pg_switch_wal()", "CHECKPOINT"):
            run(engine, statement)
        if files_with_traces(server, "pg_wal") == 0:
            break
    assert files_with_traces(server, "") == 0


def test_the_statement_in_the_document_names_every_table_about_people():
    assert sorted(re.findall(r"\w+", REWRITE)[2:]) == sorted(table.name for table in ABOUT_PEOPLE)

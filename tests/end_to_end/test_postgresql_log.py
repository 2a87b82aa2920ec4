"""PostgreSQL's own log holds nothing that citizens said, once it is set as it is told to be."""

import re
from pathlib import Path

import pytest

from coproduction.database import connect
from coproduction.records.conversations import TurnConflictError, append_turn
from coproduction.serve import prepare_database
from coproduction.settings import read_settings
from tests.records.events import said_now

WORDS = "quillwort marmalade"
DOCUMENT = Path("docs/operations.md").read_text(encoding="utf-8")
TOLD = re.findall(r"^ALTER ROLE assistant .*;$", DOCUMENT, re.MULTILINE)


def run(server, *statements):
    engine = connect(server.url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def fail(url):
    """Store a turn that is there already, with words in it."""
    engine = connect(url)
    append_turn(engine, said_now("c-77", "i-77", 1, []))
    with pytest.raises(TurnConflictError):
        append_turn(engine, said_now("c-77", "i-77", 1, [{"text": WORDS}]))
    with engine.connect() as connection, pytest.raises(Exception, match="no_such_column"):
        connection.exec_driver_sql(f"SELECT no_such_column, '{WORDS}'")
    engine.dispose()


def test_what_serve_says_keeps_words_out_of_its_log(server, tmp_path):
    run(server, "CREATE ROLE assistant LOGIN", "CREATE DATABASE records OWNER assistant")
    url = server.url.replace("postgres@", "assistant@").replace("/postgres", "/records")
    settings = read_settings({"DATA_DIR": str(tmp_path), "DATABASE_URL": url})
    said = []
    prepare_database(settings, said.append)
    assert said[-1].splitlines() == TOLD
    fail(url)
    assert WORDS in server.log.read_text(), "as it comes"
    run(server, *TOLD, "DROP DATABASE records", "CREATE DATABASE records OWNER assistant")
    server.log.write_text("")
    said.clear()
    prepare_database(settings, said.append)
    assert not any("PostgreSQL" in line for line in said)
    fail(url)
    log = server.log.read_text()
    assert "duplicate key" in log
    assert WORDS not in log
    assert "c-77" not in log

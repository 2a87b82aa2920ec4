"""Subject access shows all that is held for a reference code, and of nobody else."""

from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from coproduction.cli import main
from coproduction.council import read_council
from coproduction.database import Base
from coproduction.records.contacts import Contacts
from coproduction.records.conversations import append_turn
from coproduction.records.inventory import TABLES
from coproduction.records.recorder import Recorder
from coproduction.records.spool import Line, Recorded, Spool
from coproduction.records.subject_access import as_text, held_for
from coproduction.survey.instrument import current_instrument
from coproduction.survey.versions import known_versions
from tests.records.events import EMPTY_SPOOL, interview, said_now, slot
from tests.records.test_erasure import SECRET, fill

COUNCIL = read_council(Path(__file__).resolve().parents[2] / "council.yml")


def filled(engine):
    fill(engine)
    other = interview("i-2", "0000-0001")
    Recorder(engine, current_instrument()).record([slot("consent", 1, other), slot("comment", "somebody else", other)])
    append_turn(engine, said_now("c-2", "i-2", 1, [{"event": "user", "text": "somebody else"}]))
    store = Contacts(engine, [Fernet.generate_key().decode()])
    store.remember("sms", "+447700900123", "c-1")
    return held_for(engine, EMPTY_SPOOL, COUNCIL, known_versions(), "7k3m qx9t", store)


def test_every_personal_row_of_the_interview_is_shown(engine):
    held = filled(engine)
    shown = {table["where"]: len(table["rows"]) for table in held["held"]}
    with engine.connect() as connection:
        for entry in TABLES:
            table = Base.metadata.tables[entry.name]
            key = next((name for name in ("interview_id", "conversation_id") if name in table.c), None)
            if entry.is_personal and key:
                mine = sa.select(sa.func.count()).where(table.c[key].in_(["i-1", "c-1"]))
                assert shown.get(entry.name, 0) == connection.execute(mine).scalar()
    assert set(shown) == {entry.name for entry in TABLES if entry.is_personal}
    assert held["addresses"] == [{"channel": "sms", "address": "+447700900123"}]


def test_nothing_of_anybody_else_is_shown(engine):
    assert b"somebody else" not in msgspec.json.encode(filled(engine))


def test_it_can_be_read_by_a_person(engine):
    text = "\n".join(as_text(filled(engine)))
    assert f"you: {SECRET}" in text
    assert "30 days after the last message" in text
    assert "sms, +447700900123" in text


def test_answers_are_there_in_words_too(engine):
    filled(engine)
    who = interview("i-1", "7K3M-QX9T")
    given = {"topics": "litter other", "effort_min": 90, "hea1": 77}
    Recorder(engine, current_instrument()).record([slot(name, code, who) for name, code in given.items()])
    held = held_for(engine, EMPTY_SPOOL, COUNCIL, known_versions(), "7K3M-QX9T")
    rows = next(table["rows"] for table in held["held"] if table["where"] == "answers")
    words = {row["variable"]: (row.get("question"), row.get("answer")) for row in rows}
    assert words["env5"] == (current_instrument().question("env5").text, "Often")
    assert words["comment"][1] == f"“{SECRET}”"
    assert words["topics"][1] == "litter, something else"
    assert words["hea1"][1] == "Rather not say"
    assert words["effort_min"] == (None, None)


def test_an_unknown_reference_has_nothing(engine):
    assert held_for(engine, EMPTY_SPOOL, COUNCIL, known_versions(), "0000-0000") is None


def spooled_rows(held):
    return next((table["rows"] for table in held["held"] if table["where"] == "spool"), [])


@pytest.mark.parametrize("reference", ["7K3M-QX9T", "AAAA-BBBB"], ids=["stored too", "nowhere else"])
@pytest.mark.parametrize("is_set_aside", [False, True], ids=["spooled", "set aside"])
def test_what_waits_in_the_spool_or_was_set_aside_is_shown_and_of_nobody_else(engine, spooled, reference, is_set_aside):
    if is_set_aside:
        for line in spooled.read():
            spooled.set_aside(line)
        assert spooled.finish(spooled.file.stat().st_size)
    held = held_for(engine, spooled, COUNCIL, known_versions(), reference)
    assert {row["interview"] for row in spooled_rows(held)} == {"i-1" if reference == "7K3M-QX9T" else "i-2"}
    assert {row["file"] for row in spooled_rows(held)} == {"set-aside.jsonl" if is_set_aside else "events.jsonl"}
    assert b"i-3" not in msgspec.json.encode(held)
    text = "\n".join(as_text(held))
    assert f"you: {SECRET}" in text
    assert "spool" not in [place["where"] for place in held["elsewhere"]]


def test_of_a_damaged_line_what_can_be_read_is_shown(engine, spooled):
    raw = next(spooled.read(naming="i-1")).raw
    spooled.set_aside(Line(b"00000000" + raw[8:], 0, damaged=True))
    held = held_for(engine, spooled, COUNCIL, known_versions(), "7K3M-QX9T")
    assert [SECRET in row["damaged"] for row in spooled_rows(held) if "damaged" in row] == [True]


def test_the_command_shows_what_is_only_in_the_spool(capsys, tmp_path, monkeypatch, sqlite_engine):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    who = interview("i-1", "7K3M-QX9T")
    Spool(tmp_path / "spool").append(Recorded([slot("consent", 1, who), slot("comment", SECRET, who)], "i-1"))
    assert main(["subject-access", "7K3M-QX9T"]) == 0
    assert f"noted: comment = {SECRET}" in capsys.readouterr().out
    assert main(["erase", "7K3M-QX9T"]) == 0
    assert main(["subject-access", "7K3M-QX9T"]) == 1

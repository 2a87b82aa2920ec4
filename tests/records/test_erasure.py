"""Erasure leaves no trace of an interview, on disk either."""

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from coproduction.cli import main
from coproduction.database import Base, connect
from coproduction.records.contacts import Contacts
from coproduction.records.conversations import append_turn
from coproduction.records.erasure import erase_by_reference, erase_interview, erased
from coproduction.records.recorder import Recorder
from coproduction.records.replay import replay
from coproduction.records.spool import Recorded, Spool
from coproduction.records.tables import interviews, tombstones
from coproduction.records.tombstones import digest
from coproduction.survey.instrument import current_instrument
from tests.records.events import EMPTY_SPOOL, KEY, SECRET_KEY, action, interview, said_now, slot, typed

SECRET = "peculiar hedgehog sentence"


def fill(engine):
    who = interview("i-1", "7K3M-QX9T")
    recorder = Recorder(engine, current_instrument())
    recorder.record([slot("consent", 1, who), typed(SECRET, who, env5=3), slot("env5", 3, who)])
    recorder.record([slot("comment", SECRET, who), slot("suggested", ["a"], who)])
    recorder.record([action("utter_ask_env4", who), typed(SECRET, who, intent="unclear")])
    recorder.record([typed('/change{"question": "env5"}', who, intent="change", question="env5")])
    append_turn(engine, said_now("c-1", "i-1", 1, [{"event": "user", "text": SECRET}]))


def leftovers(engine):
    """Every row of every table except the tombstones, as text."""
    with engine.connect() as connection:
        return [
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            if table.name != "tombstones"
            for row in connection.execute(sa.select(table))
        ]


def test_a_reference_code_deletes_everything_of_its_interview(engine):
    fill(engine)
    assert len([row for row in leftovers(engine) if SECRET in row]) == 5
    assert erase_by_reference(engine, EMPTY_SPOOL, " 7k3m qx9t ")
    assert leftovers(engine) == []


def test_the_address_at_a_messaging_service_is_deleted_too(engine):
    fill(engine)
    store = Contacts(engine, [Fernet.generate_key().decode()])
    store.remember("sms", "+447700900123", "c-1")
    store.remember("sms", "+447700900124", "c-2")
    assert erase_by_reference(engine, EMPTY_SPOOL, "7K3M-QX9T")
    assert store.find("sms", "+447700900123") is None
    assert store.find("sms", "+447700900124") is not None


def test_an_unknown_reference_code_deletes_nothing(engine):
    fill(engine)
    before = leftovers(engine)
    assert not erase_by_reference(engine, EMPTY_SPOOL, "0000-0000")
    assert leftovers(engine) == before


def test_erasing_twice_says_that_nothing_was_there(engine):
    fill(engine)
    assert erase_interview(engine, EMPTY_SPOOL, "i-1")
    assert not erase_interview(engine, EMPTY_SPOOL, "i-1")


def test_what_was_written_is_gone_from_the_sqlite_files_too(sqlite_engine, tmp_path):
    fill(sqlite_engine)
    assert any(SECRET.encode() in path.read_bytes() for path in tmp_path.iterdir())
    erase_interview(sqlite_engine, EMPTY_SPOOL, "i-1")
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize("ending", [("consent", 2), ("agegrp", 0)], ids=["consent withdrawn", "under 13"])
def test_what_ends_an_interview_leaves_nothing_in_the_sqlite_files_either(sqlite_engine, tmp_path, ending):
    fill(sqlite_engine)
    who = interview("i-1", "7K3M-QX9T")
    Recorder(sqlite_engine, current_instrument()).record([slot(*ending, who)])
    assert leftovers(sqlite_engine) != [], "the count of it"
    assert not any(SECRET.encode() in path.read_bytes() for path in tmp_path.iterdir())


def on_disk(spool):
    return b"".join(path.read_bytes() for path in spool.file.parent.iterdir())


def test_what_was_said_while_the_database_was_away_is_erased_from_the_disk(engine, spooled):
    assert erase_by_reference(engine, spooled, "7K3M-QX9T")
    assert b"i-1" not in on_disk(spooled)
    assert f"{SECRET} i-2".encode() in on_disk(spooled)
    assert spooled.count() == 6  # the erased lines stay as blanks
    assert leftovers(engine) == []


def test_an_interview_that_is_only_spooled_is_found_by_its_reference_code_and_does_not_come_back(engine, spooled):
    assert erase_by_reference(engine, spooled, "AAAA-BBBB")
    assert not erase_by_reference(engine, spooled, "AAAA-BBBB")
    replay(engine, spooled, Recorder(engine, current_instrument()))
    with engine.connect() as connection:
        assert erased(engine) == [digest(KEY, "i-2")]
        assert set(connection.execute(sa.select(interviews.c.interview_id)).scalars()) == {"i-1", "i-3"}


@pytest.mark.parametrize("reference", ["7K3M-QX9T", "AAAA-BBBB"], ids=["stored too", "nowhere else"])
def test_what_was_set_aside_is_erased_from_the_disk(engine, spooled, reference):
    for line in spooled.read():
        spooled.set_aside(line)
    assert spooled.finish(spooled.file.stat().st_size)
    others = spooled.set_aside_file.read_bytes().count(b"i-3")
    assert erase_by_reference(engine, spooled, reference)
    identifier = {"7K3M-QX9T": b"i-1", "AAAA-BBBB": b"i-2"}[reference]
    assert identifier not in on_disk(spooled)
    assert spooled.set_aside_file.read_bytes().count(b"i-3") == others > 0
    assert not erase_by_reference(engine, spooled, reference)


def test_while_the_database_is_away_nothing_is_erased_by_half(tmp_path):
    spool = Spool(tmp_path / "spool")
    spool.append(Recorded([slot("consent", 1, interview("i-1", "7K3M-QX9T"))], "i-1"))
    away = connect("postgresql+psycopg2://nobody@127.0.0.1:9/nothing", wait=0.2)
    with pytest.raises(sa.exc.OperationalError):
        erase_interview(away, spool, "i-1")
    assert b"i-1" in on_disk(spool)


def test_what_was_erased_since_a_backup_can_be_erased_again_in_what_is_restored(engine, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", str(engine.url.render_as_string(hide_password=False)))
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", SECRET_KEY)
    fill(engine)
    erase_by_reference(engine, EMPTY_SPOOL, "7K3M-QX9T")
    listed = tmp_path / "erased.csv"
    assert main(["erased", "--output", str(listed)]) == 0
    with engine.begin() as connection:  # as a restored database is
        connection.execute(sa.delete(tombstones))
    fill(engine)
    assert main(["erase", "--listed", str(listed)]) == 0
    assert "Erased again: 1." in capsys.readouterr().out
    assert leftovers(engine) == []
    assert erased(engine) == [digest(KEY, "i-1")]
    assert main(["erase", "--listed", str(listed)]) == 0
    assert "Erased again: 0." in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "", "erased\ni-1\n", "title\n"])
def test_another_file_is_no_list_of_what_was_erased(tmp_path, monkeypatch, capsys, content):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    if content is not None:
        (tmp_path / "erased.csv").write_text(content)
    assert main(["erase", "--listed", str(tmp_path / "erased.csv")]) == 1
    assert "erased.csv" in capsys.readouterr().err

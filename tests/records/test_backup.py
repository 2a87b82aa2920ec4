"""Backup and restore: nothing lost, nothing doubled, nothing that was erased comes back."""

import os
import sqlite3
import threading
import zipfile
from contextlib import closing

import pytest
import sqlalchemy as sa

from coproduction.database import connect
from coproduction.errors import UserError
from coproduction.records.backup import back_up, restore, sqlite_file
from coproduction.records.schema import upgrade_schema
from coproduction.records.spool import Recorded, Spool
from coproduction.records.tables import tombstones
from coproduction.records.tombstones import digest
from tests.records.events import KEY, SECRET_KEY
from tests.records.test_migrations import fill


@pytest.fixture
def database(tmp_path):
    return made(tmp_path / "coproduction.db", "head")


def made(path, revision):
    engine = connect(f"sqlite:///{path}", secret=KEY)
    upgrade_schema(engine, revision)
    fill(engine)
    with engine.begin() as connection:
        connection.execute(sa.delete(tombstones))
    engine.dispose()
    return path


def rows(database, table):
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def refusal(*arguments, **options):
    with pytest.raises(UserError) as caught:
        restore(*arguments, **options)
    return caught.value.code


def test_what_was_backed_up_comes_back_with_the_spool_and_the_secret(tmp_path, database):
    Spool(tmp_path / "spool").append(Recorded([{"event": "x"}], "other"))
    (tmp_path / "secret.key").write_bytes(b"s" * 32)
    back_up(database, tmp_path, tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o600
    restore(tmp_path / "backup", tmp_path / "new" / "coproduction.db", tmp_path / "new")
    for table in ("interviews", "answers", "turns", "spools"):
        assert rows(tmp_path / "new" / "coproduction.db", table) == rows(database, table) != []
    for name in ("spool/events.jsonl", "secret.key"):
        assert (tmp_path / "new" / name).read_bytes() == (tmp_path / name).read_bytes()


def test_a_backup_is_whole_while_the_database_is_written(tmp_path, database):
    stop = threading.Event()

    def write():
        with closing(sqlite3.connect(database)) as connection:
            while not stop.wait(0.002):
                connection.execute("INSERT INTO tombstones SELECT 't' || printf('%06d', count(*)) FROM tombstones")
                connection.commit()

    writer = threading.Thread(target=write)
    writer.start()
    back_up(database, tmp_path, tmp_path / "backup")
    stop.set()
    writer.join()
    restore(tmp_path / "backup", tmp_path / "new.db", tmp_path / "new")
    restored = rows(tmp_path / "new.db", "tombstones")
    assert restored == rows(database, "tombstones")[: len(restored)]


def test_what_was_erased_since_stays_erased(tmp_path, database, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", SECRET_KEY)
    back_up(database, tmp_path, tmp_path / "backup")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO tombstones VALUES (?)", [digest(KEY, "interview_id")])
        connection.commit()
    assert refusal(tmp_path / "backup", database, tmp_path) == "database_there"
    done = restore(tmp_path / "backup", database, tmp_path, force=True)
    assert done.erased_again == 1
    assert rows(database, "interviews") == rows(database, "answers") == []
    assert rows(database, "tombstones") == [(digest(KEY, "interview_id"),)]
    assert rows(done.kept[0], "interviews") != []


def test_what_was_erased_under_another_secret_than_that_of_the_backup_stays_erased_too(tmp_path, database, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    (tmp_path / "secret.key").write_bytes(b"b" * 32)
    back_up(database, tmp_path, tmp_path / "backup")
    (tmp_path / "secret.key").write_bytes(b"p" * 32)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO tombstones VALUES (?)", [digest(b"p" * 32, "interview_id")])
        connection.commit()
    assert restore(tmp_path / "backup", database, tmp_path, force=True).erased_again == 1
    assert (digest(b"b" * 32, "interview_id"),) in rows(database, "tombstones")


def test_an_earlier_schema_is_brought_up_to_date(tmp_path):
    old = made(tmp_path / "old.db", "0004")
    back_up(old, tmp_path, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new.db", tmp_path)
    assert rows(tmp_path / "new.db", "answers") == rows(old, "answers") != []
    assert rows(tmp_path / "new.db", "spools") == []


def test_a_file_that_is_no_whole_backup_is_refused(tmp_path, database):
    back_up(database, tmp_path, tmp_path / "backup")
    content = (tmp_path / "backup").read_bytes()
    middle = len(content) // 2
    (tmp_path / "cut").write_bytes(content[:middle])
    (tmp_path / "bent").write_bytes(content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :])
    with zipfile.ZipFile(tmp_path / "zip", "w") as other:
        other.writestr("letter.txt", "Dear council")
    (tmp_path / "text").write_text("Dear council")
    codes = {name: refusal(tmp_path / name, tmp_path / "new.db", tmp_path) for name in ("cut", "bent", "zip", "text")}
    assert codes == {"cut": "backup_damaged", "bent": "backup_damaged", "zip": "no_backup", "text": "no_backup"}
    assert not (tmp_path / "new.db").exists()


def test_a_running_assistant_is_not_restored_over(tmp_path, database):
    back_up(database, tmp_path, tmp_path / "backup")
    (tmp_path / "supervisord.pid").write_text(str(os.getpid()))
    assert refusal(tmp_path / "backup", database, tmp_path, force=True) == "running"


def test_for_postgresql_the_commands_are_named():
    with pytest.raises(UserError, match="pg_dump"):
        sqlite_file("postgresql://postgres@127.0.0.1/council")

"""The spool: on disk before it is acknowledged, whole after a crash, private, and erasable."""

import os
import subprocess
import sys
from threading import Thread

import pytest

from coproduction.records.spool import Purged, Recorded, Said, Spool, SpoolFullError
from tests.disk import files_no_larger_than, small_disk

WORDS = "a peculiar hedgehog"


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


def recorded(interview, **more):
    return Recorded([{"event": "slot", "interview": {"id": interview, "reference_hash": f"hash-{interview}"}, **more}])


def said(sequence, conversation="c", interview="i-1", text=WORDS):
    return Said(conversation, sequence, 1.0, [{"event": "user", "text": text}], interview)


def entries(spool):
    return [line.entry for line in spool.read() if line.entry is not None]


def test_entries_come_back_in_order_and_whole(spool):
    kept = [recorded("i-1", value="ü “x”\n\u2028"), said(1), Purged("c")]
    for entry in kept:
        spool.append(entry)
    assert entries(spool) == kept
    assert spool.count() == 3
    assert not spool.is_empty


def test_nobody_else_on_the_machine_can_read_it(spool):
    spool.append(said(1))
    spool.set_aside(next(spool.read()))
    assert {oct(path.stat().st_mode & 0o777) for path in spool.file.parent.iterdir()} == {"0o600"}
    assert spool.file.parent.stat().st_mode & 0o777 == 0o700


def test_it_is_on_disk_before_it_is_acknowledged(spool, monkeypatch):
    synced = []
    monkeypatch.setattr("os.fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    spool.append(said(1))
    assert synced == [str(spool.file), str(spool.file.parent)]


@pytest.mark.parametrize("lost", [1, 5, 40])
def test_a_last_line_cut_short_by_a_crash_is_dropped_and_the_others_stay(spool, lost):
    spool.append(said(1))
    spool.append(said(2))
    os.truncate(spool.file, spool.file.stat().st_size - lost)
    assert entries(spool) == [said(1)]
    spool.append(said(3))
    assert entries(spool) == [said(1), said(3)]


@pytest.mark.parametrize("left", [0, 3, 30])
def test_a_spool_cut_short_in_its_first_line_begins_anew(spool, left):
    spool.append(said(1))
    os.truncate(spool.file, left)
    assert entries(spool) == []
    spool.append(said(2))
    assert entries(spool) == [said(2)]
    assert spool.identity()


def test_a_changed_byte_is_noticed(spool):
    spool.append(said(1))
    spool.append(said(2))
    content = spool.file.read_bytes()
    spool.file.write_bytes(content.replace(b"peculiar", b"pecuLiar", 1))
    assert [(line.entry, line.damaged) for line in spool.read()] == [(None, True), (said(2), False)]


def test_each_spool_has_a_name_of_its_own(spool):
    assert spool.identity() is None
    spool.append(said(1))
    first = spool.identity()
    assert spool.finish(spool.file.stat().st_size)
    spool.append(said(2))
    assert spool.identity() not in (None, first)


def test_it_is_not_deleted_while_something_is_behind_what_was_read(spool):
    spool.append(said(1))
    (line,) = spool.read()
    spool.append(said(2))
    assert not spool.finish(line.end)
    assert entries(spool) == [said(1), said(2)]


def test_an_interview_is_overwritten_on_disk_and_the_others_stay_where_they_are(spool):
    for entry in (recorded("i-1"), recorded("i-2"), said(1), said(1, "d", "i-2", "else"), recorded("i-10")):
        spool.append(entry)
    spool.set_aside(next(spool.read()))
    before = [line.end for line in spool.read()]
    assert spool.remove_interview("i-1") == 3
    assert entries(spool) == [recorded("i-2"), said(1, "d", "i-2", "else"), recorded("i-10")]
    assert [line.end for line in spool.read()] == before
    for file in spool.file.parent.iterdir():
        assert WORDS.encode() not in file.read_bytes()
        assert b'"i-1"' not in file.read_bytes()


def test_an_interview_is_found_by_the_hash_of_its_reference(spool):
    spool.append(recorded("i-1"))
    assert spool.interview_of("hash-i-1") == "i-1"
    assert spool.interview_of("hash-i-2") is None


def test_an_interview_that_is_set_aside_is_found_too(spool):
    assert spool.interview_of("hash-i-1") is None
    spool.append(recorded("i-1"))
    spool.set_aside(next(spool.read()))
    assert spool.finish(spool.file.stat().st_size)
    assert spool.interview_of("hash-i-1") == "i-1"


def test_turns_of_a_conversation_are_all_there_is_of_it_from_the_first_or_after_a_deletion(spool):
    spool.append(said(4))
    assert spool.turns("c") == ({4: said(4).events}, False)
    spool.append(Purged("c"))
    assert spool.turns("c") == ({}, True)
    spool.append(said(1))
    assert spool.turns("c") == ({1: said(1).events}, True)
    assert spool.turns("d") == ({}, False)


def test_one_process_at_a_time_may_replay(spool):
    code = (
        "import sys, time; from pathlib import Path; from coproduction.records.spool import Spool\n"
        "with Spool(Path(sys.argv[1])).replaying() as mine: print(mine, flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(spool.file.parent)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "True\n"
        with spool.replaying() as mine:
            assert not mine
    finally:
        other.kill()
        other.communicate()
    with spool.replaying() as mine:
        assert mine


def test_lines_of_several_writers_do_not_mix(spool):
    def write(name):
        for number in range(1, 26):
            Spool(spool.file.parent).append(said(number, name, text=WORDS * 50))

    writers = [Thread(target=write, args=(f"c-{n}",)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert not [line for line in spool.read() if line.damaged]
    assert all(sorted(spool.turns(f"c-{n}")[0]) == list(range(1, 26)) for n in range(4))


def test_a_write_that_stops_half_way_is_refused_and_leaves_what_was_there(spool):
    spool.append(said(1))
    with files_no_larger_than(spool.file.stat().st_size + 50), pytest.raises(SpoolFullError):
        spool.append(said(2))
    assert entries(spool) == [said(1)]
    spool.append(said(3))
    assert entries(spool) == [said(1), said(3)]


def test_a_full_disk_is_refused_and_leaves_what_was_there(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        spool, count = Spool(disk / "spool"), 0
        with pytest.raises(SpoolFullError, match="No space left"):  # noqa: PT012 (how many fit is the file system's)
            for count in range(1000):
                spool.append(said(count, text=WORDS * 20))
        assert [entry.sequence for entry in entries(spool)] == list(range(count))
        assert spool.free_bytes() < 65536

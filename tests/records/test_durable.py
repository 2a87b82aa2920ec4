"""What is said while the database is away reaches it once, in order, when it is back. On both kinds of database."""

import time
from contextlib import contextmanager, suppress

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from coproduction.records.conversations import append_turn, load_events, purge, version
from coproduction.records.durable import DatabaseAwayError, DurableStore
from coproduction.records.erasure import erase_interview, erased
from coproduction.records.recorder import Recorder
from coproduction.records.replay import replay
from coproduction.records.spool import Recorded, Said, Spool
from coproduction.records.tables import answers, counts, interviews, matches, spools, verbatims
from coproduction.records.tombstones import digest
from coproduction.survey.instrument import current_instrument
from tests.records.events import EMPTY_SPOOL, KEY, interview, said_now, slot, typed

RETRY = 0.05
HELLO = [{"event": "user", "text": "hello", "timestamp": 1.0}]


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


@pytest.fixture
def store(engine, spool):
    return DurableStore(engine, spool, current_instrument(), retry=RETRY)


@contextmanager
def away(engine):
    """No statement reaches the database, as when its server is stopped (tests/end_to_end stops a real one)."""

    def refuse(*_):
        raise sa.exc.OperationalError("", {}, Exception("server closed the connection unexpectedly"))

    event.listen(engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", refuse)


def wait_until_back(store):
    deadline = time.monotonic() + 20
    while not store.is_current or store._bringing_back:
        assert time.monotonic() < deadline, "the spool was not replayed"
        time.sleep(0.01)


def rows(engine, table):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(table))]


def everything(engine):
    return [sorted(rows(engine, table), key=str) for table in (interviews, answers, verbatims, matches, counts)]


REFUSAL = {"event": "slot", "name": "consent", "value": 2, "timestamp": 1_800_000_000.0}
TURNS = [
    [slot("consent", 1)],
    [typed("the environment", sector=2), slot("sector", 2)],
    [typed("often", env1=3), slot("env1", 3)],
    [slot("sector", 3), slot("suggested", ["a", "b"])],
    [slot("chosen", ["b"])],
]


def test_with_the_database_there_nothing_is_spooled(engine, store, spool):
    store.record(TURNS[0])
    store.append_turn("c", "i-1", 1, HELLO)
    assert len(rows(engine, interviews)) == 1
    assert load_events(engine, "c") == HELLO
    assert not spool.file.parent.exists()


@pytest.mark.parametrize("stopped_after", range(len(TURNS)))
def test_the_record_is_the_same_wherever_the_database_went_away(engine, store, spool, stopped_after):
    for turn in TURNS[:stopped_after]:
        store.record(turn)
    with away(engine):
        for turn in TURNS[stopped_after:]:
            store.record(turn)
        store.record([REFUSAL])
        assert spool.count() == len(TURNS) - stopped_after + 1
    wait_until_back(store)
    found = everything(engine)
    for table in reversed([interviews, answers, verbatims, matches, counts]):
        with engine.begin() as connection:
            connection.execute(sa.delete(table))
    recorder = Recorder(engine, current_instrument())
    for turn in [*TURNS, [REFUSAL]]:
        recorder.record(turn)
    assert found == everything(engine)
    assert rows(engine, spools) == []


def test_turns_said_meanwhile_are_stored_once_with_the_time_they_were_said(engine, store):
    store.append_turn("c", "i-1", 1, HELLO)
    with away(engine):
        before = time.time()
        store.append_turn("c", "i-1", 2, HELLO)
        store.append_turn("d", "i-2", 1, HELLO)
        after = time.time()
    wait_until_back(store)
    assert (version(engine, "c"), version(engine, "d")) == (2, 1)
    with engine.connect() as connection:
        times = connection.execute(sa.text("SELECT at FROM turns WHERE conversation_id = 'c' ORDER BY sequence"))
        assert before <= times.scalars().all()[1] <= after


def test_what_is_new_goes_behind_what_is_spooled(engine, store, spool):
    spool.append(Said("c", 1, 1.0, HELLO, "i-1"))
    with spool.replaying() as mine:
        assert mine
        store.append_turn("c", "i-1", 2, HELLO)  # the database is there
        assert version(engine, "c") == 0
        assert spool.count() == 2
        assert store.version("c") == 2
    wait_until_back(store)
    assert version(engine, "c") == 2


def test_a_conversation_is_read_from_database_and_spool_together(engine, store, spool):
    store.append_turn("c", "i-1", 1, HELLO)
    spool.append(Said("c", 2, 1.0, [{"event": "bot"}], "i-1"))
    assert store.load_turns("c") == [HELLO, [{"event": "bot"}]]
    assert store.version("c") == 2


def test_while_away_a_conversation_is_read_where_the_spool_has_all_of_it(engine, store):
    store.append_turn("old", "i-1", 1, HELLO)
    with away(engine):
        store.append_turn("new", "i-2", 1, HELLO)
        store.append_turn("old", "i-1", 2, HELLO)
        assert store.load_turns("new") == [HELLO]
        assert (store.version("new"), store.version("old"), store.version("other")) == (1, 2, None)
        with pytest.raises(DatabaseAwayError):
            store.load_turns("old")
    wait_until_back(store)
    assert store.load_turns("old") == [HELLO, HELLO]


def test_a_deleted_conversation_does_not_come_back(engine, store):
    store.append_turn("c", "i-1", 1, HELLO)
    with away(engine):
        store.append_turn("c", "i-1", 2, HELLO)
        store.purge("c")
        assert (store.version("c"), store.load_turns("c")) == (0, [])
    wait_until_back(store)
    assert load_events(engine, "c") is None


def test_a_spool_left_by_a_process_that_died_is_replayed_by_the_next(engine, spool):
    spool.append(Recorded(TURNS[0]))
    spool.append(Recorded(TURNS[1]))
    wait_until_back(DurableStore(engine, spool, current_instrument(), retry=RETRY))
    assert [row[1:3] for row in rows(engine, answers)] == [("sector", "2")]


def test_counts_are_not_doubled_when_the_replaying_process_dies_anywhere(engine, spool, monkeypatch):
    recorder = Recorder(engine, current_instrument())
    monkeypatch.setattr("coproduction.records.replay.BATCH", 2)
    for _ in range(5):
        spool.append(Recorded([REFUSAL]))

    class Died(BaseException):
        """The process ends here."""

    def die(*_):
        raise Died

    for method in ("finish", "read"):
        for survived in range(3):
            original, calls = getattr(Spool, method), iter([*[None] * survived, die])

            def dying(*arguments, original=original, calls=calls):
                step = next(calls, None)
                return step() if step else original(*arguments)

            with monkeypatch.context() as patch:
                patch.setattr(Spool, method, dying)
                with suppress(Died):
                    replay(engine, spool, recorder)
    replay(engine, spool, recorder)
    assert [row[2] for row in rows(engine, counts)] == [5]
    assert spool.is_empty


def test_an_outage_in_the_middle_of_a_replay_doubles_nothing(engine, spool, monkeypatch):
    monkeypatch.setattr("coproduction.records.replay.BATCH", 2)
    for _ in range(6):
        spool.append(Recorded([REFUSAL]))
    statements = iter(range(1000))

    def fail_sometimes(*_):
        if next(statements) in (3, 9, 14):
            raise sa.exc.OperationalError("", {}, Exception("terminating connection"))

    event.listen(engine, "before_cursor_execute", fail_sometimes)
    wait_until_back(DurableStore(engine, spool, current_instrument(), retry=RETRY))
    assert [row[2] for row in rows(engine, counts)] == [6]


def test_several_processes_with_one_spool_replay_it_once(engine, spool):
    for _ in range(50):
        spool.append(Recorded([REFUSAL]))
    stores = [DurableStore(engine, Spool(spool.file.parent), current_instrument(), retry=RETRY) for _ in range(4)]
    for store in stores:
        wait_until_back(store)
    assert [row[2] for row in rows(engine, counts)] == [50]


def test_what_the_database_never_takes_is_set_aside_and_holds_up_nothing(engine, spool, caplog):
    spool.append(Recorded(TURNS[0]))
    spool.append(Recorded([{"event": "slot", "name": "sector", "interview": interview()}]))  # has no value
    spool.append(Recorded(TURNS[1]))
    replay(engine, spool, Recorder(engine, current_instrument()))
    assert len(rows(engine, answers)) == 1
    assert spool.is_empty
    assert spool.set_aside_file.read_bytes().count(b"\n") == 1
    assert "cannot be stored (KeyError)" in caplog.text


def test_a_damaged_line_is_set_aside_and_the_others_are_stored(engine, spool):
    for turn in TURNS[:3]:
        spool.append(Recorded(turn))
    content = spool.file.read_bytes()
    spool.file.write_bytes(content.replace(b"the environment", b"the envlronment", 1))
    replay(engine, spool, Recorder(engine, current_instrument()))
    assert [row[1] for row in rows(engine, answers)] == ["env1"]
    assert spool.set_aside_file.exists()


def test_another_turn_in_the_same_place_is_set_aside_and_the_same_turn_is_not(engine, spool):
    append_turn(engine, said_now("c", "i-1", 1, HELLO))
    spool.append(Said("c", 1, 1.0, HELLO, "i-1"))
    replay(engine, spool, Recorder(engine, current_instrument()))
    assert not spool.set_aside_file.exists()
    spool.append(Said("c", 1, 1.0, [{"event": "bot"}], "i-1"))
    replay(engine, spool, Recorder(engine, current_instrument()))
    assert load_events(engine, "c") == HELLO
    assert spool.set_aside_file.exists()


def test_an_interview_erased_meanwhile_does_not_come_back(engine, store, spool):
    store.record(TURNS[0])
    store.append_turn("c", "i-1", 1, HELLO)
    spool.append(Recorded(TURNS[1]))
    spool.append(Said("c", 2, 1.0, HELLO, "i-1"))
    spool.append(Said("d", 1, 1.0, HELLO, "i-1"))
    erase_interview(engine, EMPTY_SPOOL, "i-1")  # the spool is read by another process already
    replay(engine, spool, Recorder(engine, current_instrument()))
    assert rows(engine, interviews) == rows(engine, answers) == []
    assert load_events(engine, "c") is load_events(engine, "d") is None


def test_a_conversation_deleted_meanwhile_does_not_come_back(engine, spool):
    append_turn(engine, said_now("c", "i-1", 1, HELLO))
    purge(engine, "c")
    spool.append(Said("c", 2, 1.0, HELLO, "i-1"))
    replay(engine, spool, Recorder(engine, current_instrument()))
    assert load_events(engine, "c") is None


@pytest.mark.parametrize("ending", [{"name": "consent", "value": 2}, {"name": "agegrp", "value": 0}])
def test_withdrawn_consent_and_an_age_under_13_leave_no_words_in_the_spool(engine, store, spool, ending):
    store.record(TURNS[0])
    with away(engine):
        store.record(TURNS[1])
        store.append_turn("c", "i-1", 1, [{"event": "user", "text": "the environment"}])
        store.record([{"event": "slot", **ending, "timestamp": 1_800_000_000.0, "interview": {"id": "i-1"}}])
        assert b"environment" not in spool.file.read_bytes()
    wait_until_back(store)
    assert rows(engine, interviews) == []
    assert erased(engine) == [digest(KEY, "i-1")]
    assert [row[2] for row in rows(engine, counts)] == [1]


def test_a_locked_sqlite_file_is_not_waited_for_at_every_turn(sqlite_engine, spool):
    from coproduction.database import connect

    impatient = connect(str(sqlite_engine.url), wait=0.3, secret=KEY)
    store = DurableStore(impatient, spool, current_instrument(), retry=RETRY)
    with sqlite_engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        for turn in TURNS:
            store.record(turn)
        assert spool.count() == len(TURNS)
        other.rollback()
    wait_until_back(store)
    assert len(rows(sqlite_engine, answers)) == 2
    impatient.dispose()


def test_an_sqlite_file_that_is_read_only_for_a_while_loses_nothing(sqlite_engine, spool):
    store = DurableStore(sqlite_engine, spool, current_instrument(), retry=RETRY)

    def set_query_only(value):
        @event.listens_for(sqlite_engine, "begin")
        def change(connection):
            connection.exec_driver_sql(f"PRAGMA query_only = {value}")

    set_query_only(1)  # the same answer as from a file without the right to write, also for root
    for turn in TURNS:
        store.record(turn)
    assert spool.count() == len(TURNS)
    set_query_only(0)
    wait_until_back(store)
    assert len(rows(sqlite_engine, answers)) == 2

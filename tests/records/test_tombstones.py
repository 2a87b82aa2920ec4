"""That an interview was erased is known to whoever has its id and the installation's secret, and to nobody else."""

import pytest

from coproduction.database import connect
from coproduction.records.erasure import erase_again, erase_interview, erased
from coproduction.records.recorder import Recorder
from coproduction.records.schema import upgrade_schema
from coproduction.records.spool import Said
from coproduction.records.tombstones import bury, digest, is_erased
from coproduction.survey.instrument import current_instrument
from tests.records.events import EMPTY_SPOOL, KEY, slot


def test_an_erased_interview_is_known_by_its_id_and_no_other(engine):
    with engine.begin() as connection:
        bury(connection, "i-1")
        bury(connection, "i-1")
        assert is_erased(connection, "i-1")
        assert not is_erased(connection, "i-2")
    assert erased(engine) == [digest(KEY, "i-1")]


def test_nothing_of_the_id_is_in_the_files_of_the_database(sqlite_engine, tmp_path):
    Recorder(sqlite_engine, current_instrument()).record([slot("consent", 1)])
    assert any(b"i-1" in path.read_bytes() for path in tmp_path.iterdir())
    erase_interview(sqlite_engine, EMPTY_SPOOL, "i-1")
    assert not any(b"i-1" in path.read_bytes() for path in tmp_path.iterdir())


def test_without_a_secret_nothing_is_recorded_or_erased(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'records.db'}")
    upgrade_schema(engine)
    with pytest.raises(ValueError, match="secret"):
        Recorder(engine, current_instrument()).record([slot("consent", 1)])


def test_what_is_only_spooled_or_set_aside_in_what_is_restored_is_erased_again(engine, spooled):
    line = next(spooled.read(naming="i-3"))
    spooled.set_aside(line)
    spooled.append(Said("c-4", 1, 1.0, [{"event": "user", "text": 'I say "interview":"i-5"'}], "i-4"))
    assert spooled.interviews() == {"i-1", "i-2", "i-3", "i-4"}
    assert erase_again(engine, spooled, [digest(KEY, each) for each in ("i-1", "i-3", "i-9")], KEY) == 2
    assert spooled.interviews() == {"i-2", "i-4"}
    assert set(erased(engine)) == {digest(KEY, each) for each in ("i-1", "i-3", "i-9")}

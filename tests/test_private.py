"""What citizens said is in files that nobody else on the machine can read."""

import os
import stat

import pytest

from coproduction.cli import main
from coproduction.database import connect
from coproduction.records.recorder import Recorder
from coproduction.secret import read_secret
from coproduction.survey.instrument import current_instrument
from tests.records.events import KEY, slot


@pytest.fixture(autouse=True)
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.fixture
def data_dir(tmp_path, monkeypatch):
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "data"


def test_the_data_directory_and_the_database_are_readable_by_their_user_only(data_dir):
    assert main(["export"]) == 0
    read_secret(data_dir, {})
    engine = connect(f"sqlite:///{data_dir / 'coproduction.db'}", secret=KEY)
    Recorder(engine, current_instrument()).record([slot("consent", 1)])
    files = {path.name: mode(path) for path in data_dir.iterdir()}
    engine.dispose()
    assert mode(data_dir) == "0o700"
    assert set(files) == {"coproduction.db", "coproduction.db-wal", "coproduction.db-shm", "secret.key"}
    assert set(files.values()) == {"0o600"}


def test_a_directory_or_database_that_is_there_keeps_the_mode_that_someone_gave_it(data_dir):
    data_dir.mkdir(mode=0o750)
    (data_dir / "coproduction.db").touch(mode=0o640)
    assert main(["export"]) == 0
    assert (mode(data_dir), mode(data_dir / "coproduction.db")) == ("0o750", "0o640")

"""Starting everything: when a model is trained, what supervisord is told, and what is said about a taken port."""

import socket
from contextlib import suppress
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from coproduction import serve
from coproduction.errors import UserError
from coproduction.opportunities.importing import import_file
from coproduction.serve import check_ports, fingerprint, pids, prepare_database, programs, supervisor_configuration
from coproduction.settings import read_settings
from tests.opportunities.catalogue_files import csv_bytes, rows

TRAINING_FILES = (
    "config.yml",
    "domain.yml",
    "data/rules.yml",
    "data/nlu/answers.yml",
    "coproduction/dialogue/policy.py",
    "coproduction/dialogue/understanding/decision.py",
    "coproduction/survey/instrument.yml",
)


@pytest.fixture
def project(tmp_path):
    """A directory laid out like the repository."""
    for name in (*TRAINING_FILES, "README.md", "council.yml", "coproduction/web/app.py", "tests/test_x.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}\n")
    return tmp_path


@pytest.mark.parametrize("name", TRAINING_FILES)
def test_a_model_is_outdated_when_what_it_is_made_from_has_changed(project, name):
    before = fingerprint(project)
    (project / name).write_text("something else\n")
    assert fingerprint(project) != before


@pytest.mark.parametrize("name", ["README.md", "council.yml", "coproduction/web/app.py", "tests/test_x.py"])
def test_a_model_is_not_outdated_by_other_changes(project, name):
    before = fingerprint(project)
    (project / name).write_text("something else\n")
    assert fingerprint(project) == before


@pytest.mark.parametrize("change", ["new", "renamed", "gone"])
def test_training_files_that_come_go_or_are_renamed_outdate_a_model(project, change):
    before = fingerprint(project)
    example = project / "data/nlu/answers.yml"
    if change == "new":
        (project / "data/nlu/more.yml").write_text("")
    elif change == "renamed":
        example.rename(example.with_name("replies.yml"))
    else:
        example.unlink()
    assert fingerprint(project) != before


def test_a_copy_of_the_project_elsewhere_needs_no_new_model(project, tmp_path_factory):
    copy = tmp_path_factory.mktemp("copy")
    for name in TRAINING_FILES:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((project / name).read_bytes())
    assert fingerprint(copy) == fingerprint(project)


def test_the_model_is_made_from_files_that_are_there():
    assert all(list(Path().glob(pattern)) for pattern in serve.TRAINED_FROM)


@pytest.fixture
def model(project, tmp_path, monkeypatch):
    """A model trained from the project, which is the present directory."""
    monkeypatch.chdir(project)
    serve.MODEL.parent.mkdir()
    serve.MODEL.write_bytes(b"a model")
    serve.FINGERPRINT.write_text(fingerprint())


def never(*_arguments, **_options):
    raise AssertionError("a process was started")


def test_an_up_to_date_model_is_not_trained_again(model, tmp_path, monkeypatch):
    monkeypatch.setattr(serve.subprocess, "Popen", never)
    said = []
    assert serve.train_if_changed(tmp_path, said.append) is False
    assert said == []


@pytest.mark.parametrize("missing", ["MODEL", "FINGERPRINT"])
def test_without_a_model_or_its_fingerprint_it_is_trained(model, tmp_path, monkeypatch, missing):
    getattr(serve, missing).unlink()
    monkeypatch.setattr(serve.subprocess, "Popen", never)
    said = []
    with pytest.raises(AssertionError, match="a process was started"):
        serve.train_if_changed(tmp_path, said.append)
    assert said == ["Training the model: the training data is new or has changed."]


def test_a_failed_training_says_where_to_look_and_counts_as_none(model, tmp_path, monkeypatch):
    (tmp_path / "config.yml").write_text("changed")
    monkeypatch.setattr(serve.sys, "executable", "/bin/false")
    with pytest.raises(UserError) as caught:
        serve.train_if_changed(tmp_path, str)
    assert caught.value.code == "training_failed"
    assert str(tmp_path / "train.log") in str(caught.value)
    assert serve.FINGERPRINT.read_text() != fingerprint()


def settings_in(directory, **environment):
    return read_settings({"DATA_DIR": str(directory), **environment})


def supervised(tmp_path, settings):
    """What supervisord itself reads from the configuration: each program by its name."""
    file = tmp_path / "supervisord.conf"
    file.write_text(supervisor_configuration(settings), encoding="utf-8")
    options = ServerOptions()
    options.realize(["-c", str(file)])
    return {process.name: process for group in options.process_group_configs for process in group.process_configs}


def test_supervisord_keeps_the_three_programs_running(tmp_path):
    found = supervised(tmp_path, settings_in(tmp_path / "data"))
    assert set(found) == {"actions", "rasa", "web"}
    for name, process in found.items():
        assert process.autorestart is not False
        assert process.killasgroup
        assert process.stdout_logfile == str(tmp_path / "data" / "logs" / f"{name}.log")
        assert process.directory == str(Path.cwd())


def test_no_program_is_reachable_from_elsewhere_but_the_web_server(tmp_path):
    settings = settings_in(tmp_path, PORT="9000")
    found = supervised(tmp_path, settings)
    assert found["rasa"].command.endswith("--interface 127.0.0.1 --port 9001")
    assert found["actions"].command.endswith("--port 9002")
    assert {process.environment["SANIC_HOST"] for process in found.values()} == {"127.0.0.1"}


def test_nothing_is_reported_to_rasas_makers(tmp_path):
    for process in supervised(tmp_path, settings_in(tmp_path)).values():
        assert process.environment["RASA_TELEMETRY_ENABLED"] == "false"


def test_a_directory_with_spaces_and_percent_signs_is_understood(tmp_path, monkeypatch):
    directory = tmp_path / "100% sure"
    directory.mkdir()
    monkeypatch.chdir(directory)
    monkeypatch.setattr(serve.sys, "executable", f"{directory}/python")
    for process in supervised(tmp_path, settings_in(tmp_path / "data")).values():
        assert process.directory == str(directory)
        assert process.command.startswith(f'"{directory}/python" -m ')


def test_each_program_is_a_command_that_can_be_started_alone(tmp_path):
    commands = programs(settings_in(tmp_path))
    assert commands["web"][1:] == ["-m", "coproduction.web"]
    files = [word for word in commands["rasa"] if word.endswith(".yml")]
    assert files
    assert all(Path(file).is_file() for file in files)


@pytest.fixture
def taken_port():
    """A port of 127.0.0.1 on which another program listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("name", ["PORT", "RASA_PORT", "ACTIONS_PORT"])
def test_a_taken_port_is_named_with_one_that_is_free(taken_port, tmp_path, name):
    ports = {"PORT": 20_000, "RASA_PORT": 20_001, "ACTIONS_PORT": 20_002, name: taken_port}
    settings = settings_in(tmp_path, **{key: str(port) for key, port in ports.items()})
    with pytest.raises(UserError) as caught:
        check_ports(settings)
    assert caught.value.code == "port_in_use"
    assert str(caught.value).startswith(f"Port {taken_port} is in use")
    free = int(str(caught.value).rpartition("PORT=")[2].rstrip("."))
    assert free > settings.port
    check_ports(settings_in(tmp_path, PORT=str(free)))


def test_a_taken_port_near_the_highest_is_named_too(tmp_path):
    with socket.socket() as listener:
        with suppress(OSError):  # taken by another program: as good
            listener.bind(("127.0.0.1", 64_995))
            listener.listen()
        with pytest.raises(UserError, match="Port 64995 is in use"):
            check_ports(settings_in(tmp_path, PORT="64995"))


def test_an_empty_catalogue_gets_the_sample_once(tmp_path, sqlite_engine):
    settings = settings_in(tmp_path)
    said = []
    prepare_database(settings, said.append)
    prepare_database(settings, said.append)
    assert said == ["Loaded the sample catalogue: 72 opportunities."]
    assert len(rows(sqlite_engine)) == 72


def test_a_catalogue_of_ones_own_is_left_alone(tmp_path, sqlite_engine):
    file = tmp_path / "own.csv"
    file.write_bytes(csv_bytes({}))
    import_file(sqlite_engine, file)
    said = []
    prepare_database(settings_in(tmp_path), said.append)
    assert said == []
    assert list(rows(sqlite_engine)) == ["council:sweep"]


def test_process_ids_are_the_latest_in_supervisords_log(tmp_path):
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "supervisord.log").write_text(
        "2026-05-01 10:00:00,000 INFO supervisord started with pid 40\n"
        "2026-05-01 10:00:01,000 INFO spawned: 'web' with pid 41\n"
        "2026-05-01 10:00:01,100 INFO spawned: 'rasa' with pid 42\n"
        "2026-05-01 10:00:02,000 INFO success: web entered RUNNING state\n"
        "2026-05-01 10:05:00,000 WARN exited: rasa (terminated by SIGKILL; not expected)\n"
        "2026-05-01 10:05:01,000 INFO spawned: 'rasa' with pid 57\n"
    )
    assert pids(settings_in(tmp_path)) == {"web": 41, "rasa": 57}

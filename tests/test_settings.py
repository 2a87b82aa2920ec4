"""Settings from the environment: what is assumed, what follows from what, and what is refused."""

from pathlib import Path

import pytest

from coproduction.errors import UserError
from coproduction.settings import read_settings


@pytest.mark.parametrize(
    ("environment", "ports"),
    [
        ({}, (8080, 8081, 8082)),
        ({"PORT": "9000"}, (9000, 9001, 9002)),
        ({"PORT": "9000", "RASA_PORT": "5005"}, (9000, 5005, 9002)),
        ({"ACTIONS_PORT": "5055"}, (8080, 8081, 5055)),
        ({"PORT": "", "RASA_PORT": ""}, (8080, 8081, 8082)),
        ({"PORT": "65533"}, (65533, 65534, 65535)),
    ],
)
def test_the_other_ports_follow_the_first_unless_they_are_given(environment, ports):
    settings = read_settings(environment)
    assert (settings.port, settings.rasa_port, settings.actions_port) == ports
    assert settings.rasa_url == f"http://127.0.0.1:{ports[1]}"
    assert settings.actions_url == f"http://127.0.0.1:{ports[2]}"


@pytest.mark.parametrize("name", ["PORT", "RASA_PORT", "ACTIONS_PORT"])
@pytest.mark.parametrize("value", ["0", "65536", "-1", "80.5", "http", " 80"])
def test_a_port_that_is_none_is_named_with_what_it_should_be(name, value):
    with pytest.raises(UserError) as caught:
        read_settings({name: value})
    assert caught.value.code == "bad_setting"
    assert str(caught.value).startswith(f"The setting {name} is {value!r}, but it must be a port number")


def test_a_port_of_odd_digits_is_refused_like_any_other():
    with pytest.raises(UserError):
        read_settings({"PORT": "80²"})


@pytest.mark.parametrize(
    ("environment", "too_high", "highest"),
    [
        ({"PORT": "65535"}, "RASA_PORT (65536) and ACTIONS_PORT (65537)", 65533),
        ({"PORT": "65534"}, "ACTIONS_PORT (65536)", 65533),
        ({"PORT": "65535", "RASA_PORT": "5005"}, "ACTIONS_PORT (65537)", 65533),
        ({"PORT": "65535", "ACTIONS_PORT": "5055"}, "RASA_PORT (65536)", 65534),
    ],
)
def test_a_port_that_leaves_no_room_for_the_others_is_refused_with_the_highest_that_does(
    environment, too_high, highest
):
    with pytest.raises(UserError) as caught:
        read_settings(environment)
    assert caught.value.code == "port_too_high"
    assert f"leaves no room for {too_high} after it" in str(caught.value)
    assert str(caught.value).endswith(f"at most {highest}.")
    assert read_settings({**environment, "PORT": str(highest)}).port == highest


def test_the_highest_port_can_be_had_where_the_others_are_given():
    settings = read_settings({"PORT": "65535", "RASA_PORT": "5005", "ACTIONS_PORT": "5055"})
    assert settings.port == 65535


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "9000", "RASA_PORT": "9000"}, "PORT and RASA_PORT are both 9000"),
        ({"ACTIONS_PORT": "8080"}, "PORT and ACTIONS_PORT are both 8080"),
        ({"ACTIONS_PORT": "8081"}, "RASA_PORT and ACTIONS_PORT are both 8081"),
        ({"RASA_PORT": "8082"}, "RASA_PORT and ACTIONS_PORT are both 8082"),
        ({"PORT": "9", "RASA_PORT": "9", "ACTIONS_PORT": "9"}, "PORT and RASA_PORT are both 9"),
        ({"RASA_PORT": "5005", "ACTIONS_PORT": "05005"}, "RASA_PORT and ACTIONS_PORT are both 5005"),
    ],
)
def test_two_settings_with_the_same_port_are_both_named(environment, said):
    with pytest.raises(UserError) as caught:
        read_settings(environment)
    assert caught.value.code == "same_port"
    assert str(caught.value).startswith(f"{said}, but each needs a port of its own. Change one of them")


def test_data_is_kept_in_var_below_the_present_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'coproduction.db'}"
    assert settings.council_file == tmp_path / "council.yml"


def test_paths_stay_right_when_a_process_starts_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = read_settings({"DATA_DIR": "here", "COUNCIL_FILE": "mine.yml"})
    monkeypatch.chdir("/")
    assert (settings.data_dir, settings.council_file) == (tmp_path / "here", tmp_path / "mine.yml")
    assert settings.database_url == f"sqlite:///{tmp_path / 'here' / 'coproduction.db'}"


def test_a_database_of_ones_own_is_taken_as_it_is():
    settings = read_settings({"DATABASE_URL": "postgresql://db/co", "DATA_DIR": "/srv/data"})
    assert (settings.database_url, settings.data_dir) == ("postgresql://db/co", Path("/srv/data"))


def test_a_data_directory_with_a_percent_sign_is_refused():
    with pytest.raises(UserError, match="without a percent sign"):
        read_settings({"DATA_DIR": "/data/100%"})

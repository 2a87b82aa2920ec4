"""Rasa's own tests: the training data is valid, and the conversations of tests/conversations go as written."""

import os
import subprocess
import sys

import pytest

from coproduction.serve import MODEL, QUIET, train_if_changed


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    train_if_changed(tmp_path_factory.mktemp("training"), print)
    return MODEL


def rasa(tmp_path, *arguments):
    environment = {**os.environ, **QUIET, "ACTIONS_PORT": "1", "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-W", "ignore", "-m", "rasa", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_training_data_is_valid(tmp_path):
    done = rasa(tmp_path, "data", "validate", "--fail-on-warnings")
    assert done.returncode == 0, done.stdout + done.stderr


def run_conversations(tmp_path, model, stories):
    out = ["--out", str(tmp_path / "results"), "--fail-on-prediction-errors"]
    return rasa(tmp_path, "test", "core", "--model", str(model), "--stories", str(stories), "--e2e", *out)


def test_every_digression_is_answered_and_the_place_is_kept(tmp_path, model):
    done = run_conversations(tmp_path, model, "tests/conversations")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_a_conversation_that_goes_another_way_is_noticed(tmp_path, model):
    wrong = tmp_path / "test_wrong.yml"
    wrong.write_text(
        'version: "3.1"\nstories:\n- story: a greeting taken for a farewell\n  steps:\n  - intent: start\n'
        "  - action: utter_welcome\n  - action: utter_ask_consent\n  - user: hello there\n    intent: greet\n"
        "  - action: utter_stopped\n"
    )
    assert run_conversations(tmp_path, model, wrong).returncode != 0

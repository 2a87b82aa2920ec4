"""The classifier of a trained model, and that training is repeatable."""

import tarfile

import pytest

from coproduction.dialogue.understanding.classifier import IntentClassifier
from coproduction.dialogue.understanding.model_file import CLASSIFIER, load_classifier
from coproduction.errors import UserError

TEXTS = ["every day", "all the time", "not once", "never did", "why do you ask", "what for"]
INTENTS = ["often", "often", "never", "never", "why", "why"]


def model(tmp_path, name="model.tar.gz"):
    file = tmp_path / CLASSIFIER
    IntentClassifier.train(TEXTS, INTENTS).save(file)
    path = tmp_path / name
    with tarfile.open(path, "w:gz") as archive:
        archive.add(file, f"components/train_AnswerUnderstanding/{CLASSIFIER}")
    return path


def test_the_classifier_is_read_from_a_model(tmp_path):
    probabilities = load_classifier(model(tmp_path)).probabilities("every day")
    assert max(probabilities, key=probabilities.get) == "often"


def test_a_model_trained_twice_on_the_same_examples_decides_the_same(tmp_path):
    one, other = (IntentClassifier.train(TEXTS, INTENTS).probabilities("every single day") for _ in range(2))
    assert one == other


@pytest.mark.parametrize("content", [None, b"no archive"])
def test_without_a_model_it_is_said_how_to_get_one(tmp_path, content):
    path = tmp_path / "model.tar.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match="make serve"):
        load_classifier(path)

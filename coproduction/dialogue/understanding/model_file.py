"""The classifier of a trained Rasa model, without Rasa."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from coproduction.dialogue.understanding.classifier import IntentClassifier
from coproduction.errors import UserError

CLASSIFIER = "classifier.joblib"


def load_classifier(model: Path) -> IntentClassifier:
    """Load the classifier from a model of one's own. Raises `UserError` (no_model) where there is none."""
    try:
        with tarfile.open(model) as archive:
            name = next(name for name in archive.getnames() if name.endswith(f"/{CLASSIFIER}"))
            content = archive.extractfile(name)
            if content is None:
                raise KeyError(name)
            return IntentClassifier.load(io.BytesIO(content.read()))
    except (OSError, tarfile.TarError, StopIteration, KeyError) as error:
        raise UserError("no_model", path=model) from error

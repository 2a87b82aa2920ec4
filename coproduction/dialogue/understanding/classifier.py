"""The classifier: what a text is like among the training examples, one probability an intent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import joblib
import numpy as np
from scipy.sparse import csc_matrix
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

Probabilities = dict[str, float]

WORD = r"(?u)\b\w+\b"
SMALLEST_WEIGHT = 0.05
"""Smaller weights are left out: four fifths of them, without a measurable loss, in a quarter of the memory."""


class IntentClassifier:
    """Logistic regression over TF-IDF-weighted word 1–2-grams and character 2–5-grams.

    Its confidence separates text that is no answer badly (docs/understanding.md), so it never codes an
    answer by itself: the decision proposes what it says, or lets it confirm a rule.
    """

    def __init__(self, model: Pipeline) -> None:
        self._model = model
        self._vectorizers = [vectorizer for _, vectorizer in model.named_steps["features"].transformer_list]
        weights = model.named_steps["intents"]
        self._intents = [str(intent) for intent in weights.classes_]
        self._biases = weights.intercept_
        ends = np.cumsum([len(vectorizer.vocabulary_) for vectorizer in self._vectorizers])
        by_feature = weights.coef_.T.tocsr()
        self._weights = [
            by_feature[end - len(v.vocabulary_) : end] for end, v in zip(ends, self._vectorizers, strict=True)
        ]

    @classmethod
    def train(cls, texts: Sequence[str], intents: Sequence[str]) -> IntentClassifier:
        """Learn from examples; the same examples always give the same classifier."""
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD)
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
        model = Pipeline(
            [
                ("features", FeatureUnion([("words", words), ("characters", characters)])),
                ("intents", LogisticRegression(C=20, solver="liblinear", random_state=0)),
            ]
        )
        model.fit([text.lower() for text in texts], list(intents))
        for vectorizer in (words, characters):
            vectorizer.stop_words_ = set()  # terms that were too rare; only of use for looking at them
        weights = model.named_steps["intents"]
        kept = np.where(np.abs(weights.coef_) < SMALLEST_WEIGHT, 0, weights.coef_).astype(np.float32)
        weights.coef_ = csc_matrix(kept)  # by column: its transpose is multiplied with, which is then by row
        return cls(model)

    @classmethod
    def load(cls, path: Path | BinaryIO) -> IntentClassifier:
        """Load a classifier that `save` wrote; it can be asked, not saved again.

        Only for files of one's own models: loading runs code in them.
        """
        loaded = cls(joblib.load(path))
        loaded._model.named_steps["intents"].coef_ = None  # kept by feature: once is enough
        return loaded

    def save(self, path: Path) -> None:
        """Write the classifier to a file."""
        joblib.dump(self._model, path)

    def probabilities(self, text: str) -> Probabilities:
        """The probability of each intent by itself; for a text that is like none of them, all are small."""
        lowered = [text.lower()]
        scores = self._biases.copy()
        for vectorizer, weights in zip(self._vectorizers, self._weights, strict=True):
            scores += (vectorizer.transform(lowered) @ weights).toarray()[0]
        return dict(zip(self._intents, map(float, expit(scores)), strict=True))

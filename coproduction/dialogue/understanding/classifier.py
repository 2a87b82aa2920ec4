"""The classifier: what a text is like among the training examples, one probability an intent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import joblib
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

Probabilities = dict[str, float]

WORD = r"(?u)\b\w+\b"
SMALLEST_WEIGHT = 0.05
"""Smaller weights are left out: four fifths of them, without a measurable loss, in a quarter of the memory."""


class IntentClassifier:
    """Logistic regression over TF-IDF-weighted word 1–2-grams and character 2–5-grams.

    Its confidence separates text that is no answer badly (docs/understanding.md), so it never codes an
    answer by itself: the decision proposes what it says, or lets it confirm a rule.
    """

    def __init__(
        self,
        vectorizers: Sequence[TfidfVectorizer],
        weights: Sequence[csr_matrix],
        biases: NDArray[np.float64],
        intents: Sequence[str],
    ) -> None:
        """`weights` has a matrix for each vectorizer: its terms by the intents."""
        self._vectorizers = vectorizers
        self._weights = weights
        self._biases = biases
        self._intents = intents

    @classmethod
    def train(cls, texts: Sequence[str], intents: Sequence[str]) -> IntentClassifier:
        """Learn from examples; the same examples always give the same classifier."""
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD)
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
        features = FeatureUnion([("words", words), ("characters", characters)])
        regression = LogisticRegression(C=20, solver="liblinear", random_state=0)
        regression.fit(features.fit_transform([text.lower() for text in texts]), list(intents))
        for vectorizer in (words, characters):
            vectorizer.stop_words_ = set()  # terms that were too rare; only of use for looking at them
        kept = np.where(np.abs(regression.coef_) < SMALLEST_WEIGHT, 0, regression.coef_).astype(np.float32)
        by_term, first = csr_matrix(kept.T), len(words.vocabulary_)
        weights = [by_term[:first], by_term[first:]]
        return cls([words, characters], weights, regression.intercept_, [str(name) for name in regression.classes_])

    @classmethod
    def load(cls, path: Path | BinaryIO) -> IntentClassifier:
        """Load a classifier that `save` wrote. Only for files of one's own models: loading runs code in them."""
        return cls(*joblib.load(path))

    def save(self, path: Path) -> None:
        """Write the classifier to a file."""
        joblib.dump((self._vectorizers, self._weights, self._biases, self._intents), path)

    def probabilities(self, text: str) -> Probabilities:
        """The probability of each intent by itself; for a text that is like none of them, all are small."""
        lowered = [text.lower()]
        scores = self._biases.copy()
        for vectorizer, weights in zip(self._vectorizers, self._weights, strict=True):
            scores += (vectorizer.transform(lowered) @ weights).toarray()[0]
        return dict(zip(self._intents, map(float, expit(scores)), strict=True))

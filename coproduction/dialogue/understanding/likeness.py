"""What a text is like, by the classifier: as a whole, and for danger in each of its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

Probabilities = Mapping[str, float]
Classify = Callable[[str], Probabilities]
"""Text → the probability of each intent by itself."""

DANGERS = frozenset({"emergency", "self_harm", "abuse"})

LONGEST_PART = 24
"""Words. A longer sentence is read in overlapping parts: a few words of danger would not be heard in it."""
PART, STEP = 16, 8
SHORTEST_PART = 6
MOST_PARTS = 40
"""A text of the greatest length has more; those at its beginning and end are read."""
_REMEMBERED = 64
_SENTENCES = re.compile(r"[.;!?\n]+")


class Likeness:
    """Asks the classifier, and remembers what it said: several layers ask about the same text."""

    def __init__(self, classify: Classify) -> None:
        self._classify = lru_cache(maxsize=_REMEMBERED)(classify)

    def probabilities(self, text: str) -> Probabilities:
        """The probability of each intent by itself."""
        return self._classify(text)

    def shares(self, text: str) -> dict[str, float]:
        """The probabilities of all intents, made to sum to 1."""
        return normalised(self._classify(text))

    def danger(self, text: str, alone: float) -> tuple[str, float]:
        """The kind of danger a text is most like in any of its parts, and the share of danger among all intents.

        Parts whose probability of danger by itself is below `alone` do not count: they are like nothing at all.
        """
        return max((self._danger(part, alone) for part in parts(text)), key=lambda found: found[1])

    def _danger(self, part: str, alone: float) -> tuple[str, float]:
        probabilities = self._classify(part)
        dangers = {intent: p for intent, p in probabilities.items() if intent in DANGERS}
        probability = sum(dangers.values())
        share = probability / (sum(probabilities.values()) or 1.0) if probability >= alone else 0.0
        return best(dangers)[0], share


def parts(text: str) -> list[str]:
    """The text, then its sentences where it has several; long ones in overlapping parts of sixteen words."""
    found = [text]
    if len(text.split()) > LONGEST_PART:
        for sentence in _SENTENCES.split(text):
            words = sentence.split()
            if len(words) > LONGEST_PART:
                found += [" ".join(words[start : start + PART]) for start in range(0, len(words) - STEP, STEP)]
            elif len(words) >= SHORTEST_PART:
                found.append(" ".join(words))
    half = MOST_PARTS // 2
    return found if len(found) <= MOST_PARTS else found[:half] + found[-half:]


def normalised(probabilities: Probabilities) -> dict[str, float]:
    """The probabilities, made to sum to 1."""
    total = sum(probabilities.values()) or 1.0
    return {intent: probability / total for intent, probability in probabilities.items()}


def best(probabilities: Probabilities) -> tuple[str, float]:
    """The likeliest intent and its probability; "" and 0 where there is none."""
    if not probabilities:
        return "", 0.0
    intent = max(probabilities, key=lambda name: probabilities[name])
    return intent, probabilities[intent]

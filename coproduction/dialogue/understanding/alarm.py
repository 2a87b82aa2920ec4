"""Danger by likeness: what the classifier takes for a danger where no rule found one, and what may be one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from coproduction.dialogue.understanding.likeness import Likeness, best
from coproduction.dialogue.understanding.safety import is_idiom, is_nonsense
from coproduction.dialogue.understanding.situation import Decision, Thresholds

CONCERN = "concern"
"""What may be a danger: all numbers are named, and the question is put again."""
LAYER = "classifier"


@dataclass(frozen=True)
class Alarm:
    """Decides about texts that are like a danger. `harmless` intents are believed before a mere concern."""

    likeness: Likeness
    thresholds: Thresholds
    harmless: Collection[str]

    def likely(self, text: str, language: str, shortest: int = 0) -> Decision | None:
        """A danger of whatever kind, from so many words on."""
        if len(text.split()) < shortest or is_nonsense(text) or is_idiom(language, text):
            return None
        kind, share = self.likeness.danger(text, self.thresholds.danger_alone)
        return Decision(kind, LAYER) if share >= self.thresholds.danger else None

    def any(self, text: str, language: str) -> Decision | None:
        """A danger, or what may be one and is not more like something harmless that is dealt with as such."""
        if is_nonsense(text) or is_idiom(language, text):
            return None
        kind, share = self.likeness.danger(text, self.thresholds.danger_alone)
        if share >= self.thresholds.danger:
            return Decision(kind, LAYER)
        if share < self.thresholds.concern:
            return None
        likeliest, likelihood = best(self.likeness.shares(text))
        return None if likeliest in self.harmless and likelihood > share else Decision(CONCERN, LAYER)

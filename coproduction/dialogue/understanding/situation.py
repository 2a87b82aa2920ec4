"""What a text is understood in, what it amounts to, and from which probability on the classifier is believed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources

import msgspec

from coproduction.survey.instrument import Code


@dataclass(frozen=True)
class Context:
    """What was going on when a text was typed.

    The question put last, the one answered before it and all that were answered; the opportunities on show with
    their titles, the one spoken of and the one just declined, for which the reason was asked.
    """

    question: str | None = None
    asked_again: bool = False
    proposal: Code | None = None
    previous: str | None = None
    answered: Sequence[str] = ()
    on_show: Sequence[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    spoken_of: str | None = None
    declining: str | None = None
    language: str = "en"
    today: date = field(default_factory=date.today)


@dataclass(frozen=True)
class Decision:
    """What a text amounts to: an intent, answers by variable, and which layer decided.

    `opportunities` are those meant; `wish` is what others should be like ("shorter"), or "instead" where a choice
    takes the place of those made before; `reason` is why one was declined.
    """

    intent: str
    layer: str
    answers: Mapping[str, Code] = field(default_factory=dict)
    minutes: int | None = None
    proposal: tuple[str, Code] | None = None
    opportunities: tuple[str, ...] = ()
    wish: str | None = None
    reason: str | None = None
    question: str | None = None


Layer = Callable[[str], Decision | None]
"""One layer: what it makes of a text, None where that is another layer's to say."""


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Probabilities of the classifier, calibrated on the calibration set (`python -m evaluation.calibrate`).

    From them on a digression is taken for one (its share among what a text can mean at the question, and its
    probability by itself), a wish to skip a question or to stop, a digression in free text; a danger (its share
    among all intents, and its probability by itself), and what may be one; something said about suggestions; an
    answer is proposed, and a missing code; what a rule found likely is coded.
    """

    digression: float
    digression_alone: float
    skip: float
    digression_in_free_text: float
    danger: float
    danger_alone: float
    concern: float
    suggestion: float
    propose: float
    propose_missing: float
    confirm: float


@lru_cache(maxsize=1)
def current_thresholds() -> Thresholds:
    """The thresholds of this version."""
    path = resources.files(__package__) / "thresholds.yml"
    return msgspec.yaml.decode(path.read_bytes(), type=Thresholds)

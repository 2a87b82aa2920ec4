"""The scripted interviews: what each citizen answers, by a button or in typed words. The same for both variants."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from coproduction.survey.instrument import Code, Instrument, Question
from coproduction.survey.routing import next_question

TYPED_SHARE = 0.2
"""Share of the questions answered in typed words where they can be: about 15 % of all turns. The rest are buttons."""

WHY = "why do you ask?"
WHY_SHARE = 0.25
"""Share of the typed turns that ask something back instead of answering."""

TYPED: dict[str, dict[Code, tuple[str, ...]]] = {
    "sector": {1: ("community safety",), 2: ("local environment",), 3: ("public health",)},
    "frequency": {3: ("often", "all the time"), 2: ("sometimes", "now and then"), 1: ("never", "not at all")},
    "efficacy": {4: ("a great deal",), 3: ("some",), 2: ("a little",), 1: ("none",)},
    "willingness": {1: ("yes",), 2: ("maybe",), 3: ("no thanks",)},
    "effort": {0: ("no time at present",), 3: ("an hour a week",)},
    "company": {1: ("on my own",), 2: ("with people I know",), 3: ("in a group",)},
    "place": {1: ("at home",), 2: ("near where I live",), 3: ("anywhere",)},
    "topics": {"bees": ("bees",), "litter": ("litter",)},
    "age": {3: ("34",), 7: ("71",)},
    "comment": {"words": ("more benches in the park would help older people",)},
}
"""Scale, or name of a free-text question → code → ways to type it."""

ENDS_SOON = {"match": 1, "background": 2}
"""The suggestions are looked at, none is taken, and the background questions are declined."""


@dataclass(frozen=True)
class Step:
    """One turn of a citizen: this text or, without one, the button with this title.

    Where a text is not understood and its question is put again, the citizen takes the button instead.
    `asked` is the question answered, `question` the one that must be asked next.
    """

    title: str | None
    text: str | None
    asked: str | None
    question: str | None

    @property
    def typed(self) -> bool:
        """Whether the turn is typed."""
        return self.text is not None


@dataclass
class Script:
    """Everything one citizen does, from the first question to the end."""

    steps: list[Step] = field(default_factory=list)


def scripts(instrument: Instrument, count: int, seed: int = 2008) -> list[Script]:
    """So many interviews; the same seed gives the same interviews."""
    return [_script(instrument, random.Random(seed * 1_000_003 + number)) for number in range(count)]


def _script(instrument: Instrument, chance: random.Random) -> Script:
    script = Script()
    answers: dict[str, Code] = {}
    while (question := next_question(instrument, answers)) is not None:
        typed = chance.random() < TYPED_SHARE
        if typed and chance.random() < WHY_SHARE and question.name not in ("consent", "match"):
            script.steps.append(Step(None, WHY, question.name, question.name))
            typed = False
        code, text = _answer(instrument, question, chance, typed)
        answers[question.name] = code
        title = "Finish" if question.name == "match" else instrument.label(question.name, code)
        following = next_question(instrument, answers)
        script.steps.append(Step(title, text, question.name, following.name if following else None))
    return script


def _answer(instrument: Instrument, question: Question, chance: random.Random, typed: bool) -> tuple[Code, str | None]:
    """A code, and the text that gives it where it is typed."""
    wordings: Mapping[Code, tuple[str, ...]] = TYPED.get(question.scale or question.name, {})
    if typed and wordings:
        code = chance.choice(list(wordings))
        return code, chance.choice(wordings[code])
    if question.name == "consent":
        return 1, None  # without consent nothing is stored, and there would be nothing to compare
    if question.name in ENDS_SOON:
        return ENDS_SOON[question.name], None
    if question.name == "agegrp":
        return chance.randint(2, 8), None
    return chance.choice(instrument.choices(question.name)).code, None

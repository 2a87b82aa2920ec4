"""Which suggestion a citizen speaks of: "the second one", "number 3", "the last"."""

from __future__ import annotations

import re

from coproduction.dialogue.understanding.language import rules_for

_WORD = re.compile(r"[^\W_]+")


def read_rank(text: str, count: int, *, language: str = "en") -> int | None:
    """The 1-based rank of the one suggestion out of `count` that a short text names, else None."""
    numbers = rules_for(language).content.numbers
    ranks = set()
    for word in _WORD.findall(text.lower()):
        if word.isdigit():
            ranks.add(int(word))
        elif word in numbers.ordinals:
            ranks.add(numbers.ordinals[word])
        elif word in rules_for(language).content.last:
            ranks.add(count)
    ranks = {rank for rank in ranks if 1 <= rank <= count}
    return ranks.pop() if len(ranks) == 1 else None

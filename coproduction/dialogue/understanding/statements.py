"""What a message states, once its phrases are found: what is negated, taken back, doubted or contradicted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from coproduction.dialogue.understanding.phrases import Hit, PhraseSet, is_same_word
from coproduction.dialogue.understanding.reading import Reading

LIKELY_AMONG = 5

_PUNCTUATION = frozenset(".,;!?:-()/\"'…+&|*")
_CLAUSE_ENDS = frozenset(".,;!?:")


class Statement(NamedTuple):
    """What is left when negated phrases are dropped: codes in order, those denied, and what surrounds them."""

    codes: list[Hit]
    denied: frozenset[int]
    corrected: bool
    doubtful: bool
    leftover: int


def _negated(hits: Sequence[Hit], words: Sequence[str]) -> tuple[list[Hit], bool]:
    """The code hits that are not negated, and whether a negation is left over that negates none of them."""
    kept: list[Hit] = []
    negating: Hit | None = None
    used = True
    previous_end = 0
    leftover = False
    for hit in hits:
        between = words[previous_end : hit.start]
        joined = bool(between) and all(word == "," for word in between) and hit.kind in ("code", "joins") and used
        if negating and (any(word in _CLAUSE_ENDS for word in between) and not (joined and hit.kind == "joins")):
            leftover, negating = leftover or not used, None
        if hit.kind == "negators":
            leftover = leftover or (negating is not None and not used)
            negating, used = hit, False
        elif hit.kind in ("turns", "breaks", "corrections"):
            leftover, negating = leftover or (negating is not None and not used), None
        elif hit.kind == "code":
            if negating is None:
                kept.append(hit)
            else:
                used = True
        previous_end = hit.end
    return kept, leftover or (negating is not None and not used)


def state(phrases: PhraseSet, words: Sequence[str], about: Collection[str] = ()) -> Statement:
    """What a message's words state about what the phrases stand for; words `about` the question say nothing more."""
    hits = phrases.find(words)
    codes, negation_left = _negated(hits, words)
    covered = {i for hit in hits for i in range(hit.start, hit.end)}
    others = [word for i, word in enumerate(words) if i not in covered and word not in _PUNCTUATION]
    leftover = sum(not any(is_same_word(word, known) for known in about) for word in others)
    differing = [hit for hit in codes if codes and hit.code != codes[-1].code]
    corrected = bool(differing) and any(
        hit.kind == "corrections" and differing[-1].end <= hit.start < codes[-1].start for hit in hits
    )
    asks = "?" in words
    doubtful = (
        negation_left
        or asks
        or any(hit.kind in ("doubts", "turns") for hit in hits)
        or (bool(differing) and not corrected)
    )
    denied = frozenset(hit.code for hit in hits if hit.kind == "code") - {hit.code for hit in codes}
    return Statement(codes, denied, corrected, doubtful, leftover)


def read_statement(phrases: PhraseSet, words: Sequence[str], layer: str, about: Collection[str] = ()) -> Reading | None:
    """The answer a message states, or None. The last statement counts; contradictions are never sure.

    Nor is what is said of other things than the question is about: "I never drop litter" is not an answer to how
    often someone picks it up.
    """
    statement = state(phrases, words, about)
    if not statement.codes:
        return None
    last = statement.codes[-1]
    if statement.leftover > LIKELY_AMONG:
        return None
    fits = statement.leftover == 0
    sure_again = last.sure or any(hit.sure and hit.code == last.code for hit in statement.codes)
    sure = sure_again and fits and not statement.doubtful
    return Reading(last.code, sure, layer, doubtful=statement.doubtful or not fits)


def whole_message(phrases: PhraseSet, words: Sequence[str], correct: bool = True) -> int | None:
    """The one code a message consists of, apart from words that mean nothing here; else None."""
    hits = phrases.find(words, correct)
    codes = {hit.code for hit in hits if hit.kind == "code"}
    covered = {i for hit in hits for i in range(hit.start, hit.end)}
    bare = all(i in covered or word in _PUNCTUATION for i, word in enumerate(words))
    return codes.pop() if bare and len(codes) == 1 else None

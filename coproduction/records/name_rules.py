"""How names are introduced in a language, as its file says."""

from __future__ import annotations

import msgspec


class NameRules(msgspec.Struct, frozen=True):
    """Cues (regular expressions of what stands before a name or after it) and lists of words, in small letters.

    redaction_en.yml says what each is for.
    """

    certain: list[str] = []
    likely: list[str] = []
    possible: list[str] = []
    followed_by: list[str] = []
    before: list[str] = []
    before_singly: list[str] = []
    before_any: list[str] = []
    before_small: list[str] = []
    before_opening: list[str] = []
    masses: str = ""
    begins: list[str] = []
    clauses_after: list[str] = []
    families_after: list[str] = []
    families_before: list[str] = []
    families_surely_before: list[str] = []
    family_before: list[str] = []
    closings: list[str] = []
    titles: list[str] = []
    titles_and_words: list[str] = []
    particles: list[str] = []
    joins: list[str] = []
    place_before: list[str] = []
    not_before: list[str] = []
    places: str = ""
    verbs_end: list[str] = []

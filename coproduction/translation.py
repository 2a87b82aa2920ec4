"""Translation: English text to a conversation's language, by gettext from `locales/`."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

LOCALES = Path(__file__).resolve().parent.parent / "locales"

Translate = Callable[[str], str]


@lru_cache(maxsize=32)
def translation(language: str) -> Translate:
    """English text → the same in a language; English where `locales/` has no translation."""
    return gettext.translation("coproduction", LOCALES, [language], fallback=True).gettext

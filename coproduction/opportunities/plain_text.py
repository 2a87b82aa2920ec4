"""Turning a feed's marked-up text into sentences for a card."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

_UNSEEN = ("script", "style", "template", "head")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


class _Text(HTMLParser):
    """Collects what a reader of the markup would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def plain_text(markup: str) -> str:
    """Text without tags, entities, line breaks and control characters."""
    parser = _Text()
    parser.feed(markup)
    parser.close()
    text = html.unescape("".join(parser.parts))  # feeds escape twice now and then
    text = "".join(character if character.isprintable() else " " for character in text)
    return re.sub(r"\s+", " ", text).strip()


def shorten(text: str, limit: int) -> str:
    """Text of at most `limit` characters, cut after a sentence where one ends in its second half, else after a word."""
    if len(text) <= limit:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text[: limit + 1]) if match.end() <= limit]
    if ends and ends[-1] >= limit // 2:
        return text[: ends[-1]]
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–") + "…"

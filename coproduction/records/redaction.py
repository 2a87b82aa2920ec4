"""Redaction: what could identify someone is taken out of citizens' words before they are stored."""

from __future__ import annotations

import re

_PATTERNS = [
    ("e-mail", re.compile(r"\S+@\S+\.\w+")),
    ("link", re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("handle", re.compile(r"(?<!\w)@\w{2,}")),
    ("postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)),
    (
        "address",
        re.compile(
            r"\b\d{1,4}[a-z]?,?\s+(?:\w+\s+){1,3}(?:street|st|road|rd|avenue|ave|lane|close|drive|way|court|crescent|terrace|gardens|place|grove)\b",
            re.IGNORECASE,
        ),
    ),
    ("date", re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}\b")),
    ("number", re.compile(r"(?<!\w)[(+]*\d(?:[\s().-]{0,2}\d){5,}(?!\w)")),
    ("name", re.compile(r"(?i:\b(?:my name is|i am called|mr|mrs|ms|miss|dr)\.?)\s+[A-Z]\w+(?:\s+[A-Z]\w+)?")),
]


def redact(text: str) -> str:
    """The text with what identifies someone replaced by its kind in square brackets: `[e-mail]`, `[postcode]` …"""
    for kind, pattern in _PATTERNS:
        text = pattern.sub(f"[{kind}]", text)
    return text

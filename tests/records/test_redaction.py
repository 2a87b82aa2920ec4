"""Redaction takes out what could identify someone, and leaves the rest."""

import pytest

from coproduction.records.redaction import redact


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("write to jo.bloggs@example.org please", "write to [e-mail] please"),
        ("my number is 07700 900123", "my number is [number]"),
        ("ring +44 7700 900123 or (0121) 496 0000", "ring [number] or [number]"),
        ("I live at 12 Acacia Avenue, B12 3CD", "I live at [address], [postcode]"),
        ("see https://example.org/me?x=1 for it", "see [link] for it"),
        ("I am @birdfan on there", "I am [handle] on there"),
        ("born 3/4/1961", "born [date]"),
        ("My name is Zorblat Quux and I recycle", "[name] and I recycle"),
        ("Mrs Quuxington next door is lonely", "[name] next door is lonely"),
    ],
)
def test_identifiers_are_replaced_by_their_kind(text, kept):
    assert redact(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "2 or 3 times a week, since 1998",
        "the street is full of litter",
        "20 minutes a day, 7 days a week",
        "I am retired and like bees",
        "bus 50 to town, 10-15 minutes",
    ],
)
def test_harmless_words_stay(text):
    assert redact(text) == text

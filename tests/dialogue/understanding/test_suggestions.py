"""Reasons for declining a suggestion, in the citizen's own words."""

import pytest

from coproduction.dialogue.understanding.suggestions import read_reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no time", "too_much_time"), ("too busy with the kids", "too_much_time"), ("it is too far", "wrong_place"),
        ("there is no bus", "wrong_place"), ("I do that already", "does_already"), ("boring", "not_interested"),
        ("not my thing", "not_interested"), ("my knees", "other"),
    ],
)  # fmt: skip
def test_a_reason_is_read_from_its_words(text, reason):
    assert read_reason(text) == reason

"""Redaction takes out what could identify someone, and leaves the rest."""

import subprocess
import sys

import msgspec
import pytest

from coproduction.records.dates_in_text import DatesInText
from coproduction.records.redaction import CountryRules, LanguageRules, Redaction, redact, redact_event
from evaluation.redaction import DEVELOPMENT, measure, read_set


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("write to jo.bloggs@example.org please", "write to [e-mail] please"),
        ("my number is 07700 900123", "my number is [number]"),
        ("my IP is 81.2.69.142", "my IP is [number]"),
        ("reg was kx 57 hgt", "reg was [number]"),
        ("number 7 on Acacia Avenue", "number [address]"),
        ("27 Monks Approach, near 9 Cloth Wynd", "[address], near [address]"),
        ("we are in m14 OXY", "we are in [postcode]"),
        ("my postcode starts BN23", "my postcode starts [postcode]"),
        ("my date of birth: 1958 03 22", "my date of birth: [date]"),
        ("my mother-in-law Philippa and my stepson Caspian", "my mother-in-law [name] and my stepson [name]"),
        ("I emailed Ignatius in planning", "I emailed [name] in planning"),
        ("ring +44 7700 900123 or (0121) 496 0000", "ring [number] or [number]"),
        ("I live at 12 Acacia Avenue, B12 3CD", "I live at [address], [postcode]"),
        ("see https://example.org/me?x=1 for it", "see [link] for it"),
        ("I am @birdfan on there", "I am [handle] on there"),
        ("born 3/4/1961", "born [date]"),
        ("My name is Zorblat Quux and I recycle", "My name is [name] and I recycle"),
        ("Mrs Quuxington next door is lonely", "Mrs [name] next door is lonely"),
        ("I'm Jane and I’m 47", "I'm [name] and I’m 47"),
        ("Too dark here. Thanks, Quentin", "Too dark here. Thanks, [name]"),
        ("the IBAN GB82 WEST 1234 5698 7654 32 is mine", "the IBAN [number] is mine"),
        ("sort code 04-00-04 account 12345678", "sort code [number] account [number]"),
        ("my NI number is QQ 12 34 56 C", "my NI number is [number]"),
        ("my instagram is hedgehogqueen", "my instagram is [handle]"),
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
        "I walk 20 minutes down the road",
        "I'm British, and Victoria Park is a disgrace",
        "about 250000 people, or 10 000 000 litres",
        "call 101 or 999",
        "REG WAS SEEN GOING AT 40 MPH",
        "a 2 step approach, version 3.6.21",
        "I emailed Thames Water",
        "Mr Whippy plays until 9 pm",
        "",
    ],
)
def test_harmless_words_stay(text):
    assert redact(text) == text


def test_the_texts_it_was_developed_on_come_out_as_they_should():
    score = measure(read_set(DEVELOPMENT))
    assert score.missed() == []
    assert score.identifiers >= 80


@pytest.mark.parametrize("labelled", read_set(DEVELOPMENT), ids=lambda labelled: labelled.text[:30])
def test_redacting_twice_changes_nothing_more(labelled):
    once = redact(labelled.text)
    assert redact(once) == once


def test_a_full_date_long_ago_may_be_a_birthday_and_a_late_one_is_not():
    dates = DatesInText(LanguageRules().dates, this_year=2026)
    assert dates.long_ago("3.4.61, 3.4.1961 and 1961-04-03") == "[date], [date] and [date]"
    assert dates.long_ago("on 3.4.25 and 12/03/2024") == "on 3.4.25 and 12/03/2024"


def test_a_language_without_a_file_still_loses_addresses_and_numbers():
    assert redact("Schreib an a.b@example.org, 0151 23456789", "de", "DE") == "Schreib an [e-mail], [number]"


def test_a_language_is_a_file_and_no_code():
    german = msgspec.convert(
        {
            "names": {"certain": ["ich hei(?:ß|ss)e", "mein name ist"], "titles": ["herr", "frau"], "never": "und"},
            "addresses": [r"\b{Name}(?:straße|weg) \d+\b", r"\b(?:[^\W\d_]+)(?:straße|weg) \d+\b"],
        },
        LanguageRules,
    )
    hide = Redaction(german, CountryRules(), "DE")
    text = "Ich heiße Traudl und wohne Ahornweg 7 bei Frau Quellbrunn"
    assert hide(text) == "Ich heiße [name] und wohne [address] bei Frau [name]"


def test_what_was_typed_is_redacted_in_an_event_and_a_button_stays():
    typed = {"event": "user", "text": "I'm Jane", "parse_data": {"text": "I'm Jane", "entities": []}}
    kept = redact_event(typed, ["comment"], "en", "GB")
    assert (kept["text"], kept["parse_data"]["text"]) == ("I'm [name]", "I'm [name]")
    slot = {"event": "slot", "name": "comment", "value": "I'm Jane"}
    assert redact_event(slot, ["comment"], "en", "GB")["value"] == "I'm [name]"
    button = {"event": "user", "text": '/start{"reference": "7K3M-QX9T"}'}
    assert redact_event(button, ["comment"], "en", "GB") == button


def test_redaction_brings_no_neural_network_into_the_process():
    look = "import sys; from coproduction.records import redaction; print('tensorflow' in sys.modules)"
    output = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "False"


def test_a_comment_that_was_skipped_in_words_is_left_as_its_code():
    entities = [{"entity": "comment", "value": 99}]
    event = {"event": "user", "text": "nothing", "parse_data": {"entities": entities}}
    assert redact_event(event, {"comment"}, "en", "GB")["parse_data"]["entities"] == entities

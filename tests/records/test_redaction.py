"""Redaction takes out what could identify someone, and leaves the rest."""

import subprocess
import sys

import msgspec
import pytest

from coproduction.records import redaction
from coproduction.records.dates_in_text import DatesInText
from coproduction.records.redaction import CountryRules, LanguageRules, Redaction, redact, redact_events
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
    assert score.texts >= 1000
    assert score.identifiers >= 800


def test_redacting_twice_changes_nothing_more():
    redacted = [redact(labelled.text) for labelled in read_set(DEVELOPMENT)]
    assert [text for text in redacted if redact(text) != text] == []


def test_a_full_date_long_ago_may_be_a_birthday_and_a_late_one_is_not():
    dates = DatesInText(LanguageRules().dates, this_year=2026)
    assert dates.long_ago("3.4.61, 3.4.1961 and 1961-04-03") == "[date], [date] and [date]"
    assert dates.long_ago("on 3.4.25 and 12/03/2024") == "on 3.4.25 and 12/03/2024"


def test_a_language_without_a_file_still_loses_addresses_and_numbers():
    assert redact("Schreib an a.b@example.org, 0151 23456789", "de", "DE") == "Schreib an [e-mail], [number]"


def test_a_language_is_a_file_and_no_code():
    german = msgspec.convert(
        {
            "names": {"certain": ["ich hei(?:ß|ss)e", "mein name ist"], "titles": ["herr", "frau"], "joins": ["und"]},
            "words": {"never": "und"},
            "addresses": {
                "parts": {"road": "(?:straße|weg)"},
                "patterns": [r"\b{Name}{road} \d+\b", r"\b(?:[^\W\d_]+){road} \d+\b"],
            },
        },
        LanguageRules,
    )
    hide = Redaction(german, CountryRules(), "de", "DE")
    text = "Ich heiße Traudl und wohne Ahornweg 7 bei Frau Quellbrunn"
    assert hide(text) == "Ich heiße [name] und wohne [address] bei Frau [name]"


def test_what_was_typed_is_redacted_in_an_event_and_a_button_stays():
    typed = {"event": "user", "text": "I'm Jane", "parse_data": {"text": "I'm Jane", "entities": []}}
    kept = redact_events([typed], ["comment"], "en", "GB")[0]
    assert (kept["text"], kept["parse_data"]["text"]) == ("I'm [name]", "I'm [name]")
    slot = {"event": "slot", "name": "comment", "value": "I'm Jane"}
    assert redact_events([slot], ["comment"], "en", "GB")[0]["value"] == "I'm [name]"
    button = {"event": "user", "text": '/start{"reference": "7K3M-QX9T"}'}
    assert redact_events([button], ["comment"], "en", "GB") == [button]


def test_redaction_brings_no_neural_network_into_the_process():
    look = "import sys; from coproduction.records import redaction; print('tensorflow' in sys.modules)"
    output = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "False"


def test_a_comment_that_was_skipped_in_words_is_left_as_its_code():
    entities = [{"entity": "comment", "value": 99}]
    event = {"event": "user", "text": "nothing", "parse_data": {"entities": entities}}
    assert redact_events([event], {"comment"}, "en", "GB")[0]["parse_data"]["entities"] == entities


def test_a_mark_is_never_taken_for_a_name():
    assert redact("Snapchat username [handle]") == "Snapchat username [handle]"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("my neighbour dave at no 14", "my neighbour [name] at [address]"),
        ("Rose next door, and May and Ivy opposite", "[name] next door, and [name] and [name] opposite"),
        ("Ngozi's daughter", "[name]'s daughter"),
        ("the Kowalskis at number 22", "the [name] at [address]"),
        ("the Singh family run it", "the [name] family run it"),
        ("Mr and Mrs Llewellyn, Rev. Green and PC 4521 Miller", "Mr and Mrs [name], Rev. [name] and PC 4521 [name]"),
        ("Bell, Janet", "[name]"),
        ("J. Bell was there", "[name] was there"),
        ("spud is what they call me", "[name] is what they call me"),
        ("I live near here. Kehinde Ojo", "I live near here. [name]"),
        ("thanks Tinuke (she/her)", "thanks [name] (she/her)"),
        ("MY NEIGHBOUR BRIAN SHOUTS", "MY NEIGHBOUR [name] SHOUTS"),
        ("john smith told me", "[name] told me"),
        ("I am محمد", "I am [name]"),
        ("Mark said so, and so did Will", "[name] said so, and so did [name]"),
        ("Bill Hedges planted them", "[name] planted them"),
        ("grace from the flats and rose, who is 84", "[name] from the flats and [name], who is 84"),
        ("abdis shop, and Dave's dog", "[name] shop, and [name]'s dog"),
        ("kids noah, isla and teddy", "kids [name], [name] and [name]"),
        ("speak to tariq mahmood butt, he has the keys", "speak to [name], he has the keys"),
        ("Xiaoling Zhou's balcony", "[name]'s balcony"),
        ("A. N. Whitlock, Secretary", "[name], Secretary"),
        ("PRITCHARD, Owen", "[name]"),
        ("the Adeyemi-Coles are kind", "the [name] are kind"),
        ("jack frost is my actual name, jack frost of the plots", "[name] is my actual name, [name] of the plots"),
        ("Ivy Lodge is my gran", "[name] is my gran"),
    ],
)
def test_names_are_found_by_lists_and_by_what_stands_around_them(text, kept):
    assert redact(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "May is wet, and it may mark the wall",
        "I will bill them if the rose dies, by the grace of God",
        "moved from Florence to Paris and then Austin",
        "Marie Curie nurses, John Lewis and Marks and Spencer",
        "St Anne's, Nelson's Column and Victoria Road",
        "Please Fix The Lights",
        "CARS GOING AT 40 MPH TO OUR ROAD",
        "COME OFF THE M5 OUT OF HOURS",
        "IT IS 5 MINUTES TO THE PARK AND 10 TO THE SHOPS",
        "the number 9 is late, and no 14 bus never came",
        "version 1.2.3.4",
        "page 14 of the report from 12 June 2023",
        "the fine is £180, and a ticket £4.80",
        "Harry Potter and Father Christmas",
        "Eid, Diwali, Christmas and Vaisakhi",
        "GPs, PCSOs and HGVs",
        "hope helps, and faith in the bill from the council",
        "Pat on the back. Mark my words. Will someone listen?",
        "Openreach, Superdrug and Mencap",
        "we get a dr appointment in June",
        "AT 40 MPH THE CAR PASSED",
        "I do 2 or 3 a day",
    ],
)
def test_what_looks_like_a_name_or_an_address_and_is_none_stays(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("flat 4, 27 larchfield", "[address]"),
        ("Larchfield Road number 27", "[address]"),
        ("number fourteen high street", "[address]"),
        ("our house, The Old Barn, is cold", "our house, [address], is cold"),
        ("33 Heol y Bryn", "[address]"),
        ("im in twenty two victoria crescent", "im in [address]"),
        ("sixteen b harcourt avenue", "[address]"),
        ("top flat 250 dumbarton road", "[address]"),
        ("room 14 at 9 Station Parade", "[address]"),
        ("our street, Inkerman Terrace, has no bins", "our street, [address], has no bins"),
        ("type in b g 1 1 z z", "type [number]"),
        ("a black audi, november one two tango victor alpha", "a black audi, [number]"),
        ("Northern Irish plates, KGZ 7419", "Northern Irish plates, [number]"),
        ("the key safe code is 1947", "the key safe code is [number]"),
        ("kids born 2/3/14 and 5/6/17", "kids born [date] and [date]"),
        ("date of birth Feb 29th '68", "date of birth [date]"),
        ("insta dot com slash tomos.climbs", "[link]"),
        ("I'm at 51.5074, -0.1278 or ///filled.count.soap", "I'm at [address] or [address]"),
        ("LS14 AP, EH 12 5AB and post code ls1 4ap", "[postcode], [postcode] and post code [postcode]"),
        ("dob 3 3 61, born the 1st of the 2nd 1960", "dob [date], born [date]"),
        ("3 July is my birthday", "[date] is my birthday"),
        ("07700, 900, 123 or O77OO 9OO 371", "[number] or [number]"),
        ("ring 960 123", "ring [number]"),
        ("contact me 07700 900377 or 378", "contact me [number] or [number]"),
        ("sort code twenty double oh double oh", "sort code [number]"),
        ("key safe 4821, password: Tr0ub4dor", "key safe [number], password: [number]"),
        ("0161 four nine six 0123", "[number]"),
        ("jo1954 at gmail", "[e-mail]"),
        ("email is jo smith 44 at example dot co dot uk", "email is [e-mail]"),
        ("insta: plum and custard", "insta: [handle]"),
        ("plumpudding is my insta", "[handle] is my insta"),
        ("my username is hedgehog hotel", "my username is [handle]"),
        ("00:1A:2B:3C:4D:5E and 2001:db8::1", "[number] and [number]"),
    ],
)
def test_addresses_dates_numbers_and_handles_in_the_ways_people_type_them(text, kept):
    assert redact(text) == kept


def test_what_was_warmed_is_read_once_for_a_language_with_and_without_a_region():
    redaction.warm(["en"], "GB")
    assert redaction.redaction("en-GB", "gb") is redaction.redaction("en", "GB")


def test_a_text_is_redacted_once_though_it_stands_in_several_events(monkeypatch):
    seen = []
    monkeypatch.setattr(redaction, "redact", lambda text, **_: seen.append(text) or "[all]")
    typed = {
        "event": "user",
        "text": "I'm Jane",
        "parse_data": {"entities": [{"entity": "comment", "value": "I'm Jane"}]},
    }
    slot = {"event": "slot", "name": "comment", "value": "I'm Jane"}
    kept = redact_events([typed, slot], ["comment"], "en", "GB")
    assert (kept[0]["text"], kept[1]["value"], seen) == ("[all]", "[all]", ["I'm Jane"])

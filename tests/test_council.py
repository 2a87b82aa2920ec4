"""The council's configuration file: what it gives, and what is said about one that cannot be used."""

from pathlib import Path

import pytest
import yaml

from coproduction.council import read_council
from coproduction.dialogue.responses import council_facts
from coproduction.errors import UserError

FILE = Path("council.yml")


def changed(tmp_path, change):
    """The repository's file with a change made to its content."""
    content = yaml.safe_load(FILE.read_text())
    change(content)
    path = tmp_path / "council.yml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_the_file_in_the_repository_can_be_used():
    council = read_council(FILE)
    assert council.numbers is council.countries["GB"]
    assert [line.number for line in council.numbers.emergency] == ["999"]


def test_every_number_says_where_it_was_taken_from():
    for country in read_council(FILE).countries.values():
        lines = [*country.emergency, *country.non_emergency, *country.helplines.self_harm, *country.helplines.abuse]
        assert lines
        assert all(line.source.startswith("https://") for line in lines)


def test_conversations_are_kept_30_days_unless_said_otherwise(tmp_path):
    path = changed(tmp_path, lambda content: content.pop("keep_conversations_days"))
    assert read_council(path).keep_conversations_days == 30


def test_another_country_brings_its_own_numbers(tmp_path):
    def move(content):
        line = {"name": "Notruf", "number": "112", "source": "https://example.org/"}
        helplines = {"self_harm": [line], "abuse": [line]}
        content["countries"]["DE"] = {"emergency": [line], "helplines": helplines}
        content["country"] = "DE"

    facts = council_facts(read_council(changed(tmp_path, move)))
    assert (facts["emergency_numbers"], facts["non_emergency_numbers"]) == ("Notruf: 112", "")


def test_languages_are_named_in_themselves(tmp_path):
    path = changed(tmp_path, lambda content: content.update(languages=["en", "cy", "pt"]))
    assert council_facts(read_council(path))["languages"] == "English, Cymraeg, português"


def test_a_language_of_one_country_is_named_in_itself_too(tmp_path):
    path = changed(tmp_path, lambda content: content.update(languages=["pt-BR"]))
    assert council_facts(read_council(path))["languages"] == "português (Brasil)"


def test_a_file_that_is_not_there_is_named_with_what_to_do(tmp_path):
    with pytest.raises(UserError) as caught:
        read_council(tmp_path / "mine.yml")
    assert caught.value.code == "council_missing"
    assert str(tmp_path / "mine.yml") in str(caught.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda content: content.update(country="FR"), "countries has no entry for FR"),
        (lambda content: content.update(languages=[]), "languages is empty"),
        (lambda content: content.pop("privacy_url"), "missing required field `privacy_url`"),
        (lambda content: content["contact"].pop("phone"), "missing required field `phone` - at `$.contact`"),
        (lambda content: content.update(keep_conversations_days="a month"), "`$.keep_conversations_days`"),
        (lambda content: content.update(keep_exact_times_days=20), "must not be less than keep_words_days"),
        (
            lambda content: content.update(keep_exact_times_days=20, keep_words_days=5),
            "must not be less than keep_conversations_days",
        ),
        (
            lambda content: content.update(
                keep_exact_times_days=40, keep_words_days=5, keep_conversations_days=30, keep_unclear_texts_days=90
            ),
            "must not be less than keep_unclear_texts_days",
        ),
        (lambda content: content["countries"]["GB"].pop("emergency"), "missing required field `emergency`"),
        (lambda content: content["contact"].update(phone=3000000000), "Expected `str`, got `int` - at `$.contact"),
    ],
    ids=[
        "country",
        "languages",
        "address",
        "phone",
        "days",
        "code before words",
        "code before conversations",
        "code before texts to learn from",
        "emergency",
        "a number without quotes",
    ],
)
def test_a_file_that_contradicts_itself_is_refused_in_one_sentence_that_says_where(tmp_path, change, reason):
    path = changed(tmp_path, change)
    with pytest.raises(UserError) as caught:
        read_council(path)
    assert caught.value.code == "council_invalid"
    assert str(caught.value).startswith(f"The configuration file {path} cannot be used: ")
    assert reason in str(caught.value)
    assert str(caught.value).endswith(". Correct it and start again.")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colours": {"light": {"brand": "#ffff00"}}}, "low_contrast"),
        ({"colours": {"light": {"brand": "yellow"}}}, "bad_colour"),
        ({"colours": {"light": {"accent": "#000000"}}}, "unknown_colour"),
        ({"colours": {"bright": {}}}, "council_invalid"),
        ({"logo": "nothing.svg"}, "bad_logo"),
    ],
    ids=["contrast", "colour", "name", "scheme", "logo"],
)
def test_a_look_that_cannot_be_used_is_refused_when_the_file_is_read(tmp_path, change, code):
    with pytest.raises(UserError) as caught:
        read_council(changed(tmp_path, lambda content: content.update(change)))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "content", [b"name: [", b"", b"- a list", b"name: \xff"], ids=["no YAML", "empty", "list", "no UTF-8"]
)
def test_a_file_of_another_form_is_refused_with_its_name(tmp_path, content):
    path = tmp_path / "council.yml"
    path.write_bytes(content)
    with pytest.raises(UserError, match="cannot be used") as caught:
        read_council(path)
    assert caught.value.code == "council_invalid"


@pytest.mark.parametrize(
    "wrong", [{"languages": ["english"]}, {"keep_conversations_days": -1}], ids=["no language code", "negative days"]
)
def test_values_that_make_no_sense_are_refused(tmp_path, wrong):
    with pytest.raises(UserError):
        read_council(changed(tmp_path, lambda content: content.update(wrong)))


@pytest.mark.parametrize(
    "site",
    [
        "https://www.example.org",
        "https://example.org:8443",
        "https://xn--bcher-kva.example",
        "https://192.0.2.7",
        "http://localhost",
        "http://localhost:3000",
        "http://127.0.0.1:8080",
    ],
)
def test_a_website_that_may_frame_the_chat_is_given_by_its_origin(tmp_path, site):
    path = changed(tmp_path, lambda content: content.update(embed_on=[site]))
    assert read_council(path).embed_on == [site]


@pytest.mark.parametrize(
    ("site", "advice"),
    [
        ("http://www.example.org", "write https://www.example.org"),
        ("http://localhost.example.org", "write https://localhost.example.org"),
        ("http://127.0.0.1.example.org", "write https://127.0.0.1.example.org"),
        ("http://127.0.0.2", "write https://127.0.0.2"),
        ("https://www.example.org:443", "write https://www.example.org"),
        ("http://localhost:80", "write http://localhost"),
        ("https://www.example.org:65536", "a port above 65535"),
        *(
            (site, "like https://www.example.org, with nothing behind it")
            for site in (
                "",
                "*",
                "null",
                "'self'",
                "https:",
                "https://",
                "www.example.org",
                "//www.example.org",
                "ftp://www.example.org",
                "data:text/html,x",
                "https://www.example.org/",
                "https://www.example.org/news",
                "https://www.example.org?x",
                "https://www.example.org#x",
                "https://*.example.org",
                "https://www.example.org *",
                "https://www.example.org; script-src *",
                "https://www.example.org\n",
                " https://www.example.org",
                "https://user@www.example.org",
                "https://www.example.org:",
                "https://www.example.org:0",
                "https://www.example.org:x",
                "https://www.example.org.",
                "https://.example.org",
                "https://-.example.org",
                "https://a..example.org",
                "https://WWW.example.org",
                "https://bücher.example",
                f"https://{'a' * 64}.example",
            )
        ),
    ],
)
def test_what_is_no_origin_or_not_encrypted_may_not_frame_the_chat(tmp_path, site, advice):
    with pytest.raises(UserError) as caught:
        read_council(changed(tmp_path, lambda content: content.update(embed_on=["https://example.org", site])))
    assert caught.value.code == "council_invalid"
    assert f"“{site}” in embed_on" in str(caught.value)
    assert advice in str(caught.value)

"""Which words are names, and which are words of the language."""

import pytest

from coproduction.records.gazetteer import Gazetteer, WordRules, folded
from scripts.name_lists import RECORDS, name_list


@pytest.fixture
def gazetteer():
    files = ["first_names.txt", "more_first_names.txt"]
    rules = WordRules(files, ["surnames.txt"], never="london", first_and_words="rose")
    return Gazetteer(rules, "en")


def test_first_names_of_many_languages_are_known(gazetteer):
    assert all(map(gazetteer.is_first, ["siobhan", "mohammed", "agnieszka", "denzil", "thelma", "mary-jane"]))
    assert gazetteer.is_first("abdis")  # an apostrophe is lost


def test_a_name_that_is_a_word_too_is_no_first_name_alone(gazetteer):
    assert gazetteer.is_first_and_word("rose")
    assert not gazetteer.is_first("rose")


def test_a_word_that_is_in_no_dictionary_is_unknown(gazetteer):
    assert gazetteer.is_unknown("tinashe")
    assert not any(map(gazetteer.is_unknown, ["pothole", "london", "s21"]))


def test_in_a_language_without_a_dictionary_no_word_is_unknown():
    assert not Gazetteer(WordRules(), "xx").is_unknown("tinashe")


def test_accents_and_capitals_do_not_count():
    assert [folded(word) for word in ("Siân", "MAŁGORZATA", "O’Brien")] == ["sian", "malgorzata", "o'brien"]


@pytest.mark.parametrize(("kind", "file"), [("first_names", "first_names.txt"), ("last_names", "surnames.txt")])
def test_the_lists_of_names_are_what_the_library_has(kind, file):
    assert (RECORDS / file).read_text(encoding="ascii") == name_list(kind)

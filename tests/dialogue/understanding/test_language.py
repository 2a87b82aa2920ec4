import pytest

from coproduction.dialogue.understanding.language import rules_for
from coproduction.dialogue.understanding.phrases import PhraseError, expand, split_phrases
from coproduction.survey.instrument import current_instrument


def test_the_notation_stands_for_every_combination():
    assert expand("not (so|very)? often") == [["not", "often"], ["not", "so", "often"], ["not", "very", "often"]]


def test_unbalanced_brackets_are_an_error():
    with pytest.raises(PhraseError):
        expand("(now and then")


def test_a_language_without_a_file_is_an_error():
    with pytest.raises(FileNotFoundError):
        rules_for("xx")


def test_every_wording_stands_for_a_category_of_its_scale():
    scales = current_instrument().scales
    for name, wording in rules_for("en").content.scales.items():
        codes = {1, 2} if name == "confirmation" else {category.code for category in scales[name].categories}
        assert set(wording.codes) <= codes


@pytest.mark.parametrize("scale", sorted(rules_for("en").content.scales))
def test_no_sure_phrase_stands_for_two_categories(scale):
    owner = {}
    for code, wording in rules_for("en").content.scales[scale].codes.items():
        for phrase in split_phrases(wording.sure):
            for words in map(tuple, expand(phrase)):
                assert owner.setdefault(words, code) == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I DON'T know", "i do not know"), ("I don’t know", "i do not know"), ("soooo", "so"),
        ("part-time", "part time"), ("2½hrs", "2.5 hrs"), ("in my 60's", "in my 60s"), ("2-3", "2 - 3"),
    ],
)  # fmt: skip
def test_spellings_of_the_same_words_are_brought_together(text, words):
    assert " ".join(rules_for("en").words(text)) == words

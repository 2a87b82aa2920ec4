from importlib import resources

import msgspec
import pytest
import yaml

from coproduction.dialogue.understanding.language import Rules, languages, rules_for
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


def test_the_languages_are_those_with_a_file_of_rules():
    assert "en" in languages()
    assert "thresholds" not in languages()


@pytest.mark.parametrize("language", languages())
def test_every_language_words_the_categories_of_every_scale_that_has_words_in_english(language):
    scales = current_instrument().scales
    content, english = rules_for(language).content, rules_for("en").content
    assert content.scales.keys() == english.scales.keys()
    assert content.facts.keys() == english.facts.keys()
    for name, wording in content.scales.items():
        codes = {1, 2} if name == "confirmation" else {category.code for category in scales[name].categories}
        assert set(wording.codes) == codes
    for name, wording in content.facts.items():
        scale = current_instrument().question(name).scale
        assert set(wording.codes) <= {category.code for category in scales[scale].categories}


@pytest.mark.parametrize("language", languages())
def test_a_language_is_written_in_plain_yaml(language):
    """Not only as libyaml reads it, which lets pass what other readers refuse."""
    content = (resources.files("coproduction.dialogue.understanding") / f"{language}.yml").read_bytes()
    assert msgspec.convert(yaml.safe_load(content), type(rules_for(language).content), strict=False) == (
        rules_for(language).content
    )


@pytest.mark.parametrize("text", ["don't", "it's 10 o'clock", ""])
def test_a_language_without_short_forms_and_endings_leaves_words_as_they_are(text):
    bare = msgspec.structs.replace(rules_for("en").content, rewrite={}, endings={})
    assert Rules("en", bare).normalise(text) == text


@pytest.mark.parametrize("language", ["cy", "de", "gd", "pt-BR"])
def test_any_language_is_split_into_words_and_marks_also_one_that_spacy_does_not_know(language):
    rules = Rules(language, msgspec.structs.replace(rules_for("en").content, rewrite={}, endings={}))
    assert rules.words("Byth, bron byth!") == ["byth", ",", "bron", "byth", "!"]


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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("dont doesnt didnt", "do not does not did not"), ("don't doesn't didn't", "do not does not did not"),
        ("cant can't cannot couldnt", "can not can not can not could not"),
        ("wont won't shan't wouldnt shouldnt", "will not will not will not would not should not"),
        ("isnt arent wasnt ain't aint", "is not are not was not is not is not"),
        ("havent hasnt I've ive", "have not has not i have i have"),
        ("I'm im I'd you'll", "i am i am i would you will"),
        ("it's that's thats there's theres", "it is that is that is there is there is"),
        ("he's hes she's shes who's whos", "he is he is she is she is who is who is"),
        ("someone's somebody's sum1 smthg", "someone is somebody is someone something"),
        ("theyre youre we're", "they are you are we are"), ("what's whats", "what is what is"),
        ("u r ur ppl", "you are your people"), ("pls plz thx ta ty", "please please thanks thanks thanks"),
        ("dunno idk n/a", "do not know i do not know not applicable"),
        ("bc cos cuz coz 'cause", "because because because because because"),
        ("tbh imo e.g.", "to be honest in my opinion for example"), ("w/ mates", "with mates"),
        ("gonna wanna gotta hafta", "going to want to got to have to"), ("kinda sorta alot", "kind of sort of a lot"),
        ("24/7 50/50 h/w", "all the time fifty fifty housework"), ("10 min. 2 hr. no. 3", "10 min 2 hr number 3"),
        ("10 o'clock", "10 oclock"), ("mum's phone", "mum phone"),
    ],
)  # fmt: skip
def test_short_and_sloppy_forms_are_written_out(text, words):
    assert " ".join(rules_for("en").words(text)) == words

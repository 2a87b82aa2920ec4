"""The measure of redaction counts what stays and what is lost."""

import pytest

from evaluation.redaction import Labelled, Score, read_set


def test_an_identifier_is_gone_only_when_no_word_of_it_is_left():
    score = Score()
    score.add(Labelled("My name is Zorblat", ["Zorblat"]))
    score.add(Labelled("a note about the gnome it was", ["gnome"]))
    assert (score.identifiers, score.gone) == (2, 1)
    assert score.missed() == ["50.0% of identifiers gone, at least 98% wanted"]


def test_harmless_words_that_are_gone_are_lost():
    score = Score()
    score.add(Labelled("My name is Zorblat", []))
    assert (score.words, score.lost) == (4, 1)
    assert score.missed() == ["25.0% of harmless words lost, at most 3% wanted"]


def test_a_title_may_stay():
    score = Score()
    score.add(Labelled("ask Mrs Quuxington", ["Mrs Quuxington"]))
    assert score.gone == 1


def test_a_short_name_is_not_looked_for_inside_other_words():
    score = Score()
    score.add(Labelled("My name is Ann and I go annually", ["Ann"]))
    assert (score.gone, score.words, score.lost) == (1, 7, 0)


def test_an_identifier_that_is_no_part_of_its_text_is_an_error(tmp_path):
    (tmp_path / "set.yml").write_text('- {text: "hello", identifiers: ["Jane"]}')
    with pytest.raises(ValueError, match="text 1"):
        read_set(tmp_path / "set.yml")

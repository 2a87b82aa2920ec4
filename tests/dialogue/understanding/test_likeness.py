"""What a text is like, as a whole and in its parts."""

import itertools

from coproduction.dialogue.understanding.likeness import (
    LONGEST_PART,
    MOST_PARTS,
    PART,
    SHORTEST_PART,
    Likeness,
    best,
    normalised,
    parts,
)


def test_a_short_text_is_read_as_a_whole():
    assert parts("I water the tree. And I like it.") == ["I water the tree. And I like it."]


def test_a_long_text_is_read_sentence_by_sentence_too():
    first = "I take my bottles to the bank every second week"
    second = "on the way I say hello to the old man who lives by himself"
    text = f"{first}. {second}! Yes."
    assert parts(text) == [text, first, second]


def test_a_long_sentence_is_read_in_parts_that_overlap():
    words = [str(number) for number in range(3 * PART)]
    whole, *pieces = parts(" ".join(words))
    assert whole.split() == words
    assert all(len(piece.split()) <= PART for piece in pieces)
    assert all(any({a, b} <= set(piece.split()) for piece in pieces) for a, b in itertools.pairwise(words))


def test_a_sentence_of_a_long_text_is_read_by_itself_where_it_is_neither_too_short_nor_too_long():
    def sentence(count):
        return " ".join(["word"] * count)

    for count, pieces in [(SHORTEST_PART - 1, 0), (SHORTEST_PART, 1), (LONGEST_PART, 1), (LONGEST_PART + 1, 3)]:
        _, *found = parts(f"{sentence(LONGEST_PART)}. {sentence(count)}")
        assert len(found) == 1 + pieces


def test_of_an_endless_text_the_beginning_and_the_end_are_read():
    found = parts(" ".join(str(number) for number in range(3000)))
    assert len(found) == MOST_PARTS
    assert found[-1].endswith("2999")


def test_danger_is_a_share_of_all_that_a_text_is_like():
    likeness = Likeness(lambda _: {"emergency": 0.3, "abuse": 0.1, "nonsense": 0.4})
    assert likeness.danger("anything", alone=0.1) == ("emergency", 0.5)
    assert likeness.danger("anything", alone=0.5) == ("emergency", 0.0)


def test_the_classifier_is_asked_once_about_the_same_text():
    asked = []
    likeness = Likeness(lambda text: asked.append(text) or {"nonsense": 1.0})
    for _ in range(3):
        likeness.danger("a text", alone=0.0)
        likeness.shares("a text")
    assert asked == ["a text"]


def test_parts_are_only_made_of_texts_longer_than_one():
    text = " ".join(["word"] * LONGEST_PART)
    assert parts(text) == [text]


def test_shares_sum_to_one_and_nothing_at_all_stays_nothing():
    assert normalised({"greet": 0.2, "stop": 0.2}) == {"greet": 0.5, "stop": 0.5}
    assert normalised({"greet": 0.0}) == {"greet": 0.0}


def test_of_no_intents_none_is_the_likeliest():
    assert best({"greet": 0.2, "stop": 0.3}) == ("stop", 0.3)
    assert best({}) == ("", 0.0)


def test_danger_in_one_sentence_is_heard_in_a_long_text():
    likeness = Likeness(lambda text: {"abuse": 0.9 if text.startswith("he") else 0.0, "nonsense": 0.1})
    text = "I water the tree " * 6 + ". he does it to me every day. " + "it is green " * 6
    assert likeness.danger(text, alone=0.9)[0] == "abuse"
    assert round(likeness.danger(text, alone=0.9)[1], 3) == 0.9

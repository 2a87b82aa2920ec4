"""How words about what someone cares about become topic codes."""

import time
from importlib import resources

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduction.survey.instrument import current_instrument
from coproduction.survey.topics import OTHER, TopicsError, current_topics, read_topics

TEXTS = [
    # plain words of the three sectors
    ("burglary", "burglary"),
    ("my bike got nicked", "walking_cycling burglary"),
    ("scam calls to old people", "scams older_people"),
    ("I want to feel safe at night", "safe_routes"),
    ("women's safety on the way home", "safe_routes"),
    ("knife crime, it's scary tbh", "youth_safety"),
    ("my kids on TikTok", "child_health online_safety"),
    ("speeding cars outside the school gate", "road_safety"),
    ("domestic violence", "domestic_abuse"),
    ("bees", "wildlife"),
    ("save the bumblebees!!", "wildlife"),
    ("hedgehogs, birds and litter", "wildlife litter"),
    ("dog poo everywhere", "dogs"),
    ("climate change", "energy"),
    ("vaping in the toilets at school", "smoking"),
    ("giving blood", "donation"),
    ("my nan has alzheimer's", "older_people dementia"),
    ("stress and sleep", "mental_wellbeing"),
    # the questionnaire's own examples
    ("bees, litter or lonely neighbours", "wildlife litter loneliness"),
    # order of first mention, each once
    ("trees, litter, trees, rubbish", "trees litter"),
    # capitals, plurals, hyphens, accents, curly apostrophes
    ("LITTER", "litter"),
    ("butterflies", "wildlife"),
    ("fly-tipping", "fly_tipping"),
    ("flytipping", "fly_tipping"),
    ("Fly tipping", "fly_tipping"),
    ("streetlights", "street_lighting"),
    ("repair cafés", "repair_reuse"),
    ("women’s safety", "safe_routes"),
    # the longer phrase is meant
    ("food waste", "food_waste"),
    ("food", "healthy_food"),
    ("walking my dog", "dogs"),
    ("walking", "exercise"),
    ("an elderly neighbour", "loneliness"),
    ("plastic-free shops", "recycling"),
    # misspelt longer words
    ("hedghogs", "wildlife"),
    ("recyling", "recycling"),
    ("lonley people", "loneliness"),
    ("street lihgts", "street_lighting"),
    ("neighborhood", "neighbourhood_watch"),
    ("vaccinaton", "check_ups"),
    # words that only look like a topic
    ("I wrote a letter", ""),
    ("the car park", ""),
    ("nowhere to park", ""),
    ("going to the park", "parks"),
    ("growing up here", ""),
    ("a long conversation", ""),
    ("policies", ""),
    # phrases do not cross a full stop or comma
    ("It is first. Aid comes later", ""),
    # what is excluded is not meant
    ("anything but litter", ""),
    ("anything but litter or dogs, maybe trees", "trees"),
    ("not litter, bees", "wildlife"),
    ("not really into gardening but I love cooking", "healthy_food"),
    ("I don't care about football", ""),
    ("cycling instead of driving", "walking_cycling"),
    ("everything except the dogs", ""),
    # what sounds negative and is meant
    ("I don't like litter", "litter"),
    ("there are not enough trees", "trees"),
    ("nothing but bees", "wildlife"),
    ("nothing except bees", "wildlife"),
    ("not only litter but also trees", "litter trees"),
    ("why not gardening", "gardening"),
    # no topic
    ("", ""),
    ("idk", ""),
    ("whatever you like", ""),
    ("🐝", ""),
]


@pytest.mark.parametrize(("text", "topics"), TEXTS)
def test_a_text_is_coded_by_the_topics_it_mentions_in_their_order(text, topics):
    assert current_topics().find(text) == topics.split()


@given(st.one_of(st.text(), st.text(alphabet="abelnorst '’-,.\n", max_size=300)))
def test_any_text_can_be_coded_and_gives_known_topics_once_each(text):
    found = current_topics().find(text)
    assert len(set(found)) == len(found)
    assert set(found) <= set(current_topics().names)


@given(st.lists(st.sampled_from(["bees", "not", "litter", "anything but", "or", "dog", "walks", ".", "food", "waste"])))
@settings(max_examples=200)
def test_any_mixture_of_topics_and_exclusions_can_be_coded(words):
    assert set(current_topics().find(" ".join(words))) <= set(current_topics().names)


@pytest.mark.parametrize("name", current_topics().names)
def test_each_topic_is_found_by_its_own_label_and_belongs_to_a_sector(name):
    topics = current_topics()
    instrument = current_instrument()
    assert name in topics.find(topics.label(name))
    assert instrument.scale_of(instrument.question("sector")).category(topics.sector(name))


def test_every_listed_word_is_found_as_its_topic():
    file = yaml.safe_load((resources.files("coproduction.survey") / "topics.yml").read_text(encoding="utf-8"))
    find = current_topics().find
    listed = [(topic["name"], word) for topic in file["topics"] for word in topic["words"]["en"]]
    assert [(name, word) for name, word in listed if name not in find(word)] == []
    assert [word for word in file["lookalikes"]["en"] if find(word)] == []


def test_topics_of_all_three_sectors_can_be_named():
    topics = current_topics()
    per_sector = [sum(topics.sector(name) == sector for name in topics.names) for sector in (1, 2, 3)]
    assert min(per_sector) >= 10


def test_other_is_no_topic_of_the_vocabulary_but_has_a_label():
    assert OTHER not in current_topics()
    assert current_topics().label(OTHER) == "Something else"


def test_a_topic_name_can_stand_in_the_record():
    instrument = current_instrument()
    assert all(instrument.is_valid("topics", name) and " " not in name for name in current_topics().names)


def test_a_regional_variant_uses_the_words_of_its_language_and_an_unknown_language_finds_nothing():
    assert current_topics().find("litter", "en-GB") == ["litter"]
    assert current_topics().find("litter", "xx") == []


def test_a_short_answer_is_coded_in_less_than_a_millisecond():
    text = "I care about hedghogs in our street and lonely old peple, perhaps somethng with friends"
    find = current_topics().find
    find(text)
    assert min(_seconds(find, text) for _ in range(20)) < 0.001


def test_a_page_of_text_is_coded_too():
    text = "Nothing to see here, move along please. " * 200 + "Hedgehogs!"
    assert current_topics().find(text) == ["wildlife"]
    assert min(_seconds(current_topics().find, text) for _ in range(3)) < 0.1


def _seconds(find, text):
    start = time.perf_counter()
    find(text)
    return time.perf_counter() - start


FILE = """
topics: [{topics}]
lookalikes: {{}}
exclusions: {{}}
inclusions: {{}}
fillers: {{}}
joins: {{}}
"""
BEES = "{name: bees, label: Bees, sector: 2, words: {en: [bee], de: [Biene, Bienen]}}"


def test_another_language_needs_only_words(tmp_path):
    path = tmp_path / "topics.yml"
    path.write_text(FILE.format(topics=BEES), encoding="utf-8")
    assert read_topics(path).find("Bienen!", "de") == ["bees"]
    assert read_topics(path).find("not bees") == ["bees"]


@pytest.mark.parametrize(
    ("topics", "reason"),
    [
        (f"{BEES}, {BEES}", "same name"),
        (BEES.replace("name: bees", "name: other"), "cannot be a topic's name"),
        (BEES.replace("name: bees", "name: two words"), "cannot be a topic's name"),
        (BEES.replace("sector: 2", "sector: 4"), "sector"),
        (BEES.replace("label: Bees, ", ""), "label"),
    ],
)
def test_a_contradictory_topics_file_is_refused_with_the_reason(tmp_path, topics, reason):
    path = tmp_path / "topics.yml"
    path.write_text(FILE.format(topics=topics), encoding="utf-8")
    with pytest.raises(TopicsError, match=reason):
        read_topics(path)

"""The sets of utterances: their form, and that what is measured on is not what was learnt from."""

from pathlib import Path

import pytest
import yaml

from coproduction.survey.instrument import current_instrument
from evaluation.utterances import (
    CALIBRATION,
    HELD_OUT,
    HELD_OUT_DANGER,
    HELD_OUT_TALK,
    SetError,
    plain,
    read_utterances,
)

INSTRUMENT = current_instrument()


def examples():
    """Every training example, without case and punctuation."""
    return {
        plain(line.strip().removeprefix("- "))
        for file in Path("data/nlu/en").glob("*.yml")
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        for line in block["examples"].splitlines()
    }


def texts(path):
    return {plain(utterance.text) for utterance in read_utterances(path, INSTRUMENT)}


def test_at_least_500_utterances_are_held_out_at_every_question():
    utterances = read_utterances(HELD_OUT, INSTRUMENT)
    assert len(utterances) >= 500
    assert {utterance.question for utterance in utterances} >= {q.name for q in INSTRUMENT.variables} - {"comment"}


@pytest.mark.parametrize("held_out", [HELD_OUT, HELD_OUT_DANGER, HELD_OUT_TALK], ids=["held out", "danger", "talk"])
def test_no_held_out_text_is_a_training_example(held_out):
    clash = sorted(texts(held_out) & examples())  # the clash alone: a failure must not show the rest of the set
    assert clash == []


def test_no_held_out_text_stands_in_the_calibration_set():
    shared = len(texts(HELD_OUT) & texts(CALIBRATION))
    assert shared == 0


def test_no_text_of_the_calibration_set_is_a_training_example():
    clash = sorted(texts(CALIBRATION) & examples())
    assert clash == []


def written(tmp_path, *items):
    path = tmp_path / "set.yml"
    path.write_text(yaml.safe_dump(list(items)), encoding="utf-8")
    return path


def test_a_set_holds_answers_topics_intents_and_what_is_too_vague(tmp_path):
    path = written(
        tmp_path,
        {"question": "env1", "text": "often", "code": 3},
        {"question": "sector", "text": "green, alone", "codes": {"sector": 2, "company": 1}},
        {"question": "topics", "text": "bees", "topics": ["wildlife"]},
        {"question": "env1", "text": "why?", "intent": ["ask_why", "ask_about"]},
        {"question": "env2", "text": "hm", "unclear": True},
        {"question": "env2", "text": "the first: never", "codes": {"env1": 1}, "answered": ["sector", "env1"]},
    )
    often, several, bees, why, vague, earlier = read_utterances(path, INSTRUMENT)
    assert often.answers == {"env1": 3}
    assert several.answers == {"sector": 2, "company": 1}
    assert bees.answers == {"topics": "wildlife"}
    assert why.intents == {"ask_why", "ask_about"}
    assert [u.is_vague for u in (often, why, vague)] == [False, False, True]
    assert earlier.answered == ("sector", "env1")


def test_a_set_holds_comments_and_what_is_said_beside_proposals_and_about_suggestions(tmp_path):
    path = written(
        tmp_path,
        {"question": "comment", "text": "mend the swing", "kept": True},
        {"question": "topics", "text": "bees", "topics": ["wildlife"], "also": ["gardening"]},
        {"question": "env1", "text": "quite so", "proposal": 3, "code": 3},
        {"question": "env1", "text": "not so", "proposal": 3, "denied": True},
        {"question": "match", "text": "do it quick", "on_show": ["A", "B"], "spoken_of": 2, "intent": "choose"},
        {"question": "match", "text": "A and C", "on_show": ["A", "B", "C"], "intent": "choose", "about": [1, 3]},
        {"question": "match", "text": "short", "on_show": ["A"], "intent": "show_others", "wish": "shorter"},
    )
    comment, bees, confirmed, denied, spoken_of, both, shorter = read_utterances(path, INSTRUMENT)
    assert comment.answers == {"comment": "mend the swing"}
    assert bees.also == {"gardening"}
    assert (confirmed.proposal, confirmed.answers) == (3, {"env1": 3})
    assert (denied.proposal, denied.intents) == (3, {"change"})
    assert (spoken_of.spoken_of, spoken_of.implied, spoken_of.about) == ("B", {"B"}, set())
    assert (both.about, both.implied) == ({"A", "C"}, set())
    assert (shorter.wish, shorter.implied) == ("shorter", {"A"})


@pytest.mark.parametrize(
    "item",
    [
        {"question": "env1", "text": "often"},
        {"question": "env1", "text": "often", "code": 3, "unclear": True},
        {"question": "nothing", "text": "often", "code": 3},
        {"question": "env1", "text": "often", "code": 9},
        {"question": "env1", "code": 3},
        {"question": "env1", "text": "quite so", "proposal": 9, "code": 3},
        {"question": "env1", "text": "not so", "denied": True},
        {"question": "match", "text": "C", "on_show": ["A", "B"], "intent": "choose", "about": [3]},
    ],
    ids=[
        "no label",
        "two labels",
        "no such question",
        "no such code",
        "no text",
        "no such proposal",
        "nothing to deny",
        "no such suggestion",
    ],
)
def test_an_item_that_cannot_be_used_is_named(tmp_path, item):
    with pytest.raises(SetError):
        read_utterances(written(tmp_path, item), INSTRUMENT)


def test_a_text_stands_once_at_a_question(tmp_path):
    twice = [{"question": "env1", "text": text, "code": 3} for text in ("Often!", "often")]
    with pytest.raises(SetError, match="often"):
        read_utterances(written(tmp_path, *twice), INSTRUMENT)

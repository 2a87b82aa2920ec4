"""What `coproduction understand` prints."""

from coproduction.dialogue.understanding.explain import explain
from coproduction.dialogue.understanding.situation import Context
from coproduction.survey.instrument import current_instrument


def lines(text, question="env1"):
    classify = {"frequency_sometimes": 0.6, "ask_why": 0.1}
    return list(explain(current_instrument(), lambda _: classify, text, Context(question)))


def test_every_layer_is_shown_with_what_it_makes_of_a_text():
    found = lines("now and then")
    assert found[0] == "words: now and then"
    assert any(line.startswith("rules and facts") and "env1 = 2 (Sometimes)" in line for line in found)
    assert any(line.startswith("danger ") and line.endswith("–") for line in found)


def test_the_layer_that_decides_and_the_likeliest_intents_are_named():
    found = lines("now and then")
    assert found[-2] == "decided by rules and facts: env1 = 2 (Sometimes)"
    assert found[-1] == "most like: frequency_sometimes 0.60, ask_why 0.10"


def test_a_proposal_is_called_one():
    assert any(line.startswith("decided by") and "proposes env1 = 2" in line for line in lines("maybe now and then"))

"""The tables and the verdict."""

from coproduction.dialogue.understanding.situation import Decision
from evaluation.report import (
    FIGURES,
    Result,
    comparison_table,
    confusions,
    danger_table,
    figures_table,
    is_good_enough,
    layers_table,
    outcomes_table,
    worst,
)
from evaluation.utterances import Utterance

RIGHT, WRONG, AGAIN = (
    Decision("answer", "rules", {"env1": 3}),
    Decision("answer", "rules", {"env1": 1}),
    Decision("unclear", "none"),
)


def result(*decisions):
    found = Result()
    for number, decision in enumerate(decisions):
        found.add(Utterance("env1", f"every week {number}", {"env1": 3}, frozenset()), decision, "rules")
    return found


def test_shares_are_of_all_cases():
    wrong, understood = FIGURES[:2]
    found = result(RIGHT, RIGHT, WRONG, AGAIN)
    assert (wrong.of(found), understood.of(found)) == (0.25, 0.5)


def test_the_figures_stand_side_by_side_with_what_is_wanted():
    lines = figures_table(result(RIGHT, RIGHT, RIGHT, AGAIN), result(RIGHT, WRONG))
    assert "| recorded wrong | 0.0% | 50.0% | ≤ 3% | met |" in lines
    assert "| answers understood | 75.0% | 50.0% | ≥ 75% | met |" in lines


def test_every_kind_has_a_row_and_counts_of_both():
    lines = outcomes_table(result(RIGHT, WRONG), result(RIGHT, RIGHT))
    assert "| habits | 2 | 1 / 2 | 0 / 0 | 0 / 0 | 0 / 0 | 0 / 0 | 1 / 0 |" in lines


def test_where_stock_is_better_the_comparison_says_so_in_every_column():
    ours = result(Decision("propose", "rules", proposal=("env1", 3)), RIGHT, AGAIN, AGAIN)
    stock = result(RIGHT, RIGHT, WRONG, WRONG)
    answers = (
        "| answers | 25.0% / 50.0% (stock is better) | 50.0% / 50.0% | 50.0% / 0.0% (stock is better) | 0.0% / 50.0% |"
    )
    assert answers in comparison_table(ours, stock)


def test_comments_and_replies_to_proposals_count_as_answers():
    found = Result()
    found.add(Utterance("comment", "mend it", {"comment": "mend it"}, frozenset()), Decision("ask_why", "x"))
    found.add(Utterance("env1", "quite so", {"env1": 3}, frozenset(), proposal=3), RIGHT)
    assert FIGURES[1].of(found) == 0.5
    assert [line.split(" | ")[0] for line in outcomes_table(found, None)[2:]] == ["| comment", "| proposals", "| all"]


def test_layers_are_shown_with_what_they_decided_and_cost():
    assert "| rules | 3 | 2 | 1 | 1.50 |" in layers_table(result(RIGHT, RIGHT, WRONG), {"rules": 1.5})


def test_misses_are_listed_worst_first_and_confusions_without_texts():
    found = result(AGAIN, WRONG, RIGHT)
    assert [line.split(";")[0] for line in worst(found, 5)] == ["[recorded wrong", "[asked again"]
    assert not any("every week" in line for line in confusions(found, 5))


def test_a_figure_that_is_missed_or_no_better_than_stocks_is_named():
    good = result(*[RIGHT] * 20)
    missed = is_good_enough(good, good)
    assert "recorded wrong (stock)" in missed
    assert "answers understood" not in missed
    assert "recorded wrong" in is_good_enough(result(RIGHT, WRONG), None)


def danger(text, intents, *decided):
    found = Result()
    for intent in decided:
        found.add(Utterance("env1", text, {}, frozenset(intents)), Decision(intent, "x"), is_about_danger=True)
    return found


def test_danger_counts_as_recognised_where_the_numbers_of_all_kinds_are_named():
    found = danger("a text", {"self_harm"}, "self_harm", "concern", "emergency", "unclear")
    assert FIGURES[3].of(found) == 0.5


def test_recognised_and_perhaps_stand_apart_and_so_do_false_alarms():
    found = danger("a text", {"self_harm"}, "self_harm", "concern", "emergency", "unclear")
    assert "| set on danger: self-harm | 4 | 1 | 1 | 1 | 1 |" in danger_table(found, None)
    harmless = danger("a text", {"small_talk"}, "abuse", "concern", "small_talk")
    assert "| set on danger: nothing of the kind | 3 | 0 / 0 | 1 / 0 | 1 / 0 | 1 / 0 |" in danger_table(
        harmless, Result()
    )

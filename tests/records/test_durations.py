"""How long it takes is measured, or not said."""

import sqlalchemy as sa

from coproduction.records.durations import median_minutes
from coproduction.records.recorder import Recorder
from coproduction.records.tables import answers, interviews
from coproduction.survey.instrument import current_instrument
from tests.records.events import action, interview, slot


def add(engine, seconds, start=0, answered=()):
    for number, took in enumerate(seconds, start=start):
        row = {
            "interview_id": f"i-{number}",
            "instrument": "coproduction-1.0",
            "mode": "web",
            "language": "en",
            "country": "GB",
            "started_at": 1000.0,
            "last_at": 1000.0 + took,
            "completed_at": 1000.0 + took,
            "reference_hash": str(number),
        }
        with engine.begin() as connection:
            connection.execute(sa.insert(interviews), row)
            for variable, at in answered:
                answer = {"interview_id": f"i-{number}", "variable": variable, "code": "1", "at": 1000.0 + at}
                connection.execute(sa.insert(answers), answer)


def test_nothing_is_claimed_from_a_few_interviews(engine):
    add(engine, [120] * 19)
    assert median_minutes(engine) is None


def test_the_median_of_completed_interviews_is_rounded_up(engine):
    add(engine, [95] * 12 + [3000] * 8)
    assert median_minutes(engine) == 2


def test_someone_who_went_away_in_between_does_not_count(engine):
    add(engine, [50] * 20)
    add(engine, [90_000] * 40, start=20)
    assert median_minutes(engine) == 1


FOURTEEN_QUESTIONS = [(f"question{number}", 1) for number in range(14)]


def test_scripts_and_speeders_do_not_shorten_what_is_said(engine):
    add(engine, [100] * 20, answered=FOURTEEN_QUESTIONS)
    add(engine, [5] * 15 + [27.9] * 15, start=20, answered=FOURTEEN_QUESTIONS)
    assert median_minutes(engine) == 2


def test_speeders_alone_say_nothing(engine):
    add(engine, [5] * 40, answered=FOURTEEN_QUESTIONS)
    assert median_minutes(engine) is None


def test_someone_quick_counts(engine):
    add(engine, [28.1] * 20, answered=FOURTEEN_QUESTIONS)
    assert median_minutes(engine) == 1


def test_what_was_answered_after_the_suggestions_makes_nobody_a_speeder(engine):
    add(engine, [5] * 20, answered=[("sector", 2), ("gndr", 50), ("mnactic", 55)])
    assert median_minutes(engine) == 1


def test_an_amount_of_time_is_one_answer_with_its_code(engine):
    add(engine, [5] * 20, answered=[("sector", 2), ("effort", 4), ("effort_min", 4)])
    assert median_minutes(engine) == 1


def test_recorded_interviews_are_told_from_recorded_scripts(engine):
    recorder = Recorder(engine, current_instrument())
    for number in range(40):
        who = interview(f"i-{number}", f"code {number}")
        seconds_a_question = 30 if number < 20 else 0.3
        questions = ("sector", "env1", "env2", "env3", "env4")
        times = [1_800_000_000 + number * 1000 + step * seconds_a_question for step in range(len(questions) + 1)]
        given = [slot(name, 2, who, at) for name, at in zip(questions, times[1:], strict=True)]
        shown = {**action("action_match", who), "timestamp": times[-1] + 0.01}
        recorder.record([slot("consent", 1, who, times[0]), *given, shown])
    assert median_minutes(engine) == 3

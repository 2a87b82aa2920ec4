"""Routing: the next question is the first that applies and has no answer."""

from hypothesis import given
from hypothesis import strategies as st

from coproduction.survey.instrument import current_instrument
from coproduction.survey.routing import applies, next_question, previous_question, progress

INSTRUMENT = current_instrument()


def walk(answer):
    """The questions of an interview in which `answer(question)` is the code given to each."""
    answers = {}
    while (question := next_question(INSTRUMENT, answers)) is not None:
        answers[question.name] = answer(question)
    return answers


def code(question, wanted):
    return wanted.get(
        question.name, INSTRUMENT.choices(question.name)[0].code if INSTRUMENT.choices(question.name) else 1
    )


def test_only_the_behaviours_of_the_chosen_sector_are_asked():
    asked = walk(lambda q: code(q, {"sector": 3, "agegrp": 5}))
    assert [name for name in asked if name[:3] in ("saf", "env", "hea")] == ["hea1", "hea2", "hea3", "hea4", "hea5"]


def test_an_adult_who_agrees_is_asked_the_background_after_the_suggestions():
    asked = list(walk(lambda q: code(q, {"sector": 2, "agegrp": 4, "background": 1})))
    assert asked[asked.index("match") :] == ["match", "background", "gndr", "mnactic", "eisced", "domicil", "comment"]


def test_a_young_person_is_not_asked_the_background():
    asked = walk(lambda q: code(q, {"sector": 2, "agegrp": 1}))
    assert not {"background", "gndr", "mnactic", "eisced", "domicil"} & set(asked)


def test_someone_whose_age_is_not_known_is_not_asked_the_background():
    assert "background" not in walk(lambda q: code(q, {"sector": 2, "agegrp": 77}))


def test_someone_who_refused_consent_is_asked_nothing_after_the_suggestions():
    assert list(walk(lambda q: code(q, {"consent": 2, "sector": 1, "agegrp": 5})))[-1] == "match"


def test_age_is_asked_before_the_suggestions():
    asked = list(walk(lambda q: code(q, {"sector": 1, "agegrp": 5})))
    assert asked.index("agegrp") == asked.index("match") - 1


def test_a_corrected_sector_opens_its_questions_and_closes_the_others():
    answers = {"consent": 1, "sector": 2, "env1": 3}
    assert next_question(INSTRUMENT, answers).name == "env2"
    assert next_question(INSTRUMENT, {**answers, "sector": 3}).name == "hea1"


def test_going_back_leads_to_the_question_answered_before():
    answers = {"consent": 1, "sector": 2, "env1": 3, "env2": 1}
    assert previous_question(INSTRUMENT, answers, "env3").name == "env2"
    assert previous_question(INSTRUMENT, answers, "env2").name == "env1"
    assert previous_question(INSTRUMENT, {"consent": 1}, "sector").name == "consent"
    assert previous_question(INSTRUMENT, {}, "consent") is None


def test_progress_counts_what_is_answered_of_what_will_be_asked():
    assert (progress(INSTRUMENT, {}).answered, progress(INSTRUMENT, {}).total) == (0, 14)
    assert progress(INSTRUMENT, {"consent": 1, "sector": 2, "env1": 66}).answered == 2


CODES = st.sampled_from([0, 1, 2, 3, 4, 66, 77, 88, 99])


@given(st.data())
def test_every_interview_ends_and_asks_nothing_twice_or_in_vain(data):
    answers = {}
    for _ in range(len(INSTRUMENT.questions) + 1):
        question = next_question(INSTRUMENT, answers)
        if question is None:
            break
        assert question.name not in answers
        assert applies(question, answers)
        answers[question.name] = data.draw(CODES)
    assert next_question(INSTRUMENT, answers) is None


@given(st.dictionaries(st.sampled_from([q.name for q in INSTRUMENT.questions]), CODES))
def test_progress_never_exceeds_its_total(answers):
    now = progress(INSTRUMENT, answers)
    assert 0 <= now.answered <= now.total

"""What the decision makes of a text, with a classifier that says what a test wants it to say."""

from datetime import date

from coproduction.dialogue.understanding.decision import Understanding
from coproduction.dialogue.understanding.situation import Context
from coproduction.survey.instrument import current_instrument

TODAY = date(2026, 6, 1)


def decide(text, question="env1", likely=None, **context):
    """What a text amounts to where the classifier finds the intents of `likely` so probable."""
    probabilities = {"nonsense": 0.2, **(likely or {})}
    understanding = Understanding(current_instrument(), lambda _: probabilities)
    return understanding.decide(text, Context(question=question, today=TODAY, **context))

"""Actions about the citizen's own answers: show, delete, start over."""

from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import AllSlotsReset, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.interview_action import Events, InterviewAction
from actions.suggestions import engine
from coproduction.records.erasure import erase_interview
from coproduction.records.spool import Spool
from coproduction.settings import read_settings
from coproduction.survey.instrument import current_instrument
from coproduction.survey.wording import describe
from coproduction.translation import translation

CONTEXT_SLOTS = ("language", "mode", "country", "interview_id", "reference", "person", "duration", "erased")
"""What a conversation was started with; it outlives a fresh start."""


class ActionShowAnswers(InterviewAction):
    """Lists the answers given so far, question by question."""

    when_failed = "utter_not_now"

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_show_answers"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Say each answer in words."""
        translate = translation(tracker.get_slot("language") or "en")
        instrument = current_instrument()
        lines = [
            f"{translate(question.text)} {describe(instrument, question.name, code, translate)}."
            for question in instrument.variables
            if (code := tracker.get_slot(question.name)) is not None
        ]
        if lines:
            dispatcher.utter_message(response="utter_answers", answers="\n".join(lines))
        else:
            dispatcher.utter_message(response="utter_no_answers")
        return []


class ActionDeleteAnswers(InterviewAction):
    """Deletes what is stored of this interview, and says so once it is done."""

    when_failed = "utter_not_deleted"

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_delete_answers"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Erase the record and forget the answers in this chat."""
        interview_id = tracker.get_slot("interview_id")
        found = bool(interview_id) and erase_interview(engine(), Spool(read_settings().spool_dir), interview_id)
        dispatcher.utter_message(response="utter_deleted" if found else "utter_nothing_to_delete")
        kept = [SlotSet(name, tracker.get_slot(name)) for name in ("language", "mode", "country", "duration")]
        return [AllSlotsReset(), *kept, SlotSet("consent", 2), SlotSet("erased", True)]


class ActionStartOver(InterviewAction):
    """Goes back to the first question; consent stays as given."""

    when_failed = "utter_not_now"

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_start_over"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Forget the answers in this chat; the record follows."""
        kept = [SlotSet(name, tracker.get_slot(name)) for name in (*CONTEXT_SLOTS, "consent")]
        dispatcher.utter_message(response="utter_started_over")
        return [AllSlotsReset(), *kept]

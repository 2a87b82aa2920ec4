"""The custom actions of the stock variant: a validating form action and a fixed suggestion."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from benchmarks.stock_project import FINISH, FORM, SUGGESTION, button
from coproduction.survey.instrument import current_instrument
from coproduction.survey.routing import applies
from coproduction.survey.scoring import age_group


class ValidateInterviewForm(FormValidationAction):
    """Chooses the questions that apply, by the same routing as the real interview, and checks each answer."""

    def name(self) -> str:
        """The name Rasa derives from the form's."""
        return f"validate_{FORM}"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        """The questions asked of someone who gave these answers."""
        instrument = current_instrument()
        answers = {name: value for name, value in tracker.slots.items() if value is not None}
        return [name for name in domain_slots if applies(instrument.question(name), answers)]

    def validate_agegrp(
        self, value: Any, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> dict[str, Any]:
        """Turn an age in years into its group; a button's code comes as a number."""
        return _checked("agegrp", age_group(int(value)) if isinstance(value, str) and value.isdigit() else value)


def _checked(name: str, value: Any) -> dict[str, Any]:
    instrument = current_instrument()
    return {name: value if name == "match" or instrument.is_valid(name, value) else None}


def _validation(name: str) -> Any:
    def validate(
        self: ValidateInterviewForm,
        value: Any,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,
    ) -> dict[str, Any]:
        return _checked(name, value)

    return validate


for _question in current_instrument().questions:
    if _question.name != "agegrp":
        setattr(ValidateInterviewForm, f"validate_{_question.name}", _validation(_question.name))


class ActionAskMatch(Action):
    """Suggests something. Nothing is looked up: the stock variant's suggestion costs nothing but the call."""

    def name(self) -> str:
        """The action with which the form asks for the slot `match`."""
        return "action_ask_match"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Say it, with one button to go on."""
        dispatcher.utter_message(text=SUGGESTION, buttons=[button(FINISH, "match", 1)])
        return []

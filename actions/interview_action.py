"""What every custom action here has in common."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

logger = logging.getLogger(__name__)

Events = list[dict[str, Any]]


class InterviewAction(Action, ABC):
    """An action that says what it cannot do instead of failing.

    An error that left an action would be logged by Rasa together with everything the citizen wrote; here
    only its kind is logged, and the response `when_failed` is said.
    """

    when_failed = "utter_match_unavailable"

    @abstractmethod
    def name(self) -> str:
        """The action's name in the domain."""

    @abstractmethod
    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Do it: say something through the dispatcher, and give the events that follow."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Act, and speak of failure where that does not work out."""
        try:
            return self.act(dispatcher, tracker)
        except Exception as error:
            logger.error("%s failed: %s", self.name(), type(error).__name__)
            dispatcher.messages.clear()
            dispatcher.utter_message(response=self.when_failed)
            return []

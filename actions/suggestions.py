"""Actions about suggestions: look for some, choose one, tell more of it, decline it."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from functools import lru_cache
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.engine import Engine

from actions.interview_action import Events, InterviewAction
from coproduction.channels.payloads import payload
from coproduction.database import connect
from coproduction.opportunities.catalogue import CatalogueHolder
from coproduction.opportunities.matching import Suggestion, Wishes
from coproduction.opportunities.model import OpportunityView
from coproduction.opportunities.uptake import take_place
from coproduction.settings import read_settings
from coproduction.survey.instrument import is_missing
from coproduction.survey.scoring import AGE_BOUNDS
from coproduction.translation import Translate, translation

SUGGESTIONS = 3

DECLINE_REASONS = {
    "not_interested": "Not my thing",
    "too_much_time": "Takes too long",
    "wrong_place": "Wrong place",
    "does_already": "I do it already",
    "other": "Another reason",
}


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The database of this action server."""
    return connect(read_settings().database_url)


@lru_cache(maxsize=1)
def catalogue() -> CatalogueHolder:
    """The published opportunities, loaded again when they change."""
    return CatalogueHolder(engine())


def wishes_of(tracker: Tracker, today: date) -> Wishes:
    """What a citizen wants, as far as it was answered; a missing code is no wish."""
    topics = _answer(tracker, "topics")
    age_group = _answer(tracker, "agegrp")
    return Wishes(
        sector=_answer(tracker, "sector"),
        effort=_answer(tracker, "effort"),
        company=_answer(tracker, "company"),
        place=_answer(tracker, "place"),
        topics=tuple(topic for topic in str(topics or "").split() if topic != "other"),
        age=AGE_BOUNDS[age_group][0] if age_group is not None else None,
        today=today,
        shown=frozenset(tracker.get_slot("suggested") or []),
        declined=frozenset(tracker.get_slot("declined") or {}),
        seed=tracker.sender_id,
    )


def _answer(tracker: Tracker, name: str) -> Any:
    value = tracker.get_slot(name)
    return None if value is None or is_missing(value) else value


def _translate(tracker: Tracker) -> Translate:
    return translation(tracker.get_slot("language") or "en")


class ActionMatch(InterviewAction):
    """Suggests what fits: three at first and on "show me others", one in place of one declined."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_match"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Show suggestions as cards with buttons, and remember what was shown."""
        limit = 1 if (tracker.latest_message.get("intent") or {}).get("name") == "decline_reason" else SUGGESTIONS
        wishes = wishes_of(tracker, date.today())
        translate = _translate(tracker)
        suggestions = catalogue().current().rank(wishes, limit, translate)
        if not suggestions:
            dispatcher.utter_message(response="utter_no_match")
            return [SlotSet("on_show", [])]
        ids = [suggestion.opportunity.id for suggestion in suggestions]
        dispatcher.utter_message(
            response=_introduction(suggestions, wishes),
            unmet=" ".join(dict.fromkeys(f"{words}." for s in suggestions for words in s.unmet)),
            buttons=_buttons(suggestions, translate),
            json_message={"question": "match", "cards": [card(s, translate) for s in suggestions]},
        )
        suggested = list(dict.fromkeys([*(tracker.get_slot("suggested") or []), *ids]))
        return [SlotSet("on_show", ids), SlotSet("spoken_of", None), SlotSet("suggested", suggested)]


def _introduction(suggestions: list[Suggestion], wishes: Wishes) -> str:
    if all(suggestion.opportunity.id in wishes.shown for suggestion in suggestions):
        return "utter_match_repeated"
    return "utter_match_relaxed" if all(suggestion.unmet for suggestion in suggestions) else "utter_match"


def _buttons(suggestions: list[Suggestion], translate: Translate) -> list[dict[str, Any]]:
    offers = (("choose", "I'll do it"), ("tell_more", "Tell me more"), ("decline", "Not for me"))
    buttons: list[dict[str, Any]] = []
    for number, suggestion in enumerate(suggestions, start=1):
        opportunity = suggestion.opportunity.id
        prefix = f"{number}: " if len(suggestions) > 1 else ""
        buttons += [
            {
                "title": prefix + translate(title),
                "payload": payload(intent, opportunity=opportunity),
                "card": opportunity,
            }
            for intent, title in offers
        ]
    return [
        *buttons,
        {"title": translate("Show me others"), "payload": payload("show_others")},
        {"title": translate("Finish"), "payload": payload("finish", match=1)},
    ]


def card(suggestion: Suggestion, translate: Translate) -> dict[str, Any]:
    """An opportunity as the chat shows it; effort, company and place in words."""
    opportunity = suggestion.opportunity
    return {
        "id": opportunity.id,
        "title": opportunity.title,
        "summary": opportunity.summary,
        "organisation": opportunity.organisation,
        "link": opportunity.link,
        "first_step": opportunity.first_step,
        "effort": opportunity.effort,
        "minutes": opportunity.minutes_per_month,
        "company": opportunity.company,
        "place": opportunity.place,
        "address": opportunity.address,
        "starts_on": opportunity.starts_on.isoformat() if opportunity.starts_on else None,
        "ends_on": opportunity.ends_on.isoformat() if opportunity.ends_on else None,
        "reasons": list(suggestion.reasons),
        "unmet": list(suggestion.unmet),
    }


def _meant(tracker: Tracker) -> str | None:
    """The opportunity a message is about; the only one on show where it does not say."""
    said = next(tracker.get_latest_entity_values("opportunity"), None)
    on_show = tracker.get_slot("on_show") or []
    return said or tracker.get_slot("spoken_of") or (on_show[0] if len(on_show) == 1 else None)


class _AboutOne(InterviewAction):
    """An action about one suggestion, which asks which one where that is not clear."""

    intent = ""
    needs_open = False

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Find the suggestion that is meant."""
        opportunity_id = _meant(tracker)
        opportunity = catalogue().current().find(opportunity_id) if opportunity_id else None
        if opportunity is None:
            self._ask_which(dispatcher, tracker)
            return []
        if self.needs_open and not catalogue().current().is_open_to(opportunity.id, wishes_of(tracker, date.today())):
            dispatcher.utter_message(response="utter_taken", title=opportunity.title)
            return []
        return self.act_on(opportunity, dispatcher, tracker)

    @abstractmethod
    def act_on(self, opportunity: OpportunityView, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Do it with the suggestion that is meant."""

    def _ask_which(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        found = [catalogue().current().find(i) for i in tracker.get_slot("on_show") or []]
        buttons = [{"title": o.title, "payload": payload(self.intent, opportunity=o.id)} for o in found if o]
        dispatcher.utter_message(response="utter_which_suggestion", buttons=buttons)


class ActionChoose(_AboutOne):
    """Gives the first step and the link of the suggestion chosen."""

    intent = "choose"
    needs_open = True

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_choose"

    def act_on(self, opportunity: OpportunityView, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Take a place, where places are limited, and remember the choice."""
        chosen = tracker.get_slot("chosen") or []
        if opportunity.id not in chosen:
            if not take_place(engine(), opportunity.id):
                dispatcher.utter_message(response="utter_taken", title=opportunity.title)
                return []
            chosen = [*chosen, opportunity.id]
        dispatcher.utter_message(
            response="utter_first_step",
            title=opportunity.title,
            first_step=opportunity.first_step or opportunity.summary,
            link=opportunity.link or "",
        )
        return [SlotSet("chosen", chosen), SlotSet("match", 1)]


class ActionTellMore(_AboutOne):
    """Says all that is known of one suggestion."""

    intent = "tell_more"

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_tell_more"

    def act_on(self, opportunity: OpportunityView, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Describe it and offer to do it."""
        translate = _translate(tracker)
        facts = [opportunity.organisation, opportunity.address]
        if opportunity.starts_on:
            facts.append(translate("from {date}").format(date=opportunity.starts_on.isoformat()))
        if opportunity.ends_on:
            facts.append(translate("until {date}").format(date=opportunity.ends_on.isoformat()))
        dispatcher.utter_message(
            response="utter_details",
            title=opportunity.title,
            summary=opportunity.summary,
            facts=", ".join(fact for fact in facts if fact),
            first_step=opportunity.first_step,
            link=opportunity.link or "",
            buttons=[
                {"title": translate("I'll do it"), "payload": payload("choose", opportunity=opportunity.id)},
                {"title": translate("Not for me"), "payload": payload("decline", opportunity=opportunity.id)},
                {"title": translate("Show me others"), "payload": payload("show_others")},
                {"title": translate("Finish"), "payload": payload("finish", match=1)},
            ],
            json_message={"question": "match"},
        )
        return [SlotSet("spoken_of", opportunity.id)]


class ActionDecline(_AboutOne):
    """Takes a suggestion off the list and asks why, in one tap."""

    intent = "decline"

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_decline"

    def act_on(self, opportunity: OpportunityView, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Remember it as declined, for a reason not known yet."""
        translate = _translate(tracker)
        dispatcher.utter_message(
            response="utter_decline_reason",
            buttons=[
                {
                    "title": translate(title),
                    "payload": payload("decline_reason", opportunity=opportunity.id, reason=reason),
                }
                for reason, title in DECLINE_REASONS.items()
            ],
        )
        return [SlotSet("declined", {**(tracker.get_slot("declined") or {}), opportunity.id: None})]


class ActionDeclineReason(InterviewAction):
    """Notes why a suggestion was declined."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_decline_reason"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Put the reason beside what was declined."""
        declined = dict(tracker.get_slot("declined") or {})
        opportunity = next(tracker.get_latest_entity_values("opportunity"), None)
        reason = next(tracker.get_latest_entity_values("reason"), None)
        dispatcher.utter_message(response="utter_declined")
        if opportunity in declined and reason in DECLINE_REASONS:
            declined[opportunity] = reason
        return [SlotSet("declined", declined)]

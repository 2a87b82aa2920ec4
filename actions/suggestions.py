"""Actions about suggestions: look for some, choose one, tell more of it, decline it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Container, Iterable
from dataclasses import replace
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
from coproduction.opportunities.uptake import give_back_place, take_place
from coproduction.opportunities.wording import Wording
from coproduction.secret import read_secret
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
    settings = read_settings()
    return connect(settings.database_url, secret=read_secret(settings.data_dir))


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
        wishes = wishes_of(tracker, date.today())
        if _said(tracker, "wish") == ["shorter"]:
            wishes = replace(wishes, effort=_less_effort(tracker))
        if (tracker.latest_message.get("intent") or {}).get("name") == "decline_reason":
            return self._replace(dispatcher, tracker, wishes)
        suggestions = catalogue().current().rank(wishes, SUGGESTIONS, _translate(tracker))
        if not suggestions:
            dispatcher.utter_message(response="utter_no_match")
            return [SlotSet("on_show", [])]
        ids = _show(dispatcher, tracker, suggestions, wishes)
        return [SlotSet("on_show", ids), SlotSet("spoken_of", None), *_suggested(tracker, suggestions)]

    def _replace(self, dispatcher: CollectingDispatcher, tracker: Tracker, wishes: Wishes) -> Events:
        """Put a new suggestion in the place of those declined; the others stay on show."""
        on_show: list[str] = tracker.get_slot("on_show") or []
        kept = [identifier for identifier in on_show if identifier not in wishes.declined]
        others = replace(wishes, declined=wishes.declined | set(kept))
        suggestions = catalogue().current().rank(others, 1, _translate(tracker))
        if not suggestions:
            dispatcher.utter_message(response="utter_nothing_else" if kept else "utter_no_match")
            return [SlotSet("on_show", kept), SlotSet("spoken_of", None)]
        (new,) = _show(dispatcher, tracker, suggestions, wishes, kept)
        gap = next((at for at, identifier in enumerate(on_show) if identifier in wishes.declined), len(kept))
        return [
            SlotSet("on_show", [*kept[:gap], new, *kept[gap:]]),
            SlotSet("spoken_of", new),
            *_suggested(tracker, suggestions),
        ]


def to_keep(chosen: Iterable[str], on_show: Iterable[str], declined: Container[str]) -> list[str]:
    """What a citizen takes away: what was chosen, then what else is on show and was not declined."""
    return list(dict.fromkeys([*chosen, *(identifier for identifier in on_show if identifier not in declined)]))


def _less_effort(tracker: Tracker) -> int:
    """The effort band below those of the suggestions on show."""
    found = (catalogue().current().find(identifier) for identifier in tracker.get_slot("on_show") or [])
    return max(min((o.effort for o in found if o and o.effort is not None), default=1) - 1, 0)


def _show(
    dispatcher: CollectingDispatcher,
    tracker: Tracker,
    suggestions: list[Suggestion],
    wishes: Wishes,
    kept: Iterable[str] = (),
) -> list[str]:
    """Show suggestions as cards, beside those `kept` on show; their ids."""
    translate = _translate(tracker)
    ids = [suggestion.opportunity.id for suggestion in suggestions]
    keep = to_keep(tracker.get_slot("chosen") or [], [*kept, *ids], wishes.declined)
    dispatcher.utter_message(
        response=_introduction(suggestions, wishes),
        unmet=" ".join(f"{words}." for words in suggestions[0].unmet if all(words in s.unmet for s in suggestions)),
        buttons=_buttons(suggestions, translate),
        json_message={"question": "match", "cards": [card(s, translate) for s in suggestions], "keep": keep},
    )
    return ids


def _suggested(tracker: Tracker, suggestions: list[Suggestion]) -> Events:
    """All that was suggested so far, and the codes of the reasons given for these suggestions."""
    grounds = {suggestion.opportunity.id: " ".join(suggestion.grounds) for suggestion in suggestions}
    ids = dict.fromkeys([*(tracker.get_slot("suggested") or []), *grounds])
    return [SlotSet("suggested", list(ids)), SlotSet("grounds", grounds)]


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


def _said(tracker: Tracker, entity: str) -> list[Any]:
    return list(tracker.get_latest_entity_values(entity))


def _meant(tracker: Tracker) -> list[str]:
    """The opportunities a message is about; the only one on show where it does not say."""
    spoken_of, on_show = tracker.get_slot("spoken_of"), tracker.get_slot("on_show") or []
    return _said(tracker, "opportunity") or ([spoken_of] if spoken_of else on_show if len(on_show) == 1 else [])


class _AboutSuggestions(InterviewAction):
    """An action about suggestions, which asks which one where that is not clear."""

    intent = ""

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Find the suggestions that are meant."""
        found = [catalogue().current().find(identifier) for identifier in _meant(tracker)]
        meant = [opportunity for opportunity in found if opportunity]
        if not meant:
            self._ask_which(dispatcher, tracker)
            return []
        return self.act_on(meant, dispatcher, tracker)

    @abstractmethod
    def act_on(self, meant: list[OpportunityView], dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Do it with the suggestions that are meant, one or more."""

    def _ask_which(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        declined = tracker.get_slot("declined") or {}
        on_show = (i for i in tracker.get_slot("on_show") or [] if i not in declined)
        found = [catalogue().current().find(identifier) for identifier in on_show]
        buttons = [{"title": o.title, "payload": payload(self.intent, opportunity=o.id)} for o in found if o]
        dispatcher.utter_message(response="utter_which_suggestion", buttons=buttons)


def _only(chosen: list[str], kept: list[str]) -> list[str]:
    """Those chosen that are kept; the places of the others are given back."""
    for identifier in chosen:
        if identifier not in kept:
            give_back_place(engine(), identifier)
    return [identifier for identifier in chosen if identifier in kept]


class ActionChoose(_AboutSuggestions):
    """Gives the first step and the link of each suggestion chosen."""

    intent = "choose"

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_choose"

    def act_on(self, meant: list[OpportunityView], dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Take a place, where places are limited, and remember the choice."""
        before: list[str] = tracker.get_slot("chosen") or []
        if _said(tracker, "wish") == ["instead"]:
            before = _only(before, [opportunity.id for opportunity in meant])
        chosen = list(before)
        for opportunity in meant:
            if self._can_take(opportunity, before, tracker):
                chosen += [] if opportunity.id in chosen else [opportunity.id]
                self._say_first_step(opportunity, chosen, dispatcher, tracker)
            else:
                dispatcher.utter_message(response="utter_taken", title=opportunity.title)
        done = [opportunity.id for opportunity in meant if opportunity.id in chosen]
        return [SlotSet("chosen", chosen), SlotSet("spoken_of", done[-1]), SlotSet("match", 1)] if done else []

    def _can_take(self, opportunity: OpportunityView, chosen: list[str], tracker: Tracker) -> bool:
        """Whether it is open to the citizen and has a place left, which is then taken; once only."""
        if not catalogue().current().is_open_to(opportunity.id, wishes_of(tracker, date.today())):
            return False
        return opportunity.id in chosen or take_place(engine(), opportunity.id)

    def _say_first_step(
        self, opportunity: OpportunityView, chosen: list[str], dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> None:
        keep = to_keep(chosen, tracker.get_slot("on_show") or [], tracker.get_slot("declined") or {})
        title = _translate(tracker)("I can't do it after all")
        dispatcher.utter_message(
            response="utter_first_step",
            title=opportunity.title,
            first_step=opportunity.first_step or opportunity.summary,
            link=opportunity.link or "",
            buttons=[{"title": title, "payload": payload("decline", opportunity=opportunity.id)}],
            json_message={"keep": keep},
        )


class ActionTellMore(_AboutSuggestions):
    """Says all that is known of one suggestion."""

    intent = "tell_more"

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_tell_more"

    def act_on(self, meant: list[OpportunityView], dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Describe each and offer to do it."""
        for opportunity in meant:
            self._describe(opportunity, dispatcher, tracker)
        return [SlotSet("spoken_of", meant[0].id if len(meant) == 1 else None)]

    def _describe(self, opportunity: OpportunityView, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        translate = _translate(tracker)
        dispatcher.utter_message(
            response="utter_details",
            title=opportunity.title,
            summary=opportunity.summary,
            facts=" ".join(f"{words}." for words in Wording(translate).description(opportunity)),
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


class ActionDecline(_AboutSuggestions):
    """Takes a suggestion off the list and asks why, in one tap."""

    intent = "decline"

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_decline"

    def act_on(self, meant: list[OpportunityView], dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        """Remember them as declined, for a reason not known yet, and give back places that were taken."""
        translate = _translate(tracker)
        ids = [opportunity.id for opportunity in meant]
        chosen: list[str] = tracker.get_slot("chosen") or []
        kept = _only(chosen, [identifier for identifier in chosen if identifier not in ids])
        declined = {**(tracker.get_slot("declined") or {}), **dict.fromkeys(ids)}
        dispatcher.utter_message(
            response="utter_decline_reason",
            buttons=[
                {
                    "title": translate(title),
                    "payload": payload("decline_reason", opportunity=ids[0], reason=reason),
                }
                for reason, title in DECLINE_REASONS.items()
            ],
            json_message={"keep": to_keep(kept, tracker.get_slot("on_show") or [], declined)},
        )
        return [SlotSet("declined", declined), *([SlotSet("chosen", kept)] if kept != chosen else [])]


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

"""What is said about the suggestions on show: whether they are meant, which of them, and what about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coproduction.dialogue.understanding.likeness import Likeness, best
from coproduction.dialogue.understanding.rules import read
from coproduction.dialogue.understanding.situation import Context, Decision, Thresholds
from coproduction.dialogue.understanding.suggestions import (
    excludes,
    is_conditional,
    is_instead,
    is_question,
    is_set_aside,
    only_names,
    read_ranks,
    read_titles,
    takes_back,
    wants_shorter,
)

SUGGESTION_INTENTS = frozenset({"choose", "tell_more", "decline", "show_others", "finish"})
ABOUT_ONE = frozenset({"choose", "tell_more", "decline"})
"""Intents that mean the suggestion spoken of, where none is named."""
ANYWHERE = frozenset({"decline", "show_others"})
"""Commands that mean the suggestions at any question: "do it" and "maybe later" may be answers to another."""

LONGEST_WITH_RANKS = 12
"""Words. In a longer text a number need not mean a suggestion."""
LONGEST_NAMED = 10
"""Words. A text this short that names a suggestion is about it."""


def can_be_meant(command: str, context: Context) -> bool:
    """Whether a command about suggestions can be meant: while another question is open, few are."""
    if command in ANYWHERE or context.question == "match":
        return bool(context.on_show)
    return bool(context.on_show) and context.question is None and command != "finish"


@dataclass(frozen=True)
class SuggestionTalk:
    """Decides about texts that may be about the suggestions on show."""

    likeness: Likeness
    thresholds: Thresholds

    def only_names_some(self, text: str, context: Context) -> bool:
        """Whether a text does nothing but name suggestions on show: "the first one"."""
        if excludes(text, language=context.language):
            return False
        ranks = read_ranks(text, len(context.on_show), language=context.language)
        meant = self._meant(ranks, text, context)
        return bool(meant) and only_names(text, self._titles(meant, context), language=context.language)

    def names_one(self, text: str, context: Context) -> bool:
        """Whether a text names suggestions by number, and is about them."""
        if not context.on_show or not read_ranks(text, len(context.on_show), language=context.language):
            return False
        intent, probability = best(self.likeness.shares(text))
        return intent in SUGGESTION_INTENTS and probability >= self.thresholds.digression

    def decide(self, text: str, context: Context) -> Decision | None:
        """Something about the suggestions on show."""
        if not context.on_show or not any(map(str.isalnum, text)):
            return None
        words = len(text.split())
        ranks = read_ranks(text, len(context.on_show), language=context.language) if words <= LONGEST_WITH_RANKS else ()
        if context.question not in ("match", None):
            return self._in_passing(text, context, ranks)
        if not ranks and context.question == "match":
            reply = read("consent", text, language=context.language)
            if reply is not None and reply.sure and reply.code == 2:
                return Decision("finish", "rules", {"match": 1})
            if reply is not None and reply.sure:
                return self._suggestion_decision("choose", (), text, context)
            if wants_shorter(text, language=context.language):
                return Decision("show_others", "rules", wish="shorter")
        meant = self._meant(ranks, text, context)
        intent = self._intent_about(text, context, meant, is_named=bool(ranks) or words <= LONGEST_NAMED)
        return None if intent is None else self._suggestion_decision(intent, meant, text, context)

    def _in_passing(self, text: str, context: Context, ranks: tuple[int, ...]) -> Decision | None:
        """Something about one of the suggestions while another question is open: nothing is chosen there."""
        if len(ranks) != 1:
            return None
        meant = (context.on_show[ranks[0] - 1],)
        if takes_back(text, language=context.language):
            return Decision("decline", "rules", opportunities=meant)
        intent, probability = best(self.likeness.shares(text))
        if intent not in SUGGESTION_INTENTS or probability < self.thresholds.digression:
            return None
        return Decision("decline" if intent == "decline" else "tell_more", "classifier", opportunities=meant)

    def _intent_about(self, text: str, context: Context, meant: tuple[str, ...], *, is_named: bool) -> str | None:
        """What is said about suggestions: one of their intents; None where it is about something else."""
        probabilities = self.likeness.shares(text)
        intent, probability = best(probabilities)
        likeliest, likelihood = best({i: p for i, p in probabilities.items() if i in SUGGESTION_INTENTS})
        is_something_else = probability >= self.thresholds.digression or likelihood < self.thresholds.suggestion
        if not (meant and is_named) and intent not in SUGGESTION_INTENTS and is_something_else:
            return None
        titles = self._titles(meant, context)
        if meant and is_conditional(text, language=context.language):
            return "tell_more"  # "maybe the second": showing more commits nobody to anything
        if meant and is_question(text, language=context.language):
            return "show_others" if likeliest == "show_others" else "tell_more"
        if meant and takes_back(text, language=context.language):
            return "decline"
        if len(meant) == 1 and is_set_aside(text, titles, language=context.language):
            return "decline"
        if meant and only_names(text, titles, language=context.language):
            return "tell_more"
        is_doubtful = likelihood < self.thresholds.digression and is_named
        if meant and is_doubtful:
            return "tell_more"
        return likeliest

    def _meant(self, ranks: tuple[int, ...], text: str, context: Context) -> tuple[str, ...]:
        """The opportunities of these ranks; without any, those that a text calls by name."""
        return tuple(context.on_show[rank - 1] for rank in ranks) or self._named(text, context)

    def _named(self, text: str, context: Context) -> tuple[str, ...]:
        """The opportunities on show that a text calls by a word of their titles."""
        titles = self._titles(context.on_show, context)
        return tuple(context.on_show[at] for at in read_titles(text, titles, language=context.language))

    def _titles(self, identifiers: Sequence[str], context: Context) -> list[str]:
        return [context.titles.get(identifier, "") for identifier in identifiers]

    def _suggestion_decision(self, intent: str, meant: tuple[str, ...], text: str, context: Context) -> Decision:
        if intent == "finish":
            return Decision("finish", "classifier", {"match": 1})
        if not meant and context.spoken_of is not None:
            meant = (context.spoken_of,)
        if intent == "decline" and not meant and len(context.on_show) > 1:
            intent = "show_others"  # "none of these"
        is_swap = intent == "choose" and is_instead(text, language=context.language)
        return Decision(intent, "classifier", opportunities=meant, wish="instead" if is_swap else None)

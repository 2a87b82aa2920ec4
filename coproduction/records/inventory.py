"""What is held of people: where, why and for how long. One list that the privacy page, the answers to subject
access requests and the record of processing are made from; a test holds it against the tables.

Texts are plain English and message ids for gettext. Times come from the council's configuration.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from gettext import NullTranslations

from coproduction.council import Council

ENGLISH = NullTranslations()


class Given(str, enum.Enum):
    """What has to happen before something is held."""

    CONSENT = "consent"
    NO_CONSENT = "no consent"
    ERASURE = "erasure"
    VISIT = "visit"
    NEVER = "never"
    """It is about no citizen."""


@dataclass(frozen=True)
class Kept:
    """How long something is held: `setting` (days or hours, in council.yml) after an event, or until another.

    `singular` and `plural` are message ids for ngettext, with `%(num)s` for that number where there is one; `unset`
    is the one where the council has left the setting empty, if anything is to be said then. `also` is what happens
    to it besides.
    """

    singular: str
    plural: str = ""
    setting: str | None = None
    unset: str = ""
    also: Kept | None = None

    def number(self, council: Council) -> int | None:
        """The configured number; None where the end is not a matter of days or hours."""
        return None if self.setting is None else getattr(council, self.setting)

    def words(self, council: Council, translations: NullTranslations = ENGLISH) -> str:
        """With the council's number, in English or translated: `30 days after the last message`."""
        number = self.number(council)
        if number is not None:
            said = translations.ngettext(self.singular, self.plural, number) % {"num": number}
        else:
            said = self.unset if self.setting else self.singular
            said = translations.gettext(said) if said else ""
        also = "" if self.also is None else self.also.words(council, translations)
        return f"{said}; {also}" if also else said


@dataclass(frozen=True)
class Holding:
    """One place where something is held.

    `name` is a table's name, or says what kind of place it is. `columns` are those that say something about a
    person, with what they say; `technical` are the others. `what` and `why` are sentences for citizens.
    """

    name: str
    given: Given
    what: str
    why: str
    kept: Kept
    columns: Mapping[str, str] = field(default_factory=dict)
    technical: tuple[str, ...] = ()

    @property
    def is_personal(self) -> bool:
        """Whether it holds anything about one person, under a pseudonym at least."""
        return bool(self.columns)


PSEUDONYM = "a random number that stands for one interview and for nothing else"

_END = Kept(
    "at the latest %(num)s day after the last question",
    "at the latest %(num)s days after the last question",
    "keep_answers_days",
    unset="there is no other end",
)
_WITH_THE_INTERVIEW = replace(_END, unset="")
_UNTIL_ERASED = Kept("until you delete it", also=_END)
_LAST_MESSAGE = ("%(num)s day after the last message", "%(num)s days after the last message")
_TYPED = ("%(num)s day after it was typed", "%(num)s days after it was typed")
_CONVERSATION = Kept(*_LAST_MESSAGE, "keep_conversations_days")
_CONTACT = Kept(*_LAST_MESSAGE, "keep_contacts_days")
_UNCLEAR = Kept(*_TYPED, "keep_unclear_texts_days", also=_WITH_THE_INTERVIEW)
_WORDS = Kept(*_TYPED, "keep_words_days", also=_WITH_THE_INTERVIEW)
_COMMENT = Kept(
    "a comment is deleted %(num)s day after it was typed",
    "a comment is deleted %(num)s days after it was typed",
    "keep_words_days",
    also=_END,
)
_ANSWERS = Kept("until you delete them", also=_COMMENT)
_COARSENED = Kept(
    "after %(num)s day only the day is left of the times, and your reference code finds it no more, so that you "
    "cannot delete it any longer",
    "after %(num)s days only the day is left of the times, and your reference code finds it no more, so that you "
    "cannot delete it any longer",
    "keep_exact_times_days",
    also=_END,
)
_SET_ASIDE = Kept(
    "what the database does not take then is deleted %(num)s day after the last of it came",
    "what the database does not take then is deleted %(num)s days after the last of it came",
    "keep_conversations_days",
)
_RECORD = Kept("until you delete it", also=_COARSENED)

TABLES: tuple[Holding, ...] = (
    Holding(
        "interviews",
        Given.CONSENT,
        what="When the interview was held, how far it went, in which language, and a scrambled form of your "
        "reference code.",
        why="To count interviews, to see where people stop, and to find your answers when you want them deleted.",
        kept=_RECORD,
        columns={
            "interview_id": PSEUDONYM,
            "mode": "how the interview was held, for example on the website",
            "language": "the language of the interview",
            "country": "the council's country",
            "started_at": "when consent was given",
            "last_at": "when the last question was put",
            "last_question": "the last question put",
            "completed_at": "when the suggestions were reached",
            "consent_version": "which text consent was given to",
            "consent_at": "when consent was given",
            "person": "a random number that interviews of one person share, while that is kept",
            "reference_hash": "the SHA-256 of the reference code, which only the citizen has",
        },
        technical=("instrument", "coarsened"),
    ),
    Holding(
        "answers",
        Given.CONSENT,
        what="Your answers as codes, for example “often” or “55 to 64”, and your comment to the council if you "
        "leave one.",
        why="To learn what people do, what they would like to do, and where nothing is on offer.",
        kept=_ANSWERS,
        columns={
            "interview_id": PSEUDONYM,
            "code": "the answer as a code; for the comment, its words with identifying ones taken out",
            "at": "when it was answered",
        },
        technical=("variable",),
    ),
    Holding(
        "verbatims",
        Given.CONSENT,
        what="What you typed in your own words, beside the code it was understood as. E-mail addresses, telephone "
        "numbers, addresses and the like are taken out first, as far as a program finds them.",
        why="To check that answers were understood rightly.",
        kept=_WORDS,
        columns={
            "interview_id": PSEUDONYM,
            "text": "the words of an answer, with identifying ones taken out",
            "at": "when they were typed",
        },
        technical=("variable",),
    ),
    Holding(
        "unclear_texts",
        Given.CONSENT,
        what="What you typed where the assistant did not understand you, or where you put right what it understood, "
        "with the same things taken out. Someone may read it and teach the assistant to understand such a sentence.",
        why="To make the assistant understand more.",
        kept=_UNCLEAR,
        columns={
            "interview_id": PSEUDONYM,
            "at": "when it was typed",
            "text": "the words, with identifying ones taken out",
        },
        technical=("question", "reason"),
    ),
    Holding(
        "matches",
        Given.CONSENT,
        what="Which suggestions you were shown, which you chose or declined, and whether you did them, if you said so.",
        why="To offer what people really want to do.",
        kept=_UNTIL_ERASED,
        columns={
            "interview_id": PSEUDONYM,
            "opportunity_id": "the suggestion",
            "shown_at": "when it was shown",
            "chosen_at": "when it was chosen",
            "declined_at": "when it was declined",
            "decline_reason": "why it was declined, as a code",
            "reasons": "why it was suggested, as codes",
            "done": "whether it was done, where you said so afterwards",
        },
        technical=("rank",),
    ),
    Holding(
        "conversations",
        Given.CONSENT,
        what="Which conversation belongs to which interview.",
        why="So that you can close the chat and go on later.",
        kept=_CONVERSATION,
        columns={
            "conversation_id": "a random number that stands for the conversation",
            "interview_id": PSEUDONYM,
            "started_at": "when the conversation was first stored",
        },
    ),
    Holding(
        "turns",
        Given.CONSENT,
        what="The conversation as it was written.",
        why="So that you can close the chat and go on later.",
        kept=_CONVERSATION,
        columns={
            "conversation_id": "a random number that stands for the conversation",
            "at": "when the message was written",
            "events": "what was said, by both sides, and the reference code",
        },
        technical=("sequence",),
    ),
    Holding(
        "contacts",
        Given.VISIT,
        what="Where to answer you, if you write from a messaging service: your number or name there, encrypted.",
        why="To answer you.",
        kept=_CONTACT,
        columns={
            "lookup": "a keyed hash of the address",
            "channel": "the messaging service",
            "sealed": "the address, encrypted",
            "conversation_id": "the conversation it belongs to",
            "last_at": "when the last message came",
        },
    ),
    Holding(
        "deletions",
        Given.NEVER,
        what="How many conversations, texts and other things were deleted because their time was over.",
        why="To show that it is done.",
        kept=Kept("without end; these are numbers only"),
        technical=("at", "what", "count"),
    ),
    Holding(
        "tombstones",
        Given.ERASURE,
        what="That an interview was deleted, or a field interviewer's form not kept: a scrambled form of its number, "
        "without a time. Only who has both the number and the secret of this installation can tell whose it was.",
        why="So that nothing that is read again brings it back, or is counted twice.",
        kept=Kept("without end, because copies of what was deleted may be read again at any time"),
        technical=("digest",),
    ),
    Holding(
        "counts",
        Given.NO_CONSENT,
        what="That one more person did not agree on this day, or was too young to take part.",
        why="To say how many of those who were asked took part.",
        kept=Kept("without end; it is a number only"),
        technical=("day", "disposition", "count"),
    ),
    Holding(
        "spools",
        Given.NEVER,
        what="How far the answers that were kept while the database was away are in the database.",
        why="So that none is lost and none is counted twice.",
        kept=Kept("until all of them are there"),
        technical=("spool_id", "position"),
    ),
    Holding(
        "opportunities",
        Given.NEVER,
        what="The suggestions on offer, and how many places on each are taken.",
        why="To have something to suggest.",
        kept=Kept("as long as the council offers them"),
        technical=(
            *("id", "source", "external_id", "title", "summary", "first_step", "link", "organisation", "sector"),
            *("topics", "effort", "minutes_per_month", "company", "place", "min_age", "max_age", "starts_on"),
            *("ends_on", "capacity", "taken", "latitude", "longitude", "address", "language", "status"),
            *("suggestion", "content_hash", "imported_at", "updated_at", "edited", "status_before"),
        ),
    ),
)
"""Every table of the database. A table or column that is new is described here, or a test fails."""

ELSEWHERE: tuple[Holding, ...] = (
    Holding(
        "browser",
        Given.VISIT,
        what="In your browser: which conversation is yours, and the key to it; a message of yours until it is "
        "answered; and what you are typing. For a chat inside another website, that website's storage remembers "
        "whether the chat is open; where the browser lets the chat store nothing of its own, it holds the key and the "
        "message too.",
        why="So that you can close the page and go on.",
        kept=Kept(
            "%(num)s hour after you last used the chat, or until you start anew: it goes when the chat is opened next",
            "%(num)s hours after you last used the chat, or until you start anew: it goes when the chat is opened next",
            "resume_hours",
            also=Kept("what you are typing goes with the tab"),
        ),
        columns={
            "conversation": "its random number and its key, in a cookie and, with JavaScript, in the browser's "
            "storage; for a chat on another website, where the browser allows it no storage, in that website's",
            "pending": "the words of a message until the server has answered it, beside them",
            "draft": "the words that are being typed, for the tab",
            "open": "on another website, whether the chat is open, for the tab",
        },
    ),
    Holding(
        "spool",
        Given.CONSENT,
        what="Your answers and the conversation, in a file of the server's, while its database cannot be reached.",
        why="So that nothing you said is lost.",
        kept=Kept("until the database can be reached again", also=_SET_ASIDE),
        columns={
            "interview": PSEUDONYM,
            "conversation": "a random number that stands for the conversation",
            "events": "what was said, by both sides, and the reference code",
        },
        technical=("sequence", "at"),
    ),
    Holding(
        "memory",
        Given.NO_CONSENT,
        what="Without your consent, the conversation in the memory of the server, on no disk.",
        why="To hold the conversation at all.",
        kept=Kept("a day at most, and not beyond a restart"),
        columns={"conversation": "what was said, by both sides"},
    ),
    Holding(
        "logs",
        Given.VISIT,
        what="That a page was asked for, when, and whether it worked. No words, and no number of a conversation.",
        why="To keep the service running.",
        kept=Kept("as long as the council keeps its servers' logs"),
        technical=("time", "page", "status"),
    ),
    Holding(
        "rate limits",
        Given.VISIT,
        what="How often your network address asked for something in a short time, under a scrambled form of the "
        "address.",
        why="To keep the service running when somebody floods it.",
        kept=Kept("a minute, unless the council has set limits for a longer time"),
        columns={"address": "the hash of the network address, with a secret of the server"},
        technical=("count",),
    ),
    Holding(
        "training examples",
        Given.CONSENT,
        what="A sentence that a person took from what was not understood and made an example of. It stays, without "
        "anything that says it was yours.",
        why="To make the assistant understand more.",
        kept=Kept("as long as the assistant learns from it; it cannot be found again by your reference code"),
        technical=("text",),
    ),
    Holding(
        "backups",
        Given.CONSENT,
        what="Copies of all that is stored, made by the council.",
        why="To have it again when a disk fails.",
        kept=Kept("as long as the council keeps its backups; what is deleted stays in older ones until then"),
        columns={"copies": "everything listed here that is in the database"},
    ),
)
"""Every other place."""


def holding(name: str) -> Holding:
    """The entry of a table or place; raises `KeyError` where there is none."""
    return {entry.name: entry for entry in (*TABLES, *ELSEWHERE)}[name]

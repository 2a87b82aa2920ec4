"""E-mail addresses, links and names on platforms in text."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from coproduction.records.gazetteer import Gazetteer, folded

_ACCOUNT = re.compile(
    r"\b(?=\w{0,40}[^\W\d_])\w{1,40}_\w{1,40}\b"
    r"|\b(?!covid|cop)[a-z]{3,}\d{2,}\b(?![-/])"
    r"|\b(?!(?i:covid|iphone|windows|section))[A-Za-z]{5,}\d{2,}\b(?![-/])"
)
"""A name as people have on platforms: with an underscore, or letters and then figures."""

_MAILBOX = re.compile(
    r"(?<![\w.+'-])[\w.+'-]{1,64}(?:"
    r"[@＠][\w-]{1,63}(?: ?\. ?[a-z]{2,}){1,8}"
    r"| @(?:[\w-]{1,63}\.){1,8}(?:com|net|org|uk|info|eu|edu|fr|de|pl)\b"
    r"| ?@ [\w-]{1,63}(?: ?\. ?[a-z]{2,}){1,8}"
    r"|@\S{1,63}\.\w+|@[\w-]{1,63})"
    r"|(?<!\S)\S{1,64}@\S{1,63}\.\w+",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\b(?:https?://|www\.)[^\s<>]+[^\s<>.,;:!?)]"
    r"|(?<![\w.-])(?!(?:[\w-]{1,63}\.){0,8}(?:gov|nhs|police)\.uk\b)"
    r"(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}(?:com|net|org|uk|info|eu|io|biz|tv|gg|be|social|me(?=/)|ly(?=/)|co(?=/))\b(?:/[^\s<>]*[^\s<>.,;:!?)])?",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"(?<![\w/])[@＠] ?[\w.]{0,40}\w{2,40}|(?<!\w)/?u/[\w-]{3,40}|\b[\w.]{3,32}#\d{4}\b", re.IGNORECASE
)
_IP_ADDRESS = re.compile(r"(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\w)")
_MAC_ADDRESS = re.compile(r"\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", re.IGNORECASE)
_IPV6_ADDRESS = re.compile(
    r"(?<![\w:])(?=[0-9a-f:]*(?:[a-f]|::))(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{1,4}(?![\w:])", re.IGNORECASE
)
_PLAIN = r"@?\w[\w.\-]{0,40}\w(?: (?-i:[A-Z])\w*| \d+\b){0,3}"
_REST = r"@?\w[\w.\-]{0,40}\w(?: [\w.\-]{1,40}){0,2}(?= *(?:[,.;!?\n]|$))"
_SPECIAL = r"@?(?=[\w.-]{0,40}[\d_.])(?!\d+\b)\w[\w.-]{0,40}\w"
"""A name as only machines have them: with a figure, a line or a full stop in it."""

SHORTEST = 5
"""Letters of a word that nothing but a platform's name before it makes a name there."""

Replacement = Callable[[str], str]


class MailboxRules(msgspec.Struct, frozen=True):
    """The words of a spelled-out e-mail address: "jo underscore b at example dot org".

    `ends` are what its last part may be; others are known only where "at" stands in brackets. `providers` need no end.
    After `before` its first part may be several words.
    """

    at: list[str] = []
    dot: list[str] = []
    joins: list[str] = []
    slash: list[str] = []
    ends: list[str] = []
    providers: list[str] = []
    before: str = "(?!)"


class HandleRules(msgspec.Struct, frozen=True):
    """How people tell their name on a platform, and how software is numbered ("version 1.2.3.4").

    `{platform}` and `{token}` stand for the platform and that name.
    """

    platforms: str = "(?!)"
    before: list[str] = []
    before_unknown: list[str] = []
    before_rest: list[str] = []
    after: list[str] = []
    after_unknown: list[str] = []
    versions: str = "(?!)"


class InternetInText:
    """Replaces e-mail addresses, links, names on platforms and addresses of machines."""

    def __init__(self, mailboxes: MailboxRules, handles: HandleRules, gazetteer: Gazetteer) -> None:
        self._known = gazetteer
        self._platforms = re.compile(handles.platforms, re.IGNORECASE)
        self._version = re.compile(rf"(?:{handles.versions})\W*$", re.IGNORECASE)
        self._spelled = _spelled_out(mailboxes)
        dot, slash = ("|".join(words) or "(?!)" for words in (mailboxes.dot, mailboxes.slash))
        self._spoken_link = re.compile(
            rf"(?<![\w-])[\w-]{{1,63}}(?:(?: (?:{dot}) |\.)[\w-]{{1,63}}){{1,6}}(?: (?:{slash}) [\w.-]{{1,63}})+",
            re.IGNORECASE,
        )
        self._words_before = re.compile(rf"({mailboxes.before})(?:[\w.'-]+ ){{1,6}}\[e-mail\]", re.IGNORECASE)
        self._told = [
            *(self._handle(rf"{pattern}\s*({_REST})") for pattern in handles.before_rest),
            *(self._handle(rf"{pattern}\s*({_PLAIN})") for pattern in handles.before),
            *(self._handle(rf"{pattern}\s*({_PLAIN})", only_unknown=True) for pattern in handles.before_unknown),
            *(self._handle(pattern) for pattern in handles.after),
            *(self._handle(pattern, only_unknown=True) for pattern in handles.after_unknown),
        ]

    def replaced(self, text: str) -> str:
        """The text with these replaced."""
        if "@" in text or "＠" in text:
            text = _MAILBOX.sub("[e-mail]", text)
        if self._spelled:
            text = self._spelled.sub("[e-mail]", text)
            text = self._words_before.sub(r"\1[e-mail]", text)
        text = self._spoken_link.sub("[link]", text)
        text = _LINK.sub("[link]", text)
        text = _HANDLE.sub("[handle]", text)
        for replace in self._told:
            text = replace(text)
        text = _IPV6_ADDRESS.sub("[number]", _MAC_ADDRESS.sub("[number]", text))
        text = _IP_ADDRESS.sub(self._replace_machine, text)
        return _ACCOUNT.sub("[handle]", text)

    def _replace_machine(self, match: re.Match[str]) -> str:
        return match[0] if self._version.search(match.string[: match.start()]) else "[number]"

    def _handle(self, pattern: str, *, only_unknown: bool = False) -> Replacement:
        pattern = pattern.replace("'", "['’]").replace("{platform}", rf"(?:{self._platforms.pattern})\b")
        compiled = re.compile(pattern.replace("{token}", _PLAIN).replace("{special}", _SPECIAL), re.IGNORECASE)

        def replace(match: re.Match[str]) -> str:
            token = match[1]
            first = token.split()[0]
            if self._known.is_never(folded(first)) or self._platforms.fullmatch(first):
                return match[0]
            if only_unknown and not (self._known.is_unknown(folded(first)) and len(first) >= SHORTEST):
                return match[0]
            begin, end = match.start(1) - match.start(), match.end(1) - match.start()
            return f"{match[0][:begin]}[handle]{match[0][end:]}"

        return lambda text: compiled.sub(replace, text)


def _spelled_out(rules: MailboxRules) -> re.Pattern[str] | None:
    if not rules.at or not rules.dot:
        return None
    at, dot, joins = ("|".join(words) for words in (rules.at, rules.dot, rules.joins or ["(?!)"]))
    mailbox = rf"\b[\w-]{{1,64}}(?:(?: (?:{joins}) |[.+])[\w-]{{1,64}}){{0,6}}"
    begin, end = r" ?[(\[{<*] ?", r" ?[)\]}>*] ?"
    stop = rf"(?: (?:{dot}|\.) |{begin}(?:{dot}|\.){end}|\.)"
    bracketed = rf"{mailbox}{begin}(?:{at}|a|@){end}[\w-]{{1,63}}(?:{stop}[a-z]{{2,}}){{1,6}}\b"
    ends = "|".join(rules.ends) or "(?!)"
    domain = rf"[\w-]{{1,63}}(?:{stop}[\w-]{{1,63}}){{0,6}}?(?:{stop}(?:{ends})){{1,4}}\b"
    spoken = rf"{mailbox} (?:{at}|@) {domain}"
    provider = "|".join(rules.providers) or "(?!)"
    provided = rf"{mailbox} ?(?:{at}|@) ?(?:{provider})\b(?:{stop}(?:{ends}))*"
    dashed = rf"\b\w{{1,64}}(?:-\w{{1,64}}){{0,3}}-(?:{at})-\w{{1,63}}(?:-(?:{dot})-\w{{2,63}}){{1,4}}\b"
    return re.compile(f"{bracketed}|{spoken}|{provided}|{dashed}", re.IGNORECASE)

"""Reading an amount of time as minutes a month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from coproduction.dialogue.understanding.language import Rules, rules_for
from coproduction.survey.scoring import WEEKS_PER_MONTH, effort_band

LONGEST = 40 * 60 * WEEKS_PER_MONTH
"""More minutes a month than a full-time week are not an answer to how much time would suit."""
LEFTOVER_ALLOWED = 0
_TIMED = frozenset({"units", "periods", "adverbs", "every", "times", "times_word", "parts", "vague"})
_LINKS = frozenset({"range", "plus", "articles", "of"})
_PUNCTUATION = frozenset(".,;!?:-()/\"'…+&|*")


@dataclass(frozen=True)
class _Item:
    """A piece of a message that has to do with time: a number, a unit, a period or a word between them."""

    kind: str
    low: float = 0
    usual: float = 0
    high: float = 0


@dataclass(frozen=True)
class _Span:
    """An amount of time, lowest to highest, in minutes."""

    low: float
    usual: float
    high: float
    vague: bool = False

    def times(self, low: float, usual: float | None = None, high: float | None = None) -> _Span:
        """The span so many times over."""
        usual, high = usual or low, high or low
        return replace(self, low=self.low * low, usual=self.usual * usual, high=self.high * high)


@dataclass(frozen=True)
class Duration:
    """Minutes a month as stated; `sure` if they can be coded, `periodic` if a period was named."""

    minutes: int
    sure: bool
    periodic: bool


def read_minutes_per_month(text: str, *, language: str = "en") -> tuple[int, bool] | None:
    """Minutes a month that a message states, and whether they are sure enough to be coded; else None.

    A month is 30 days or 4.33 weeks, a day's help 8 hours. Without a period a month is meant, but that is
    only sure where a week would lead to the same effort band.
    """
    rules = rules_for(language)
    duration = read_duration(rules, rules.words(text))
    return None if duration is None else (duration.minutes, duration.sure)


def split_duration(text: str, *, language: str = "en") -> tuple[str, str]:
    """The words of a message that state an amount of time, and the rest: "an hour a week" and "on my own"."""
    rules = rules_for(language)
    words = rules.words(text)
    timed = {i for hit in rules.durations.find(words) if hit.kind in _TIMED for i in range(hit.start, hit.end)}
    if not timed:
        return "", " ".join(words)
    first, last = min(timed), max(timed)
    while first and (
        rules.number(words, first - 1) or words[first - 1] in rules.word_set(rules.content.numbers.articles)
    ):
        first -= 1
    return " ".join(words[first : last + 1]), " ".join(words[:first] + words[last + 1 :])


def read_duration(rules: Rules, words: Sequence[str]) -> Duration | None:
    """The amount of time a message's words state, with its period; None without a clear amount."""
    items = list(_items(rules, words))
    if any(item.kind in ("negators", "ignore") for item in items):
        return None
    periods, rest = _periods(items)
    spans, rest = _spans(rest)
    if not spans or len(periods) > 2 or sum(period.kind != "times" for period in periods) > 1:
        return None
    span, contradictory = _stated(spans, rest)
    if any(item.kind == "about" for item in rest):
        span = replace(span, low=span.low * 0.85, high=span.high * 1.15)
    month = span
    for period in periods:
        month = month.times(period.low, period.usual, period.high)
    if any(item.kind == "below" for item in rest):
        month = replace(month, low=month.low / 2, usual=max(month.usual - 1, 0), high=max(month.high - 1, 0))
    if any(item.kind == "above" for item in rest):
        month = replace(month, low=month.low + 1, usual=month.usual + 1, high=month.high * 1.5)
    if month.usual > LONGEST:
        return None
    minutes = round(month.usual)
    highest = month.high if periods else month.high * WEEKS_PER_MONTH
    doubtful = (
        contradictory
        or span.vague
        or any(item.kind in ("doubts", "turns", "breaks", "period") for item in rest)
        or (bool(words) and words[-1] == "?")
        or sum(item.kind == "word" for item in rest) > LEFTOVER_ALLOWED
    )
    same_band = effort_band(round(month.low)) == effort_band(minutes) == effort_band(round(highest))
    return Duration(minutes, same_band and not doubtful, bool(periods))


def _items(rules: Rules, words: Sequence[str]) -> Iterator[_Item]:
    tables = rules.content.durations
    units, periods, adverbs = list(tables.units.values()), list(tables.periods.values()), list(tables.adverbs.values())
    parts, vague = list(rules.content.numbers.parts.values()), list(rules.content.numbers.vague.values())
    hits = {hit.start: hit for hit in rules.durations.find(words)}
    at = 0
    while at < len(words):
        hit = hits.get(at)
        number = rules.number(words, at)
        if number is not None and (hit is None or hit.end - hit.start == 1):
            value, at = number
            yield _Item("number", value, value, value)
            continue
        if hit is None:
            word = words[at]
            at += 1
            if word in _PUNCTUATION:
                is_range = word == "-" or (word == "/" and at < len(words) and rules.number(words, at) is not None)
                yield _Item("range" if is_range else "every" if word == "/" else "comma")
            else:
                yield _Item("word")
            continue
        at = hit.end
        if hit.kind == "units":
            if hit.start == 0 and words[0] in tables.one:
                yield _Item("articles")
            yield _Item("unit", *units[hit.code])
        elif hit.kind == "periods":
            yield _Item("period", *[periods[hit.code]] * 3)
        elif hit.kind == "adverbs":
            yield _Item("adverb", *[adverbs[hit.code]] * 3)
        elif hit.kind == "times":
            yield _Item("times", *[float(hit.code)] * 3)
        elif hit.kind == "parts":
            yield _Item("part", *[parts[hit.code]] * 3)
        elif hit.kind == "vague":
            yield _Item("number", *vague[hit.code])
        elif hit.kind not in ("fillers", "joins"):
            yield _Item(hit.kind)


def _kinds(items: Sequence[_Item], at: int, count: int) -> list[str]:
    return [item.kind for item in items[at : at + count]]


def _periods(items: Sequence[_Item]) -> tuple[list[_Item], list[_Item]]:
    """The periods named ("a week", "every other day", "twice a month"), and the items without them.

    A day can be an amount as well as a period: "a day a month". It is a period after an amount or "every".
    """
    found: list[_Item] = []
    rest: list[_Item] = []
    at = 0
    while at < len(items):
        item = items[at]
        kinds = _kinds(items, at, 5)
        taken = 0
        if item.kind == "adverb":
            found.append(item)
            taken = 1
        elif kinds[:2] == ["number", "times_word"]:
            found.append(replace(item, kind="times"))
            taken = 2
        elif item.kind == "times":
            found.append(item)
            taken = 1
        elif item.kind == "every" or (item.kind == "articles" and _after_amount(rest, found)):
            taken, period = _period_after(items, at + 1)
            if period is not None:
                found.append(period)
                taken += 1
        if not taken:
            rest.append(item)
        at += taken or 1
    return found, rest


def _period_after(items: Sequence[_Item], at: int) -> tuple[int, _Item | None]:
    kinds = _kinds(items, at, 3)
    if kinds[:1] == ["articles"]:
        taken, period = _period_after(items, at + 1)
        return taken + 1, period
    if kinds[:2] == ["alternate", "period"]:
        return 2, _Item("period", *[items[at + 1].usual / 2] * 3)
    if kinds[:2] == ["number", "period"] and items[at].usual:
        return 2, _Item("period", *[items[at + 1].usual / items[at].usual] * 3)
    if kinds[:1] == ["period"]:
        return 1, items[at]
    return 0, None


def _after_amount(rest: Sequence[_Item], found: Sequence[_Item]) -> bool:
    """Whether an amount or a count comes right before: only then does "a day" mean "per day"."""
    before = [item for item in rest if item.kind not in ("comma", "word", "about")]
    if found and found[-1].kind == "times":
        return True
    kinds = [item.kind for item in before[-4:]]
    return (
        kinds[-1:] in (["unit"], ["period"])
        or kinds[-2:] in (["range", "number"], ["unit", "number"])
        or (kinds[-1:] == ["part"] and "unit" in kinds and "plus" in kinds)
    )


def _quantity(items: Sequence[_Item], at: int) -> tuple[_Item, int] | None:
    """The number that starts here: "2", "a couple of", "one and a half", "half a", "2 to 3"."""
    kinds = _kinds(items, at, 6)
    if kinds[:1] == ["articles"] and kinds[1:2] in (["number"], ["part"], ["articles"]):
        at, kinds = at + 1, kinds[1:]
    if kinds[:1] == ["part"]:
        value = items[at]
        at += 1
    elif kinds[:1] == ["number"]:
        value = items[at]
        at += 1
        if kinds[1:4] in (["plus", "articles", "part"],):
            value, at = _add(value, items[at + 2]), at + 3
        elif kinds[1:3] == ["plus", "part"]:
            value, at = _add(value, items[at + 1]), at + 2
        elif kinds[1:2] == ["part"]:
            value, at = _scale(value, items[at]), at + 1
    elif kinds[:1] == ["articles"]:
        value, at = _Item("number", 1, 1, 1), at + 1
    else:
        return None
    while _kinds(items, at, 1) in (["of"], ["articles"]):
        at += 1
    return value, at


def _add(one: _Item, other: _Item) -> _Item:
    return _Item("number", one.low + other.low, one.usual + other.usual, one.high + other.high)


def _scale(one: _Item, other: _Item) -> _Item:
    return _Item("number", one.low * other.usual, one.usual * other.usual, one.high * other.usual)


def _range(one: _Item, other: _Item) -> _Item:
    return _Item("number", one.low, (one.usual + other.usual) / 2, other.high)


def _is_unit(items: Sequence[_Item], at: int) -> bool:
    return at < len(items) and items[at].kind in ("unit", "period") and (items[at].kind == "unit" or _is_day(items[at]))


def _is_day(item: _Item) -> bool:
    return item.usual == 30


def _unit(item: _Item) -> _Span:
    if item.kind == "period":
        return _Span(480, 480, 480)
    return _Span(item.low, item.usual, item.high, vague=item.low != item.high)


def _spans(items: Sequence[_Item]) -> tuple[list[_Span], list[_Item]]:
    """The amounts of time among the items, and the items that belong to none."""
    spans: list[_Span] = []
    rest: list[_Item] = []
    at = 0
    while at < len(items):
        found = _span(items, at)
        if found is None:
            rest.append(items[at])
            at += 1
        else:
            span, end = found
            if spans and rest and rest[-1].kind in ("plus", "joined") and span.high < spans[-1].low:
                rest.pop()
                last = spans.pop()
                span = _Span(last.low + span.low, last.usual + span.usual, last.high + span.high, last.vague)
            spans.append(span)
            rest.append(_Item("joined"))
            at = end
    return spans, [item for item in rest if item.kind != "joined"]


def _span(items: Sequence[_Item], at: int) -> tuple[_Span, int] | None:
    """The amount of time that starts here, and where it ends: "2 hours", "an hour and a half", "an hour or two"."""
    quantity = _quantity(items, at)
    if quantity is None:
        return None
    value, at = quantity
    if not _is_unit(items, at):
        upper = _quantity(items, at + 1) if _kinds(items, at, 1) in (["range"], ["plus"]) else None
        if upper is None or not _is_unit(items, upper[1]):
            return None
        value, at = _range(value, upper[0]), upper[1]
    unit, at = items[at], at + 1
    extra = _kinds(items, at, 3) == ["plus", "articles", "part"]
    if extra and not _is_unit(items, at + 3) and _kinds(items, at + 3, 1) != ["of"]:
        value, at = _add(value, items[at + 2]), at + 3
    span = _unit(unit).times(value.low, value.usual, value.high) if value.high else _Span(0, 0, 0)
    if _kinds(items, at, 1) == ["number"] and unit.usual == 60 and not _is_unit(items, at + 1):
        minutes = items[at].usual  # "1h30"
        return _Span(span.low + minutes, span.usual + minutes, span.high + minutes), at + 1
    return _up_to(items, at, span, unit)


def _up_to(items: Sequence[_Item], at: int, span: _Span, unit: _Item) -> tuple[_Span, int]:
    """The span widened by the other end of a range that follows it ("20 minutes to an hour", "an hour or two")."""
    upper = _quantity(items, at + 1) if _kinds(items, at, 1) == ["range"] else None
    if upper is None:
        return span, at
    after = upper[1]
    named = _is_unit(items, after)
    high = _unit(items[after] if named else unit).times(upper[0].low, upper[0].usual, upper[0].high)
    if high.high <= span.low:
        return span, at
    vague = span.vague or high.vague
    return _Span(span.low, (span.usual + high.usual) / 2, high.high, vague), after + 1 if named else after


def _stated(spans: Sequence[_Span], rest: Sequence[_Item]) -> tuple[_Span, bool]:
    """The amount that counts, and whether others contradict it: the last one counts after a correction."""
    if len(spans) == 1:
        return spans[0], False
    corrected = any(item.kind == "corrections" for item in rest)
    return spans[-1], not corrected

"""What a suggestion says for itself, in words for citizens: English templates, translated where they are filled in."""

from __future__ import annotations

from collections.abc import Collection

from coproduction.opportunities.model import DEFAULT_MIN_AGE, OpportunityView
from coproduction.survey.topics import current_topics
from coproduction.translation import Translate

REASONS: dict[str, str] = {
    "sector": "It is about {sector}, which matters to you",
    "topic": "It is about {topics}, which you care about",
    "effort_0": "It fits into what you do anyway",
    "effort_1": "It takes less than an hour a month",
    "effort_2": "It takes one to two and a half hours a month",
    "effort_3": "It takes two and a half to eight hours a month",
    "effort_4": "It takes eight hours a month or more",
    "minutes": "It takes about {minutes} minutes a month",
    "hour": "It takes about an hour a month",
    "hours": "It takes about {hours} hours a month",
    "company_1": "You can do it on your own",
    "company_2": "You can do it with people you know",
    "company_3": "You can do it in a group",
    "home": "You can do it at home or online",
    "near": "It is near where you live",
    "distance": "It is about {kilometres} km away",
    "open": "It is open to you now",
}
"""Why an opportunity is suggested. `{…}` is filled in after translation."""

ABOUT: dict[str, str] = {
    "place_3": "You can do it anywhere",
    "from_age": "It is for people of {age} and over",
    "to_age": "It is for people up to {age}",
    "ages": "It is for people from {age} to {oldest}",
    "organisation": "It is organised by {organisation}",
    "address": "Where: {address}",
    "starts": "It begins on {date}",
    "ends": "It goes on until {date}",
}
"""What else is known of an opportunity, for those who want to know more."""

UNMET: dict[str, str] = {
    "new": "You have seen it before; there is nothing new left",
    "sector": "It is about {sector}, not {wished}",
    "sector_unknown": "It is not about {wished}",
    "effort": "It takes more time than you wanted to give",
    "topic": "It is not about {topics}",
    "company_1": "You cannot do it on your own",
    "company_2": "It is not for you and people you know",
    "company_3": "It is not done in a group",
    "place_1": "You cannot do it at home",
    "place_2": "It is not near where you live",
}
"""Which wish could not be met."""


SECTORS = {1: "community safety", 2: "the local environment", 3: "public health"}
"""The sectors in the middle of a sentence."""


class Wording:
    """Fills in the templates in one language."""

    def __init__(self, translate: Translate = str) -> None:
        self._translate = translate

    def reason(self, key: str, **details: str) -> str:
        """The reason with this key."""
        return self._translate(REASONS[key]).format(**details)

    def description(self, view: OpportunityView) -> list[str]:
        """All that is known of an opportunity beside its summary, a phrase each: time, company, place, age, dates."""
        said = [self.effort(view)]
        said += [self.reason(f"company_{code}") for code in view.company.split() if f"company_{code}" in REASONS]
        if view.place == 1:
            said.append(self.reason("home"))
        elif view.place == 3:
            said.append(self._about("place_3"))
        if view.max_age is not None:
            ages = "ages" if view.min_age > DEFAULT_MIN_AGE else "to_age"
            said.append(
                self._about(ages, age=str(view.min_age if ages == "ages" else view.max_age), oldest=str(view.max_age))
            )
        elif view.min_age > DEFAULT_MIN_AGE:
            said.append(self._about("from_age", age=str(view.min_age)))
        details = {"organisation": view.organisation, "address": view.address}
        said += [self._about(name, **{name: words}) for name, words in details.items() if words]
        dates = {"starts": view.starts_on, "ends": view.ends_on}
        said += [self._about(name, date=date.isoformat()) for name, date in dates.items() if date]
        return [words for words in said if words]

    def _about(self, key: str, **details: str) -> str:
        return self._translate(ABOUT[key]).format(**details)

    def unmet(self, key: str, **details: str) -> str:
        """The unmet wish with this key."""
        return self._translate(UNMET[key]).format(**details)

    def sector(self, code: int) -> str:
        """A sector in the middle of a sentence."""
        return self._translate(SECTORS[code])

    def topics(self, names: Collection[str]) -> str:
        """Topics in the middle of a sentence."""
        topics = current_topics()
        return ", ".join(self._inside(topics.label(name) if name in topics else name) for name in names)

    def _inside(self, label: str) -> str:
        label = self._translate(label)
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]

    def effort(self, view: OpportunityView) -> str | None:
        """How much time an opportunity takes, as exactly as the catalogue knows; None where it does not."""
        minutes = view.minutes_per_month
        if view.effort == 0:
            return self.reason("effort_0")
        if minutes:
            return self._minutes(minutes)
        return None if view.effort is None else self.reason(f"effort_{view.effort}")

    def _minutes(self, minutes: int) -> str:
        if minutes < 55:
            return self.reason("minutes", minutes=str(minutes if minutes < 5 else 5 * round(minutes / 5)))
        if minutes <= 75:
            return self.reason("hour")
        halves = round(minutes / 30)
        return self.reason("hours", hours=f"{halves // 2}½" if halves % 2 and halves < 20 else str(round(halves / 2)))

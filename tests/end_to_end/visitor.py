"""Someone who holds the interview at the chat page: with a mouse, by keyboard alone, or without JavaScript."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from itertools import cycle

from tests.browser import WIDE, expect, is_accessible, playwright, with_scripts
from tests.end_to_end.citizen import Citizen

MOST_TABS = 25
"""From anywhere on the page to what is wanted; of that the longest question has ten choices."""


@dataclass(frozen=True)
class Choice:
    """A choice, or one of the words always at hand."""

    words: str


@dataclass(frozen=True)
class Text:
    """Words of one's own."""

    words: str


INTERVIEW = (
    Choice("Yes, keep my answers"),
    Text("the enviroment"),
    Choice("Sometimes"),
    *[Choice("Often")] * 4,
    Choice("Go back"),
    Choice("Never"),
    Choice("Some"),
    Choice("Yes"),
    Text("20 minutes a month"),
    Choice("On my own"),
    Choice("Near where I live"),
    Text("hedgehogs"),
    Text("I'm 34"),
    Choice("1: I'll do it"),
    Choice("No, finish here"),
    Text("more benches please"),
)
"""Choices, words of one's own, going back and changing an answer, a card, the end."""


RECOVERY_MS = 120_000
"""How long Rasa may take to be back, on a slow machine."""


PAUSE_SECONDS = 1
"""Before somebody tries again who was asked to do so in a moment."""


class Visitor:
    """With a mouse. `said` are the visitor's own words, in order: the page must show exactly these, all the time."""

    SCRIPTS = True

    def __init__(self, page, url):
        self.page = page
        self.url = url
        self.said = []
        self.complaints = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    @classmethod
    async def come(cls, browser, url):
        """Open the chat page in a browser of one's own."""
        context = await browser.new_context(viewport=WIDE, java_script_enabled=cls.SCRIPTS)
        visitor = cls(await context.new_page(), url)
        await visitor.page.goto(f"{url}/chat")
        await visitor.begin()
        return visitor

    async def begin(self):
        """Get to the first question."""
        await expect(self.button("Yes, keep my answers")).to_be_visible(timeout=RECOVERY_MS)

    async def come_back(self):
        """Close the tab, where it is open, and open the chat in another one."""
        await self.page.close()
        self.page = await self.page.context.new_page()
        await self.page.goto(f"{self.url}/chat")

    async def press(self, control):
        await control.click()

    async def type(self, text):
        await self.press(self.page.get_by_role("textbox"))
        await self.page.keyboard.type(text)

    async def send(self):
        await self.press(self.button("Send"))

    async def do(self, step):
        """One step of the interview, without waiting for its answer."""
        if isinstance(step, Choice):
            await self.press(self.button(step.words))
        else:
            await self.type(step.words)
            await self.send()

    async def take(self, *steps):
        """Steps of the interview, each with its answer."""
        for step in steps:
            await self.do(step)
            await self.is_answered(step)

    async def is_answered(self, *steps, **patience):
        """Wait for the answer to these steps; nothing that was said before is lost or doubled."""
        self.said += [f"You: {step.words}" for step in steps]
        spoken = self.page.locator(".message.citizen:not(.pending) .text")
        await expect(spoken).to_have_text(self.said, **patience)
        await expect(self.page.locator(".message").last).to_have_class(re.compile("assistant"), **patience)

    async def insist(self, step):
        """Get the answer to a step that was interrupted: the page itself sends it again."""
        await self.is_answered(step, timeout=RECOVERY_MS)
        while "just now" in await self.answer():
            await asyncio.sleep(PAUSE_SECONDS)
            again = step if await self.button(step.words).is_visible() else Choice("Try again")
            await self.do(again)
            await self.is_answered(again, timeout=RECOVERY_MS)

    async def answer(self):
        """What the assistant said since the visitor did."""
        texts = await self.log()
        spoken = [n for n, text in enumerate(texts) if text.startswith("You:")]
        return "\n".join(texts[spoken[-1] + 1 :])

    async def log(self):
        """Everything that was said, as it stands on the page."""
        texts = await self.page.locator(".message .text").all_inner_texts()
        return [" ".join(text.split()) for text in texts]

    async def hasten(self, *steps):
        """Take steps over the chat API, where one browser after the other would take long; the page shows them then."""

        conversation = await self.conversation()
        await asyncio.to_thread(lambda: take(Citizen.resumed(self.url, **conversation), *steps))
        await self.page.reload()
        await self.is_answered(*steps)

    async def conversation(self):
        """The conversation and its token, from where the browser keeps them."""
        return await self.page.evaluate("""() => {
            const { conversation, token } = JSON.parse(localStorage["coproduction-chat"]);
            return { conversation, token };
        }""")

    async def keep(self):
        """Look at the page of one's own with the suggestions."""
        async with self.page.context.expect_page() as opened:
            await self.press(self.page.get_by_role("link", name="Keep the suggestions"))
        kept = await opened.value
        titles = await self.page.get_by_role("article").get_by_role("heading", level=2).all_inner_texts()
        for title in titles:
            await expect(kept.get_by_role("heading", name=title.partition(". ")[2])).to_be_visible()
        await is_accessible(kept)
        await kept.close()

    async def is_accessible(self):
        await is_accessible(self.page)

    def button(self, title):
        return self.page.get_by_role("button", name=re.compile(rf"^(\d+ )?{re.escape(title)}$")).first


def take(citizen, *steps):
    """Steps of the interview over the chat API."""
    for step in steps:
        is_offered = isinstance(step, Choice) and step.words in citizen.choices
        citizen.insist({"choice": citizen.choices[step.words]} if is_offered else {"text": step.words})


WAY_TO = """(node) => {
    if (node === document.activeElement) return null;
    const isBefore = node.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING;
    return isBefore && document.activeElement !== document.body ? "Shift+Tab" : "Tab";
}"""


class KeyboardVisitor(Visitor):
    """By keyboard alone: Tab leads to everything, Enter and Space press it."""

    def __init__(self, page, url):
        super().__init__(page, url)
        self._keys = cycle(["Enter", "Space"])

    async def press(self, control):
        await self._reach(control)
        is_link = await control.evaluate("node => node.matches('a')")
        await self.page.keyboard.press("Enter" if is_link else next(self._keys))

    async def type(self, text):
        await self._reach(self.page.get_by_role("textbox"))
        await self.page.keyboard.type(text)

    async def send(self):
        await self.page.keyboard.press("Enter")

    async def _reach(self, control):
        for _ in range(MOST_TABS):
            way = await control.evaluate(WAY_TO)
            if way is None:
                return
            await self.page.keyboard.press(way)
        raise AssertionError(f"{await control.inner_text()} is not reached with {MOST_TABS} tabs")


class PlainVisitor(Visitor):
    """Without JavaScript."""

    SCRIPTS = False

    async def begin(self):
        await self.press(self.button("Start the chat"))
        await super().begin()

    async def do(self, step):
        await self._go(super().do(step))

    async def log(self):
        try:
            return await super().log()
        except playwright.Error:  # another page came meanwhile
            await self.page.wait_for_load_state()
            return await super().log()

    async def conversation(self):
        return await (await self.page.context.request.post(f"{self.url}/chat/session")).json()

    async def keep(self):
        await self.press(self.page.get_by_role("link", name="Your suggestions"))
        await expect(self.page.get_by_role("link", name="Send by e-mail")).to_be_visible()
        await self.page.go_back()

    async def insist(self, step):
        """Reload a page that did not come, else press again, until the answer is there; what was typed still is."""
        while not await self._is_told(step):
            if self.page.url.startswith("chrome-error:"):
                await self._go(self.page.reload())
            elif await self.again.is_visible():
                await self._go(self.again.click())
            else:
                if isinstance(step, Text):
                    await expect(self.page.get_by_role("textbox")).to_have_value(step.words)
                await self._go((self.button("Send") if isinstance(step, Text) else self.button(step.words)).click())
        await super().insist(step)

    @property
    def again(self):
        return self.page.get_by_role("link", name="Try again")

    async def _is_told(self, step):
        await self.page.wait_for_load_state()
        spoken = [text for text in await self.log() if text.startswith("You:")]
        return spoken == [*self.said, f"You: {step.words}"]

    async def _go(self, going):
        try:
            async with self.page.expect_navigation():
                await going
        except playwright.Error:  # the server is away
            await self.page.wait_for_url("chrome-error://**")

    async def is_accessible(self):
        await is_accessible(await with_scripts(self.page))


ANSWERS = {"sector": "2", "env1": "2", "env2": "3", "env3": "3", "env4": "3", "env5": "1", "effic": "3", "more": "1",
           "effort": "1", "effort_min": "20", "company": "1", "place": "2", "topics": "wildlife", "agegrp": "3",
           "comment": "more benches please", "disposition": "complete", "idx_environment": "70.0",
           "matches_shown": "3", "matches_chosen": "1"}  # fmt: skip
"""What the record then says of the interview."""


def answers(row):
    """What a row of the record says that was asked, without the interview's own data."""
    about = {"interview_id", "instrument", "mode", "language", "country", "started_at", "ended_at"}
    return {name: value for name, value in row.items() if name not in about and value not in ("", "66")}

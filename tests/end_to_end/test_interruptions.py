"""Server processes are killed under people who are at the page: the interview goes on, nothing is lost or doubled."""

import asyncio
import re
import sqlite3
import time
from contextlib import ExitStack

import pytest

from tests.browser import expect
from tests.end_to_end.conftest import running
from tests.end_to_end.visitor import INTERVIEW, RECOVERY_MS, PlainVisitor, Visitor, take

CONSENT, SECTOR, LAST_HABIT, TOPICS, AGE, CARD, FINISH, COMMENT, END = 0, 1, 6, 14, 15, 16, 17, 18, 19
"""Steps of the interview."""

FOR_ACTIONS = {AGE, CARD}
"""The steps that the action server has a part in."""

FOR_RASA_ALONE = set(range(END)) - FOR_ACTIONS

SEATS = [(Visitor, CONSENT), (Visitor, LAST_HABIT), (Visitor, TOPICS), (Visitor, AGE), (Visitor, FINISH),
         (Visitor, COMMENT), (PlainVisitor, SECTOR), (PlainVisitor, TOPICS)]  # fmt: skip
"""Who is there when a process is killed for the first time, and at which step; each time they go on by one."""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory):
    """An assistant for these tests to break."""
    with running(tmp_path_factory.mktemp("interrupted")) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def undisturbed(assistant):
    """What is said in the interview when nothing happens."""
    citizen = assistant.citizen()
    take(citizen, *INTERVIEW)
    names = {"citizen": "You", "assistant": "Assistant"}
    return plot(f"{names[message['author']]}: {message['text']}" for message in citizen.resume()["messages"])


def plot(log):
    """What was said, without what differs from interview to interview, and without asking again in vain."""
    said = "\n".join(" ".join(text.split()) for text in log)
    said = re.sub(r"\n[^\n]* just now\..*?\nYou: [^\n]*", "", said, flags=re.DOTALL)
    said = re.sub(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "CODE", said)
    return re.sub(r"“[^”]*”: your first step is this[^\n]*", "“Title”: your first step is this.", said)


class Audience:
    """Visitors, each with the step of the interview that comes next."""

    def __init__(self, assistant, browser):
        self.assistant = assistant
        self.browser = browser
        self.steps = {}

    async def gather(self, *seats):
        """For each kind of visitor and step: somebody who has come as far as this step."""
        await asyncio.gather(*[self._seat(kind, step) for kind, step in seats])

    async def _seat(self, kind, step):
        visitor = await kind.come(self.browser, self.assistant.url)
        await visitor.hasten(*INTERVIEW[:step])
        self.steps[visitor] = step

    def act(self, steps=range(END)):
        """Those who are at one of these steps take it, without waiting for its answer."""
        acting = [visitor.do(INTERVIEW[step]) for visitor, step in self.steps.items() if step in steps]
        return [asyncio.create_task(step) for step in acting]

    async def go_on(self):
        """Everybody gets an answer in the end."""
        interrupted = {visitor: step for visitor, step in self.steps.items() if step < END}
        await asyncio.gather(*[visitor.insist(INTERVIEW[step]) for visitor, step in interrupted.items()])
        self.steps |= {visitor: step + 1 for visitor, step in interrupted.items()}

    async def finish(self):
        """Everybody holds the rest of the interview; what the pages say is what is said after a reload, too."""
        before = {visitor: await visitor.log() for visitor in self.steps}
        await asyncio.gather(*[visitor.hasten(*INTERVIEW[step:]) for visitor, step in self.steps.items()])
        logs = {visitor: await visitor.log() for visitor in self.steps}
        assert before == {visitor: log[: len(before[visitor])] for visitor, log in logs.items()}
        return [plot(log) for log in logs.values()]


async def killed_before_the_citizen_acts(audience, name):
    old = audience.assistant.kill(name)
    await asyncio.gather(*audience.act())
    await recovered(audience, name, old)


async def killed_before_it_answers(audience, name):
    """Some turns are half done then, and wait for the action server; others have not begun. Someone opens the page."""
    assistant, settings = audience.assistant, audience.assistant.settings
    with assistant.held("actions"):
        acting = audience.act(FOR_ACTIONS)
        await until(lambda: assistant.under_way(settings.actions_port) == len(acting))
        with assistant.held("rasa"):
            acting += audience.act(FOR_RASA_ALONE)
            newcomer = asyncio.create_task(Visitor.come(audience.browser, assistant.url))
            await until(lambda: assistant.under_way(settings.rasa_port) == len(acting) + 1)
            old = assistant.kill(name)
    await asyncio.gather(*acting)
    await recovered(audience, name, old)
    audience.steps[await newcomer] = CONSENT


async def killed_before_the_answer_leaves(audience, name):
    """Rasa has done and stored the turns; the killed process has not told the pages."""
    assistant, settings = audience.assistant, audience.assistant.settings
    before = turns_stored(settings)
    with ExitStack() as until_killed:
        with assistant.held("rasa"):
            acting = audience.act()
            await until(lambda: assistant.under_way(settings.rasa_port) == len(acting))
            until_killed.enter_context(assistant.held(name))
        await until(lambda: turns_stored(settings) == before + len(acting))
        old = assistant.kill(name)
    await asyncio.gather(*acting)
    await recovered(audience, name, old)


async def recovered(audience, name, old):
    await asyncio.to_thread(audience.assistant.wait_for_restart, name, old)
    await audience.go_on()


def turns_stored(settings):
    with sqlite3.connect(settings.database_url.removeprefix("sqlite:///")) as database:
        return database.execute("select count(*) from turns").fetchone()[0]


async def until(is_so, seconds=30):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        await asyncio.sleep(0.02)


INTERRUPTIONS = {
    "rasa": [killed_before_the_citizen_acts, killed_before_it_answers],
    "actions": [killed_before_the_citizen_acts, killed_before_it_answers],
    "web": [killed_before_the_citizen_acts, killed_before_it_answers, killed_before_the_answer_leaves],
}


@pytest.mark.parametrize("name", INTERRUPTIONS)
async def test_a_killed_process_loses_and_doubles_nothing(assistant, undisturbed, browser, interviews, name):
    audience = Audience(assistant, browser)
    await audience.gather(*SEATS)
    for interrupt in INTERRUPTIONS[name]:
        await interrupt(audience, name)
    assert await audience.finish() == [undisturbed] * len(audience.steps)
    interviews(len(audience.steps))


@pytest.mark.parametrize(("end", "exit_code"), [("stop", 0), ("crash", 1)])
async def test_a_server_that_is_started_again_goes_on(assistant, undisturbed, browser, interviews, end, exit_code):
    audience = Audience(assistant, browser)
    await audience.gather((Visitor, SECTOR), (Visitor, TOPICS), (Visitor, COMMENT), (PlainVisitor, AGE))
    tabs = {step: visitor for visitor, step in audience.steps.items()}
    undecided = await Visitor.come(browser, assistant.url)
    await tabs[TOPICS].page.close()
    assert await asyncio.to_thread(getattr(assistant, end)) == exit_code
    await asyncio.gather(*audience.act({SECTOR, COMMENT, AGE}), undecided.do(INTERVIEW[CONSENT]))
    await tabs[COMMENT].page.close()
    assistant.start()
    await asyncio.to_thread(assistant.wait_until_ready)
    await asyncio.gather(tabs[TOPICS].come_back(), tabs[COMMENT].come_back())
    await tabs[TOPICS].is_answered()
    await asyncio.gather(*audience.act({TOPICS}))
    await audience.go_on()
    await expect(undecided.page.get_by_role("status")).to_contain_text("we start anew", timeout=RECOVERY_MS)
    audience.steps[undecided] = CONSENT  # without consent nothing was kept
    assert await audience.finish() == [undisturbed] * len(audience.steps)
    interviews(len(audience.steps))

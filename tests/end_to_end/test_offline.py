"""The network goes in the middle of an interview, or the tab is closed: it goes on, with nothing lost or doubled."""

from contextlib import asynccontextmanager

from tests.browser import expect
from tests.end_to_end.visitor import INTERVIEW, PlainVisitor, Visitor

CONSENT, SECTOR, TOPICS, COMMENT = 0, 1, 14, 18
"""Steps of the interview."""


@asynccontextmanager
async def offline(visitor):
    context = visitor.page.context
    await context.set_offline(True)
    if visitor.SCRIPTS:
        await expect(visitor.page.get_by_role("status")).to_contain_text("You are offline")
    yield
    await context.set_offline(False)


async def test_what_is_said_offline_is_sent_once_and_what_is_typed_stays(assistant, browser, interviews):
    visitor = await Visitor.come(browser, assistant.url)
    for step in INTERVIEW[:2]:
        async with offline(visitor):
            await visitor.do(step)
        await visitor.is_answered(step)
    await visitor.hasten(*INTERVIEW[2:TOPICS])
    async with offline(visitor):
        await visitor.type(INTERVIEW[TOPICS].words)
    await expect(visitor.page.get_by_role("textbox")).to_have_value(INTERVIEW[TOPICS].words)
    await visitor.send()
    await visitor.is_answered(INTERVIEW[TOPICS])
    await visitor.hasten(*INTERVIEW[TOPICS + 1 : COMMENT])
    async with offline(visitor):
        await visitor.do(INTERVIEW[COMMENT])
        await visitor.page.close()
    await visitor.come_back()
    await visitor.is_answered(INTERVIEW[COMMENT])
    interviews(1)


async def test_offline_without_javascript_the_words_are_still_there_when_one_comes_back(assistant, browser, interviews):
    visitor = await PlainVisitor.come(browser, assistant.url)
    async with offline(visitor):
        await visitor.do(INTERVIEW[CONSENT])
    await visitor.insist(INTERVIEW[CONSENT])
    async with offline(visitor):
        await visitor.do(INTERVIEW[SECTOR])
    await visitor.page.go_back()
    await expect(visitor.page.get_by_role("textbox")).to_have_value(INTERVIEW[SECTOR].words)
    await visitor.send()
    await visitor.is_answered(INTERVIEW[SECTOR])
    await visitor.hasten(*INTERVIEW[2:COMMENT])
    await visitor.come_back()
    await visitor.is_answered()
    await visitor.take(INTERVIEW[COMMENT])
    interviews(1)

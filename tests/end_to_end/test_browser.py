"""A whole interview in a real browser, with the real three processes."""

import pytest

from tests.browser import button, expect
from tests.end_to_end.visitor import ANSWERS, INTERVIEW, KeyboardVisitor, PlainVisitor, Visitor, answers

WAYS = {"by mouse": Visitor, "by keyboard alone": KeyboardVisitor, "without JavaScript": PlainVisitor}
LOOKED_AT = {"Go back", "1: I'll do it", "more benches please"}


@pytest.mark.parametrize("way", WAYS)
async def test_an_interview_is_held_from_its_welcome_to_its_end_and_is_exported(assistant, browser, way):
    before = set(assistant.exported())
    visitor = await WAYS[way].come(browser, assistant.url)
    for step in INTERVIEW:
        await visitor.take(step)
        if step.words == "the enviroment":
            await visitor.page.reload()
        if step.words in LOOKED_AT:
            await visitor.is_accessible()
        if step.words == "1: I'll do it":
            await expect(button(visitor.page, "I can't do it after all")).to_be_visible()  # no question: no number
            await visitor.keep()
    await expect(visitor.page.locator(".message").last).to_contain_text("reference code")
    await visitor.page.reload()
    await visitor.is_answered()
    rows = assistant.exported()
    (interview,) = set(rows) - before
    assert answers(rows[interview]) == ANSWERS
    assert visitor.complaints == []

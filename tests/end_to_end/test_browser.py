"""A whole interview in a real browser, with the real three processes."""

from pathlib import Path

import pytest

from tests.end_to_end.test_interview import exported

playwright = pytest.importorskip("playwright.async_api", reason="Playwright is not installed: pip install playwright")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed: apt-get install chromium")
expect = playwright.expect


@pytest.fixture
async def page(assistant):
    async with playwright.async_playwright() as engine:
        browser = await engine.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        await page.goto(assistant.url)
        yield page
        await browser.close()
    assert page.complaints == []


async def click(page, name):
    await page.get_by_role("button", name=name, exact=True).click()


async def say(page, text, then):
    await page.get_by_role("textbox").fill(text)
    await click(page, "Send")
    await expect(page.get_by_role("log")).to_contain_text(then)


async def test_an_interview_is_completed_by_clicking_typing_and_reloading_and_is_exported(assistant, page):
    before = set(exported(assistant))
    await click(page, "1 Yes, keep my answers")
    await say(page, "the enviroment", "Noted: Local environment")
    await click(page, "2 Sometimes")
    await expect(page.get_by_role("log")).to_contain_text("water or energy")
    await page.reload()
    await expect(page.get_by_role("log")).to_contain_text("Noted: Local environment")
    for _ in range(4):
        await click(page, "1 Often")
    await click(page, "2 Some")
    await click(page, "1 Yes")
    await say(page, "20 minutes a month", "Noted: Less than an hour a month")
    await click(page, "1 On my own")
    await click(page, "2 Near where I live")
    await say(page, "hedgehogs", "How old are you?")
    await say(page, "I'm 34", "Noted: 25 to 34")
    card = page.get_by_role("article").first
    await expect(card).to_be_visible()
    await card.get_by_role("button", name="I'll do it").click()
    await expect(page.get_by_role("log")).to_contain_text("your first step is this")
    await click(page, "2 No, finish here")
    await say(page, "more benches please", "reference code")
    (new,) = set(exported(assistant)) - before
    row = exported(assistant)[new]
    wanted = {"sector": "2", "env1": "2", "env2": "3", "effic": "3", "more": "1", "effort": "1", "effort_min": "20",
              "company": "1", "place": "2", "topics": "wildlife", "agegrp": "3", "disposition": "complete",
              "comment": "more benches please", "matches_shown": "3", "matches_chosen": "1"}  # fmt: skip
    assert {name: row[name] for name in wanted} == wanted

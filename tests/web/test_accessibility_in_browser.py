"""axe finds nothing in any state of the chat, light or dark, and every state fits a screen of 320 pixels."""

import pytest

from tests.browser import NARROW, expect, is_accessible, with_scripts

SMALLEST_TARGET = 24
LONGEST = 10_000

# What is pressed or "typed" to get to a state, and words that are seen there.
STATES = {
    "welcome": ([], "May we keep your answers?"),
    "question": (["1 Yes, keep my answers"], "matters most"),
    "re-ask": (["1 Yes, keep my answers", ("the enviroment",)], "Did you mean the environment?"),
    "suggestions": (["1 Yes, keep my answers", "2 Local environment", "1 Often", "1 Skip"], "Water a street tree"),
    "closing": (["1 Yes, keep my answers", "2 Local environment", "1 Often", "1 Skip", "Finish", "1 Skip"], "Goodbye"),
    "error": (["1 Yes, keep my answers", ("a" * (LONGEST + 1),)], "fewer words"),
}


async def reach(page, site, state, script):
    await page.goto(str(site.make_url("/chat")))
    if not script:
        if state == "start":
            return
        await page.get_by_role("button", name="Start the chat").click()
    steps, seen = STATES["question" if state == "offline" else state]
    for step in steps:
        if isinstance(step, tuple):
            await page.get_by_role("textbox").fill(*step)
            step = "Send"
        await page.get_by_role("button", name=step, exact=True).click()
    await expect(page.locator("main")).to_contain_text(seen)
    if state == "offline":
        await page.context.set_offline(True)
        await expect(page.get_by_role("status")).to_contain_text("You are offline")


async def is_whole(page):
    """Nothing to scroll sideways, and no button or link, but those within a sentence, under 24 pixels."""
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for control in await page.locator("button:visible, a:visible:not(.text a, .skip), textarea:visible").all():
        box = await control.bounding_box()
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET, await control.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", [*STATES, "offline"])
async def test_axe_finds_nothing_and_320_pixels_suffice(browser, site, state, scheme):
    page = await browser.new_page(color_scheme=scheme, viewport=NARROW)
    await reach(page, site, state, script=True)
    await is_whole(page)
    await is_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["start", *STATES])
async def test_axe_finds_nothing_in_the_plain_chat_either(browser, site, state, scheme):
    context = await browser.new_context(color_scheme=scheme, viewport=NARROW, java_script_enabled=False)
    page = await context.new_page()
    await reach(page, site, state, script=False)
    await is_whole(page)
    await is_accessible(await with_scripts(page, color_scheme=scheme, viewport=NARROW))

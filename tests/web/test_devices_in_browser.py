"""The chat on devices as people set them up: a small screen with its keyboard, no motion, colours of their own."""

import pytest

from tests.browser import NARROW, button, expect, is_accessible, say
from tests.web.chat_page import reach_suggestions

WITH_KEYBOARD = {"width": 320, "height": 300}


async def is_in_view(locator):
    box, height = await locator.bounding_box(), await locator.page.evaluate("innerHeight")
    return box["y"] >= 0 and box["y"] + box["height"] <= height


async def test_the_keyboard_of_a_phone_hides_neither_the_question_nor_the_field(open_chat):
    page = await open_chat(viewport=NARROW, has_touch=True, is_mobile=True)
    question, field = page.locator(".message.assistant .text").last, page.get_by_role("textbox")
    for choice in ("1 Yes, keep my answers", "2 Local environment", "1 Often", "1 Skip", "Finish"):
        await field.tap()
        await page.set_viewport_size(WITH_KEYBOARD)
        for text in ("", "a long answer " * 20):
            await field.fill(text)
            assert await is_in_view(question), await question.inner_text()
            assert await is_in_view(field)
        await page.set_viewport_size(NARROW)
        await button(page, choice).click()
        await expect(button(page, choice)).to_have_count(0)


async def test_nothing_moves_for_those_who_want_no_motion(open_chat):
    page = await open_chat(reduced_motion="reduce")
    await reach_suggestions(page)
    moving = """() => [...document.querySelectorAll("*")].filter((element) => {
        const style = getComputedStyle(element);
        const times = `${style.animationDuration}, ${style.transitionDuration}`.split(", ");
        return times.some((time) => parseFloat(time) > 0) || style.scrollBehavior === "smooth";
    }).map((element) => element.outerHTML)"""
    assert await page.evaluate(moving) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_in_colours_of_ones_own_everything_has_an_outline(open_chat, scheme):
    page = await open_chat(forced_colors="active", color_scheme=scheme)
    await reach_suggestions(page)
    await page.route("**/messages", lambda route: route.abort())
    await say(page, "why?")
    while not await button(page, "Try again").is_visible():
        await page.clock.run_for(500)
    for part in await page.locator("button:visible, textarea, .message .text, .card, #notice").all():
        assert await outline(part), await part.inner_text()
    await button(page, "Try again").focus()
    await page.keyboard.press("Tab")
    focused = page.locator(":focus-visible")
    await expect(focused).to_have_css("outline-style", "solid")
    await expect(focused).to_have_css("outline-width", "3px")
    await is_accessible(page, "color-contrast")  # it reads our colours, where the browser shows others


async def outline(part):
    """Whether a line of another colour than the page's goes around it."""
    return await part.evaluate("""(part) => {
        const { borderTopWidth, borderTopColor } = getComputedStyle(part);
        return parseFloat(borderTopWidth) > 0 && borderTopColor !== getComputedStyle(document.body).backgroundColor;
    }""")

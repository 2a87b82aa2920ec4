"""What is done on the chat page in many tests of it."""

from tests.browser import button, expect, say


async def reach_suggestions(page):
    await button(page, "1 Yes, keep my answers").click()
    await button(page, "2 Local environment").click()
    await button(page, "1 Often").click()
    await expect(button(page, "1 Skip")).to_be_visible()
    await say(page, "bees")
    await expect(page.get_by_role("heading", name="1. Water a street tree")).to_be_visible()

"""The chat in a real browser without JavaScript, and when the script fails."""

import asyncio

import pytest

from tests.browser import button, expect, is_accessible


async def click(page, name):
    await button(page, name).click()


async def test_without_javascript_an_interview_reaches_its_end_and_goes_on_with_it(browser, site, rasa):
    page = await (await browser.new_context(java_script_enabled=False)).new_page()
    await page.goto(str(site.make_url("/chat")))
    await click(page, "Start the chat")
    await click(page, "2 No, just chat with me")
    await click(page, "2 Local environment")
    script = await browser.new_context(storage_state=await page.context.storage_state())
    other = await script.new_page()
    await other.goto(str(site.make_url("/chat")))
    await expect(other.locator("#log")).to_contain_text("sort your rubbish")
    await is_accessible(other)
    await click(page, "1 Often")
    await page.get_by_role("textbox").fill("bees")
    await click(page, "Send")
    await expect(page.get_by_role("heading", name="1. Water a street tree")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.locator(".card").first.get_by_role("button", name="I'll do this").click()
    await click(page, "1 Skip")
    await expect(page.locator("#plain")).to_contain_text("Goodbye")
    assert len(rasa.interviews) == 1


async def test_when_the_script_fails_in_the_middle_the_plain_chat_goes_on_and_gives_back(browser, site, rasa):
    page = await browser.new_page()
    await page.goto(str(site.make_url("/chat")))
    await click(page, "1 Yes, keep my answers")
    await expect(button(page, "2 Local environment")).to_be_visible()
    await page.route("**/chat.js*", lambda route: route.abort())
    await page.reload()
    await click(page, "2 Local environment")
    await expect(button(page, "1 Often")).to_be_visible()
    await page.unroute("**/chat.js*")
    await page.reload()
    await expect(page.locator("#log .citizen")).to_have_text(["You: Yes, keep my answers", "You: Local environment"])
    await click(page, "1 Often")
    await expect(page.locator("#log")).to_contain_text("particularly care")
    assert len(rasa.interviews) == 1


async def test_two_tabs_opened_at_once_hold_one_conversation(browser, site):
    context = await browser.new_context()
    pages = [await context.new_page(), await context.new_page()]
    await asyncio.gather(*(page.goto(str(site.make_url("/chat"))) for page in pages))
    await click(pages[0], "1 Yes, keep my answers")
    await expect(button(pages[0], "2 Local environment")).to_be_visible()
    await pages[1].reload()
    await expect(button(pages[1], "2 Local environment")).to_be_visible()


@pytest.mark.parametrize("left_with", ["the script", "the plain chat"])
async def test_what_was_left_does_not_come_back(browser, site, rasa, left_with):
    page = await browser.new_page()
    await page.goto(str(site.make_url("/chat")))
    await click(page, "1 Yes, keep my answers")
    await expect(button(page, "2 Local environment")).to_be_visible()
    if left_with == "the script":
        await click(page, "Start anew")
        await click(page, "Yes, start anew")
    else:
        await page.route("**/chat.js*", lambda route: route.abort())
        await page.reload()
        await click(page, "Start anew")
        await expect(button(page, "Start the chat")).to_be_visible()
        await page.unroute("**/chat.js*")
        await page.reload()
    await expect(button(page, "1 Yes, keep my answers")).to_be_visible()
    await page.route("**/chat.js*", lambda route: route.abort())
    await page.reload()
    await expect(button(page, "1 Yes, keep my answers")).to_be_visible()
    assert len(rasa.interviews) == 2


async def test_a_script_that_comes_late_takes_nothing_out_of_the_hands_of_whoever_uses_the_plain_chat(
    browser, site, rasa
):
    page = await browser.new_page()
    arrive = asyncio.Event()

    async def late(route):
        await arrive.wait()
        await route.continue_()

    await page.route("**/chat.js*", late)
    await page.goto(str(site.make_url("/chat")), wait_until="commit")
    await click(page, "Start the chat")
    field = page.get_by_role("textbox")
    await field.click()
    await page.keyboard.type("why ")
    async with page.expect_response("**/chat.js*"):
        arrive.set()
    await page.wait_for_load_state()
    await page.wait_for_timeout(200)
    await page.keyboard.type("this?")
    await expect(field).to_have_value("why this?")
    await expect(field).to_be_focused()
    await click(page, "Send")
    await expect(page.locator("#log")).to_contain_text("Because it helps.")  # the script, with the next page
    assert rasa.said == [{"text": "why this?"}]
    assert len(rasa.interviews) == 1


@pytest.mark.parametrize("script", [None, "throw new Error()"], ids=["not loaded", "throws"])
async def test_when_the_script_fails_the_plain_chat_is_there(browser, site, script):
    page = await browser.new_page()
    fail = (
        (lambda route: route.abort())
        if script is None
        else (lambda route: route.fulfill(body=script, content_type="text/javascript"))
    )
    await page.route("**/chat.js*", fail)
    await page.goto(str(site.make_url("/chat")))
    await click(page, "Start the chat")
    await expect(page.get_by_role("button", name="1 Yes, keep my answers")).to_be_visible()
    await is_accessible(page)

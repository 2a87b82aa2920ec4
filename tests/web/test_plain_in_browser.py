"""The three ways in, in a real browser: without JavaScript, when the script fails, and on another website."""

import re

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from coproduction.web.pages import COUNCIL
from tests.browser import button, expect, is_accessible
from tests.channels.stand_in_rasa import SteadyServer


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


@pytest.fixture
async def embedding(make_app):
    """Address of a page on another origin, with a strict policy, that embeds the chat."""
    app = make_app()
    chat = SteadyServer(app)
    await chat.start_server()
    ours = str(chat.make_url("")).rstrip("/")
    policy = f"default-src 'none'; script-src {ours}; frame-src {ours}; style-src 'self'"
    policy += "; require-trusted-types-for 'script'"

    async def host(_request):
        text = '<!doctype html><html lang="en"><title>Host</title><link rel="stylesheet" href="/hostile.css">'
        text += "<main><h1>Host</h1></main>"
        text += f'<script src="{ours}/embed.js" data-label="Small things to do" defer></script></html>'
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def hostile(_request):
        everything = "display: none !important; visibility: hidden !important; opacity: 0 !important; color: red"
        style = f"coproduction-chat, iframe, button, .panel, .open {{ {everything} }} h1 {{ color: rgb(1, 2, 3) }}"
        return web.Response(text=style, content_type="text/css")

    website = web.Application()
    website.router.add_get("/", host)
    website.router.add_get("/hostile.css", hostile)
    server = TestServer(website, host="localhost")
    await server.start_server()
    address = f"http://localhost:{server.port}"
    app._state[COUNCIL] = msgspec.structs.replace(app[COUNCIL], embed_on=[address])
    yield address
    await server.close()
    await chat.close()


async def test_the_chat_opens_on_another_website_with_a_strict_policy(browser, embedding, rasa):
    page = await browser.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    await page.goto(embedding)
    opener = page.get_by_role("button", name="Small things to do")
    await opener.focus()
    await page.keyboard.press("Enter")
    frame = page.frame_locator("iframe")
    await frame.get_by_role("button", name="1 Yes, keep my answers").click()
    await expect(frame.locator("#log")).to_contain_text("matters most")
    await is_accessible(page)
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await opener.click()
    await expect(frame.locator("#log")).to_contain_text("matters most")
    await page.get_by_role("button", name="Close the chat").click()
    await expect(opener).to_be_focused()
    assert len(rasa.interviews) == 1
    assert [text for text in complaints if not re.search("favicon", text)] == []


async def test_styles_of_the_website_and_of_the_chat_do_not_touch_each_other(browser, embedding):
    page = await browser.new_page()
    await page.goto(embedding)
    opener = page.get_by_role("button", name="Small things to do")
    await expect(opener).to_be_visible()
    await expect(opener).to_have_css("color", "rgb(255, 255, 255)")
    await expect(page.get_by_role("heading", name="Host")).to_have_css("color", "rgb(1, 2, 3)")
    await opener.click()
    await expect(page.frame_locator("iframe").get_by_role("button", name="1 Yes, keep my answers")).to_be_visible()


async def test_a_chat_that_was_open_is_open_again_on_the_next_page(browser, embedding):
    page = await browser.new_page()
    await page.goto(embedding)
    await page.get_by_role("button", name="Small things to do").click()
    choice = page.frame_locator("iframe").get_by_role("button", name="1 Yes, keep my answers")
    await expect(choice).to_be_visible()
    await page.reload()
    await expect(choice).to_be_visible()
    await page.get_by_role("button", name="Close the chat").click()
    await page.reload()
    await expect(page.get_by_role("button", name="Small things to do")).to_be_visible()
    await expect(page.locator("iframe")).to_have_count(0)


async def test_a_website_that_is_not_configured_is_refused_by_the_browser(browser, embedding):
    page = await browser.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text) if "frame-ancestors" in message.text else None)
    await page.goto(embedding.replace("localhost", "127.0.0.1"))
    await page.get_by_role("button", name="Small things to do").click()
    await expect(page.frame_locator("iframe").get_by_role("button", name="1 Yes, keep my answers")).to_have_count(0)
    await page.wait_for_timeout(500)
    assert refused


async def test_a_website_that_is_not_configured_cannot_frame_the_chat(client):
    for page, ancestors in (("/embed", "'self'"), ("/chat", "'none'"), ("/privacy", "'none'")):
        headers = (await client.get(page)).headers
        assert headers["Content-Security-Policy"].endswith(f"frame-ancestors {ancestors}")
        assert ("X-Frame-Options" in headers) == (page != "/embed")

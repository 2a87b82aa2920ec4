"""The chat on another website, in a real browser: two origins, and a website with a strict policy of its own."""

import asyncio
import json
import re
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from coproduction.web.pages import COUNCIL
from tests.browser import CHROMIUM, NARROW, expect, is_accessible, playwright
from tests.channels.stand_in_rasa import SteadyServer

SMALLEST_TARGET = 24
OPENER = "Small things to do"
KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('coproduction-chat '))"
"""What the website keeps for the chat."""

STORAGE = {
    "refused": {"block_third_party_cookies": True, "cookie_controls_mode": 1},
    "granted": {"block_third_party_cookies": False, "cookie_controls_mode": 0},
}
"""A browser's settings, by whether frames of other websites may store anything."""


@pytest.fixture
async def start_browser(tmp_path):
    """Starts a browser whose frames are refused or granted storage; with the same profile it remembers."""
    async with playwright.async_playwright() as engine:

        @asynccontextmanager
        async def start_browser(storage="refused", profile="profile", **options):
            settings = tmp_path / profile / "Default" / "Preferences"
            if not settings.exists():
                settings.parent.mkdir(parents=True)
                settings.write_text(json.dumps({"profile": STORAGE[storage]}))
            context = await engine.chromium.launch_persistent_context(
                tmp_path / profile, executable_path=str(CHROMIUM), args=["--no-sandbox"], **options
            )
            yield context
            await context.close()

        yield start_browser


@pytest.fixture
async def browser(start_browser):
    async with start_browser() as browser:
        yield browser


@pytest.fixture
async def embedding(make_app):
    """Address of a page on another origin, with a strict policy, that embeds the chat."""
    app = make_app()
    chat = SteadyServer(app)
    await chat.start_server()
    ours = str(chat.make_url("")).rstrip("/")
    policy = f"default-src 'none'; script-src {ours}; frame-src {ours}; style-src 'self'"
    policy += "; require-trusted-types-for 'script'"

    async def host(request):
        text = '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Host</title>'
        text += '<link rel="stylesheet" href="/hostile.css">'
        text += '<main><h1>Host</h1><p><a href="#more">More</a></p></main>'
        if "focus" in request.query:
            text += '<p><input type="search" aria-label="Search" autofocus></p>'
        text += f'<script src="{ours}/embed.js" data-label="{OPENER}" defer></script></html>'
        return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def hostile(_request):
        everything = "display: none !important; visibility: hidden !important; opacity: 0 !important; color: red"
        everything += "; --brand: red !important; --page: red !important"
        style = f"coproduction-chat, iframe, button, dialog, .open {{ {everything} }} h1 {{ color: rgb(1, 2, 3) }}"
        return web.Response(text=style, content_type="text/css")

    website = web.Application()
    website.router.add_get("/", host)
    website.router.add_get("/hostile.css", hostile)
    server = TestServer(website, host="localhost")
    await server.start_server()
    address = f"http://localhost:{server.port}"
    app._state[COUNCIL] = msgspec.structs.replace(app[COUNCIL], embed_on=["https://www.example.org", address])
    yield address
    await server.close()
    await chat.close()


def opener(page):
    return page.get_by_role("button", name=OPENER)


def choice(page, name):
    return page.frame_locator("iframe").first.get_by_role("button", name=name, exact=True)


def log(page):
    return page.frame_locator("iframe").first.locator("#log")


async def begin(page, address):
    """Open the chat and agree, so that there is something to go on with."""
    await page.goto(address)
    await opener(page).click()
    await choice(page, "1 Yes, keep my answers").click()
    await expect(choice(page, "2 Local environment")).to_be_visible()


async def test_the_chat_opens_on_another_website_with_a_strict_policy(browser, embedding, rasa):
    page = await browser.new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    await page.goto(embedding)
    await opener(page).focus()
    await page.keyboard.press("Enter")
    await choice(page, "1 Yes, keep my answers").click()
    await expect(log(page)).to_contain_text("matters most")
    await is_accessible(page)
    await page.keyboard.press("Escape")
    await expect(opener(page)).to_be_focused()
    await opener(page).click()
    await expect(log(page)).to_contain_text("matters most")
    await page.get_by_role("button", name="Close the chat").click()
    await expect(opener(page)).to_be_focused()
    assert len(rasa.interviews) == 1
    assert [text for text in complaints if not re.search("favicon", text)] == []


async def test_styles_of_the_website_and_of_the_chat_do_not_touch_each_other(browser, embedding):
    page = await browser.new_page()
    await page.goto(embedding)
    await expect(opener(page)).to_be_visible()
    await expect(opener(page)).to_have_css("color", "rgb(255, 255, 255)")
    await expect(opener(page)).to_have_css("background-color", "rgb(11, 107, 80)")
    await expect(page.get_by_role("heading", name="Host")).to_have_css("color", "rgb(1, 2, 3)")
    await opener(page).click()
    await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()


# Going on with a conversation


@pytest.mark.parametrize("storage", STORAGE)
async def test_the_interview_goes_on_after_a_reload_and_in_another_tab_and_when_the_browser_was_closed(
    start_browser, embedding, rasa, storage
):
    async with start_browser(storage) as browser:
        page = await browser.new_page()
        await begin(page, embedding)
        await page.reload()
        await expect(choice(page, "2 Local environment")).to_be_visible()
        await expect(page.frame_locator("iframe").locator(".citizen")).to_have_text("You: Yes, keep my answers")
        await page.close()
        other = await browser.new_page()
        await other.goto(embedding)
        await opener(other).click()
        await choice(other, "2 Local environment").click()
        await expect(choice(other, "1 Often")).to_be_visible()
        await other.wait_for_timeout(500)  # until the browser has written its storage to its profile
    async with start_browser(storage) as browser:
        page = await browser.new_page()
        await page.goto(embedding)
        await opener(page).click()
        await expect(choice(page, "1 Often")).to_be_visible()
    assert len(rasa.interviews) == 1


@pytest.mark.parametrize(("storage", "items"), [("refused", 1), ("granted", 0)])
async def test_the_website_keeps_the_key_only_where_the_browser_refuses_the_frame_its_storage(
    start_browser, embedding, storage, items
):
    async with start_browser(storage) as browser:
        page = await browser.new_page()
        await begin(page, embedding)
        assert len(await page.evaluate(KEPT)) == items


async def test_what_was_being_said_when_the_page_was_reloaded_is_said_once(browser, embedding, rasa):
    page = await browser.new_page()
    await begin(page, embedding)
    rasa.mishaps = ["hold"]
    await page.frame_locator("iframe").get_by_role("textbox").fill("why this")
    await choice(page, "Send").click()
    await rasa.held.wait()
    await page.reload()
    rasa.release.set()
    await expect(log(page)).to_contain_text("Because it helps.")
    assert rasa.said.count({"text": "why this"}) == 1


async def test_start_anew_makes_the_website_forget(browser, embedding, rasa):
    page = await browser.new_page()
    await begin(page, embedding)
    before = await page.evaluate(KEPT)
    await choice(page, "Start anew").click()
    await choice(page, "Yes, start anew").click()
    await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()
    after = await page.evaluate(KEPT)
    assert len(after) == 1
    assert after != before
    await page.reload()
    await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()
    assert len(rasa.interviews) == 2


async def test_the_key_stands_in_no_address(browser, embedding):
    page = await browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(f"{request.url} {request.headers.get('referer')}"))
    await begin(page, embedding)
    await page.reload()
    await expect(choice(page, "2 Local environment")).to_be_visible()
    ((_, text),) = await page.evaluate(KEPT)
    token = json.loads(json.loads(text)["value"])["token"]
    assert len(token) >= 32
    assert any("/api/conversations" in request for request in asked)
    assert not any(token in request for request in asked)
    assert not any(token in frame.url for frame in page.frames)


async def test_after_its_time_the_website_drops_what_it_kept_although_nobody_opens_the_chat(browser, embedding):
    page = await browser.new_page()
    await begin(page, embedding)
    await page.get_by_role("button", name="Close the chat").click()
    (name, text), *_ = await page.evaluate(KEPT)
    hours = (json.loads(text)["until"] - await page.evaluate("Date.now()")) / 3_600_000
    assert 23.9 < hours <= 24
    await page.clock.install()
    await page.clock.fast_forward("23:50:00")
    await page.goto(embedding)
    assert [key for key, _ in await page.evaluate(KEPT)] == [name]
    await page.clock.fast_forward("00:20:00")
    await page.goto(embedding)
    await expect(opener(page)).to_be_visible()
    assert await page.evaluate(KEPT) == []


async def test_only_the_chats_own_frame_is_given_what_is_kept_and_can_change_it(browser, embedding, rasa):
    page = await browser.new_page()
    await begin(page, embedding)
    kept = await page.evaluate(KEPT)
    address = await page.locator("iframe").get_attribute("src")
    frame = await page.evaluate_handle(
        """(address) => {
        const made = document.body.appendChild(document.createElement("iframe"));
        return Object.assign(made, { src: address });
    }""",
        address,
    )
    other = await frame.as_element().content_frame()
    await expect(other.locator("#log")).to_contain_text("May we keep your answers?", timeout=20_000)  # it waits in vain
    await expect(other.locator("#log")).not_to_contain_text("matters most")
    assert len(rasa.interviews) == 2
    assert await page.evaluate(KEPT) == kept
    await page.evaluate("""() => {
        postMessage({ coproduction: "keep", value: "{}", until: Infinity });
        return new Promise((resume) => setTimeout(resume, 100));
    }""")
    assert await page.evaluate(KEPT) == kept


@pytest.mark.parametrize("kept", ["not JSON", "null", '{"conversation": "../../delete", "token": "x", "at": 9e15}'])
async def test_what_cannot_be_a_conversation_starts_anew(browser, embedding, rasa, kept):
    page = await browser.new_page()
    await begin(page, embedding)
    await page.evaluate(
        f"""(value) => {{
        const [name] = {KEPT}[0];
        localStorage.setItem(name, JSON.stringify({{ value, until: Date.now() + 60000 }}));
    }}""",
        kept,
    )
    await page.reload()
    await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()
    assert len(rasa.interviews) == 2


async def test_a_chat_that_was_open_is_open_again_on_the_next_page_and_leaves_it_its_focus(browser, embedding):
    page = await browser.new_page()
    await page.goto(embedding)
    await opener(page).click()
    await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()
    await page.goto(f"{embedding}/?focus")
    await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()
    await expect(page.get_by_role("searchbox")).to_be_focused()
    assert await page.evaluate("document.activeElement.type") == "search"
    await page.get_by_role("button", name="Close the chat").click()
    await page.reload()
    await expect(opener(page)).to_be_visible()
    await expect(page.locator("iframe")).to_have_count(0)


async def test_on_a_phone_the_next_page_is_not_covered_but_the_button_says_how_to_go_on(start_browser, embedding):
    async with start_browser(viewport=NARROW) as browser:
        page = await browser.new_page()
        await begin(page, embedding)
        await page.goto(f"{embedding}/?focus")
        await page.get_by_role("button", name="Go on with the chat").click()
        await expect(choice(page, "2 Local environment")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(opener(page)).to_be_focused()
        await page.goto(f"{embedding}/?focus")
        await expect(page.get_by_role("searchbox")).to_be_focused()
        await expect(opener(page)).to_be_visible()


async def test_a_chat_that_does_not_come_says_whom_to_talk_to_and_is_tried_again(start_browser, embedding):
    async with start_browser(viewport=NARROW) as browser:
        page = await browser.new_page()
        await page.route("**/embed", lambda route: route.abort())
        await page.goto(embedding)
        await opener(page).click()
        again = page.get_by_role("button", name="Try again")
        await expect(again).to_be_focused()
        await expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
        await expect(page.get_by_role("link", name="0300 000 0000")).to_have_attribute("href", "tel:03000000000")
        await expect(page.locator("iframe")).to_be_hidden()
        await is_accessible(page)
        await page.unroute("**/embed")
        await page.keyboard.press("Enter")
        await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()
        await expect(again).to_be_hidden()


async def test_a_chat_that_comes_late_is_shown_all_the_same(browser, embedding):
    page = await browser.new_page()
    arrive = asyncio.Event()

    async def late(route):
        await arrive.wait()
        await route.continue_()

    await page.route("**/embed", late)
    await page.clock.install()
    await page.goto(embedding)
    await opener(page).click()
    await page.clock.fast_forward(11_000)
    await expect(page.get_by_role("alert")).to_contain_text("the Community Participation team")
    arrive.set()
    await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()
    await expect(page.get_by_role("alert")).to_be_hidden()


async def test_where_the_script_fails_the_frame_says_so_and_a_second_try_goes_on(browser, embedding, rasa):
    page = await browser.new_page()
    await begin(page, embedding)
    await page.route("**/chat.js*", lambda route: route.abort())
    await page.reload()
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_text("The chat did not start.")).to_be_visible()
    await page.unroute("**/chat.js*")
    await frame.get_by_role("link", name="Try again").click()
    await expect(choice(page, "2 Local environment")).to_be_visible()
    assert len(rasa.interviews) == 1


# Who may frame it


async def test_a_website_that_is_not_configured_is_refused_by_the_browser(browser, embedding):
    page = await browser.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text) if "frame-ancestors" in message.text else None)
    await page.goto(embedding.replace("localhost", "127.0.0.1"))
    await opener(page).click()
    await expect(choice(page, "1 Yes, keep my answers")).to_have_count(0)
    await page.wait_for_timeout(500)
    assert refused


# The launcher


async def test_escape_closes_a_question_of_the_chat_before_it_closes_the_chat(browser, embedding):
    page = await browser.new_page()
    await begin(page, embedding)
    await choice(page, "Start anew").click()
    await page.keyboard.press("Escape")
    await expect(choice(page, "Start anew")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(opener(page)).to_be_focused()


async def test_beside_a_wide_page_the_chat_leaves_the_page_and_its_focus_alone(browser, embedding):
    page = await browser.new_page()
    await page.goto(embedding)
    await opener(page).click()
    await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()
    link = page.get_by_role("link", name="More")
    await link.click()
    await page.keyboard.press("Escape")
    await expect(page.locator("iframe")).to_be_hidden()
    await expect(link).to_be_focused()


async def test_on_a_narrow_page_the_chat_covers_it_and_nothing_beneath_takes_the_focus(start_browser, embedding):
    async with start_browser(viewport=NARROW) as browser:
        page = await browser.new_page()
        await page.goto(embedding)
        launcher = await opener(page).bounding_box()
        assert min(launcher["width"], launcher["height"]) >= SMALLEST_TARGET
        await opener(page).click()
        await expect(choice(page, "1 Yes, keep my answers")).to_be_visible()
        panel = await page.get_by_role("dialog", name=OPENER).bounding_box()
        assert panel == {"x": 0, "y": 0, **NARROW}
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
        close = page.get_by_role("button", name="Close the chat")
        box = await close.bounding_box()
        assert min(box["width"], box["height"]) >= SMALLEST_TARGET
        await page.get_by_text("More").evaluate("link => link.focus()")
        assert await page.evaluate("document.activeElement.localName") == "coproduction-chat"
        await close.click()
        await expect(opener(page)).to_be_focused()


async def test_turning_the_phone_keeps_the_conversation_and_the_focus_in_it(start_browser, embedding, rasa):
    async with start_browser(viewport=NARROW) as browser:
        page = await browser.new_page()
        await begin(page, embedding)
        field = page.frame_locator("iframe").get_by_role("textbox")
        await field.fill("half a sent")
        for width in (900, 320):
            await page.set_viewport_size({"width": width, "height": 640})
            await expect(field).to_have_value("half a sent")
            focused = "document.querySelector('coproduction-chat').shadowRoot.activeElement.localName"
            assert await page.evaluate(focused) == "iframe"
        await page.keyboard.press("Escape")
        await expect(opener(page)).to_be_focused()
        assert len(rasa.interviews) == 1


async def test_the_frame_has_a_title_and_the_chat_the_councils_name(browser, embedding):
    page = await browser.new_page()
    await page.goto(embedding)
    await opener(page).click()
    await expect(page.locator("iframe")).to_have_attribute("title", OPENER)
    await expect(page.get_by_role("dialog", name=OPENER)).to_contain_text("Anyborough Council")


async def test_where_the_browser_forces_colours_edges_and_the_focus_are_seen(start_browser, embedding):
    async with start_browser(forced_colors="active") as browser:
        page = await browser.new_page()
        await page.goto(embedding)
        ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await expect(opener(page)).to_be_focused()
        drawn = await opener(page).evaluate("""(button) => {
            const { borderTopColor, borderTopWidth, outlineColor, outlineStyle } = getComputedStyle(button);
            return { borderTopColor, borderTopWidth, outlineColor, outlineStyle };
        }""")
        assert drawn["borderTopWidth"] == "2px"
        assert drawn["outlineStyle"] == "solid"
        assert ground not in (drawn["borderTopColor"], drawn["outlineColor"])


async def test_links_of_the_chat_leave_the_website_where_it_is(browser, embedding):
    page = await browser.new_page()
    await begin(page, embedding)
    async with browser.expect_page() as opened:
        await page.frame_locator("iframe").get_by_role("link", name="What happens with my answers").click()
    await expect((await opened.value).get_by_role("heading", name="What happens with my answers")).to_be_visible()
    await expect(log(page)).to_contain_text("matters most")

"""What a screen reader is told, what is kept while something goes wrong, and that nothing comes from elsewhere."""

import pytest

from tests.browser import button, expect, say
from tests.web.chat_page import reach_suggestions

LISTEN = """() => {
    window.announced = [];
    const told = (node) => node.querySelector?.(".text")?.textContent ?? node.textContent;
    new MutationObserver((changes) => {
        for (const change of changes) for (const node of change.addedNodes) window.announced.push(told(node));
    }).observe(document.getElementById("log"), { childList: true });
    addEventListener("focusin", ({ target }) => {
        window.announced.push(target.ariaLabel ?? target.labels?.[0]?.textContent ?? target.textContent);
    });
}"""


async def test_a_new_message_is_announced_once_and_the_focus_is_never_lost(open_chat):
    page = await open_chat()
    await page.evaluate(LISTEN)
    await button(page, "1 Yes, keep my answers").click()
    await expect(button(page, "2 Local environment")).to_be_visible()
    announced = await page.evaluate("announced")
    assert sum("matters most" in text for text in announced) == 1
    assert sum("Thank you." in text for text in announced) == 1
    assert "Your answer" in announced
    await reach_rest(page)
    assert await page.evaluate("document.activeElement !== document.body")


async def reach_rest(page):
    for name in ("2 Local environment", "1 Often"):
        await button(page, name).click()
        await expect(button(page, name)).to_have_count(0)
        assert await page.evaluate("document.activeElement !== document.body")
    await button(page, "1 Skip").click()
    await expect(page.get_by_role("group", name="Your suggestions")).to_be_focused()


# A screen reader announces what is added to a live region, unless a nearer element says that it is none.
HEAR = """() => {
    window.heard = [];
    const isAnnounced = (message) => {
        const region = message.closest("[aria-live], [role=log]"); // none: the plain chat
        return region && region.ariaLive !== "off";
    };
    new MutationObserver((changes) => {
        for (const { addedNodes } of changes) for (const node of addedNodes) {
            if (node.matches?.(".message") && isAnnounced(node)) heard.push(node.querySelector(".text").textContent);
        }
    }).observe(document, { childList: true, subtree: true });
}"""


async def test_after_a_reload_only_what_is_new_is_announced(open_chat, browser, rasa):
    context = await browser.new_context()
    await context.add_init_script(f"({HEAR})()")
    page = await open_chat(context)
    assert [text.split(":")[0] for text in await page.evaluate("heard")] == ["Assistant", "Assistant"]
    await button(page, "1 Yes, keep my answers").click()
    await expect(button(page, "2 Local environment")).to_be_visible()
    await page.reload()
    await expect(button(page, "2 Local environment")).to_be_visible()
    assert await page.evaluate("heard") == []
    rasa.mishaps = ["hold"]
    await button(page, "2 Local environment").click()
    await rasa.held.wait()
    await page.reload()
    rasa.release.set()
    await expect(button(page, "1 Often")).to_be_visible()
    missed = ["Assistant: Thank you.", "Assistant: How often do you sort your rubbish?"]
    assert await page.evaluate("heard") == missed
    await button(page, "1 Often").click()
    await expect(button(page, "1 Skip")).to_be_visible()
    assert (await page.evaluate("heard"))[2:4] == ["You: Often", "Assistant: Thank you."]


REFUSALS = {
    429: "That was a lot in a short time. Please wait 9 seconds, then try again. Nothing is lost.",
    403: "The chat is closed at the moment. You can call the council on 01 234.",
}


@pytest.mark.parametrize("status", REFUSALS)
async def test_words_that_were_refused_are_back_in_their_field_with_the_reason(open_chat, rasa, status):
    page = await open_chat()
    await refuse_once(page, status)
    await say(page, "why this")
    field = page.get_by_role("textbox")
    await expect(field).to_have_accessible_description(REFUSALS[status])
    await expect(field).not_to_have_attribute("aria-invalid", "true")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("why this")
    await expect(page.locator(".citizen")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator("#log")).to_contain_text("Because it helps.")
    await expect(field).to_have_accessible_description("")
    assert rasa.said == [{"text": "why this"}]


async def refuse_once(page, status):
    refusal = {"error": {"code": "refused", "message": REFUSALS[status]}}
    await page.route("**/messages", lambda route: route.fulfill(status=status, json=refusal), times=1)


async def test_a_choice_that_was_refused_can_be_made_again(open_chat, rasa):
    page = await open_chat()
    await refuse_once(page, 429)
    await button(page, "1 Yes, keep my answers").click()
    await expect(page.get_by_role("status")).to_have_text(REFUSALS[429])
    await expect(button(page, "1 Yes, keep my answers")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(button(page, "1 Community safety")).to_be_visible()
    assert len(rasa.said) == 1


async def test_words_that_come_back_do_not_take_the_place_of_newer_ones(open_chat):
    page = await open_chat()
    await page.route("**/messages", lambda route: route.abort())
    await say(page, "a" * 10_001)
    while not await button(page, "Try again").is_visible():
        await page.clock.run_for(500)
    await page.get_by_role("textbox").fill("newer words")
    await page.unroute("**/messages")
    await button(page, "Try again").click()
    await expect(page.get_by_role("textbox")).to_have_value("a" * 10_001 + "\nnewer words")


async def test_who_presses_try_again_in_vain_keeps_the_focus(open_chat):
    page = await open_chat()
    await page.route("**/messages", lambda route: route.abort())
    await button(page, "1 Yes, keep my answers").click()
    for _ in range(2):
        while not await button(page, "Try again").is_visible():
            await page.clock.run_for(500)
        await button(page, "Try again").press("Enter")
        await expect(page.get_by_role("textbox")).to_be_focused()
    await page.unroute("**/messages")
    await page.clock.run_for(16_000)
    await expect(page.get_by_role("group", name="Your answer", exact=True)).to_be_focused()


async def test_after_starting_anew_the_focus_is_at_the_first_question(open_chat):
    page = await open_chat()
    await button(page, "1 Yes, keep my answers").click()
    await expect(button(page, "2 Local environment")).to_be_visible()
    await button(page, "Start anew").click()
    await button(page, "Yes, start anew").press("Enter")
    await expect(page.locator(".message")).to_have_count(2)
    await expect(page.get_by_role("group", name="Your answer", exact=True)).to_be_focused()


async def test_a_text_that_is_too_long_is_an_error_of_its_field_and_stays_there(open_chat, rasa):
    page = await open_chat()
    await say(page, "a" * 10_001)
    field = page.get_by_role("textbox")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(
        "That is more than 10000 characters. Please say it in fewer words."
    )
    await expect(field).to_be_focused()
    assert len(await field.input_value()) == 10_001
    await field.press("Backspace")
    await expect(field).not_to_have_attribute("aria-invalid", "true")
    assert rasa.said == []


async def test_what_is_being_typed_lasts_through_a_reload(open_chat):
    page = await open_chat()
    await page.get_by_role("textbox").fill("half a sent")
    await page.reload()
    await expect(page.get_by_role("textbox")).to_have_value("half a sent")
    await say(page, "why?")
    await expect(page.locator("#log")).to_contain_text("Because it helps.")
    await page.reload()
    await expect(page.get_by_role("textbox")).to_have_value("")


async def test_offline_for_long_and_back_sends_what_was_said_once(open_chat, rasa):
    page = await open_chat()
    await page.context.set_offline(True)
    await say(page, "why this")
    while not await button(page, "Try again").is_visible():
        await page.clock.run_for(500)
    await expect(page.get_by_role("status")).to_contain_text("You are offline")
    await page.clock.run_for(60_000)
    await page.context.set_offline(False)
    await page.clock.run_for(60_000)
    await expect(page.locator("#log")).to_contain_text("Because it helps.")
    await expect(page.locator(".citizen .text")).to_have_text("You: why this")
    assert rasa.said == [{"text": "why this"}]


async def test_a_server_that_was_away_for_long_is_asked_again_without_a_press(open_chat, rasa):
    page = await open_chat()
    await page.route("**/messages", lambda route: route.abort())
    await say(page, "why this")
    while not await button(page, "Try again").is_visible():
        await page.clock.run_for(500)
    await page.unroute("**/messages")
    await page.clock.run_for(16_000)
    await expect(page.locator("#log")).to_contain_text("Because it helps.")
    assert rasa.said == [{"text": "why this"}]


async def test_a_status_while_waiting_appears_after_half_a_second_only(open_chat, rasa):
    page = await open_chat()
    await page.clock.pause_at(await page.evaluate("Date.now() + 1000"))
    rasa.mishaps = ["hold"]
    await say(page, "why this")
    await rasa.held.wait()
    await page.clock.run_for(400)
    await expect(page.get_by_role("status")).to_have_text("")
    await page.clock.run_for(200)
    await expect(page.get_by_role("status")).to_have_text("One moment…")


async def test_the_chat_loads_nothing_from_any_other_origin(open_chat, site, browser):
    context = await browser.new_context()
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    page = await open_chat(context)
    await reach_suggestions(page)
    assert asked
    assert [url for url in asked if not url.startswith(str(site.make_url("/")))] == []

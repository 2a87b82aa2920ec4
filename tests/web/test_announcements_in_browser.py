"""What a screen reader is told, what is kept while something goes wrong, and that nothing comes from elsewhere."""

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

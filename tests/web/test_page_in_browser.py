"""The chat page in a real browser, over the stand-in Rasa."""

import re
import time

import pytest

from coproduction.records.recontact import person_of
from coproduction.records.recorder import Recorder
from coproduction.survey.instrument import current_instrument
from tests.browser import PHONE, button, expect, is_accessible, say
from tests.channels.stand_in_rasa import CARDS
from tests.records.events import interview, slot
from tests.web.chat_page import reach_suggestions


async def test_choices_are_answered_by_a_click(open_chat, rasa):
    page = await open_chat()
    await button(page, "1 Yes, keep my answers").click()
    await expect(button(page, "1 Community safety")).to_be_visible()
    await expect(button(page, "1 Yes, keep my answers")).to_have_count(0)
    assert len(rasa.said) == 1


async def test_choices_are_answered_by_keyboard(open_chat, rasa):
    page = await open_chat()
    await button(page, "1 Yes, keep my answers").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(button(page, "1 Community safety")).to_be_visible()
    assert rasa.said == [{"payload": '/answer{"code": 2}'}]
    await expect(page.get_by_role("group", name="Your answer", exact=True)).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(button(page, "1 Community safety")).to_be_focused()


async def test_typing_and_enter_send_text_and_keep_the_place(open_chat, rasa):
    page = await open_chat()
    await page.get_by_role("textbox").fill("Why <b>this</b>?")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log")).to_contain_text("Because it helps.")
    assert rasa.said == [{"text": "Why <b>this</b>?"}]
    await expect(page.locator(".citizen .text")).to_have_text("You: Why <b>this</b>?")
    await expect(page.get_by_role("textbox")).to_be_focused()
    await expect(page.get_by_role("textbox")).to_have_value("")
    await expect(page.get_by_role("link", name="https://help.example/why", exact=True)).to_be_visible()


async def test_on_a_touch_screen_the_field_does_not_take_the_focus(open_chat):
    page = await open_chat(viewport=PHONE, has_touch=True, is_mobile=True)
    await say(page, "why?")
    await expect(page.locator("#log")).to_contain_text("Because it helps.")
    await expect(page.get_by_role("group", name="Your answer", exact=True)).to_be_focused()


async def test_the_words_always_at_hand_are_sent_as_text(open_chat, rasa):
    page = await open_chat()
    await button(page, "Why do you ask?").click()
    await expect(page.locator("#log")).to_contain_text("Because it helps.")
    assert rasa.said == [{"text": "Why do you ask?"}]


async def test_progress_is_shown_in_words(open_chat):
    page = await open_chat()
    await button(page, "1 Yes, keep my answers").click()
    await button(page, "2 Local environment").click()
    await expect(page.get_by_text("1 of 13")).to_be_visible()


async def test_suggestions_are_cards_with_reasons_and_their_own_buttons(open_chat, rasa):
    page = await open_chat()
    await reach_suggestions(page)
    first, second = page.locator(".card").nth(0), page.locator(".card").nth(1)
    await expect(first).to_contain_text("about 20 minutes a month")
    await expect(first).to_contain_text("On my own · With people I know")
    await expect(first).to_contain_text("You can do it on your own")
    await expect(first).to_contain_text("until 30 September 2030")
    await expect(first).not_to_contain_text("Not quite what you asked for")
    link = first.get_by_role("link", name=re.compile("Find out more ?: Water a street tree"))
    assert await link.get_attribute("href") == "https://trees.example/water"
    assert "noopener" in await link.get_attribute("rel")
    await expect(second.get_by_role("link")).to_have_count(0)
    await expect(second).to_contain_text("Fits into what you do anyway")
    await expect(second).to_contain_text("It has nothing to do with bees")
    await second.get_by_role("button", name="I'll do this").click()
    await expect(page.locator("#log")).to_contain_text("Anything to tell the council?")
    assert len(rasa.said) == 5


async def test_of_an_answer_longer_than_the_screen_its_beginning_is_shown(open_chat):
    page = await open_chat(viewport=PHONE)
    await reach_suggestions(page)
    await expect(page.get_by_text("Here are two small things.")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("heading", name="1. Water a street tree")).to_be_in_viewport(ratio=1)


async def test_what_an_official_typed_into_the_catalogue_is_text(open_chat, monkeypatch):
    markup = '"><script>window.ran = 1</script><img src=x onerror="window.ran = 1">'
    for name in ("title", "summary", "organisation", "first_step", "address"):
        monkeypatch.setitem(CARDS[0], name, markup)
    for name in ("reasons", "unmet"):
        monkeypatch.setitem(CARDS[0], name, [markup])
    page = await open_chat()
    await button(page, "1 Yes, keep my answers").click()
    await button(page, "2 Local environment").click()
    await button(page, "1 Often").click()
    await say(page, "bees")
    await expect(page.get_by_role("heading", name=f"1. {markup}")).to_be_visible()
    await expect(page.get_by_text(markup)).to_have_count(8)
    await expect(page.locator("#log img, #log script")).to_have_count(0)
    assert not await page.evaluate("window.ran")


async def test_a_reload_and_a_new_tab_go_on_where_the_citizen_was(open_chat, rasa):
    page = await open_chat()
    await button(page, "1 Yes, keep my answers").click()
    await expect(button(page, "2 Local environment")).to_be_visible()
    await page.reload()
    await expect(button(page, "2 Local environment")).to_be_visible()
    await expect(page.locator(".citizen")).to_have_text("You: Yes, keep my answers")
    await expect(button(page, "1 Yes, keep my answers")).to_have_count(0)
    other = await page.context.new_page()
    await other.goto(page.url)
    await button(other, "2 Local environment").click()
    await expect(button(other, "1 Often")).to_be_visible()
    assert len(rasa.interviews) == 1


async def test_a_tab_takes_up_what_was_said_in_another(open_chat, rasa):
    page = await open_chat()
    other = await page.context.new_page()
    await other.goto(page.url)
    await button(other, "1 Yes, keep my answers").click()
    await button(other, "2 Local environment").click()
    await expect(button(page, "1 Often")).to_be_visible()
    await expect(page.locator(".citizen")).to_have_text(["You: Yes, keep my answers", "You: Local environment"])
    await button(other, "Start anew").click()
    await button(other, "Yes, start anew").click()
    await expect(button(page, "1 Yes, keep my answers")).to_be_visible()
    await expect(page.locator(".citizen")).to_have_count(0)
    assert len(rasa.interviews) == 2


async def test_an_old_button_changes_no_answer_and_the_page_shows_where_the_interview_is(open_chat, rasa, client):
    page = await open_chat()
    known = await page.evaluate("JSON.parse(localStorage['coproduction-chat'])")
    path, headers = (
        f"/api/conversations/{known['conversation']}/messages",
        {"Authorization": f"Bearer {known['token']}"},
    )
    for choice in ("m2-1", "m4-2"):
        await client.post(path, json={"choice": choice}, headers=headers)
    await button(page, "2 No, just chat with me").click()
    await expect(page.get_by_role("status")).to_contain_text("answered meanwhile")
    await expect(page.get_by_role("group", name="Your answer", exact=True)).to_be_focused()
    await expect(page.locator(".citizen")).to_have_text(["You: Yes, keep my answers", "You: Local environment"])
    await button(page, "1 Often").click()
    await expect(page.locator("#log")).to_contain_text("particularly care")
    assert len(rasa.said) == 3


async def test_a_conversation_that_is_gone_starts_anew_by_itself(open_chat, rasa, site):
    page = await open_chat()
    await page.evaluate("""() => {
        const stored = JSON.parse(localStorage["coproduction-chat"]);
        localStorage["coproduction-chat"] = JSON.stringify({...stored, conversation: "gone"});
    }""")
    await page.context.clear_cookies()
    await page.reload()
    await expect(button(page, "1 Yes, keep my answers")).to_be_visible()
    rasa.mishaps = ["gone", "gone"]
    await say(page, "hello")
    await expect(page.get_by_role("status")).to_contain_text("we start anew")
    await expect(button(page, "1 Yes, keep my answers")).to_be_visible()
    assert len(rasa.interviews) == 3


async def test_what_is_too_old_to_go_on_with_is_deleted_when_the_page_opens(open_chat):
    page = await open_chat()
    await page.evaluate("""() => {
        const stored = JSON.parse(localStorage["coproduction-chat"]);
        localStorage["coproduction-chat"] = JSON.stringify({ ...stored, at: Date.now() - 24.1 * 3600 * 1000 });
    }""")
    await page.context.clear_cookies()
    await page.route("**/api/**", lambda route: route.abort())
    await page.reload()
    await expect(page.get_by_role("status")).to_have_text("Trying again…")
    assert await page.evaluate("localStorage.length") == 0


async def test_start_anew_asks_first_and_forgets_the_conversation(open_chat, rasa):
    page = await open_chat()
    await button(page, "1 Yes, keep my answers").click()
    await expect(button(page, "2 Local environment")).to_be_visible()
    await button(page, "Start anew").click()
    await expect(button(page, "No, go on")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(button(page, "Start anew")).to_be_focused()
    assert len(rasa.interviews) == 1
    await button(page, "Start anew").click()
    await button(page, "Yes, start anew").click()
    await expect(button(page, "1 Yes, keep my answers")).to_be_visible()
    await expect(page.locator(".message")).to_have_count(2)
    assert len(rasa.interviews) == 2


async def test_at_the_end_another_area_can_be_done_and_is_linked(open_chat, rasa, sqlite_engine):
    page = await open_chat()
    await reach_suggestions(page)
    await expect(button(page, "Do another area")).to_be_hidden()
    (first,) = rasa.interviews.values()
    who = interview("i-1", first.slots["reference"])
    Recorder(sqlite_engine, current_instrument()).record([slot("consent", 1, who, at=time.time())])
    await button(page, "Finish").click()
    await button(page, "1 Skip").click()
    await button(page, "Do another area").click()
    await expect(page.get_by_text("a random number says that both interviews are of one person")).to_be_visible()
    await button(page, "Yes, start anew").click()
    await expect(button(page, "1 Yes, keep my answers")).to_be_visible()
    await expect(button(page, "Do another area")).to_be_hidden()
    _, second = rasa.interviews.values()
    assert second.slots["person"] == person_of(sqlite_engine, first.slots["reference"], 90)


@pytest.mark.parametrize("mishap", ["refuse", "drop_after"])
async def test_a_turn_that_failed_at_first_is_not_doubled(open_chat, rasa, mishap):
    page = await open_chat()
    await button(page, "1 Yes, keep my answers").click()
    await expect(button(page, "2 Local environment")).to_be_visible()
    rasa.mishaps = [mishap]
    await button(page, "2 Local environment").click()
    await expect(button(page, "1 Often")).to_be_visible()
    assert len(rasa.said) == 2
    await expect(page.locator(".citizen")).to_have_count(2)


async def test_without_a_connection_what_was_said_stays_and_is_sent_once_it_is_back(open_chat, rasa):
    page = await open_chat()
    answers = []

    async def lose_the_answer(route):
        if not answers:
            answers.append(await route.fetch())
        await route.abort()

    await page.route("**/messages", lose_the_answer)
    await say(page, "why this")
    await expect(page.get_by_role("status")).to_have_text("Trying again…")
    while not await button(page, "Try again").is_visible():
        await page.clock.run_for(500)
    await expect(page.locator(".citizen .text")).to_have_text("You: why this")
    await page.unroute("**/messages")
    await button(page, "Try again").click()
    await expect(page.locator("#log")).to_contain_text("Because it helps.")
    await expect(button(page, "Try again")).to_be_hidden()
    assert len(rasa.said) == 1


async def test_a_reload_in_the_middle_of_a_turn_shows_its_answer(open_chat, rasa):
    page = await open_chat()
    rasa.mishaps = ["hold"]
    await say(page, "why this")
    await rasa.held.wait()
    await page.reload()
    rasa.release.set()
    await expect(page.locator("#log")).to_contain_text("Because it helps.")
    await expect(page.locator(".citizen .text")).to_have_text("You: why this")
    assert rasa.said == [{"text": "why this"}]


async def test_while_an_answer_takes_long_the_page_says_so_and_sends_nothing_twice(open_chat, rasa):
    page = await open_chat()
    rasa.mishaps = ["hold"]
    await button(page, "1 Yes, keep my answers").click()
    await rasa.held.wait()
    await button(page, "1 Yes, keep my answers").click(force=True)
    await page.clock.run_for(600)
    await expect(page.get_by_role("status")).to_have_text("One moment…")
    rasa.release.set()
    await expect(button(page, "1 Community safety")).to_be_visible()
    await expect(page.get_by_role("status")).to_have_text("")
    assert len(rasa.said) == 1


@pytest.mark.parametrize("width", [320, 375, 1100])
async def test_nothing_is_cut_off_and_every_button_is_large_enough_to_tap(open_chat, width):
    page = await open_chat(viewport={"width": width, "height": 800})
    await reach_suggestions(page)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for control in await page.locator("button:visible, textarea, footer nav a").all():
        box = await control.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44 or not await control.evaluate("node => node.matches('button')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_accessibility_rule_is_broken(open_chat, scheme):
    page = await open_chat(color_scheme=scheme)
    await reach_suggestions(page)
    await is_accessible(page)

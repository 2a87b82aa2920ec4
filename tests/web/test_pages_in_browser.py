"""The pages around the chat in a real browser: accessible, and whole without a script."""

from pathlib import Path

import pytest
import yaml
from sqlalchemy.orm import Session

from coproduction.database import connect
from coproduction.opportunities.model import Opportunity
from coproduction.records.schema import upgrade_schema
from coproduction.web.keeping import SEAL
from tests.browser import NARROW, expect, is_accessible
from tests.channels.stand_in_rasa import SteadyServer

PAGES = ("/privacy", "/delete", "/accessibility", "/nothing", "suggestions")


@pytest.fixture
def suggestions(site, tmp_path):
    """The address of a page with two suggestions."""
    engine = connect(f"sqlite:///{tmp_path / 'coproduction.db'}")
    upgrade_schema(engine)
    shared = {"source": "t", "status": "published", "company": "1 2", "place": 2, "effort": 1, "address": "The Green"}
    with Session(engine, future=True) as session:
        for name, more in (("water", {"link": "https://trees.example.org/"}), ("plant", {"language": "ar"})):
            row = {**shared, **more, "title": f"Do {name}", "first_step": "Choose a day."}
            session.add(Opportunity(id=f"t:{name}", external_id=name, **row))
        session.commit()
    engine.dispose()
    return site.app[SEAL].address(["t:water", "t:plant"])


async def say_it_was_done(page):
    """With a code that belongs to no interview."""
    await page.get_by_label("Do plant").check()
    await page.get_by_label("Reference code").fill("0000-0000")
    await page.get_by_role("button", name="I did it").click()
    await expect(page.get_by_role("alert")).to_contain_text("no interview with the reference 0000-0000")
    await expect(page.get_by_label("Do plant")).to_be_checked()


async def test_axe_finds_nothing_where_an_outcome_could_not_be_noted(browser, site, suggestions):
    page = await browser.new_page()
    await page.goto(str(site.make_url(suggestions)))
    await say_it_was_done(page)
    await is_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(browser, site, suggestions, scheme):
    context = await browser.new_context(color_scheme=scheme)
    for page_name in PAGES:
        page = await context.new_page()
        await page.goto(str(site.make_url(suggestions if page_name == "suggestions" else page_name)))
        await is_accessible(page)


async def test_no_page_scrolls_sideways_at_320_pixels(browser, site, suggestions):
    page = await browser.new_page(viewport=NARROW)
    for name in PAGES:
        await page.goto(str(site.make_url(suggestions if name == "suggestions" else name)))
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name


async def test_suggestions_are_whole_without_a_script(browser, site, suggestions):
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(str(site.make_url(suggestions)))
    await expect(page.get_by_role("heading", name="Do water")).to_be_visible()
    await expect(page.get_by_role("link", name="Send by e-mail")).to_be_visible()
    await expect(page.get_by_role("button", name="Print")).to_be_hidden()
    await say_it_was_done(page)
    width = await page.get_by_role("img").evaluate("image => image.naturalWidth")
    assert width > 0


async def test_printing_leaves_out_what_paper_cannot_do(browser, site, suggestions):
    page = await browser.new_page()
    await page.goto(str(site.make_url(suggestions)))
    await expect(page.get_by_role("button", name="Print")).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.get_by_role("button", name="Print")).to_be_hidden()
    await expect(page.get_by_text("https://trees.example.org/")).to_be_visible()
    await expect(page.get_by_role("img")).to_be_visible()


async def test_sharing_is_offered_where_the_browser_can_and_asks_nobody_else(browser, site, suggestions):
    page = await browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    await page.add_init_script("navigator.share = async (what) => { window.shared = what; };")
    await page.goto(str(site.make_url(suggestions)))
    await page.get_by_role("button", name="Share").click()
    assert (await page.evaluate("window.shared"))["url"].endswith(suggestions)
    assert all(url.startswith(str(site.make_url("/"))) for url in asked)


async def test_the_chat_leads_to_the_page_once_there_are_suggestions(browser, site, suggestions):
    page = await browser.new_page()
    await page.goto(str(site.make_url("/")))
    link = page.get_by_role("link", name="Keep the suggestions")
    for answer in ("Yes, keep my answers", "Local environment", "Often"):
        await expect(link).to_be_hidden()
        await page.get_by_role("button", name=answer).click()
    await page.get_by_role("textbox").fill("bees")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(link).to_be_visible()
    async with page.context.expect_page() as opened:
        await link.click()
    await expect((await opened.value).get_by_role("heading", name="Your suggestions")).to_be_visible()


async def test_a_refusal_for_asking_too_fast_keeps_what_was_typed(browser, make_app, monkeypatch):
    monkeypatch.setenv("RATE_LIMIT_CONVERSATION", "1/minute")
    server = SteadyServer(make_app())
    await server.start_server()
    page = await browser.new_page()
    await page.goto(str(server.make_url("/")))
    await page.get_by_role("button", name="Yes, keep my answers").click()
    await expect(page.get_by_role("button", name="Local environment")).to_be_visible()
    await page.get_by_role("textbox").fill("the environment")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("Please wait")).to_be_visible()
    await expect(page.get_by_role("textbox")).to_have_value("the environment")
    await expect(page.get_by_role("button", name="Local environment")).to_be_visible()
    await page.close()
    await server.close()


async def test_axe_finds_nothing_on_the_page_of_a_closed_chat(browser, make_app, tmp_path):
    file = tmp_path / "closed.yml"
    file.write_text(f"{Path('council.yml').read_text()}\nclosed: {{reason: checking}}\n")
    server = SteadyServer(make_app(COUNCIL_FILE=str(file)))
    await server.start_server()
    page = await browser.new_page()
    await page.goto(str(server.make_url("/")))
    await expect(page.get_by_role("heading", name="The chat is closed")).to_be_visible()
    await is_accessible(page)
    await page.close()
    await server.close()


async def test_the_councils_colours_and_logo_are_what_people_see(browser, make_app, tmp_path):
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4"/>')
    council = {**yaml.safe_load(Path("council.yml").read_text()), "logo": "logo.svg"}
    council["colours"] = {"light": {"brand": "#5b2a86"}, "dark": {"brand": "#d9b8ff", "on_brand": "#1a0033"}}
    (tmp_path / "mine.yml").write_text(yaml.safe_dump(council))
    server = SteadyServer(make_app(COUNCIL_FILE=str(tmp_path / "mine.yml")))
    await server.start_server()
    for scheme, brand in (("light", "rgb(91, 42, 134)"), ("dark", "rgb(217, 184, 255)")):
        page = await (await browser.new_context(color_scheme=scheme)).new_page()
        await page.goto(str(server.make_url("/delete")))
        await expect(page.get_by_role("button", name="Delete my answers")).to_have_css("background-color", brand)
        logo = await page.locator("header img").bounding_box()
        assert (logo["width"], logo["height"]) == (80, 40)
        await is_accessible(page)
        await page.close()
    await server.close()

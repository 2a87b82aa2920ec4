"""What tests in a real browser share. Where Chromium or Playwright is not installed, importing it skips the tests."""

from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.async_api", reason="Playwright is not installed: pip install playwright")
axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="axe is not installed")
CHROMIUM = Path("/usr/bin/chromium")
if not CHROMIUM.exists():
    pytest.skip("Chromium is not installed: apt-get install chromium", allow_module_level=True)

WIDE, PHONE, NARROW = ({"width": w, "height": h} for w, h in ((1100, 900), (375, 800), (320, 640)))
expect = playwright.expect
expect.set_options(timeout=30_000)  # a slow machine is no fault of the page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


async def say(page, text):
    await page.get_by_role("textbox").fill(text)
    await button(page, "Send").click()


async def is_accessible(page, *without):
    """axe finds nothing, all its rules but those named being applied."""
    results = await axe.Axe().run(page, options={"rules": {rule: {"enabled": False} for rule in without}})
    assert results.violations_count == 0, f"{page.url}: {results.generate_report()}"


async def with_scripts(page, **options):
    """The same page where axe can run: axe is a script, and waits for ever where scripts are off."""
    content = await page.content()
    other = await page.context.browser.new_page(**options)
    await other.route("**/chat.js*", lambda route: route.abort())
    await other.route("**/chat", lambda route: route.fulfill(body=content, content_type="text/html; charset=utf-8"))
    await other.goto(page.url.partition("/chat")[0] + "/chat")
    await expect(other.locator("#plain")).to_be_visible()
    return other

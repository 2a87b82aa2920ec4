from pathlib import Path

import msgspec
import pytest

from coproduction.channels.conversations import Patience
from coproduction.council import read_council
from coproduction.settings import read_settings
from coproduction.web.access_log import AccessLogger
from coproduction.web.app import Records, create_app
from coproduction.web.pages import catalogue
from tests.channels.stand_in_rasa import StandInRasa, SteadyServer

COUNCIL_FILE = Path(__file__).parents[2] / "council.yml"


@pytest.fixture
async def rasa():
    rasa = StandInRasa()
    await rasa.server.start_server(access_log=None)
    yield rasa
    rasa.release.set()
    await rasa.server.close()


@pytest.fixture
def erased():
    """The references that were asked to be erased; only `7K3M-QX9T` has answers."""
    return []


@pytest.fixture
def make_app(rasa, erased, tmp_path):
    def erase_by_reference(_engine, _spool, reference):
        erased.append(reference)
        return reference == "7K3M-QX9T"

    def make(languages=("en",), translations=catalogue, **changes):
        environment = {"RASA_PORT": str(rasa.server.port), "DATA_DIR": str(tmp_path), "COUNCIL_FILE": str(COUNCIL_FILE)}
        settings = read_settings({**environment, **changes})
        records = Records(
            load_events=lambda _engine, _spool, conversation: rasa.load_events(conversation),
            erase_by_reference=erase_by_reference,
            median_minutes=lambda _engine: None,
        )
        council = msgspec.structs.replace(read_council(settings.council_file), languages=list(languages))
        return create_app(settings, council, records, translations, Patience(total=0.2, pause=0.02))

    return make


@pytest.fixture
async def site(make_app):
    """The website on a port of its own."""
    server = SteadyServer(make_app())
    await server.start_server(access_log_class=AccessLogger)
    yield server
    await server.close()


@pytest.fixture
async def client(site, aiohttp_client):
    return await aiohttp_client(site)


@pytest.fixture
async def open_chat(browser, site):
    """Opens the chat page; after the test no page may have complained on its console."""
    from tests.browser import WIDE, button, expect

    complaints = []

    async def open_chat(context=None, viewport=None, **options):
        context = context or await browser.new_context(viewport=viewport or WIDE, **options)
        page = await context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.clock.install()
        await page.goto(str(site.make_url("/")))
        await expect(button(page, "1 Yes, keep my answers")).to_be_visible()
        return page

    yield open_chat
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []

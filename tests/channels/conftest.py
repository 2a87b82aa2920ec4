import aiohttp
import pytest

from coproduction.channels.assistant import Assistant
from coproduction.channels.conversations import Conversations, Patience
from coproduction.channels.duration import Duration
from coproduction.survey.instrument import current_instrument
from tests.channels.stand_in_rasa import StandInRasa

SHORT = Patience(total=1, pause=0.01)


@pytest.fixture
async def rasa():
    rasa = StandInRasa()
    await rasa.server.start_server(access_log=None)
    yield rasa
    rasa.release.set()
    await rasa.server.close()


@pytest.fixture
async def serve(rasa):
    """Makes conversation services over the same Rasa and store; a second one is the server after a restart."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:

        def make(url=rasa.url, load_events=rasa.load_events, patience=SHORT, live=None):
            instrument = current_instrument()
            return Conversations(
                Assistant(session, url),
                load_events,
                Duration(lambda: None, instrument),
                instrument,
                country="GB",
                languages=["en", "cy"],
                live=live,
                patience=patience,
            )

        yield make


@pytest.fixture
def conversations(serve):
    return serve()

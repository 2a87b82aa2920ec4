"""The off switch."""

import logging
from pathlib import Path

import pytest
import yaml

COUNCIL_FILE = Path(__file__).parents[2] / "council.yml"
CLOSED = {"reason": "numbers are being checked", "message": "We are back on Monday."}


@pytest.fixture
async def closed(make_app, aiohttp_client, tmp_path, caplog):
    """A client of a website whose chat is closed."""
    caplog.set_level(logging.WARNING)
    file = tmp_path / "closed.yml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(COUNCIL_FILE.read_text()), "closed": CLOSED}))
    return await aiohttp_client(make_app(COUNCIL_FILE=str(file)))


async def test_a_closed_chat_names_a_person_and_the_emergency_number(closed):
    response = await closed.get("/")
    content = await response.text()
    assert response.status == 503
    for words in ("We are back on Monday.", "0300 000 0000", "999", "Delete my answers"):
        assert words in content
    assert "numbers are being checked" not in content


async def test_the_reason_is_noted_when_it_starts(closed, caplog):
    assert "the chat is closed: numbers are being checked" in [
        record.getMessage() for record in caplog.get_records("setup")
    ]


async def test_no_conversation_starts_and_the_error_names_a_person(closed, rasa):
    response = await closed.post("/api/conversations")
    assert response.status == 403
    error = (await response.json())["error"]
    assert error["code"] == "closed"
    assert "0300 000 0000" in error["message"]
    assert rasa.interviews == {}


async def test_what_people_have_a_right_to_stays_open(closed, erased):
    for path in ("/privacy", "/accessibility", "/delete", "/look.css"):
        assert (await closed.get(path)).status == 200
    assert (await closed.post("/delete", data={"reference": "7K3M-QX9T"})).status == 200
    assert erased == ["7K3M-QX9T"]

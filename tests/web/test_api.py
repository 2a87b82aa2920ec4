import asyncio
import json
import logging
import os
import sys
import time
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import unused_port

from coproduction.channels.conversations import TEXT_LIMIT
from coproduction.council import read_council
from coproduction.records.recontact import person_of
from coproduction.records.recorder import Recorder
from coproduction.records.spool import Recorded, Said, Spool
from coproduction.survey.instrument import current_instrument
from coproduction.web.health import STORAGE
from tests.records.events import interview, slot

COUNCIL = Path(__file__).parents[2] / "council.yml"


class Citizen:
    """A client of the chat API with one conversation."""

    def __init__(self, client, started):
        self._client = client
        self.conversation = started["conversation"]
        self.token = started["token"]
        self.first = started["messages"]

    @property
    def path(self):
        return f"/api/conversations/{self.conversation}"

    def headers(self, **more):
        return {"Authorization": f"Bearer {self.token}", **more}

    async def say(self, body, **headers):
        return await self._client.post(f"{self.path}/messages", json=body, headers=self.headers(**headers))

    async def resume(self):
        return await self._client.get(self.path, headers=self.headers())


@pytest.fixture
async def citizen(client):
    return Citizen(client, await (await client.post("/api/conversations", json={})).json())


async def error(response):
    """Status and code of an error answer, which is always of one form."""
    content = await response.json()
    assert set(content) == {"error"}
    assert set(content["error"]) == {"code", "message"}
    assert content["error"]["message"]
    return response.status, content["error"]["code"]


async def test_a_body_that_is_not_sent_as_json_is_refused(client, rasa):
    response = await client.post("/api/conversations", data="{}", headers={"Content-Type": "text/plain"})
    assert await error(response) == (400, "bad_request")
    assert len(rasa.interviews) == 0


async def test_a_start_answers_201_with_token_messages_and_progress(client):
    response = await client.post("/api/conversations", json={"language": "en"})
    content = await response.json()
    assert response.status == 201
    assert set(content) == {"conversation", "token", "messages", "progress"}
    assert content["progress"] == {"answered": 0, "total": 13}
    assert content["messages"][1] == {
        "id": "m2",
        "text": "May we keep your answers?",
        "author": "assistant",
        "question": "consent",
        "choices": [{"id": "m2-1", "title": "Yes, keep my answers"}, {"id": "m2-2", "title": "No, just chat with me"}],
    }


async def test_a_start_needs_no_body(client):
    assert (await client.post("/api/conversations")).status == 201


async def test_no_payload_of_rasa_is_ever_told(citizen):
    told = json.dumps(citizen.first)
    for body in ({"choice": "m2-1"}, {"choice": "m4-2"}, {"choice": "m6-1"}, {"text": "bees"}):
        told += await (await citizen.say(body)).text()
    told += await (await citizen.resume()).text()
    assert "Water a street tree" in told
    assert "payload" not in told
    assert "/answer" not in told


async def test_text_and_choices_are_answered_in_the_same_shape(citizen):
    for body in ({"choice": "m2-1"}, {"text": "why?"}):
        response = await citizen.say(body)
        assert response.status == 200
        assert set(await response.json()) == {"conversation", "messages", "progress"}


async def test_suggestions_have_cards_with_their_choices(citizen):
    for body in ({"choice": "m2-1"}, {"choice": "m4-2"}, {"choice": "m6-1"}):
        await citizen.say(body)
    message = (await (await citizen.say({"text": "bees"})).json())["messages"][-1]
    assert message["question"] == "match"
    assert [card["id"] for card in message["cards"]] == ["council:water", "council:hedgehog"]
    assert message["choices"][0] == {"id": "m10-1", "title": "I'll do this", "card": "council:water"}
    assert message["choices"][2] == {"id": "m10-3", "title": "Finish"}


async def test_resuming_tells_the_interview_once_consent_was_given(citizen, rasa):
    assert "interview" not in await (await citizen.resume()).json()
    await citizen.say({"choice": "m2-1"})
    content = await (await citizen.resume()).json()
    assert content["interview"] == rasa.interviews[citizen.conversation].slots["interview_id"]
    assert [message["author"] for message in content["messages"]][:3] == ["assistant", "assistant", "citizen"]
    assert "token" not in content


async def test_a_repeated_idempotency_key_is_answered_alike(citizen, rasa):
    answers = [await (await citizen.say({"choice": "m2-1"}, **{"Idempotency-Key": "k1"})).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(rasa.said) == 1


@pytest.mark.parametrize(
    "body",
    ["", "not json", "[]", "{}", '{"text": 5}', '{"text": "a", "choice": "m2-1"}', '{"text": null}', '"\ud800"'],
)
async def test_a_message_that_cannot_be_read_is_a_bad_request(client, citizen, rasa, body):
    data = body.encode("utf-8", "surrogatepass")
    response = await client.post(f"{citizen.path}/messages", data=data, headers=citizen.headers())
    assert await error(response) == (400, "bad_request")
    assert rasa.said == []


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_an_idempotency_key_has_1_to_200_characters(citizen, key):
    assert await error(await citizen.say({"text": "hi"}, **{"Idempotency-Key": key})) == (400, "bad_request")


async def test_an_unsupported_language_is_refused_naming_those_there_are(client):
    response = await client.post("/api/conversations", json={"language": "tlh"})
    assert await error(response) == (400, "bad_request")
    assert "language must be one of: en" in (await response.json())["error"]["message"]


async def test_a_choice_that_was_not_offered_is_refused(citizen):
    assert await error(await citizen.say({"choice": "m7-1"})) == (400, "unknown_choice")


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic abc", "Bearer wrong", "Bearer ü"])
async def test_without_the_right_token_there_is_no_access(client, citizen, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    for response in (
        await client.get(citizen.path, headers=headers),
        await client.post(f"{citizen.path}/messages", json={"text": "hi"}, headers=headers),
    ):
        assert await error(response) == (401, "unauthorized")
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_an_unknown_conversation_is_not_found(client):
    response = await client.get("/api/conversations/unknown", headers={"Authorization": "Bearer x"})
    assert await error(response) == (404, "not_found")


@pytest.mark.parametrize("characters", [TEXT_LIMIT + 1, 400_000])
async def test_too_long_a_text_is_refused(citizen, characters):
    assert await error(await citizen.say({"text": "x" * characters})) == (413, "text_too_long")


async def test_the_longest_text_may_consist_of_any_characters(citizen):
    assert (await citizen.say({"text": "🙂" * TEXT_LIMIT})).status == 200


async def test_while_rasa_is_away_the_answer_is_503_with_retry_after(make_app, aiohttp_client):
    client = await aiohttp_client(make_app(RASA_PORT=str(unused_port())))
    response = await client.post("/api/conversations", json={})
    assert await error(response) == (503, "unavailable")
    assert int(response.headers["Retry-After"]) > 0


async def test_errors_of_addresses_and_methods_are_json_too(client):
    assert await error(await client.get("/api/nothing")) == (404, "no_such_page")
    response = await client.delete("/api/conversations")
    assert await error(response) == (405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


async def test_a_failure_of_ours_is_a_500_whose_log_has_no_words_of_the_citizen(client, citizen, rasa, caplog):
    words = "my " + "secret words"

    def broken(_conversation):
        raise ValueError(words)

    rasa.load_events = broken
    assert await error(await citizen.resume()) == (500, "internal")
    assert "ValueError at" in caplog.text
    assert words not in caplog.text


async def test_logs_hold_no_words_tokens_ids_or_query_strings(citizen, client, caplog):
    caplog.set_level(logging.DEBUG)
    await citizen.say({"text": "my neighbour Ann"})
    await citizen.say({"choice": "m2-1"})
    await client.get(f"{citizen.path}?secret=1", headers=citizen.headers())
    assert "POST /api/conversations/{id}/messages 200" in caplog.text
    for secret in ("Ann", citizen.token, citizen.conversation, "secret", "Yes, keep"):
        assert secret not in caplog.text


async def test_the_server_runs_as_a_program_and_logs_routes_only(tmp_path):
    port = unused_port()
    environment = {**os.environ, "PORT": str(port), "DATA_DIR": str(tmp_path / "data"), "COUNCIL_FILE": str(COUNCIL)}
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-m", "coproduction.web", env=environment, stdout=PIPE, stderr=STDOUT
    )
    try:
        printed = await asyncio.wait_for(program.stdout.readuntil(b"Running on"), timeout=30)
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/?secret=1") as page:
            assert page.status == 200
        printed += await asyncio.wait_for(program.stdout.readuntil(b" ms"), timeout=30)
    finally:
        program.terminate()
        await program.wait()
    assert b"GET / 200" in printed
    assert b"secret" not in printed


async def test_answers_of_the_api_are_not_cached(citizen):
    assert (await citizen.resume()).headers["Cache-Control"] == "no-store"


async def test_healthz_tells_what_works(client, make_app, aiohttp_client):
    response = await client.get("/healthz")
    everything = {"healthy": True, "rasa": True, "database": True, "spooled": 0, "room": True}
    assert (response.status, await response.json()) == (200, everything)
    lonely = await aiohttp_client(make_app(RASA_PORT=str(unused_port()), DATABASE_URL="sqlite:////nowhere/at/all.db"))
    response = await lonely.get("/healthz")
    nothing = {"healthy": False, "rasa": False, "database": False, "spooled": 0, "room": True}
    assert (response.status, await response.json()) == (503, nothing)


async def test_without_the_database_health_is_200_and_says_what_waits(make_app, aiohttp_client, tmp_path):
    spool = Spool(tmp_path / "spool")
    spool.append(Recorded([]))
    spool.append(Said("c", 1, 0.0, []))
    client = await aiohttp_client(make_app(DATABASE_URL="sqlite:////nowhere/at/all.db"))
    response = await client.get("/healthz")
    state = {"healthy": False, "rasa": True, "database": False, "spooled": 2, "room": True}
    assert (response.status, await response.json()) == (200, state)


async def test_a_full_disk_is_said_before_consent_is_asked_with_whom_to_talk_to(make_app, aiohttp_client, rasa, caplog):
    client = await aiohttp_client(make_app(MIN_FREE_MB="999999999999"))
    response = await client.post("/api/conversations")
    said = (await response.json())["error"]
    assert (response.status, said["code"]) == (507, "no_room")
    assert read_council(COUNCIL).contact.phone in said["message"]
    assert rasa.received == []
    assert (await client.get("/healthz")).status == 503
    assert len([r for r in caplog.records if "no interview is begun" in r.getMessage()]) == 1


async def test_a_conversation_begun_before_the_disk_was_full_goes_on(citizen, site):
    site.app[STORAGE].min_free_mb = 999_999_999_999
    assert (await citizen.say({"choice": "m2-1"})).status == 200


async def test_an_interview_after_another_is_linked_with_it_for_whoever_has_its_token(
    client, citizen, rasa, sqlite_engine
):
    async def begin_after(headers):
        return await client.post("/api/conversations", json={"after": citizen.conversation}, headers=headers)

    assert await error(await begin_after({})) == (401, "unauthorized")
    assert await error(await begin_after({"Authorization": "Bearer other"})) == (401, "unauthorized")
    unlinked = await (await begin_after(citizen.headers())).json()
    assert "person" not in rasa.interviews[unlinked["conversation"]].slots  # without consent there is no interview
    reference = rasa.interviews[citizen.conversation].slots["reference"]
    who = interview("i-1", reference)
    Recorder(sqlite_engine, current_instrument()).record([slot("consent", 1, who, at=time.time())])
    linked = await (await begin_after(citizen.headers())).json()
    person = rasa.interviews[linked["conversation"]].slots["person"]
    assert person == person_of(sqlite_engine, reference, 90)

"""Too many requests are refused kindly, by client and by conversation."""

import asyncio
import html
import re
import shutil
import socket
import subprocess
import time

import pytest
from redis import Redis

from coproduction.errors import TooManyRequestsError, UserError
from coproduction.web.app import REQUEST_LIMIT
from coproduction.web.rate_limits import DEFAULTS, read_rate_limits

SECRET = bytes(32)


@pytest.fixture
async def limited(make_app, aiohttp_client, monkeypatch):
    """A client of a website with these limits."""

    async def limited(**limits):
        for name, value in limits.items():
            monkeypatch.setenv(name, value)
        return await aiohttp_client(make_app())

    return limited


async def start(client):
    started = await (await client.post("/api/conversations", json={})).json()
    return f"/api/conversations/{started['conversation']}", {"Authorization": f"Bearer {started['token']}"}


async def test_a_client_that_asks_too_often_is_told_when_to_come_back(limited):
    client = await limited(RATE_LIMIT_CLIENT="2/minute")
    for _ in range(2):
        assert (await client.get("/privacy")).status == 200
    response = await client.get("/privacy")
    assert response.status == 429
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert "Please wait" in await response.text()
    assert (await client.get("/healthz")).status != 429
    assert (await client.get("/look.css")).status == 200


@pytest.mark.parametrize("elsewhere", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://other.example"}])
async def test_another_website_can_start_no_conversation_and_use_up_nobodys_number(limited, rasa, elsewhere):
    client = await limited(RATE_LIMIT_STARTS="1/minute")
    response = await client.post("/api/conversations", headers=elsewhere)
    assert (response.status, (await response.json())["error"]["code"]) == (403, "not_from_here")
    assert (await client.post("/chat/start", headers=elsewhere)).status == 403
    assert len(rasa.interviews) == 0
    assert (await client.post("/api/conversations", json={})).status == 201


async def test_the_api_says_it_with_a_code(limited):
    client = await limited(RATE_LIMIT_STARTS="1/minute")
    assert (await client.post("/api/conversations")).status == 201
    response = await client.post("/api/conversations")
    assert response.status == 429
    assert (await response.json())["error"]["code"] == "too_many_requests"
    assert int(response.headers["Retry-After"]) >= 1
    assert (await client.get("/")).status == 200


async def test_a_conversation_that_is_flooded_waits_and_others_go_on(limited, rasa):
    client = await limited(RATE_LIMIT_CONVERSATION="2/minute")
    (path, headers), (other, others) = await start(client), await start(client)
    statuses = [(await client.post(f"{path}/messages", json={"text": "hi"}, headers=headers)).status for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert len(rasa.said) == 2
    assert (await client.post(f"{other}/messages", json={"text": "hi"}, headers=others)).status == 200
    assert (await client.get(path, headers=headers)).status == 200


async def test_a_form_that_was_refused_can_be_sent_again_as_it_is(limited):
    client = await limited(RATE_LIMIT_CLIENT="3/minute")
    form = fields(await (await client.get("/chat")).text())
    form = fields(await (await client.post("/chat/start", data=form)).text())
    said = {"form": form["form"], "text": 'why <b>"me"</b>?\r\nWhy now?'}
    response = await client.post("/chat/say", data=said)
    assert response.status == 429
    assert fields(await response.text()) == said


def fields(page):
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    }


async def test_who_has_no_token_cannot_use_up_a_conversations_limit(limited):
    client = await limited(RATE_LIMIT_CONVERSATION="1/minute")
    path, headers = await start(client)
    for _ in range(3):
        await client.post(f"{path}/messages", json={"text": "hi"}, headers={"Authorization": "Bearer wrong"})
    assert (await client.post(f"{path}/messages", json={"text": "hi"}, headers=headers)).status == 200


async def test_reference_codes_cannot_be_tried_without_end(limited, erased):
    client = await limited(RATE_LIMIT_DELETIONS="2/minute")
    statuses = [(await client.post("/delete", data={"reference": f"TRY{n}"})).status for n in range(3)]
    assert statuses == [404, 404, 429]
    assert erased == ["TRY0", "TRY1"]
    assert (await client.post("/suggestions/any", data={"reference": "TRY3"})).status == 429
    assert (await client.get("/suggestions/any")).status == 404


async def test_an_invented_address_does_not_get_round_the_limit(limited):
    client = await limited(RATE_LIMIT_CLIENT="1/minute")
    statuses = [(await client.get("/", headers={"X-Forwarded-For": f"198.51.100.{n}"})).status for n in range(2)]
    assert statuses == [200, 429]


async def test_behind_our_own_proxy_clients_are_told_apart(limited):
    client = await limited(RATE_LIMIT_CLIENT="1/minute", TRUSTED_PROXIES="1")
    statuses = [(await client.get("/", headers={"X-Forwarded-For": f"198.51.100.{n}"})).status for n in (1, 2, 1)]
    assert statuses == [200, 200, 429]


async def test_limits_can_be_switched_off(limited):
    client = await limited(RATE_LIMIT_CLIENT="1/minute", RATE_LIMITS="off")
    assert [(await client.get("/privacy")).status for _ in range(3)] == [200] * 3


async def test_one_limit_can_be_switched_off():
    limits = read_rate_limits(SECRET, {"RATE_LIMIT_STARTS": "off"})
    for _ in range(100):
        await limits.check("RATE_LIMIT_STARTS", "somebody")


@pytest.mark.parametrize("name", [*DEFAULTS, "RATE_LIMIT_STORAGE"])
def test_a_limit_that_is_none_is_refused(name):
    with pytest.raises(UserError) as caught:
        read_rate_limits(SECRET, {name: "plenty"})
    assert caught.value.code == "bad_setting"
    assert name in str(caught.value)


async def test_without_redis_requests_are_counted_here():
    limits = read_rate_limits(SECRET, {"RATE_LIMIT_STARTS": "1/minute", "RATE_LIMIT_STORAGE": "redis://127.0.0.1:1/0"})
    await limits.check("RATE_LIMIT_STARTS", "somebody")
    with pytest.raises(TooManyRequestsError):
        await limits.check("RATE_LIMIT_STARTS", "somebody")


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def redis(tmp_path, unused_tcp_port):
    """The address of a Redis server of its own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is not installed: apt-get install redis-server")
    command = [program, "--port", str(unused_tcp_port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not answers(unused_tcp_port):
        assert time.monotonic() < deadline, "Redis did not start"
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{unused_tcp_port}/0"
    server.terminate()
    server.wait(timeout=20)


async def test_several_processes_count_together_in_redis_which_holds_no_address(redis):
    store = Redis.from_url(redis)
    settings = {"RATE_LIMIT_STARTS": "3/minute", "RATE_LIMIT_STORAGE": redis}
    one, other = (read_rate_limits(SECRET, settings) for _ in range(2))
    await asyncio.gather(*(limits.check("RATE_LIMIT_STARTS", "198.51.100.7") for limits in (one, other, one)))
    with pytest.raises(TooManyRequestsError):
        await other.check("RATE_LIMIT_STARTS", "198.51.100.7")
    keys = store.keys("*")
    assert keys
    assert not [key for key in keys if b"198.51" in key]
    store.close()


@pytest.mark.parametrize(("path", "code"), [("/api/conversations", "text_too_long"), ("/delete", None)])
async def test_a_request_that_is_too_large_is_refused(client, path, code):
    response = await client.post(path, data={"reference": "x" * (REQUEST_LIMIT + 1)})
    assert response.status == 413
    if code:
        assert (await response.json())["error"]["code"] == code

"""Too many requests are refused kindly, by client and by conversation."""

import asyncio
import os
import uuid

import pytest

from coproduction.errors import TooManyRequestsError, UserError
from coproduction.web.app import REQUEST_LIMIT
from coproduction.web.rate_limits import DEFAULTS, read_rate_limits

SECRET = bytes(32)
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")


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


async def test_several_processes_count_together_in_redis():
    redis = pytest.importorskip("redis").from_url(REDIS)
    try:
        redis.ping()
    except Exception:
        if os.environ.get("CI"):
            raise
        pytest.skip("No Redis answers: start one and set TEST_REDIS_URL.")
    settings = {"RATE_LIMIT_STARTS": "3/minute", "RATE_LIMIT_STORAGE": REDIS}
    one, other = (read_rate_limits(SECRET, settings) for _ in range(2))
    who = uuid.uuid4().hex
    await asyncio.gather(*(limits.check("RATE_LIMIT_STARTS", who) for limits in (one, other, one)))
    with pytest.raises(TooManyRequestsError):
        await other.check("RATE_LIMIT_STARTS", who)
    assert not [key for key in redis.keys("*") if who.encode() in key]
    redis.close()


@pytest.mark.parametrize(("path", "code"), [("/api/conversations", "text_too_long"), ("/delete", None)])
async def test_a_request_that_is_too_large_is_refused(client, path, code):
    response = await client.post(path, data={"reference": "x" * (REQUEST_LIMIT + 1)})
    assert response.status == 413
    if code:
        assert (await response.json())["error"]["code"] == code

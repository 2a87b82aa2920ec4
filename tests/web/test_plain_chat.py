"""The chat without JavaScript: forms, their protection, and the cookie."""

import asyncio
import re

import msgspec
import pytest

from tests.channels.stand_in_rasa import CARDS


async def opened(client):
    return await (await client.get("/chat")).text()


def number(page):
    return re.search(r'name="form" value="([^"]+)"', page).group(1)


async def started(client):
    response = await client.post("/chat/start", data={"form": number(await opened(client))})
    assert [step.status for step in response.history] == [303]
    return await response.text()


async def test_an_interview_goes_on_form_by_form(client, rasa):
    page = await started(client)
    assert "May we keep your answers?" in page
    for choice, then in (("m2-1", "matters most"), ("m4-2", "sort your rubbish"), ("m6-1", "particularly care")):
        page = await (await client.post("/chat/say", data={"form": number(page), "choice": choice})).text()
        assert then in page
    assert re.search(r"2 of \d+", page)
    page = await (await client.post("/chat/say", data={"form": number(page), "text": "bees"})).text()
    assert "1. Water a street tree" in page
    assert "javascript:" not in page
    assert "until 30 September 2030" in page
    assert "Fits into what you do anyway" in page
    assert len(rasa.interviews) == 1


async def test_what_an_official_typed_into_the_catalogue_is_text(client, rasa, monkeypatch):
    markup = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    for name in ("id", "title", "summary", "organisation", "first_step", "address", "link"):
        monkeypatch.setitem(CARDS[0], name, markup)
    for name in ("reasons", "unmet"):
        monkeypatch.setitem(CARDS[0], name, [markup])
    page = await started(client)
    for choice in ("m2-1", "m4-2", "m6-1"):
        page = await (await client.post("/chat/say", data={"form": number(page), "choice": choice})).text()
    page = await (await client.post("/chat/say", data={"form": number(page), "text": "bees"})).text()
    assert "1. &#34;&gt;&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img" not in page


async def test_a_form_sent_twice_is_one_message_and_other_words_are_another(client, rasa):
    form = number(await started(client))
    for text in ("why?", "why?", "but why?"):
        await client.post("/chat/say", data={"form": form, "text": text})
    assert rasa.said == [{"text": "why?"}, {"text": "but why?"}]


@pytest.mark.parametrize("form", ["", "x", "0.0", "a.b.c"])
async def test_a_form_that_is_not_ours_says_nothing_and_keeps_the_words(client, rasa, form):
    await started(client)
    response = await client.post("/chat/say", data={"form": form, "text": "my words"})
    assert response.status == 403
    assert "my words</textarea>" in await response.text()
    assert rasa.said == []


@pytest.mark.parametrize("action", ["/chat/say", "/chat/anew", "/chat/start", "/chat/session"])
async def test_other_websites_can_send_no_form(client, rasa, action):
    form = number(await started(client))
    headers = {"Sec-Fetch-Site": "cross-site"}
    response = await client.post(action, data={"form": form, "text": "hello"}, headers=headers)
    assert response.status == 403
    assert rasa.said == []
    assert len(rasa.interviews) == 1


async def test_the_form_of_another_browser_is_refused(client, site, aiohttp_client, rasa):
    other = await aiohttp_client(site)
    form = number(await started(other))
    await started(client)
    assert (await client.post("/chat/say", data={"form": form, "text": "hello"})).status == 403


async def test_an_empty_answer_is_an_error_at_its_field(client, rasa):
    response = await client.post("/chat/say", data={"form": number(await started(client)), "text": " "})
    assert response.status == 400
    page = await response.text()
    assert 'aria-describedby="plain-error"' in page
    assert "<title>Error: " in page
    assert rasa.said == []


async def test_what_failed_keeps_its_words_and_is_sent_once(client, rasa):
    page = await started(client)
    rasa.mishaps = ["refuse"] * 100
    response = await client.post("/chat/say", data={"form": number(page), "text": "why <b>me</b>?"})
    assert response.status == 503
    page = await response.text()
    assert "why &lt;b&gt;me&lt;/b&gt;?</textarea>" in page
    rasa.mishaps = []
    page = await (await client.post("/chat/say", data={"form": number(page), "text": "why <b>me</b>?"})).text()
    assert "Because it helps" in page
    assert len(rasa.said) == 1


async def test_the_page_does_not_wait_long_for_a_turn_that_is_under_way(client, rasa):
    form = number(await started(client))
    rasa.mishaps = ["hold"]
    saying = asyncio.create_task(client.post("/chat/say", data={"form": form, "text": "why?"}))
    await rasa.held.wait()
    page = await asyncio.wait_for(opened(client), 10)
    assert 'href="/chat">Try again' in page
    rasa.release.set()
    await saying
    assert "Because it helps" in await opened(client)


async def test_the_conversation_survives_a_restart_of_the_web_server(client, make_app, aiohttp_client, rasa):
    page = await started(client)
    restarted = await aiohttp_client(make_app())
    cookies = {
        name: morsel.value for name, morsel in client.session.cookie_jar.filter_cookies(client.make_url("/")).items()
    }
    page = await (await restarted.get("/chat", cookies=cookies)).text()
    assert "May we keep your answers?" in page


async def test_the_cookie_is_out_of_reach(client):
    response = await client.get("/chat", headers={"X-Forwarded-Proto": "https"})
    cookie = response.cookies["chat"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"], cookie["path"]) == (True, "Lax", True, "/")
    assert int(cookie["max-age"]) == 24 * 3600


async def test_the_token_stands_in_no_page_and_no_address(client):
    page = await started(client)
    known = await (await client.post("/chat/session")).json()
    assert set(known) == {"conversation", "token"}
    assert known["token"] not in page
    assert known["conversation"] not in page


async def test_a_conversation_that_the_script_started_is_the_plain_chats_too(client):
    known = await (await client.post("/api/conversations")).json()
    told = {name: known[name] for name in ("conversation", "token")}
    assert await (await client.post("/chat/session", json=told)).json() == told
    assert "May we keep your answers?" in await opened(client)
    other = {name: (await (await client.post("/api/conversations")).json())[name] for name in told}
    assert await (await client.post("/chat/session", json=other)).json() == told  # the browser has one
    assert (await client.delete("/chat/session")).status == 204
    assert await (await client.post("/chat/session", json=told)).json() == {}
    assert "Start the chat" in await opened(client)


@pytest.mark.parametrize("told", [{"conversation": "0" * 32, "token": "x"}, {"conversation": "../x", "token": "x"}])
async def test_a_conversation_that_is_not_there_gets_into_no_cookie(client, told):
    assert await (await client.post("/chat/session", json=told)).json() == {}
    assert "Start the chat" in await opened(client)


async def test_a_wrong_key_gets_into_no_cookie(client):
    known = await (await client.post("/api/conversations")).json()
    told = {"conversation": known["conversation"], "token": "wrong"}
    assert await (await client.post("/chat/session", json=told)).json() == {}


async def test_what_any_website_could_send_unasked_gets_into_no_cookie(client):
    known = await (await client.post("/api/conversations")).json()
    body = msgspec.json.encode({name: known[name] for name in ("conversation", "token")})
    response = await client.post("/chat/session", data=body, headers={"Content-Type": "text/plain"})
    assert response.status == 400
    assert (await response.json())["error"]["code"] == "bad_request"


async def test_start_anew_forgets_the_conversation(client):
    page = await started(client)
    page = await (await client.post("/chat/anew", data={"form": number(page)})).text()
    assert "Start the chat" in page
    assert await (await client.post("/chat/session")).json() == {}


async def test_an_error_that_is_not_about_the_words_does_not_call_them_invalid(client, rasa):
    form = number(await started(client))
    rasa.mishaps = ["refuse"] * 100
    page = await (await client.post("/chat/say", data={"form": form, "text": "why?"})).text()
    assert 'role="alert">The assistant is not available' in page
    assert 'aria-describedby="plain-error"' in page
    assert "aria-invalid" not in page


async def test_what_was_typed_is_there_although_the_conversation_cannot_be_read(client, make_app, aiohttp_client, rasa):
    form = number(await started(client))
    restarted = await aiohttp_client(make_app(RASA_PORT="9"))
    cookies = {
        name: morsel.value for name, morsel in client.session.cookie_jar.filter_cookies(client.make_url("/")).items()
    }
    response = await restarted.post("/chat/say", data={"form": form, "text": "my words"}, cookies=cookies)
    assert response.status == 503
    page = await response.text()
    assert "my words</textarea>" in page
    assert number(page) == form


@pytest.mark.parametrize("address", ["/chat/start", "/chat/say", "/chat/anew"])
async def test_the_address_of_a_form_opened_again_shows_the_chat(client, address):
    await started(client)
    assert "May we keep your answers?" in await (await client.get(address)).text()

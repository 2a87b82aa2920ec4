import gettext
import gzip
import html
import re
from pathlib import Path

import msgspec
import pytest

import coproduction.web
from coproduction.records.inventory import ELSEWHERE, TABLES, Given
from coproduction.web.pages import COUNCIL

PAGES = ["/", "/chat", "/privacy", "/delete", "/accessibility"]
STATIC = Path(coproduction.web.__file__).parent / "static"


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_names_the_council_its_language_and_a_person_to_call(client, page):
    response = await client.get(page)
    content = await response.text()
    assert response.status == 200
    assert '<html lang="en">' in content
    assert "Anyborough Council" in content
    assert "0300 000 0000" in content
    assert content.count("<h1>") == 1


@pytest.mark.parametrize("page", [*PAGES, "/nothing", "/healthz", "/static/chat.js", "/api/nothing"])
async def test_every_answer_has_the_security_headers(client, page):
    headers = (await client.get(page)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Server" not in headers
    assert "Strict-Transport-Security" not in headers


async def test_over_an_encrypted_connection_browsers_are_told_to_ask_for_no_other(client):
    headers = (await client.get("/", headers={"X-Forwarded-Proto": "https"})).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("page", PAGES)
async def test_pages_load_nothing_from_elsewhere_and_have_nothing_inline(client, page):
    content = await (await client.get(page)).text()
    assert not re.search(r'(src|rel="stylesheet" href)="https?:', content)
    assert not re.search(r"\sstyle=|<style|\son\w+=", content)
    for script in re.findall(r"<script[^>]*>", content):
        assert 'src="/static/' in script or 'type="application/json"' in script


async def test_the_chat_page_is_small(client):
    """Kilobytes of 1000 bytes, as they go over the wire."""
    content = await (await client.get("/chat")).text()
    sizes = {"page": len(gzip.compress(content.encode()))}
    for address in re.findall(r'(?:src|href)="(/(?:static/|look)[^"]+)"', content):
        response = await client.get(address)
        assert response.headers.get("Content-Encoding") in ("gzip", "deflate") or "svg" in address
        sizes[address] = len(gzip.compress(await response.read()))
    assert len(sizes) >= 4
    assert sum(sizes.values()) <= 25_000, sizes
    assert sum(size for name, size in sizes.items() if "chat.js" in name) <= 12_000


async def test_static_files_are_found_at_the_addresses_the_page_names(client):
    content = await (await client.get("/")).text()
    addresses = re.findall(r'"(/static/[^"]+)"', content)
    assert len(addresses) == 3
    for address in addresses:
        assert (await client.get(address)).status == 200


async def test_browsers_keep_the_files_whose_address_changes_with_them(client):
    content = await (await client.get("/")).text()
    for address in re.findall(r'"(/static/[^"]+)"', content):
        assert (await client.get(address)).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "immutable" not in (await client.get("/static/chat.js")).headers.get("Cache-Control", "")
    assert "immutable" not in (await client.get("/static/nothing.js?v=1")).headers.get("Cache-Control", "")


async def test_the_privacy_page_says_how_long_conversations_are_kept(client):
    content = await (await client.get("/privacy")).text()
    assert "30 days after the last message" in content
    assert "30 days after it was typed" in content
    assert "there is no other end" in content
    assert "The code works for 365 days after your interview." in content
    assert "one more person did not agree" in content
    assert "https://www.anyborough.example/privacy" in content


@pytest.mark.parametrize(("hours", "said"), [(1, "1 hour after"), (72, "72 hours after")])
async def test_the_privacy_page_says_how_long_the_browser_remembers(client, monkeypatch, hours, said):
    council = msgspec.structs.replace(client.app[COUNCIL], resume_hours=hours)
    monkeypatch.setitem(client.app._state, COUNCIL, council)
    assert f"{said} you last used the chat" in await (await client.get("/privacy")).text()


async def test_the_privacy_page_says_all_that_the_inventory_says_of_citizens(client):
    content = html.unescape(await (await client.get("/privacy")).text())
    for entry in (*TABLES, *ELSEWHERE):
        assert (entry.what in content and entry.why in content) == (entry.given != Given.NEVER), entry.name


async def test_the_accessibility_statement_is_linked_and_says_how_to_complain(client):
    assert '<a href="/accessibility">' in await (await client.get("/")).text()
    content = await (await client.get("/accessibility")).text()
    assert "participation@anyborough.example" in content
    assert "Nobody independent has audited" in content


async def test_an_unknown_page_says_so_and_leads_to_the_chat(client):
    response = await client.get("/nothing")
    assert response.status == 404
    assert 'href="/"' in await response.text()


# Languages


class Quoting(gettext.NullTranslations):
    """Stands in for a second language."""

    def gettext(self, message):
        return f"«{message}»"


def quoting_welsh(language):
    return Quoting() if language == "cy" else gettext.NullTranslations()


@pytest.mark.parametrize(
    ("address", "browser", "language"),
    [
        ("/delete", "", "en"),
        ("/delete", "cy-GB,en;q=0.8", "cy"),
        ("/delete", "fr,cy;q=0.5", "cy"),
        ("/delete", "fr", "en"),
        ("/delete?language=cy", "en", "cy"),
        ("/delete?language=fr", "en", "en"),
    ],
)
async def test_pages_are_in_the_first_wanted_language_that_is_offered(
    make_app, aiohttp_client, address, browser, language
):
    client = await aiohttp_client(make_app(languages=["en", "cy"], translations=quoting_welsh))
    content = await (await client.get(address, headers={"Accept-Language": browser})).text()
    assert f'<html lang="{language}">' in content
    assert ("«Reference code»" in content) == (language == "cy")


# Deleting answers


async def test_a_reference_code_deletes_the_answers(client, erased):
    response = await client.post("/delete", data={"reference": " 7K3M-QX9T "})
    assert response.status == 200
    assert "Your answers are deleted" in await response.text()
    assert erased == ["7K3M-QX9T"]


async def test_an_unknown_code_is_said_to_be_unknown_and_stays_in_the_form(client):
    response = await client.post("/delete", data={"reference": "WRONG"})
    content = await response.text()
    assert response.status == 404
    assert 'role="alert"' in content
    assert "no answers with the reference WRONG" in content
    assert 'value="WRONG"' in content


async def test_what_was_typed_is_shown_as_text_not_as_html(client):
    content = await (await client.post("/delete", data={"reference": "<script>alert(1)</script>"})).text()
    assert "<script>alert" not in content


@pytest.mark.parametrize("form", [{}, {"reference": "  "}])
async def test_an_empty_form_deletes_nothing(client, erased, form):
    response = await client.post("/delete", data=form)
    assert response.status == 400
    assert "Please type your reference code" in await response.text()
    assert erased == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_on_another_site_deletes_nothing(client, erased, headers):
    response = await client.post("/delete", data={"reference": "7K3M-QX9T"}, headers=headers)
    assert response.status == 403
    assert erased == []


async def test_our_own_form_is_accepted_with_either_header(client, erased):
    origin = f"http://{client.host}:{client.port}"
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": origin}):
        assert (await client.post("/delete", data={"reference": "7K3M-QX9T"}, headers=headers)).status == 200


async def test_deleting_takes_the_conversation_out_of_memory(client, rasa):
    started = await (await client.post("/api/conversations", json={})).json()
    rasa.interviews[started["conversation"]].slots["reference"] = "7K3M-QX9T"
    headers = {"Authorization": f"Bearer {started['token']}"}
    path = f"/api/conversations/{started['conversation']}"
    await client.post(f"{path}/messages", json={"choice": "m2-1"}, headers=headers)
    rasa.interviews[started["conversation"]].events.append({"event": "slot", "name": "reference", "value": "7K3M-QX9T"})
    assert (await client.get(path, headers=headers)).status == 200
    rasa.erased.add(started["conversation"])
    await client.post("/delete", data={"reference": "7k3m qx9t".upper().replace(" ", "-")})
    assert (await client.get(path, headers=headers)).status == 404

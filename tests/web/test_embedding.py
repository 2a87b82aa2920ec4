"""What is served to other websites: the launcher, and the page that they may frame."""

import gzip
import json
import logging
import re
from pathlib import Path

import pytest
import yaml

from coproduction.council import read_council
from coproduction.web.embedding import launcher

COUNCIL_FILE = Path(__file__).parents[2] / "council.yml"
HOST = "https://www.example.org"


@pytest.fixture
def embed_client(make_app, aiohttp_client, tmp_path):
    """Makes a client of a website that others may frame, with changes to council.yml."""

    async def embed_client(**changes):
        file = tmp_path / "mine.yml"
        council = {**yaml.safe_load(COUNCIL_FILE.read_text()), "embed_on": [HOST], **changes}
        file.write_text(yaml.safe_dump(council))
        return await aiohttp_client(make_app(COUNCIL_FILE=str(file)))

    return embed_client


async def given(client):
    """What the launcher is called with."""
    return json.loads(re.search(r"^\}\)\((\{.*\})\);$", await (await client.get("/embed.js")).text(), re.M).group(1))


async def test_the_launcher_is_small_and_any_website_may_load_it(client):
    response = await client.get("/embed.js")
    assert response.headers["Content-Encoding"] in ("gzip", "deflate")
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.content_type == "text/javascript"
    assert len(gzip.compress(await response.read())) <= 3_500


async def test_the_launcher_has_the_councils_name_and_colours(embed_client):
    client = await embed_client(name="Upper “Town”", colours={"light": {"brand": "#5b2a86"}})
    assert (await given(client))["name"] == "Upper “Town”"
    assert "--brand:#5b2a86;" in (await given(client))["colours"]


async def test_in_the_frame_too_a_person_to_call_is_named(client):
    page = await (await client.get("/embed")).text()
    assert "0300 000 0000" in page
    assert 'href="https://www.anyborough.example/participation">Contact' in page


async def test_what_stands_in_the_councils_file_is_text(embed_client):
    name = '"});alert(1)//</script><script>alert(2)</script>'
    client = await embed_client(name=name)
    assert (await given(client))["name"] == name
    page = await (await client.get("/embed")).text()
    assert "<script>alert" not in page


def test_the_launcher_has_the_colours_whose_contrast_was_checked():
    council = read_council(COUNCIL_FILE)
    script = launcher(council).decode()
    for palette in council.colours.palettes().values():
        assert f"--brand:{palette.brand};--on-brand:{palette.on_brand};" in script
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", script.partition("({")[0])) == set()


async def test_only_one_page_may_be_framed_and_only_by_the_configured_websites(embed_client):
    client = await embed_client()
    for page, ancestors in (("/embed", f"'self' {HOST}"), ("/chat", "'none'"), ("/privacy", "'none'")):
        headers = (await client.get(page)).headers
        assert headers["Content-Security-Policy"].endswith(f"frame-ancestors {ancestors}")
        assert ("X-Frame-Options" in headers) == (page != "/embed")


async def test_that_the_chat_is_closed_is_seen_in_the_frame_too(embed_client):
    client = await embed_client(closed={"reason": "checking", "message": "We are back on Monday."})
    response = await client.get("/embed")
    assert response.status == 503
    assert response.headers["Content-Security-Policy"].endswith(f"frame-ancestors 'self' {HOST}")
    assert "X-Frame-Options" not in response.headers
    content = await response.text()
    assert "We are back on Monday." in content
    assert '<base target="_blank">' in content


async def test_that_something_went_wrong_is_seen_in_the_frame_too(embed_client):
    client = await embed_client()
    response = await client.post("/embed")
    assert response.status == 405
    assert response.headers["Content-Security-Policy"].endswith(f"frame-ancestors 'self' {HOST}")


async def test_the_framed_page_sets_no_cookie_and_its_links_lead_out_of_the_frame(embed_client):
    response = await (await embed_client()).get("/embed")
    content = await response.text()
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert '<base target="_blank">' in content
    for page in ("/privacy", "/delete", "/accessibility"):
        assert f'href="{page}"' in content


async def test_the_access_log_has_no_query_and_no_address_of_the_website(client, caplog):
    caplog.set_level(logging.INFO)
    await client.get("/embed?language=en&secret=hush", headers={"Referer": f"{HOST}/private-page"})
    assert any("GET /embed 200" in message for message in caplog.messages)
    assert not any("hush" in message or "private-page" in message for message in caplog.messages)

"""The council's look on the pages."""

import gzip
import re
from pathlib import Path

import yaml

COUNCIL_FILE = Path(__file__).parents[2] / "council.yml"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#5b2a86"/></svg>'


async def with_look(make_app, aiohttp_client, tmp_path, **changes):
    (tmp_path / "logo.svg").write_bytes(LOGO)
    file = tmp_path / "mine.yml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(COUNCIL_FILE.read_text()), **changes}))
    return await aiohttp_client(make_app(COUNCIL_FILE=str(file)))


async def test_colours_come_as_a_stylesheet_of_our_own(make_app, aiohttp_client, tmp_path):
    client = await with_look(make_app, aiohttp_client, tmp_path, colours={"light": {"brand": "#5b2a86"}})
    page = await (await client.get("/")).text()
    address = re.search(r'<link rel="stylesheet" href="(/look\.css\?v=[0-9a-f]+)">', page).group(1)
    response = await client.get(address)
    assert response.content_type == "text/css"
    assert "--brand:#5b2a86;" in await response.text()
    assert "max-age" in response.headers["Cache-Control"]


async def test_the_address_changes_with_the_colours(make_app, aiohttp_client, tmp_path):
    pages = []
    for brand in ("#5b2a86", "#0b6b50"):
        client = await with_look(make_app, aiohttp_client, tmp_path, colours={"light": {"brand": brand}})
        pages.append(re.search(r"/look\.css\?v=\w+", await (await client.get("/")).text()).group())
    assert pages[0] != pages[1]


async def test_a_logo_is_shown_beside_the_name_and_served_by_us(make_app, aiohttp_client, tmp_path):
    client = await with_look(make_app, aiohttp_client, tmp_path, logo="logo.svg")
    page = await (await client.get("/privacy")).text()
    address = re.search(r'<img src="(/logo\?v=[0-9a-f]+)" alt="" height="40">', page).group(1)
    response = await client.get(address)
    assert (await response.read(), response.content_type) == (LOGO, "image/svg+xml")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_without_a_logo_there_is_none(client):
    assert "<img" not in await (await client.get("/")).text()
    assert (await client.get("/logo")).status == 404


async def test_the_colours_add_little_to_a_page(client):
    assert len(gzip.compress(await (await client.get("/look.css")).read())) < 1_000

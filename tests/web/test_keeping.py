"""The page of kept suggestions: what it shows, and what its address tells."""

import datetime as dt
import logging
import re
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from sqlalchemy.orm import Session

from coproduction.database import connect
from coproduction.errors import UserError
from coproduction.opportunities.model import Opportunity
from coproduction.records.recorder import Recorder
from coproduction.records.schema import upgrade_schema
from coproduction.records.tables import matches
from coproduction.survey.instrument import current_instrument
from coproduction.web.health import ENGINE
from coproduction.web.keeping import MOST, SEAL, Seal, web_address
from tests.records.events import KEY, interview, slot

SECRET = bytes(range(32))


@pytest.fixture
def offer(tmp_path):
    """Puts an opportunity into the database of the website; its id."""
    engine = connect(f"sqlite:///{tmp_path / 'coproduction.db'}")
    upgrade_schema(engine)

    def offer(name, **columns):
        row = {"title": f"Do {name}", "status": "published", "company": "1", "place": 2, "effort": 1, **columns}
        with Session(engine, future=True) as session:
            session.add(Opportunity(id=f"t:{name}", source="t", external_id=name, **row))
            session.commit()
        return f"t:{name}"

    yield offer
    engine.dispose()


@pytest.fixture
def page_of(site):
    return lambda *ids: site.app[SEAL].address(ids)


async def test_a_card_shows_all_one_needs(client, offer, page_of):
    identifier = offer(
        "water",
        title="Water a street tree",
        summary="Young trees die of thirst.",
        organisation="Tree wardens",
        minutes_per_month=20,
        company="1 2",
        address="The Green",
        first_step="Choose a tree.",
        link="https://trees.example.org/",
    )
    response = await client.get(page_of(identifier))
    content = await response.text()
    assert response.status == 200
    for words in ("Water a street tree", "Young trees die of thirst.", "Tree wardens", "20 minutes a month"):
        assert words in content
    assert re.search(r"On my own · With people I know", content)
    assert re.search(r"Near where I live – The Green", content)
    assert '<a href="https://trees.example.org/" rel="noopener noreferrer">' in content
    assert "Choose a tree." in content


@pytest.mark.parametrize(
    ("minutes", "effort", "words"),
    [
        (45, 1, "about 45 minutes a month"),
        (120, 2, "about 2 hours a month"),
        (150, 2, "about 2.5 hours a month"),
        (480, 4, "about 8 hours a month"),
        (None, 0, "Fits into what you do anyway"),
        (None, 2, "1 to 2½ hours a month"),
    ],
)
async def test_how_long_it_takes_is_said_in_minutes_hours_or_the_words_of_the_question(
    client, offer, page_of, minutes, effort, words
):
    content = await (await client.get(page_of(offer("water", minutes_per_month=minutes, effort=effort)))).text()
    assert f"<dt>Time</dt><dd>{words}</dd>" in content


async def test_the_page_is_kept_by_nobody_else(client, offer, page_of):
    address = page_of(offer("water", starts_on=dt.date(2030, 9, 30)))
    for path in (address, f"{address}/code.svg", f"{address}/calendar.ics"):
        response = await client.get(path)
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert "noindex" in response.headers["X-Robots-Tag"]
        assert "Set-Cookie" not in response.headers
    assert '<meta name="robots" content="noindex, nofollow">' in await (await client.get(address)).text()


async def test_a_conversation_leads_to_the_page_of_its_suggestions(client, offer, rasa):
    offer("other")
    started = await (await client.post("/api/conversations", json={})).json()
    path = f"/api/conversations/{started['conversation']}"
    headers = {"Authorization": f"Bearer {started['token']}"}
    assert "suggestions" not in started
    for body in ({"choice": "m2-2"}, {"choice": "m4-2"}, {"choice": "m6-1"}, {"text": "bees"}):
        turn = await (await client.post(f"{path}/messages", json=body, headers=headers)).json()
    address = turn["suggestions"]
    assert (await (await client.get(path, headers=headers)).json())["suggestions"] == address
    assert (await client.get(address)).status == 200
    for secret in (started["conversation"], started["token"], "council:water"):
        assert secret not in address


def test_the_address_is_the_same_for_all_with_the_same_suggestions_and_tells_nothing():
    seal = Seal(SECRET)
    address = seal.address(["t:1", "t:2"])
    assert address == seal.address(["t:1", "t:2"])
    assert seal.open(address.removeprefix("/suggestions/")) == ["t:1", "t:2"]
    assert re.fullmatch(r"/suggestions/[\w-]+", address)
    assert seal.address([f"t:{n}" for n in range(99)]) == seal.address([f"t:{n}" for n in range(MOST)])


@pytest.mark.parametrize("made_up", ["", "t:1", "AAAA", "%00", "é", "a" * 5000])
def test_an_address_that_we_did_not_make_opens_nothing(made_up):
    with pytest.raises(UserError) as caught:
        Seal(SECRET).open(made_up)
    assert caught.value.code == "no_such_page"


def test_an_address_that_was_changed_or_made_elsewhere_opens_nothing():
    sealed = Seal(SECRET).address(["t:1"]).removeprefix("/suggestions/")
    changed = sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1]
    for secret, address in ((SECRET, changed), (bytes(32), sealed)):
        with pytest.raises(UserError):
            Seal(secret).open(address)


async def test_a_made_up_address_is_no_page(client):
    for path in ("/suggestions/abc", "/suggestions/abc/calendar.ics", "/suggestions/abc/code.svg"):
        assert (await client.get(path)).status == 404


async def test_the_access_log_names_the_page_without_its_address(client, offer, page_of, caplog):
    caplog.set_level(logging.INFO)
    address = page_of(offer("water"))
    await client.get(address)
    assert any("/suggestions/{list}" in message for message in caplog.messages)
    assert not any(address in message for message in caplog.messages)


async def test_what_is_no_longer_on_offer_is_counted_and_not_shown(client, offer, page_of):
    there, gone = offer("water"), offer("secret", status="draft")
    content = await (await client.get(page_of(there, gone))).text()
    assert "1 suggestion is no longer on offer" in content
    assert "Do secret" not in content


async def test_what_an_official_typed_is_text(client, offer, page_of):
    markup = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    fields = dict.fromkeys(("title", "summary", "organisation", "first_step", "address", "link"), markup)
    content = await (await client.get(page_of(offer("evil", **fields)))).text()
    assert "<script>alert" not in content
    assert "<img src=x" not in content
    assert "&lt;script&gt;alert(1)" in content


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "//evil.example", "/x", "https://", "http://["],
)
async def test_only_addresses_of_the_web_become_links(client, offer, page_of, link):
    assert web_address(link) == ""
    content = await (await client.get(page_of(offer("evil", link=link)))).text()
    assert "Find out more" not in content
    assert "alert(1)" not in unquote(content)


async def test_those_with_a_time_come_as_a_calendar_file(client, offer, page_of):
    timed, untimed = offer("plant", starts_on=dt.date(2030, 9, 30)), offer("water")
    address = page_of(timed, untimed)
    content = await (await client.get(address)).text()
    assert "30 September 2030" in content
    assert content.count("Put it into my calendar") == 1
    response = await client.get(f"{address}/calendar.ics")
    assert response.content_type == "text/calendar"
    assert [str(event["summary"]) for event in Calendar.from_ical(await response.read()).walk("VEVENT")] == ["Do plant"]
    assert (await client.get(f"{page_of(untimed)}/calendar.ics")).status == 404


async def test_the_e_mail_is_written_by_the_citizens_own_program(client, offer, page_of):
    address = page_of(offer("water", first_step="Choose a tree & a day", link="https://trees.example.org/?a=1&b=2"))
    content = await (await client.get(address)).text()
    body = unquote(re.search(r'href="mailto:\?subject=[^"]*&amp;body=([^"]+)"', content).group(1))
    assert body.splitlines()[:3] == ["Do water", "Choose a tree & a day", "https://trees.example.org/?a=1&b=2"]
    assert body.endswith(address)
    assert "://" in body.splitlines()[-1]


async def test_the_code_is_an_image_from_our_own_address(client, offer, page_of):
    response = await client.get(f"{page_of(offer('water'))}/code.svg")
    assert response.content_type == "image/svg+xml"
    assert b"<svg" in await response.read()


async def test_the_code_leads_to_the_address_that_is_set(make_app, aiohttp_client, monkeypatch, offer):
    monkeypatch.setenv("PUBLIC_URL", "https://chat.example.org")
    app = make_app()
    client = await aiohttp_client(app)
    address = app[SEAL].address([offer("water")])
    assert f'value="https://chat.example.org{address}"' in await (await client.get(address)).text()


@pytest.fixture
def suggested(offer, tmp_path):
    """An interview with the code 7K3M-QX9T in which two things were suggested, one of them over by now."""
    ids = [offer("water"), offer("sweep", starts_on=dt.date(2020, 5, 1), ends_on=dt.date(2020, 5, 1))]
    engine = connect(f"sqlite:///{tmp_path / 'coproduction.db'}", secret=KEY)
    who = interview("i-1", "7K3M-QX9T")
    Recorder(engine, current_instrument()).record([slot("consent", 1, who), slot("suggested", ids, who)])
    yield ids
    engine.dispose()


def outcomes(site):
    with site.app[ENGINE].connect() as connection:
        query = sa.select(matches.c.opportunity_id, matches.c.done).where(matches.c.done.is_not(None))
        return dict(connection.execute(query).all())


async def test_with_the_reference_code_one_can_say_what_became_of_it(client, site, page_of, suggested):
    address = page_of(*suggested)
    content = await (await client.get(address)).text()
    assert "Do sweep" in content, "to be reported although it is over"
    form = {"suggestion": "t:sweep", "reference": " 7k3m-qx9t ", "done": "yes"}
    response = await client.post(address, data=form)
    assert response.status == 200
    assert "It is noted with your answers" in await response.text()
    assert outcomes(site) == {"t:sweep": True}
    await client.post(address, data={**form, "done": "no"})
    assert outcomes(site) == {"t:sweep": False}


@pytest.mark.parametrize(
    ("form", "headers", "status", "said"),
    [
        ({"reference": "0000-0000"}, {}, 404, "no interview with the reference 0000-0000"),
        ({"reference": ""}, {}, 400, "Please type your reference code"),
        ({"suggestion": "t:other"}, {}, 400, "Please choose the suggestion"),
        ({"suggestion": ""}, {}, 400, "Please choose the suggestion"),
        ({"done": "perhaps"}, {}, 400, "say whether you did it"),
        ({}, {"Origin": "https://elsewhere.example"}, 403, "sent from another website"),
    ],
)
async def test_what_cannot_be_noted_is_said_on_the_page(client, site, page_of, suggested, form, headers, status, said):
    sent = {"suggestion": "t:water", "reference": "7K3M-QX9T", "done": "yes", **form}
    response = await client.post(page_of(*suggested), data=sent, headers=headers)
    assert response.status == status
    assert said in await response.text()
    assert outcomes(site) == {}


async def test_nothing_is_asked_where_nothing_is_on_the_page_any_more(client, page_of):
    assert "Did you do it?" not in await (await client.get(page_of("t:gone"))).text()

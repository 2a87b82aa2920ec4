"""PostgreSQL stops for a minute under twenty running interviews: nothing is lost and nothing doubled."""

import csv
import io
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
import sqlalchemy as sa

from coproduction.survey.instrument import current_instrument
from tests.end_to_end.citizen import request
from tests.end_to_end.conftest import running

pytestmark = pytest.mark.timeout(600)
CITIZENS = 20
OUTAGE_SECONDS = 60
THINKING_SECONDS = (3.0, 4.5, 6.0)
"""The slowest are still answering when the server is back."""


@pytest.fixture
def assistant_on_postgresql(server, tmp_path):
    with running(tmp_path / "assistant", DATABASE_URL=server.url) as assistant:
        yield assistant


class Interviewee:
    """Answers question after question, and remembers what was said and how often each question was acknowledged."""

    def __init__(self, assistant, number):
        self.citizen = assistant.citizen()
        self.number = number
        self.said = {}
        self.spoken = []
        self.interview = None
        self.during = 0

    def consent(self):
        self.citizen.tap(1)
        self.interview = self.citizen.resume()["interview"]

    def see_suggestions(self):
        """Refuse consent, so that no row is left, and answer up to the suggestions."""
        self.citizen.tap(2)
        while self.citizen.question != "match":
            self.answer(False)

    def answer(self, is_away):
        question = self.citizen.question
        choices = self.citizen.messages[-1].get("choices", [])
        if question == "agegrp":
            choices = [choice for choice in choices if choice["title"] == "45 to 54"]
        if question == "topics":
            self.spoken.append("hedgehogs and litter")
            self.citizen.insist({"text": self.spoken[-1]})
        else:
            choice = choices[(self.number + len(self.said)) % len(choices)]
            self.said[question] = choice["title"]
            self.spoken.append(choice["title"])
            self.citizen.insist({"choice": choice["id"]})
        self.during += is_away

    def hold(self, barrier, outage, is_over):
        """Consent before the outage; answer all questions, most of them during it; end after it."""
        self.consent()
        self.answer(False)
        barrier.wait(60)
        while self.citizen.question != "match":
            outage.wait(60)
            self.answer(outage.is_set() and not is_over.is_set())
            time.sleep(THINKING_SECONDS[self.number % 3])
        is_over.wait(120)
        return self


def test_a_stopped_server_loses_and_doubles_nothing(server, assistant_on_postgresql):
    assistant = assistant_on_postgresql
    Interviewee(assistant, 0).see_suggestions()  # so that the catalogue was read before
    barrier, outage, is_over = Barrier(CITIZENS + 1), Event(), Event()
    interviewees = [Interviewee(assistant, number) for number in range(CITIZENS)]
    with ThreadPoolExecutor(CITIZENS) as pool:
        holding = [pool.submit(one.hold, barrier, outage, is_over) for one in interviewees]
        barrier.wait(60)
        server.stop("fast")
        stopped_at = time.monotonic()
        outage.set()
        time.sleep(OUTAGE_SECONDS / 2)
        health = request("GET", f"{assistant.url}/healthz")
        newcomer = Interviewee(assistant, 7)
        newcomer.consent()
        time.sleep(max(0.0, OUTAGE_SECONDS - (time.monotonic() - stopped_at)))
        server.start()
        is_over.set()
        for one in holding:
            one.result(timeout=120)
    assert (health["database"], health["rasa"], health["healthy"]) == (False, True, False)
    assert health["spooled"] >= 2 * CITIZENS
    assert min(one.during for one in interviewees) >= 5
    _wait_until_stored(assistant)
    rows = list(csv.DictReader(io.StringIO(assistant.command("export").stdout)))
    assert sorted(row["interview_id"] for row in rows) == sorted(o.interview for o in [*interviewees, newcomer])
    by_id = {row["interview_id"]: row for row in rows}
    for one in interviewees:
        row = by_id[one.interview]
        assert row | _codes(one) == row
        assert row["disposition"] == "complete"
        texts = [m["text"] for m in one.citizen.resume()["messages"] if m["author"] == "citizen"]
        assert texts == ["Yes, keep my answers", *one.spoken]
    with sa.create_engine(server.url, future=True).connect() as connection:
        doubled = "SELECT conversation_id, max(sequence), count(*) FROM turns GROUP BY 1"
        assert all(last == number for _, last, number in connection.execute(sa.text(doubled)))
    assert not (assistant.settings.spool_dir / "set-aside.jsonl").exists()


def _codes(one):
    instrument = current_instrument()
    titles = {name: {choice.title: str(choice.code) for choice in instrument.choices(name)} for name in one.said}
    return {name: titles[name][title] for name, title in one.said.items()}


def _wait_until_stored(assistant):
    deadline = time.monotonic() + 60
    while request("GET", f"{assistant.url}/healthz")["spooled"]:
        assert time.monotonic() < deadline, "the spool was not stored"
        time.sleep(0.2)

"""After erasure nothing of an interview is left in the bytes of any file: database, its log, free pages, logs."""

from __future__ import annotations

import re
import sqlite3
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from coproduction.records.reference import reference_hash
from tests.end_to_end.citizen import ApiError
from tests.end_to_end.test_interview import until

WORDS = "quillwort{number}marmalade"


def files_with(data_dir: Path, traces: list[str]) -> dict[str, list[str]]:
    """Trace → names of the files that hold it, in UTF-8 or UTF-16, whatever its case."""
    contents = {path: path.read_bytes().lower() for path in data_dir.rglob("*") if path.is_file()}
    return {
        trace: [path.name for path, content in contents.items() if any(form in content for form in forms(trace))]
        for trace in traces
    }


def forms(trace: str) -> list[bytes]:
    return [trace.lower().encode(), trace.lower().encode("utf-16-le"), urllib.parse.quote(trace.lower()).encode()]


def interviewed(assistant, number):
    """A citizen who typed words of their own at three places, with the traces that they leave."""
    words = WORDS.format(number=number)
    citizen = until(assistant.citizen(language="en"), "env1", sector="Local environment")
    citizen.type(f"often, because of the {words}")
    if citizen.question == "env1":  # a proposal
        citizen.tap(1)
    citizen.type(f"{words} is what I say")
    until(citizen, "comment")
    citizen.type(f"my comment is about {words}")
    reference = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", citizen.text)[0]
    return citizen, reference, [words, reference, reference.replace("-", ""), reference_hash(reference)]


def by_words(assistant, citizen, reference):
    citizen.type("delete my answers")
    assert "deleted" in citizen.text.lower()


def by_page(assistant, citizen, reference):
    form = urllib.parse.urlencode({"reference": reference.lower()}).encode()
    request = urllib.request.Request(f"{assistant.url}/delete", form, {"Origin": assistant.url})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


def by_command(assistant, citizen, reference):
    done = assistant.command("erase", reference)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("number", "erase"), enumerate([by_words, by_page, by_command]), ids=["chat", "page", "command"]
)
def test_erasure_leaves_no_trace_in_any_file(assistant, number, erase):
    data_dir = assistant.settings.data_dir
    citizen, reference, traces = interviewed(assistant, number)
    interview = citizen.resume()["interview"]
    found = files_with(data_dir, traces)
    assert found[traces[0]], "the words are there before"
    assert found[reference_hash(reference)]
    erase(assistant, citizen, reference)
    assert files_with(data_dir, traces) == {trace: [] for trace in traces}
    assert files_with(data_dir, [interview]) == {interview: []}, "the tombstone does not name it"
    held = assistant.command("subject-access", reference)
    assert held.returncode == 1
    assert "no answers with the reference" in held.stderr


def test_whoever_goes_on_with_a_reference_code_is_linked_and_nobody_else(assistant):
    _, reference, _ = interviewed(assistant, 7)
    again = until(assistant.citizen(language="en", reference=reference), "saf2", sector="Community safety")
    other = until(assistant.citizen(language="en"), "saf2", sector="Community safety")
    with sqlite3.connect(assistant.settings.database_url.removeprefix("sqlite:///")) as database:
        rows = dict(database.execute("SELECT reference_hash, person FROM interviews"))
        names = dict(database.execute("SELECT interview_id, person FROM interviews"))
    assert rows[reference_hash(reference)]
    assert names[again.resume()["interview"]] == rows[reference_hash(reference)]
    assert names[other.resume()["interview"]] is None
    with pytest.raises(ApiError, match="404"):
        assistant.citizen(language="en", reference="0000-0000")

"""The command line of the catalogue: what an official types, and what is printed."""

import argparse
import re
from pathlib import Path

import pytest

from coproduction.errors import UserError
from coproduction.opportunities.commands import EDITABLE, add_parser
from coproduction.opportunities.csv_catalogue import TEMPLATE, read_csv
from tests.opportunities.catalogue_files import activity, csv_bytes, feed_bytes, rows, statuses

DOCUMENTATION = Path(__file__).resolve().parents[2] / "docs" / "catalogue.md"


def parser():
    commands = argparse.ArgumentParser()
    add_parser(commands.add_subparsers())
    return commands


@pytest.fixture
def command(sqlite_engine, capsys, tmp_path, monkeypatch):
    """Runs `opportunities …` in a folder of its own and returns the lines it prints."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        arguments = parser().parse_args(["opportunities", *words])
        assert arguments.run(arguments, sqlite_engine) == 0
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def feed(tmp_path):
    good = activity(label="River wardens", description="Conservation with our team, two hours a week. Keep litter out.")
    (tmp_path / "feed.jsonld").write_bytes(feed_bytes(good, activity("a2", label="Helper", description="")))
    return "feed.jsonld"


def test_an_import_says_what_it_did(command, tmp_path):
    (tmp_path / "catalogue.csv").write_bytes(csv_bytes({}, {"id": "b"}))
    dry = command("import", "catalogue.csv", "--dry-run")
    assert dry == ["Would be imported from council: 2 new, 0 changed, 0 unchanged, 0 withdrawn, 0 returned."]
    done = command("import", "catalogue.csv", "--source", "parks")
    assert done == ["Imported from parks: 2 new, 0 changed, 0 unchanged, 0 withdrawn, 0 returned."]


def test_an_import_names_what_it_left_out(command, tmp_path):
    (tmp_path / "feed.jsonld").write_bytes(feed_bytes(activity(), activity("a2", label="")))
    first, last = command("import", "feed.jsonld", "--skip-errors")
    assert first == "left out: item 2 (id a2), label: is empty, and must not be"
    assert last.startswith("Imported from volunteering: 1 new")


def test_review_lists_drafts_with_what_is_suggested_and_how_sure(command, feed):
    command("import", feed)
    lines = command("review")
    assert lines[0] == "volunteering:a1  River wardens"
    assert any(re.fullmatch(r"    sector: 2 \(\d\d?% sure\)", line) for line in lines)
    assert any(line.startswith("    topics: ") and "Litter" in line for line in lines)
    assert "    minutes_per_month: 520 (90% sure)" in lines
    assert lines[-1].startswith("2 drafts. Publish with: ")
    assert command("review", "--list") == lines


def test_review_publishes_with_corrections(command, feed, sqlite_engine):
    command("import", feed)
    edits = ["--sector", "3", "--place", "2", "--min-age", "16", "--first-step", "Ring the warden."]
    assert command("review", "--publish", "volunteering:a1", "volunteering:a2", *edits) == ["Published: 2."]
    row = rows(sqlite_engine)["volunteering:a2"]
    assert (row["sector"], row["place"], row["min_age"], row["first_step"]) == (3, 2, 16, "Ring the warden.")


def test_review_publishes_all_that_are_sure_and_says_what_it_could_not(command, feed, sqlite_engine):
    command("import", feed)
    assert command("review", "--publish-all-sure", "0.99") == ["Published: 0."]
    lines = command("review", "--publish-all-sure", "0")
    assert lines[0].startswith("left a draft: volunteering:a2 cannot be published without sector.")
    assert lines[1] == "Published: 1."
    assert statuses(sqlite_engine) == {"volunteering:a1": "published", "volunteering:a2": "draft"}


def test_review_rejects(command, feed, sqlite_engine):
    command("import", feed)
    assert command("review", "--reject", "volunteering:a1") == ["Withdrawn: 1."]
    assert statuses(sqlite_engine)["volunteering:a1"] == "withdrawn"


def test_an_unknown_id_is_an_error(command):
    with pytest.raises(UserError, match="no opportunity volunteering:gone"):
        command("review", "--publish", "volunteering:gone")


@pytest.mark.parametrize("words", [["--publish", "a", "--reject", "b"], ["--publish"], ["--publish-all-sure", "very"]])
def test_what_contradicts_itself_is_not_run(words, capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["opportunities", "review", *words])
    assert "usage:" in capsys.readouterr().err


def test_list_shows_every_opportunity_with_its_status(command, tmp_path):
    (tmp_path / "catalogue.csv").write_bytes(csv_bytes({"effort": "0"}))
    (tmp_path / "feed.jsonld").write_bytes(feed_bytes(activity()))
    command("import", "catalogue.csv")
    command("import", "feed.jsonld")
    assert command("list") == [
        "draft\tvolunteering:a1\t-\t-\tRiver wardens",
        "published\tcouncil:sweep\t2\t0\tSweep the pavement",
    ]


def test_the_documented_template_can_be_imported():
    template = re.search(r"```csv\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL).group(1)
    reading = read_csv(template.encode())
    assert template.splitlines()[0].split(",") == list(TEMPLATE)
    assert reading.errors == []
    assert reading.items


def test_every_column_and_every_option_is_documented():
    text = DOCUMENTATION.read_text(encoding="utf-8")
    options = [f"--{column.replace('_', '-')}" for column in EDITABLE]
    others = ["--source", "--skip-errors", "--dry-run", "--publish", "--publish-all-sure", "--reject", "--list"]
    for name in (*TEMPLATE, "status", *options, *others):
        assert f"`{name}" in text or f" {name}" in text, name

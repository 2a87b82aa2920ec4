"""The table of matches: what was suggested in each interview, why, and what became of it."""

import csv
import io

import openpyxl
import pyarrow.parquet as pq
import pyreadstat
import pytest
import sqlalchemy as sa

from actions.suggestions import DECLINE_REASONS
from coproduction.opportunities.wording import REASONS
from coproduction.records.recorder import Recorder
from coproduction.records.tables import matches
from coproduction.reports import export
from coproduction.reports.files import write_file
from coproduction.reports.matches import COLUMNS, DECLINED_BECAUSE, GROUNDS, matches_table
from coproduction.reports.selection import Selection
from coproduction.survey.instrument import current_instrument
from tests.opportunities.catalogue_files import add
from tests.records.events import interview, slot

INSTRUMENT = current_instrument()
FIRST, SECOND = interview("z-1", "AAAA-AAAA"), interview("a-2", "BBBB-BBBB") | {"language": "de"}


@pytest.fixture
def recorded(engine, monkeypatch):
    monkeypatch.setattr(export, "PAGE", 1)
    add(engine, "council:b", title="Count bees")
    recorder = Recorder(engine, INSTRUMENT)
    recorder.record([slot("consent", 1, FIRST)])
    recorder.record([slot("suggested", ["council:b", "council:gone", "c"], FIRST), slot("grounds", GIVEN, FIRST)])
    recorder.record([slot("chosen", ["council:b"], FIRST), slot("declined", {"c": "too_much_time"}, FIRST)])
    recorder.record([slot("consent", 1, SECOND), slot("suggested", ["c"], SECOND)])
    return engine


GIVEN = {"council:b": "sector effort home", "c": "open"}


def rows(engine, selection=None):
    return [row for page in matches_table(engine, INSTRUMENT, selection).pages for row in page.to_pylist()]


def test_each_suggestion_is_a_row_with_reasons_and_what_became_of_it(recorded):
    found = [{name: value for name, value in row.items() if not name.endswith("_at")} for row in rows(recorded)]
    names = "interview_id opportunity_id title rank reasons chosen declined decline_reason done".split()
    assert [tuple(row[name] for name in names) for row in found] == [
        ("z-1", "council:b", "Count bees", 1, "sector effort home", 1, 0, None, None),
        ("z-1", "council:gone", None, 2, None, 0, 0, None, None),
        ("z-1", "c", None, 3, "open", 0, 1, "too_much_time", None),
        ("a-2", "c", None, 1, None, 0, 0, None, None),
    ]


def test_the_reasons_of_the_first_showing_stay(recorded):
    Recorder(recorded, INSTRUMENT).record([slot("grounds", {"c": "sector"}, FIRST)])
    assert [row["reasons"] for row in rows(recorded)] == ["sector effort home", None, "open", None]


def test_what_was_done_is_said_where_it_is_known(recorded):
    with recorded.begin() as connection:
        connection.execute(sa.update(matches).where(matches.c.interview_id == "a-2").values(done=True))
    assert [row["done"] for row in rows(recorded)] == [None, None, None, 1]


def test_matches_of_the_selected_interviews_only(recorded):
    assert [row["interview_id"] for row in rows(recorded, Selection(languages=("de",)))] == ["a-2"]
    assert rows(recorded, Selection(complete_only=True)) == []


def test_every_format_holds_the_matches(recorded, tmp_path):
    read = {
        "csv": lambda path: [r["opportunity_id"] for r in csv.DictReader(io.StringIO(path.read_text()))],
        "parquet": lambda path: pq.read_table(path)["opportunity_id"].to_pylist(),
        "sav": lambda path: list(pyreadstat.read_sav(path)[0]["opportunity_id"]),
        "xlsx": lambda path: [row[1] for row in openpyxl.load_workbook(path)["matches"].values][1:],
        "jsonl": lambda path: [
            line.split('"opportunity_id":"')[1].split('"')[0] for line in path.read_text().splitlines()
        ],
    }
    for file_format, reader in read.items():
        path = tmp_path / f"matches.{file_format}"
        write_file(matches_table(recorded, INSTRUMENT), path, file_format)
        assert reader(path) == ["council:b", "council:gone", "c", "c"]


def test_the_labels_know_every_code_that_is_recorded():
    assert set(DECLINED_BECAUSE) == set(DECLINE_REASONS)
    kinds = {name.split("_")[0] for name in REASONS} - {"minutes", "hour", "hours"}
    assert set(GROUNDS) == kinds
    assert [column.name for column in COLUMNS if not column.label] == []

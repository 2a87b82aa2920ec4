"""The record of processing in docs/ is what the software does."""

from pathlib import Path

from coproduction.council import read_council
from coproduction.records.inventory import ELSEWHERE, TABLES
from coproduction.records.processing import processing_table

ROOT = Path(__file__).resolve().parents[2]
BEGIN = "<!-- processing: written by `coproduction processing` -->"
PAGE = (ROOT / "docs" / "data-protection.md").read_text(encoding="utf-8")
COUNCIL = read_council(ROOT / "council.yml")


def test_the_page_holds_the_table_as_it_is_printed():
    table = "\n".join(processing_table(COUNCIL))
    assert f"{BEGIN}\n\n{table}\n\n<!-- end -->" in PAGE, "put the output of `coproduction processing` there"


def test_every_place_has_a_row_with_its_time():
    rows = list(processing_table(COUNCIL))[2:]
    assert len(rows) == len(TABLES) + len(ELSEWHERE)
    assert all(len(row.split(" | ")) == 6 for row in rows)
    assert sum("30 days after" in row for row in rows) == 4


def test_every_setting_of_retention_is_in_the_templates_table_or_the_docs():
    record = (ROOT / "docs" / "record.md").read_text(encoding="utf-8")
    for setting in type(COUNCIL).__struct_fields__:
        if setting.startswith("keep_"):
            assert f"`{setting}` ({getattr(COUNCIL, setting) or 'empty: kept without end'})" in record

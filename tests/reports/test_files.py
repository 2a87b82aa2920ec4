"""Every format gives back the table that was written, and no half-written file stays under its name."""

import csv
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyreadstat
import pytest

from coproduction.cli import main
from coproduction.errors import UserError
from coproduction.records.recorder import Recorder
from coproduction.reports import export, export_commands
from coproduction.reports.export import interviews_table
from coproduction.reports.files import WRITERS, format_of, write_file
from coproduction.reports.files.delimited import print_csv
from coproduction.reports.files.excel import write_xlsx
from coproduction.reports.selection import Selection
from coproduction.reports.table import Table, neutralise
from coproduction.survey.instrument import current_instrument
from tests.records.events import action, interview, slot

INSTRUMENT = current_instrument()
LONG = "More benches, please; and ćafés – “soon”. " * 20 + "Thanks"


@pytest.fixture
def recorded(engine, monkeypatch):
    """A record with complete, left and odd interviews, read in pages of two."""
    monkeypatch.setattr(export, "PAGE", 2)
    recorder = Recorder(engine, INSTRUMENT)
    everyone = [interview(f"i-{number}", f"AAAA-AAA{number}") for number in range(5)]
    for who in everyone[:3]:
        given = {
            "sector": 2, "env1": 3, "env2": 2, "env3": 66, "env4": 1, "env5": 88, "effic": 99, "more": 1, "effort": 2,
            "effort_min": 90, "company": 1, "place": 2, "topics": "wildlife litter", "agegrp": 5, "gndr": 77,
        }  # fmt: skip
        recorder.record([slot("consent", 1, who), *(slot(name, code, who) for name, code in given.items())])
    recorder.record([slot("suggested", ["a", "b"], everyone[0]), action("action_match", everyone[0])])
    recorder.record([slot("comment", LONG, everyone[0]), slot("comment", "=HYPERLINK(A1)", everyone[1])])
    recorder.record([slot("comment", "99", everyone[2]), slot("topics", "77", everyone[2])])
    recorder.record([slot("consent", 1, everyone[3]), slot("sector", 1, everyone[3])])
    recorder.record([slot("consent", 1, everyone[4]), action("utter_ask_sector", everyone[4])])
    return engine


def rows(engine, selection=None):
    """The table as it is before it is written: a list of dictionaries."""
    return [row for page in interviews_table(engine, INSTRUMENT, selection).pages for row in page.to_pylist()]


def written(engine, tmp_path, file_format):
    path = tmp_path / f"record.{file_format}"
    write_file(interviews_table(engine, INSTRUMENT), path, file_format)
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []
    return path


def plain(frame):
    """A data frame's rows with None where a cell is empty, times in UTC."""
    found = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{name: _utc(value) for name, value in row.items()} for row in found]


def _utc(value):
    return value.to_pydatetime().replace(tzinfo=timezone.utc) if isinstance(value, pd.Timestamp) else value


def with_iso_times(row):
    return {
        name: value.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def neutralised(row):
    return {name: neutralise(value) if isinstance(value, str) else value for name, value in row.items()}


def test_csv_gives_back_the_table(recorded, tmp_path):
    text = written(recorded, tmp_path, "csv").read_text(encoding="utf-8")
    found = list(csv.DictReader(io.StringIO(text)))
    wanted = [
        {name: "" if value is None else str(value) for name, value in with_iso_times(neutralised(row)).items()}
        for row in rows(recorded)
    ]
    assert found == wanted
    assert found[1]["comment"] == "'=HYPERLINK(A1)"
    assert found[0]["env3"] == "66"
    assert found[0]["idx_environment"] == "50.0"


def test_jsonl_gives_back_the_table(recorded, tmp_path):
    lines = written(recorded, tmp_path, "jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [with_iso_times(row) for row in rows(recorded)]


def test_parquet_gives_back_the_table_and_its_labels(recorded, tmp_path):
    file = pq.ParquetFile(written(recorded, tmp_path, "parquet"))
    assert file.read().to_pylist() == rows(recorded)
    assert file.num_row_groups == 3
    about = file.schema_arrow.field("effic").metadata
    assert about[b"label"] == b"How much difference people like the respondent can make"
    assert json.loads(about[b"value_labels"])["4"] == "A great deal"
    assert json.loads(about[b"missing"]) == [66, 77, 88, 99]
    assert b"self-selected" in file.schema_arrow.metadata[b"note"]


def test_xlsx_gives_back_the_table_and_its_codes(recorded, tmp_path):
    book = openpyxl.load_workbook(written(recorded, tmp_path, "xlsx"))
    header, *cells = book["interviews"].iter_rows(values_only=True)
    found = [dict(zip(header, row, strict=True)) for row in cells]
    for row in found:
        row |= {name: row[name].replace(tzinfo=timezone.utc) for name in ("started_at", "ended_at")}
    assert found == [neutralised(row) for row in rows(recorded)]
    codes = list(book["codes"].iter_rows(values_only=True))
    assert ("effic", "How much difference people like the respondent can make", 4, "A great deal") in codes
    assert {cell.data_type for row in book["interviews"].iter_rows() for cell in row} <= {"s", "n", "d"}


def test_spss_gives_back_the_table_with_labels_missing_codes_and_levels(recorded, tmp_path):
    frame, about = pyreadstat.read_sav(written(recorded, tmp_path, "sav"), user_missing=True)
    texts = {name for name, value in about.readstat_variable_types.items() if value == "string"}
    wanted = [
        {name: "" if value is None and name in texts else value for name, value in r.items()} for r in rows(recorded)
    ]
    assert plain(frame) == wanted
    assert about.column_names_to_labels["more"] == "Willing to do more"
    assert about.variable_value_labels["agegrp"][8.0] == "75 or over"
    assert about.variable_value_labels["agegrp"][77.0] == "Rather not say"
    assert about.missing_ranges["agegrp"] == [{"lo": 77.0, "hi": 99.0}, {"lo": 66.0, "hi": 66.0}]
    assert "effort_min" not in about.missing_ranges
    levels = {name: about.variable_measure[name] for name in ("sector", "effic", "effort_min", "comment", "started_at")}
    assert levels == {
        "sector": "nominal", "effic": "ordinal", "effort_min": "scale", "comment": "nominal", "started_at": "scale",
    }  # fmt: skip
    assert "self-selected" in " ".join(about.notes)


def test_spss_shows_columns_as_wide_as_what_is_in_them(recorded, tmp_path):
    _, about = pyreadstat.read_sav(written(recorded, tmp_path, "sav"))
    longest = max(len(row["comment"] or "") for row in rows(recorded))
    widths = {name: about.variable_display_width[name] for name in ("started_at", "agegrp", "instrument", "comment")}
    assert widths == {"started_at": 20, "agegrp": 6, "instrument": 16, "comment": min(max(longest, 7), 40)}


def test_spss_takes_missing_codes_for_missing(recorded, tmp_path):
    frame, _ = pyreadstat.read_sav(written(recorded, tmp_path, "sav"))
    first = frame.iloc[0]
    assert first[["env3", "env5", "effic", "gndr"]].isna().all()
    assert first["agegrp"] == 5


@pytest.mark.parametrize("file_format", list(WRITERS))
def test_an_empty_record_is_a_file_with_columns_and_no_rows(sqlite_engine, tmp_path, file_format):
    path = written(sqlite_engine, tmp_path, file_format)
    read = {
        "csv": lambda: len(path.read_text().splitlines()) - 1,
        "jsonl": lambda: len(path.read_text().splitlines()),
        "parquet": lambda: pq.read_table(path).num_rows,
        "xlsx": lambda: openpyxl.load_workbook(path)["interviews"].max_row - 1,
        "sav": lambda: len(pyreadstat.read_sav(path)[0]),
    }[file_format]
    assert read() == 0


@pytest.mark.parametrize("file_format", list(WRITERS))
def test_a_file_that_could_not_be_finished_leaves_the_one_before(recorded, tmp_path, file_format):
    path = written(recorded, tmp_path, file_format)
    before = path.read_bytes()
    table = interviews_table(recorded, INSTRUMENT)

    def breaks_off():
        yield from list(table.pages)[:1]
        raise OSError(28, "No space left on device")

    broken = Table(table.name, table.title, table.note, table.columns, breaks_off())
    with pytest.raises(OSError, match="No space"):
        write_file(broken, path, file_format)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if file.suffix != ".db" and ".db-" not in file.name] == [path.name]


def test_a_link_stays_and_what_it_leads_to_is_replaced(recorded, tmp_path):
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("what was there")
    link.symlink_to(target)
    write_file(interviews_table(recorded, INSTRUMENT), link, "csv")
    assert link.is_symlink()
    assert target.read_bytes() == written(recorded, tmp_path, "csv").read_bytes()


def test_a_pipe_is_written_to_and_stays(recorded, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(pipe.read_bytes)
        write_file(interviews_table(recorded, INSTRUMENT), pipe, "csv")
    assert pipe.is_fifo()
    assert read.result() == written(recorded, tmp_path, "csv").read_bytes()


def test_a_device_is_written_to_and_stays(recorded, tmp_path):
    device = tmp_path / "null"
    device.symlink_to("/dev/null")
    write_file(interviews_table(recorded, INSTRUMENT), device, "xlsx")
    assert device.is_char_device()
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_a_table_that_a_sheet_has_no_room_for_is_refused(recorded, tmp_path):
    with pytest.raises(UserError, match=r"room for 3 rows.*--from and --to"):
        write_xlsx(interviews_table(recorded, INSTRUMENT), tmp_path / "short.xlsx", most_rows=3)
    write_xlsx(interviews_table(recorded, INSTRUMENT), tmp_path / "enough.xlsx", most_rows=5)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"), ("+44", "'+44"), ("-1", "'-1"), ("@a", "'@a"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"), ("  =1", "'  =1"), ("＝1", "'＝1"), ("a;=1+1", "a;'=1+1"), ("a;-1", "a;'-1"),
        ("fine ;-)", "fine ;-)"), ("1+1=2", "1+1=2"), ("", ""), ("well - yes", "well - yes"),
    ],
)  # fmt: skip
def test_no_text_starts_a_formula_in_a_spreadsheet(text, safe):
    assert neutralise(text) == safe


def test_no_header_starts_a_formula(sqlite_engine, tmp_path):
    table = interviews_table(sqlite_engine, INSTRUMENT)
    table.columns[0] = type(table.columns[0])("=cmd()", "text", "=label()")
    output = io.StringIO()
    print_csv(Table(table.name, table.title, table.note, table.columns, []), output)
    assert output.getvalue().startswith("'=cmd()")
    write_xlsx(Table(table.name, table.title, table.note, table.columns, []), tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book["interviews"]["A1"].value == "'=cmd()"
    assert book["codes"]["B2"].value == "'=label()"


def test_a_text_longer_than_spss_takes_is_cut_there(sqlite_engine, tmp_path):
    Recorder(sqlite_engine, INSTRUMENT).record([slot("consent", 1), slot("comment", "日" * 11_000)])
    frame, _ = pyreadstat.read_sav(written(sqlite_engine, tmp_path, "sav"))
    assert frame["comment"][0] == "日" * (32_767 // 3)


@pytest.mark.parametrize(
    ("name", "wanted", "found"),
    [
        ("a.sav", None, "sav"),
        ("a.XLSX", None, "xlsx"),
        ("a", None, "csv"),
        ("a.csv", "jsonl", "jsonl"),
        (None, None, "csv"),
    ],
)
def test_the_format_follows_the_files_ending_unless_it_is_given(tmp_path, name, wanted, found):
    assert format_of(name and tmp_path / name, wanted) == found


def test_an_ending_that_names_no_format_is_explained(tmp_path):
    with pytest.raises(UserError, match="csv, sav, parquet, xlsx, jsonl"):
        format_of(tmp_path / "record.docx", None)


class TestSelection:
    """Interviews of certain days, ways and languages."""

    @pytest.fixture(autouse=True)
    def record(self, sqlite_engine, tmp_path, monkeypatch):
        for name in ("DATABASE_URL", "COUNCIL_FILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DATA_DIR", str(tmp_path))
        recorder = Recorder(sqlite_engine, INSTRUMENT)
        begun = [1_796_083_200, 1_796_169_599, 1_796_169_600, 1_796_256_000]  # 2026-12-01 0:00, 23:59:59, 12-02, 12-03
        ways = [("web", "en"), ("web", "de"), ("face-to-face", "en"), ("web", "fr")]
        for number, (at, (mode, language)) in enumerate(zip(begun, ways, strict=True)):
            who = interview(str(number), f"BBBB-BBB{number}") | {"mode": mode, "language": language}
            recorder.record([slot("consent", 1, who, at=at)])

    @pytest.mark.parametrize(
        ("options", "found"),
        [
            ([], "0123"),
            (["--from", "2026-12-02"], "23"),
            (["--to", "2026-12-01"], "01"),
            (["--from", "2026-12-01", "--to", "2026-12-02"], "012"),
            (["--mode", "web"], "013"),
            (["--mode", "face-to-face"], "2"),
            (["--language", "en", "de"], "012"),
            (["--language", "en", "--mode", "web"], "0"),
            (["--complete-only"], ""),
        ],
        ids=" ".join,
    )
    def test_only_the_interviews_asked_for_are_exported(self, capsys, options, found):
        assert main(["export", *options]) == 0
        assert "".join(row["interview_id"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))) == found

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--from", "2026-12-03", "--to", "2026-12-01"], "--from 2026-12-03 is after --to 2026-12-01"),
            (["--format", "sav"], "--output FILE.sav"),
            (["--output", "record.docx"], "names no format"),
        ],
    )
    def test_what_cannot_be_exported_is_said_in_one_sentence(self, capsys, options, said):
        assert main(["export", *options]) == 1
        error = capsys.readouterr().err
        assert said in error
        assert error.count("\n") == 1

    def test_more_interviews_than_a_sheet_has_room_for_are_refused_before_they_are_read(self, capsys, monkeypatch):
        monkeypatch.setattr(export_commands, "count_interviews", lambda *_: 1_048_576)
        assert main(["export", "--output", "record.xlsx"]) == 1
        assert "1,048,575 rows" in capsys.readouterr().err

    def test_json_lines_can_be_printed(self, capfdbinary):
        assert main(["export", "--format", "jsonl"]) == 0
        assert [json.loads(line)["language"] for line in capfdbinary.readouterr().out.splitlines()] == [
            "en",
            "de",
            "en",
            "fr",
        ]


def test_only_complete_interviews_are_exported_where_asked(recorded):
    found = rows(recorded, Selection(complete_only=True))
    assert [row["interview_id"] for row in found] == ["i-0", "i-1", "i-2"]

"""Importing the council's own catalogue: what a file may look like, and what an import does to the catalogue."""

import pytest
import sqlalchemy as sa

from coproduction.errors import UserError
from coproduction.opportunities.csv_catalogue import TEMPLATE, read_csv
from coproduction.opportunities.importing import ERRORS_SHOWN, import_file
from coproduction.opportunities.review import publish, reject
from tests.opportunities.catalogue_files import csv_bytes, rows, statuses


@pytest.fixture
def bring_in(sqlite_engine, tmp_path):
    """Imports a file with these rows and returns what it did as numbers."""
    return importer(sqlite_engine, tmp_path)


def importer(engine, folder):
    def run(*given, content=None, name="catalogue.csv", columns=TEMPLATE, **options):
        path = folder / name
        path.write_bytes(csv_bytes(*given, columns=columns) if content is None else content)
        result = import_file(engine, path, **options)
        names = ("new", "changed", "unchanged", "withdrawn", "returned")
        return {name: count for name in names if (count := getattr(result, name))}

    return run


def errors(content):
    return [str(error) for error in read_csv(content).errors]


WITH_STATUS = (*TEMPLATE, "status")
ALL_COLUMNS = ", ".join(TEMPLATE)


@pytest.mark.parametrize(
    "content",
    [
        csv_bytes({"title": "Café – hot drinks"}),
        csv_bytes({"title": "Café – hot drinks"}, encoding="utf-8-sig"),
        csv_bytes({"title": "Café – hot drinks"}, encoding="utf-16"),
        csv_bytes({"title": "Café – hot drinks"}, encoding="cp1252"),
        csv_bytes({"title": "Café – hot drinks"}, delimiter=";"),
        csv_bytes({"title": "Café – hot drinks"}, delimiter=";", encoding="cp1252"),
        csv_bytes({"title": "Café – hot drinks"}, delimiter="\t", encoding="utf-8-sig"),
        csv_bytes({"title": "Café – hot drinks"}).replace(b"\r\n", b"\n"),
        csv_bytes({"title": "Café – hot drinks"}, columns=TEMPLATE[::-1]),
        csv_bytes({"title": "  Café \x07– hot drinks\u202e "}),
    ],
    ids=["utf-8", "bom", "utf-16", "windows-1252", "semicolons", "excel", "tabs", "unix", "reordered", "untidy"],
)
def test_a_file_is_read_as_spreadsheets_write_it(content):
    reading = read_csv(content)
    assert reading.errors == []
    assert [item.values["title"] for item in reading.items] == ["Café – hot drinks"]


def test_empty_cells_take_their_defaults():
    (item,) = read_csv(csv_bytes({"topics": ""})).items
    defaults = {"first_step": "", "topics": "", "min_age": 13, "language": "en", "link": None, "capacity": None}
    assert {column: item.values[column] for column in defaults} == defaults


@pytest.mark.parametrize(("minutes", "effort"), [("0", 0), ("59", 1), ("150", 2), ("479", 3), ("480", 4)])
def test_minutes_give_the_effort_where_it_is_not_stated(minutes, effort):
    (item,) = read_csv(csv_bytes({"effort": "", "minutes_per_month": minutes})).items
    assert item.values["effort"] == effort


def test_minutes_up_to_an_hour_may_fit_into_what_people_do_anyway():
    assert errors(csv_bytes({"effort": "0", "minutes_per_month": "45"})) == []


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"id": ""}, "id: is empty, and must not be"),
        ({"id": "two words"}, "id: is 'two words', but must be letters, digits, . _ - without spaces, at most 80"),
        ({"id": "x" * 81}, f"id: is '{'x' * 40}… (81 characters)', but must be"),
        ({"title": " "}, "title: is empty, and must not be"),
        ({"title": "x" * 201}, f"title: is '{'x' * 40}… (201 characters)', but must be a text of at most 200"),
        ({"summary": "x" * 2001}, "(2001 characters)', but must be a text of at most 2000 characters"),
        ({"link": "javascript:alert(1)"}, "link: is 'javascript:alert(1)', but must be a web address with https://"),
        ({"link": "data:text/html,hello"}, "link: is 'data:text/html,hello'"),
        ({"link": "//volunteer.example"}, "link: is '//volunteer.example'"),
        ({"link": "https://"}, "link: is 'https://'"),
        ({"link": "https://council@elsewhere.example"}, "link: is 'https://council@elsewhere.example'"),
        ({"link": 'https://a.example/"onclick="'}, "link: is"),
        ({"link": "https://a.example/" + "x" * 2000}, "(2018 characters)', but must be a web address"),
        ({"sector": "4"}, "sector: is '4', but must be 1, 2 or 3"),
        ({"sector": "environment"}, "sector: is 'environment', but must be 1, 2 or 3"),
        ({"sector": ""}, "sector: is empty, and must not be"),
        (
            {"topics": "litter litre"},
            "topics: is 'litter litre', but must be topic names separated by spaces: litre not",
        ),
        ({"effort": "7"}, "effort: is '7', but must be 0, 1, 2, 3 or 4"),
        ({"effort": ""}, "effort: is empty, and must not be"),
        (
            {"minutes_per_month": "an hour"},
            "minutes_per_month: is 'an hour', but must be a whole number from 0 to 43200",
        ),
        ({"minutes_per_month": "99999"}, "minutes_per_month: is '99999'"),
        ({"minutes_per_month": "300"}, "effort: is 1, but 300 minutes a month are effort 3"),
        ({"company": "1,2"}, "company: is '1,2', but must be one or more of 1, 2 and 3, separated by spaces"),
        ({"place": ""}, "place: is empty, and must not be"),
        ({"min_age": "-1"}, "min_age: is '-1', but must be an age from 0 to 120"),
        ({"min_age": "18", "max_age": "17"}, "max_age: is below min_age"),
        ({"starts_on": "05/12/2026"}, "starts_on: is '05/12/2026', but must be a date like 2026-12-05"),
        ({"starts_on": "2026-02-30"}, "starts_on: is '2026-02-30', but must be a date like 2026-12-05"),
        ({"starts_on": "2026-12-06", "ends_on": "2026-12-05"}, "ends_on: is before starts_on"),
        ({"latitude": "52,48"}, "latitude: is '52,48', but must be degrees from -90 to 90, with a point"),
        ({"latitude": "91", "longitude": "0"}, "latitude: is '91'"),
        ({"latitude": "nan", "longitude": "0"}, "latitude: is 'nan'"),
        ({"latitude": "52.48"}, "latitude: needs longitude, and the other way round"),
        ({"language": "English"}, "language: is 'English', but must be a language code like en"),
    ],
)
def test_what_is_wrong_with_a_value_is_said_with_its_line(row, error):
    found = errors(csv_bytes({"id": "good"}, row))
    assert len(found) == 1
    assert found[0].startswith("line 3, ")
    assert error in found[0]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (csv_bytes({}) + b"one,two\r\n", "line 3: has 2 cells, but the header has 21"),
        (csv_bytes({}) + b'"open', "line 3: the quotes are broken (unexpected end of data)"),
        (b"\x81\x8d\xff", "line 1: the file is not text in UTF-8 or Windows-1252"),
        (csv_bytes({"id": "same"}, {}, {"id": "same"}), "line 4, id: same is already on line 2"),
        (csv_bytes({}, columns=WITH_STATUS) + b"," * 20 + b",open\r\n", "line 3, status: is 'open', but must be draft"),
    ],
    ids=["ragged", "quotes", "binary", "duplicate", "status"],
)
def test_a_file_with_the_wrong_shape_is_refused_with_the_reason(content, error):
    assert any(found.startswith(error) for found in errors(content)), errors(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (csv_bytes({}, {"id": "b"}, columns=[c for c in TEMPLATE if c != "place"]), "missing: place"),
        (csv_bytes({}, columns=[c for c in TEMPLATE if c not in ("id", "place")]), "missing: id, place"),
        (csv_bytes({}, {"id": "b"}, columns=(*TEMPLATE, "colour")), "unknown: colour"),
        (csv_bytes({}, columns=(*TEMPLATE, "")), "unknown: (no name)"),
        (csv_bytes({}, columns=(*TEMPLATE, "title", "title")), "there twice: title"),
        (csv_bytes({}).replace(b"place", b"Place", 1), "missing: place; unknown: Place"),
        (b"", f"missing: {ALL_COLUMNS}"),
        (b"\r\n" + csv_bytes({}), f"missing: {ALL_COLUMNS}"),
        (
            b"x" * 41 + b"," + b",".join(b"%d" % n for n in range(22)),
            f"missing: {ALL_COLUMNS}; unknown: {'x' * 40}, {', '.join(map(str, range(20)))} and 2 more",
        ),
    ],
    ids=["one", "two", "unknown", "nameless", "twice", "misspelt", "empty", "blank line", "no header"],
)
def test_wrong_columns_are_named_once_with_where_to_look(bring_in, sqlite_engine, content, reason):
    with pytest.raises(UserError) as refused:
        bring_in(content=content)
    said = str(refused.value)
    assert refused.value.code == "wrong_columns"
    assert f"({reason})" in said
    assert "docs/catalogue.md" in said
    assert "\n" not in said
    assert rows(sqlite_engine) == {}


def test_lines_are_counted_as_an_editor_shows_them():
    content = csv_bytes({"summary": "One line,\nand another,\nand a third."}, {"id": "bad", "sector": "9"})
    assert errors(content) == ["line 5, sector: is '9', but must be 1, 2 or 3"]
    blank = content.replace(b"\r\nbad", b"\r\n\r\n,,,,,,,,,,,,,,,,,,,,\r\nbad")
    assert errors(blank) == ["line 7, sector: is '9', but must be 1, 2 or 3"]


def test_every_error_of_a_file_is_told_at_once():
    content = csv_bytes({"sector": "9", "place": "9"}, {"id": "b", "effort": "9"})
    assert [error.split(":")[0] for error in errors(content)] == ["line 2, sector", "line 2, place", "line 3, effort"]


def test_nothing_is_half_imported(bring_in, sqlite_engine):
    with pytest.raises(UserError, match=r"(?s)1 rows have errors.*line 3, effort: is '9'") as refused:
        bring_in({}, {"id": "b", "effort": "9"})
    assert refused.value.code == "import_refused"
    assert rows(sqlite_engine) == {}


def test_a_long_list_of_errors_is_cut(bring_in):
    with pytest.raises(UserError) as refused:
        bring_in(*({"id": f"o{n}", "sector": "9"} for n in range(ERRORS_SHOWN + 7)))
    assert str(refused.value).endswith("… and 7 more")


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("unreadable_catalogue", {"content": csv_bytes()}),
        ("unreadable_catalogue", {"content": b"{}"}),
        ("unknown_format", {"content": b"PK\x03\x04", "name": "catalogue.xlsx"}),
        ("skip_errors_csv", {"skip_errors": True}),
        ("bad_source", {"source": "Town hall"}),
    ],
)
def test_what_cannot_be_imported_is_refused_by_name(bring_in, sqlite_engine, code, options):
    with pytest.raises(UserError) as refused:
        bring_in({}, **options)
    assert refused.value.code == code
    assert rows(sqlite_engine) == {}


def test_a_file_that_is_not_there_is_said_to_be_so(sqlite_engine, tmp_path):
    for path, code in ((tmp_path / "nothing.csv", "no_such_file"), (tmp_path, "unreadable_catalogue")):
        with pytest.raises(UserError) as refused:
            import_file(sqlite_engine, path)
        assert refused.value.code == code


def test_an_import_is_published_and_importing_twice_changes_nothing(engine, tmp_path):
    bring_in = importer(engine, tmp_path)
    assert bring_in({}, {"id": "b"}) == {"new": 2}
    before = rows(engine)
    assert statuses(engine) == {"council:sweep": "published", "council:b": "published"}
    assert bring_in({"id": "b"}, {}) == {"unchanged": 2}
    assert rows(engine) == before


def test_a_changed_row_changes_its_opportunity_only(engine, tmp_path):
    bring_in = importer(engine, tmp_path)
    bring_in({}, {"id": "b"})
    before = rows(engine)
    assert bring_in({"title": "Sweep twice"}, {"id": "b"}) == {"changed": 1, "unchanged": 1}
    assert rows(engine)["council:sweep"]["title"] == "Sweep twice"
    assert rows(engine)["council:sweep"]["updated_at"] > before["council:sweep"]["updated_at"]
    assert rows(engine)["council:b"] == before["council:b"]


def test_what_left_the_file_is_withdrawn_and_comes_back_as_it_was(bring_in, sqlite_engine):
    bring_in({}, {"id": "b"}, {"id": "c", "status": "draft"}, columns=WITH_STATUS)
    assert bring_in({"id": "d"}, columns=WITH_STATUS) == {"new": 1, "withdrawn": 3}
    assert set(statuses(sqlite_engine).values()) == {"published", "withdrawn"}
    assert bring_in({"id": "d"}, columns=WITH_STATUS) == {"unchanged": 1}
    again = bring_in({}, {"id": "c", "status": "draft"}, {"id": "d"}, columns=WITH_STATUS)
    assert again == {"returned": 2, "unchanged": 1}
    assert statuses(sqlite_engine) == {
        "council:sweep": "published",
        "council:b": "withdrawn",
        "council:c": "draft",
        "council:d": "published",
    }


def test_a_file_is_the_complete_list_of_its_own_source_only(bring_in, sqlite_engine):
    bring_in({})
    assert bring_in({"id": "b"}, source="parks") == {"new": 1}
    assert statuses(sqlite_engine) == {"council:sweep": "published", "parks:b": "published"}


def test_a_dry_run_counts_and_changes_nothing(bring_in, sqlite_engine):
    bring_in({}, {"id": "b"})
    before = rows(sqlite_engine)
    counted = bring_in({"title": "Changed"}, {"id": "c"}, dry_run=True)
    assert counted == {"new": 1, "changed": 1, "withdrawn": 1}
    assert rows(sqlite_engine) == before


def test_places_taken_survive_an_import(bring_in, sqlite_engine):
    bring_in({"capacity": "3"})
    with sqlite_engine.begin() as connection:
        connection.execute(sa.text("UPDATE opportunities SET taken = 2"))
    bring_in({"capacity": "5"})
    assert (rows(sqlite_engine)["council:sweep"]["capacity"], rows(sqlite_engine)["council:sweep"]["taken"]) == (5, 2)


def test_what_an_official_corrected_survives_the_next_file(bring_in, sqlite_engine):
    bring_in({})
    publish(sqlite_engine, ["council:sweep"], {"place": "1", "topics": "litter parks"})
    assert bring_in({"title": "Another title", "place": "3"}) == {"changed": 1}
    row = rows(sqlite_engine)["council:sweep"]
    assert (row["title"], row["place"], row["topics"]) == ("Another title", 1, "litter parks")


@pytest.mark.parametrize(("decide", "status"), [(reject, "withdrawn"), (publish, "published")])
def test_an_officials_decision_outlasts_the_files_status(bring_in, sqlite_engine, decide, status):
    stated = {"withdrawn": "published", "published": "draft"}[status]
    bring_in({"status": stated}, columns=WITH_STATUS)
    decide(sqlite_engine, ["council:sweep"])
    bring_in({"status": stated, "title": "Another title"}, columns=WITH_STATUS)
    assert statuses(sqlite_engine) == {"council:sweep": status}


def test_the_files_status_counts_where_no_official_decided(bring_in, sqlite_engine):
    for status in ("draft", "published", "withdrawn", "draft"):
        bring_in({"status": status}, columns=WITH_STATUS)
        assert statuses(sqlite_engine) == {"council:sweep": status}


def test_a_draft_may_be_incomplete(bring_in, sqlite_engine):
    bring_in({"status": "draft", "sector": "", "effort": "", "company": "", "place": ""}, columns=WITH_STATUS)
    assert statuses(sqlite_engine) == {"council:sweep": "draft"}

"""The made-up interviews of the benchmark are such as the assistant could have held."""

from benchmarks.synthetic_interviews import fill
from coproduction.reports.export import interviews_table
from coproduction.reports.matches import matches_table
from coproduction.survey.instrument import current_instrument
from coproduction.survey.versions import known_versions, line_up

INSTRUMENT = current_instrument()
ITEMS = {1: "saf", 2: "env", 3: "hea"}


def test_made_up_interviews_follow_the_routes_and_codes_of_the_questionnaire(engine):
    fill(engine, INSTRUMENT, 400)
    instrument = line_up(known_versions())
    rows = [row for page in interviews_table(engine, instrument).pages for row in page.to_pylist()]
    assert len(rows) == 400
    assert {row["disposition"] for row in rows} == {"complete", "partial", "breakoff"}
    for row in rows:
        for question in INSTRUMENT.variables:
            code = row[question.name]
            assert code is None or INSTRUMENT.is_valid(question.name, code)
            if question.index and question.name[:3] != ITEMS.get(row["sector"]):
                assert code is None
    found = [row for page in matches_table(engine, instrument).pages for row in page.to_pylist()]
    assert {row["chosen"] for row in found} == {0, 1}


def test_the_same_seed_makes_the_same_answers(sqlite_engine, tmp_path):
    fill(sqlite_engine, INSTRUMENT, 20)
    first = [page.to_pylist() for page in interviews_table(sqlite_engine, line_up(known_versions())).pages]
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM interviews")
    fill(sqlite_engine, INSTRUMENT, 20)
    assert [page.to_pylist() for page in interviews_table(sqlite_engine, line_up(known_versions())).pages] == first

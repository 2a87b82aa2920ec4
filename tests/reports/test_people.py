"""The table of people: which interviews are of one person, and nothing else of anybody."""

import pyarrow as pa

from coproduction.records.recontact import person_of
from coproduction.records.recorder import Recorder
from coproduction.reports.people import people_table
from coproduction.reports.selection import Selection
from coproduction.survey.instrument import current_instrument
from tests.records.events import interview, slot

INSTRUMENT = current_instrument()


def test_only_interviews_that_are_linked_have_a_row(engine):
    recorder = Recorder(engine, INSTRUMENT)
    recorder.record([slot("consent", 1, interview("i-1", "AAAA-AAAA"))])
    recorder.record([slot("consent", 1, interview("i-2", "BBBB-BBBB"))])
    person = person_of(engine, "AAAA-AAAA", 10**6)
    recorder.record([slot("consent", 1, {**interview("i-3", "CCCC-CCCC"), "person": person})])
    table = people_table(engine, INSTRUMENT)
    assert pa.Table.from_batches(table.pages, table.schema).to_pylist() == [
        {"interview_id": "i-1", "person": person},
        {"interview_id": "i-3", "person": person},
    ]
    nobody = people_table(engine, INSTRUMENT, Selection(modes=("face-to-face",)))
    assert sum(batch.num_rows for batch in nobody.pages) == 0

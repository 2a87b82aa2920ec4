"""Whoever gives the reference code of an interview before is linked with it, by a pseudonym and for a time."""

import sqlalchemy as sa

from coproduction.records.erasure import erase_by_reference
from coproduction.records.recontact import person_of
from coproduction.records.recorder import Recorder
from coproduction.records.tables import interviews
from coproduction.survey.instrument import current_instrument
from tests.records.events import EMPTY_SPOOL, interview, slot

AT = 1_790_000_000.0


def begin(engine, identifier, reference, person=None):
    who = {**interview(identifier, reference), **({"person": person} if person else {})}
    Recorder(engine, current_instrument()).record([slot("consent", 1, who, at=AT)])


def persons(engine):
    with engine.connect() as connection:
        rows = connection.execute(sa.select(interviews.c.interview_id, interviews.c.person))
        return {row.interview_id: row.person for row in rows}


def test_a_second_interview_shares_the_pseudonym_of_the_first(engine):
    begin(engine, "i-1", "7K3M-QX9T")
    begin(engine, "i-3", "0000-0003")
    person = person_of(engine, "7k3m qx9t", 90, now=AT)
    begin(engine, "i-2", "0000-0002", person)
    assert persons(engine) == {"i-1": person, "i-2": person, "i-3": None}
    assert person_of(engine, "0000-0002", 90, now=AT) == person


def test_after_its_time_nothing_is_linked_any_more(engine):
    begin(engine, "i-1", "7K3M-QX9T")
    assert person_of(engine, "7K3M-QX9T", 90, now=AT + 91 * 86400) is None
    assert persons(engine) == {"i-1": None}


def test_an_unknown_reference_code_is_linked_with_nothing(engine):
    assert person_of(engine, "7K3M-QX9T", 90) is None


def test_erasing_one_interview_leaves_the_other(engine):
    begin(engine, "i-1", "7K3M-QX9T")
    begin(engine, "i-2", "0000-0002", person_of(engine, "7K3M-QX9T", 90, now=AT))
    erase_by_reference(engine, EMPTY_SPOOL, "7K3M-QX9T")
    assert set(persons(engine)) == {"i-2"}

"""The benchmark of an outage measures what really is kept: all of it is in the database at the end."""

import sqlalchemy as sa

from benchmarks.outage import measure
from coproduction.database import connect
from coproduction.records.tables import answers, interviews, turns


def test_what_was_measured_was_kept_and_brought_back(tmp_path):
    lines = measure(tmp_path, interviews=2)
    engine = connect(f"sqlite:///{tmp_path / 'records.db'}")
    with engine.connect() as connection:
        held, said, coded = (
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (interviews, turns, answers)
        )
        per_interview = connection.execute(
            sa.select(sa.func.count()).select_from(answers).group_by(answers.c.interview_id).distinct()
        ).all()
    engine.dispose()
    assert held == 4, "two kept in the database, two in the spool"
    assert said == coded + held, "a turn for consent and one for each answer"
    assert len(per_interview) == 1, "those from the spool are as whole as the others"
    assert sum(line.startswith("| in ") for line in lines) == 2

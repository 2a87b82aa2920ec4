"""Answers of field interviewers: the CSV export of the form (ODK, KoBo) becomes records with the mode `face-to-face`.

The whole file is checked before anything is written. Then each interview goes through the recorder, as the chat's
do: the same tables, the same redaction, and reading the file again changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from coproduction.records.conversations import Event
from coproduction.records.field_forms import FieldInterview, read_responses, refuse
from coproduction.records.recorder import ASK_PREFIX, Recorder
from coproduction.records.reference import reference_hash
from coproduction.records.tables import interviews
from coproduction.records.tombstones import bury, is_erased
from coproduction.survey.modes import FACE_TO_FACE
from coproduction.survey.versions import LinedUp


@dataclass
class Imported:
    """What an import did, or would do: numbers of forms. `expired` are older than interviews are kept."""

    new: int = 0
    known: int = 0
    expired: int = 0
    refused: int = 0
    ineligible: int = 0


def import_responses(
    engine: Engine, path: Path, versions: LinedUp, country: str, dry_run: bool = False, since: float = 0
) -> Imported:
    """Import the answers in a form's CSV export in one transaction: all of them, or none where any is wrong.

    Interviews that ended before `since` (Unix seconds) are left out: they would be deleted at once. A dry run does
    the same and takes it back. Raises `UserError` as `read_responses` does, and responses_refused where
    another interview has a reference code already.
    """
    found = read_responses(path, versions)
    result = Imported()
    with engine.connect() as connection, connection.begin() as transaction:
        taken = [i.reference for i in found if _is_taken(connection, i)]
        refuse(path, [f"reference {reference}: another interview has it" for reference in taken])
        for interview in found:
            is_known = _is_known(connection, interview.interview_id)
            outcome = "known" if is_known else interview.ending or "new"
            if outcome == "new" and interview.ended_at < since:
                outcome = "expired"
            setattr(result, outcome, getattr(result, outcome) + 1)
            if outcome not in ("known", "expired"):
                _record(engine, connection, interview, country)
        if dry_run:
            transaction.rollback()
    return result


def _is_known(connection: Connection, interview_id: str) -> bool:
    """Whether an interview is in the record already, or was and must not come back."""
    here = sa.select(interviews.c.interview_id).where(interviews.c.interview_id == interview_id)
    return connection.execute(here).first() is not None or is_erased(connection, interview_id)


def _is_taken(connection: Connection, interview: FieldInterview) -> bool:
    """Whether another interview has the reference code already."""
    other = sa.select(interviews.c.interview_id).where(
        interviews.c.reference_hash == reference_hash(interview.reference),
        interviews.c.interview_id != interview.interview_id,
    )
    return connection.execute(other).first() is not None


def _record(engine: Engine, connection: Connection, interview: FieldInterview, country: str) -> None:
    recorder = Recorder(engine, interview.instrument)
    if interview.ending is None:
        recorder.project(connection, _events(interview, country))
        return
    bury(connection, interview.interview_id)  # so that the same form is not counted again
    name, code = ("consent", 2) if interview.ending == "refused" else ("agegrp", 0)
    recorder.project(connection, [{"event": "slot", "name": name, "value": code, "timestamp": interview.ended_at}])


def _events(interview: FieldInterview, country: str) -> list[Event]:
    """What the chat would have said about this interview; times of single answers are not known."""
    who = {
        "id": interview.interview_id,
        "mode": FACE_TO_FACE,
        "language": interview.language,
        "country": country,
        "reference_hash": reference_hash(interview.reference),
    }

    def event(kind: str, at: float, **content: Any) -> Event:
        return {"event": kind, "timestamp": at, "interview": who, **content}

    end = interview.ended_at
    recorded = {name: code for name, code in interview.answers.items() if name != "consent"}
    return [
        event("slot", interview.started_at, name="consent", value=1),
        *(event("slot", end, name=name, value=code) for name, code in recorded.items()),
        *(event("user", end, text=text, parse_data=_typed(name)) for name, text in interview.words.items()),
        *(event("action", end, name=f"{ASK_PREFIX}{name}") for name in list(recorded)[-1:]),
    ]


def _typed(variable: str) -> dict[str, Any]:
    return {"intent": {"name": "answer"}, "entities": [{"entity": variable, "value": ""}]}

"""Answers of field interviewers: the CSV export of the form (ODK, KoBo) becomes records with the mode `face-to-face`.

The whole file is checked before anything is written. Then each interview goes through the recorder, as the chat's
do: the same tables, the same redaction, and reading the file again changes nothing.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.errors import UserError
from coproduction.records.conversations import Event
from coproduction.records.recorder import ASK_PREFIX, Recorder
from coproduction.records.reference import new_reference, reference_hash
from coproduction.records.tables import interviews, tombstones
from coproduction.survey.instrument import MISSING_CODES, NO_ANSWER, Code, Instrument, Question
from coproduction.survey.modes import FACE_TO_FACE
from coproduction.survey.routing import applies
from coproduction.survey.scoring import effort_band
from coproduction.survey.topics import OTHER, current_topics
from coproduction.survey.versions import LinedUp

INSTANCE_COLUMNS = ("instanceID", "_uuid", "KEY")
"""What a form's identifier is called: in the form, by KoBo, by ODK Central."""

MOST_ERRORS_SHOWN = 20
_NAMESPACE = uuid.UUID("5f0c6f5e-3f0a-4d0e-9a53-6f6d2f6b7c11")


@dataclass
class FieldInterview:
    """One form as sent in: codes by question (gates included), words of free-text answers, times in seconds."""

    interview_id: str
    instrument: Instrument
    language: str
    started_at: float
    ended_at: float
    reference: str
    answers: dict[str, Code] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def ending(self) -> str | None:
        """`refused` or `ineligible` where nothing of it may be kept."""
        if self.answers["consent"] != 1:
            return "refused"
        return "ineligible" if self.answers.get("agegrp") == 0 else None


@dataclass
class Imported:
    """What an import did, or would do: numbers of forms."""

    new: int = 0
    known: int = 0
    refused: int = 0
    ineligible: int = 0


class _Problem(Exception):  # noqa: N818 (a finding about one cell, gathered and shown together)
    def __init__(self, column: str, what: str) -> None:
        super().__init__(f"{column}: {what}")


def import_responses(engine: Engine, path: Path, versions: LinedUp, country: str, dry_run: bool = False) -> Imported:
    """Import the answers in a form's CSV export; all of them, or none where any is wrong.

    Raises `UserError`: no_such_file, unreadable_responses, responses_columns, responses_refused (with row and column
    of each problem), unknown_instrument.
    """
    found = read_responses(path, versions)
    known = _known(engine)
    _refuse(path, [f"reference {i.reference}: another interview has it" for i in found if _is_taken(engine, i)])
    result = Imported()
    for interview in found:
        if interview.interview_id in known:
            result.known += 1
            continue
        outcome = interview.ending or "new"
        setattr(result, outcome, getattr(result, outcome) + 1)
        if not dry_run:
            _record(engine, interview, country)
    return result


def read_responses(path: Path, versions: LinedUp) -> list[FieldInterview]:
    """The forms in a CSV export, checked against the versions of the instrument they were made from."""
    errors: list[str] = []
    found: list[FieldInterview] = []
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(_rows(path), start=2):  # as a spreadsheet counts: the header is row 1
        instrument = versions.of_version(row["instrument"])
        if missing := [question.name for question in instrument.variables if question.name not in row]:
            raise UserError("responses_columns", path=path, columns=", ".join(missing))
        problems: list[_Problem] = []
        interview = _interview(row, instrument, problems)
        if interview is not None:
            problems += _repeated(interview, seen)
            found.append(interview)
        errors += [f"row {number}, {problem}" for problem in problems]
    _refuse(path, errors)
    return found


def _repeated(interview: FieldInterview, seen: set[tuple[str, str]]) -> Iterator[_Problem]:
    """What an interview has in common with one before it that it must not."""
    for column, value in (("instanceID", interview.interview_id), ("reference", interview.reference)):
        if (column, value) in seen:
            yield _Problem(column, "another row has the same")
        seen.add((column, value))


def _refuse(path: Path, errors: list[str]) -> None:
    """Raise `UserError` (responses_refused) with the first errors, if there are any."""
    if errors:
        shown = errors[:MOST_ERRORS_SHOWN]
        if len(errors) > len(shown):
            shown.append(f"… and {len(errors) - len(shown)} more")
        raise UserError("responses_refused", path=path, count=len(errors), errors="\n".join(shown))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows by column; the names of groups before a column's own are taken off."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
            names = [_plain(name) for name in reader.fieldnames or []]
            missing = [name for name in ("consent", "instrument", "start", "end") if name not in names]
            if not set(names) & set(INSTANCE_COLUMNS):
                missing.append(INSTANCE_COLUMNS[0])
            if missing:
                raise UserError("responses_columns", path=path, columns=", ".join(missing))
            reader.fieldnames = names
            for row in reader:
                yield {name: (value or "").strip() for name, value in row.items() if name}
    except FileNotFoundError:
        raise UserError("no_such_file", path=path) from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise UserError("unreadable_responses", path=path, reason=error) from error


def _plain(name: str) -> str:
    """`group/saf1`, `group-saf1` and `saf1` are the same column."""
    return name.replace("-", "/").rsplit("/", 1)[-1].strip()


def _interview(row: Mapping[str, str], instrument: Instrument, problems: list[_Problem]) -> FieldInterview | None:
    """One row as an interview; what is wrong with it goes into `problems`."""
    try:
        instance = next((row[name] for name in INSTANCE_COLUMNS if row.get(name)), "")
        if not instance:
            raise _Problem("instanceID", "it is empty")
        interview = FieldInterview(
            str(uuid.uuid5(_NAMESPACE, instance.removeprefix("uuid:"))),
            instrument,
            row.get("language") or "en",
            _seconds(row, "start"),
            _seconds(row, "end"),
            row.get("reference") or new_reference(),
        )
        if interview.started_at > interview.ended_at:
            raise _Problem("end", "it is before start")
        _read_answers(interview, row, problems)
    except _Problem as problem:
        problems.append(problem)
        return None
    return interview


def _seconds(row: Mapping[str, str], column: str) -> float:
    try:
        when = datetime.fromisoformat(row[column].replace("Z", "+00:00"))
    except ValueError:
        raise _Problem(column, f"{row[column]!r} is no time like 2026-05-04T10:00:00.000+01:00") from None
    if when.tzinfo is None:
        raise _Problem(column, f"{row[column]!r} has no time zone")
    return when.astimezone(timezone.utc).timestamp()


def _read_answers(interview: FieldInterview, row: Mapping[str, str], problems: list[_Problem]) -> None:
    for question in interview.instrument.questions:
        if question.name == "match":
            continue
        try:
            _read_answer(interview, question, row.get(question.name, ""))
        except _Problem as problem:
            problems.append(problem)
        if question.name == "consent" and "consent" not in interview.answers:
            return
        if interview.ending is not None:
            return
    _read_minutes(interview, row, problems)


def _read_answer(interview: FieldInterview, question: Question, given: str) -> None:
    asked = applies(question, {**interview.answers, "consent": interview.answers.get("consent", 1)})
    if not asked:
        if given and question.recorded:
            raise _Problem(question.name, f"{given[:40]!r} answers a question that was not to be asked")
        return
    if question.scale is None:
        _read_words(interview, question, given)
        return
    if not given:
        if question.name == "consent":
            raise _Problem("consent", "it is empty: without consent nothing may be imported")
        return
    code = int(given) if given.isascii() and given.isdecimal() else None
    if code is None or not _is_choice(interview.instrument, question, code):
        codes = ", ".join(str(choice) for choice in _choices(interview.instrument, question))
        raise _Problem(question.name, f"{given[:40]!r} is none of the codes {codes} (export codes, not labels)")
    interview.answers[question.name] = code


def _choices(instrument: Instrument, question: Question) -> list[int]:
    scale = instrument.scale_of(question)
    codes = [category.code for category in scale.categories] if scale else []
    return codes + (list(MISSING_CODES) if question.recorded else [])


def _is_choice(instrument: Instrument, question: Question, code: int) -> bool:
    return code in _choices(instrument, question)


def _read_words(interview: FieldInterview, question: Question, given: str) -> None:
    """Free text: topics are coded with the vocabulary, beside the words; empty is no answer; a missing code is one."""
    if not given or given in map(str, MISSING_CODES):
        interview.answers[question.name] = int(given or NO_ANSWER)
    elif question.kind == "topics":
        interview.answers[question.name] = " ".join(current_topics().find(given, interview.language)) or OTHER
        interview.words[question.name] = given
    else:
        interview.answers[question.name] = given


def _read_minutes(interview: FieldInterview, row: Mapping[str, str], problems: list[_Problem]) -> None:
    for question in interview.instrument.questions:
        given = row.get(question.minutes or "", "")
        if question.minutes is None or not given:
            continue
        if not (given.isascii() and given.isdecimal()):
            problems.append(_Problem(question.minutes, f"{given[:40]!r} is no whole number of minutes"))
        elif effort_band(int(given)) != interview.answers.get(question.name):
            problems.append(_Problem(question.minutes, f"{given} minutes are not the time chosen at {question.name}"))
        else:
            interview.answers[question.minutes] = int(given)


def _known(engine: Engine) -> set[str]:
    """Ids of interviews that are in the record already, or were and must not come back."""
    with engine.connect() as connection:
        here = connection.execute(sa.select(interviews.c.interview_id).where(interviews.c.mode == FACE_TO_FACE))
        gone = connection.execute(sa.select(tombstones.c.interview_id))
        return {*here.scalars(), *gone.scalars()}


def _is_taken(engine: Engine, interview: FieldInterview) -> bool:
    """Whether another interview has the reference code already."""
    other = sa.select(interviews.c.interview_id).where(
        interviews.c.reference_hash == reference_hash(interview.reference),
        interviews.c.interview_id != interview.interview_id,
    )
    with engine.connect() as connection:
        return connection.execute(other).first() is not None


def _record(engine: Engine, interview: FieldInterview, country: str) -> None:
    recorder = Recorder(engine, interview.instrument)
    if interview.ending is None:
        recorder.record(_events(interview, country))
        return
    with engine.begin() as connection:  # so that the same form is not counted again
        connection.execute(
            sa.insert(tombstones), {"interview_id": interview.interview_id, "erased_at": interview.ended_at}
        )
    name, code = ("consent", 2) if interview.ending == "refused" else ("agegrp", 0)
    recorder.record([{"event": "slot", "name": name, "value": code, "timestamp": interview.ended_at}])


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

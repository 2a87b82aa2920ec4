"""The CSV export of the form for field interviewers (ODK, KoBo), read and checked cell by cell."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from coproduction.council import LANGUAGE
from coproduction.errors import UserError
from coproduction.records.reference import is_reference, new_reference, reference_hash
from coproduction.survey.instrument import MISSING_CODES, NO_ANSWER, Code, Instrument, Question
from coproduction.survey.routing import applies
from coproduction.survey.scoring import EFFORT_MINUTES_BOUNDS, effort_band
from coproduction.survey.topics import OTHER, current_topics
from coproduction.survey.versions import LinedUp
from coproduction.survey.xlsform import LONGEST_TEXT

INSTANCE_COLUMNS = ("instanceID", "_uuid", "KEY")
"""What a form's identifier is called: in the form, by KoBo, by ODK Central."""

MOST_ERRORS_SHOWN = 20
MOST_DIGITS = 5
LONGEST_SECONDS = 24 * 60 * 60
EARLIEST = datetime(2000, 1, 1, tzinfo=timezone.utc)
"""A form that says it was filled in before this has the clock of its device wrong."""

MINUTES_A_MONTH = EFFORT_MINUTES_BOUNDS[max(EFFORT_MINUTES_BOUNDS)][1]
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


class _Problem(Exception):  # noqa: N818 (a finding about one cell, gathered and shown together)
    def __init__(self, column: str, what: str) -> None:
        super().__init__(f"{column}: {what}")


def read_responses(path: Path, versions: LinedUp) -> list[FieldInterview]:
    """The forms in a CSV export, checked against the versions of the instrument they were made from.

    Raises `UserError`: no_such_file, unreadable_responses, responses_columns, responses_refused (with row and column
    of each problem), unknown_instrument.
    """
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
    refuse(path, errors)
    return found


def _repeated(interview: FieldInterview, seen: set[tuple[str, str]]) -> Iterator[_Problem]:
    """What an interview has in common with one before it that it must not."""
    values = {"instanceID": interview.interview_id, "reference": reference_hash(interview.reference)}
    for column, value in values.items():
        if (column, value) in seen:
            yield _Problem(column, "another row has the same")
        seen.add((column, value))


def refuse(path: Path, errors: list[str]) -> None:
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
            _language(row),
            _seconds(row, "start"),
            _seconds(row, "end"),
            _reference(row),
        )
        if interview.started_at > interview.ended_at:
            raise _Problem("end", "it is before start")
        if interview.ended_at - interview.started_at > LONGEST_SECONDS:
            raise _Problem("end", "it is more than 24 hours after start")
        _read_answers(interview, row, problems)
    except _Problem as problem:
        problems.append(problem)
        return None
    return interview


def _language(row: Mapping[str, str]) -> str:
    given = row.get("language") or "en"
    if LANGUAGE.fullmatch(given) is None:
        raise _Problem("language", f"{given[:40]!r} is no code like en or pt-BR")
    return given


def _reference(row: Mapping[str, str]) -> str:
    """The code that the form drew; a new one where there is none, which nobody knows."""
    given = row.get("reference") or new_reference()
    if not is_reference(given):
        what = f"{given[:40]!r} is no code like 7K3M-QX9T. Give the one that the form drew, or leave it empty"
        raise _Problem("reference", f"{what}: then these answers cannot be deleted by a code")
    return given


def _seconds(row: Mapping[str, str], column: str) -> float:
    given = row[column][:40]
    try:
        when = datetime.fromisoformat(given.replace("Z", "+00:00"))
    except ValueError:
        raise _Problem(column, f"{given!r} is no time like 2026-05-04T10:00:00.000+01:00") from None
    if when.tzinfo is None:
        raise _Problem(column, f"{given!r} has no time zone")
    if when < EARLIEST:
        raise _Problem(column, f"{given!r} is before {EARLIEST.year}")
    if when > datetime.now(timezone.utc) + timedelta(days=1):
        raise _Problem(column, f"{given!r} is more than a day ahead")
    return when.timestamp()


def _whole_number(given: str) -> int | None:
    """What is written in digits, as far as it is a code or an amount of time; None for anything else."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= MOST_DIGITS else None


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
    code = _whole_number(given)
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
    if len(given) > LONGEST_TEXT:
        raise _Problem(question.name, f"it has {len(given)} characters, and the form takes {LONGEST_TEXT}")
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
        minutes = _whole_number(given)
        if minutes is None or minutes > MINUTES_A_MONTH:
            problems.append(_Problem(question.minutes, f"{given[:40]!r} is no whole number of minutes a month"))
        elif effort_band(minutes) != interview.answers.get(question.name):
            problems.append(_Problem(question.minutes, f"{given} minutes are not the time chosen at {question.name}"))
        else:
            interview.answers[question.minutes] = minutes

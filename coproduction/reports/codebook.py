"""The codebook: what each column of the export means, generated from the instrument's versions and the records."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from coproduction.reports.columns import Column
from coproduction.reports.described import Described, tables
from coproduction.reports.study import NOT_THE_WORDING_OF_2008, Study
from coproduction.reports.table import neutralise
from coproduction.survey.modes import MODES
from coproduction.survey.versions import Change, Versions, changes, changes_in_words, line_up

HEADER = (
    "table variable label type measure question asked_of code meaning missing verified_against_2008 changed".split()
)


def codebook_rows(versions: Versions, weight: Column | None = None) -> Iterator[list[str]]:
    """One row per variable and code of every table, of any version, with the columns of `HEADER`."""
    history = list(changes(versions))
    for table in tables(line_up(versions), weight):
        for column in table.columns:
            yield from ([table.name, *row] for row in _rows(column, history))


def _rows(column: Column, history: list[Change]) -> Iterator[list[str]]:
    about = [column.name, column.label, column.kind, column.measure, column.question or "", column.universe or ""]
    changed = "; ".join(f"{c.version}: {c.what}" for c in history if c.variable == column.name)
    verified = "" if column.verified is None else ("yes" if column.verified else "no")
    for code, meaning, missing in _codes(column) or [("", "", "no")]:
        yield [*about, code, meaning, missing, verified, changed]


def _codes(column: Column) -> list[tuple[str, str, str]]:
    """Code, meaning and whether it is missing (`yes`, `no`)."""
    return [
        *((code, meaning, "no") for code, meaning in column.text_codes),
        *((str(category.code), category.label, "no") for category in column.categories),
        *((str(category.code), category.label, "yes") for category in column.missing),
    ]


def write_codebook_csv(versions: Versions, output: TextIO, weight: Column | None = None) -> None:
    """Write the codebook as CSV, one row per variable and code."""
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([neutralise(cell) for cell in row] for row in codebook_rows(versions, weight))


def write_codebook_markdown(study: Study, versions: Versions, output: TextIO, weight: Column | None = None) -> None:
    """Write the codebook as Markdown: the study, what changed between versions, one section per variable."""
    instrument = line_up(versions)
    output.write(f"# Codebook: {instrument.title} ({instrument.identifier})\n\n")
    output.write(f"{study.sampling} {NOT_THE_WORDING_OF_2008}\n\n")
    output.write(f"{_extent(study)}\n\nAn empty cell means that the question was not asked.\n")
    history = list(changes(versions))
    output.writelines(f"\n{sentence}\n" for sentence in changes_in_words(versions))
    record, *others = tables(instrument, weight)
    for column in record.columns:
        _write_section(column, [change for change in history if change.variable == column.name], output)
    for table in others:
        _write_table(table, output)


def _extent(study: Study) -> str:
    """How many interviews there are, from when, how they were held."""
    if study.first is None:
        return "There are no interviews yet."
    modes = "; ".join(MODES.get(mode, mode) for mode in study.modes)
    return (
        f"Interviews: {study.stated_interviews}, {study.first} to {study.last} (UTC). Modes: {modes}. "
        f"Languages: {', '.join(study.languages)}. Questionnaires: {', '.join(study.instruments)}."
    )


def _write_section(column: Column, history: list[Change], output: TextIO) -> None:
    output.write(f"\n## {column.name}\n\n{column.label} ({column.kind}, {column.measure}).\n")
    if column.question:
        output.write(f"\nQuestion: “{column.question}”")
        output.write("" if column.verified else " (not verified against the 2008 questionnaire)")
        output.write(f"\n\nAsked of: {column.universe}.\n")
    output.writelines(f"\nVersion {change.version}: {change.what}.\n" for change in history)
    if codes := _codes(column):
        output.write("\n| code | meaning |\n|---|---|\n")
        output.writelines(
            f"| {code} | {meaning}{' (missing)' if missing == 'yes' else ''} |\n" for code, meaning, missing in codes
        )


def _write_table(table: Described, output: TextIO) -> None:
    """A table beside the record, in short."""
    output.write(f"\n# The table {table.name}\n\n{table.content}\n\n| column | what it says | codes |\n|---|---|---|\n")
    for column in table.columns:
        codes = "; ".join(f"{code} {meaning}" for code, meaning, _ in _codes(column))
        output.write(f"| {column.name} | {column.label} | {codes} |\n")

"""The codebook: what each column of the export means, generated from the instrument."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from coproduction.reports.columns import Column, export_columns
from coproduction.survey.instrument import Instrument

HEADER = ["variable", "label", "question", "code", "meaning", "missing", "verified_against_2008"]

LIMITS = (
    "The sample is self-selected: people who came to the council's website or wrote to it. No weighting makes it a "
    "probability sample. The items are the project's own and concept-compatible with the five-nation survey of 2008; "
    "its exact wording, answer scale and index formula are not known, so indices must not be set beside its figures "
    "without saying so."
)


def codebook_rows(instrument: Instrument) -> Iterator[list[str]]:
    """One row per variable and code: variable, label, question, code, meaning, whether missing, whether verified."""
    for column in export_columns(instrument):
        about = [column.name, column.label, column.question or ""]
        verified = "" if column.verified is None else ("yes" if column.verified else "no")
        codes = list(_codes(column))
        if not codes:
            yield [*about, "", _KINDS[column.kind], "no", verified]
        for code, meaning, missing in codes:
            yield [*about, code, meaning, missing, verified]


_KINDS = {"text": "text", "time": "time", "code": "code", "number": "number"}


def _codes(column: Column) -> Iterator[tuple[str, str, str]]:
    yield from ((code, meaning, "no") for code, meaning in column.text_codes)
    yield from ((str(category.code), category.label, "no") for category in column.categories)
    yield from ((str(category.code), category.label, "yes") for category in column.missing)


def write_codebook_csv(instrument: Instrument, output: TextIO) -> None:
    """Write the codebook as CSV, one row per variable and code."""
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(codebook_rows(instrument))


def write_codebook_markdown(instrument: Instrument, output: TextIO) -> None:
    """Write the codebook as Markdown, one section per variable."""
    output.write(f"# Codebook: {instrument.title} ({instrument.identifier})\n\n{LIMITS}\n\n")
    output.write("An empty cell means that the question was not asked.\n")
    for column in export_columns(instrument):
        output.write(f"\n## {column.name}\n\n{column.label}.\n")
        if column.question:
            output.write(f"\nQuestion: “{column.question}”")
            output.write("" if column.verified else " (not verified against the 2008 questionnaire)")
            output.write("\n")
        codes = list(_codes(column))
        if codes:
            output.write("\n| code | meaning |\n|---|---|\n")
            output.writelines(
                f"| {code} | {meaning}{' (missing)' if missing == 'yes' else ''} |\n"
                for code, meaning, missing in codes
            )

"""The questionnaire as an XLSForm (https://xlsform.org/en/), for field interviewers with ODK or KoBo, or for paper.

The form asks what the chat asks, in the same words and order, and by the same conditions. It makes no suggestions.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from coproduction.survey.instrument import DONT_KNOW, MISSING_CODES, NO_ANSWER, REFUSAL, Instrument, Question
from coproduction.survey.scoring import EFFORT_MINUTES_BOUNDS

SURVEY = (
    "type", "name", "label", "hint", "required", "required_message", "relevant", "constraint", "constraint_message",
    "calculation", "appearance",
)  # fmt: skip
CHOICES = ("list_name", "name", "label")
SETTINGS = ("form_title", "form_id", "version", "default_language")

REFERENCE_SIGNS = 8
LONGEST_TEXT = 2000

NOT_IN_THE_FORM = "match"
NOT_READ_OUT = " (do not read out)"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Signs of a reference code, as records/reference.py has them."""

Row = dict[str, str]


def write_xlsform(instrument: Instrument, path: Path) -> None:
    """Write the form as an Excel file with the sheets survey, choices and settings."""
    settings = {
        "form_title": instrument.title,
        "form_id": instrument.name,
        "version": instrument.version,
        "default_language": "default",
    }
    with xlsxwriter.Workbook(path) as workbook:
        for name, columns, rows in (
            ("survey", SURVEY, survey_rows(instrument)),
            ("choices", CHOICES, choice_rows(instrument)),
            ("settings", SETTINGS, iter([settings])),
        ):
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, columns)
            for number, row in enumerate(rows, start=1):
                for place, column in enumerate(columns):
                    sheet.write_string(number, place, row.get(column, ""))


def survey_rows(instrument: Instrument) -> Iterator[Row]:
    """The rows of the sheet `survey`: times, version, a reference code, consent, then the questions."""
    yield {"type": "start", "name": "start"}
    yield {"type": "end", "name": "end"}
    yield _calculated("instrument", f"'{instrument.identifier}'")
    yield from _reference_rows()
    for question in instrument.questions:
        if question.name == NOT_IN_THE_FORM:
            continue
        yield from _question_rows(instrument, question)
    yield {
        "type": "note",
        "name": "give_reference",
        "label": "Give the respondent this reference code: ${reference}. With it the answers can be deleted.",
        "relevant": _consented(instrument),
    }


def choice_rows(instrument: Instrument) -> Iterator[Row]:
    """The rows of the sheet `choices`: a list for each closed question, missing codes last."""
    for question in instrument.questions:
        scale = instrument.scale_of(question)
        if scale is None or question.name == NOT_IN_THE_FORM:
            continue
        for category in scale.categories:
            yield {
                "list_name": question.name,
                "name": str(category.code),
                "label": category.in_person or category.label,
            }
        for code in missing_choices(question):
            label = instrument.label(question.name, code) + ("" if code in question.offer else NOT_READ_OUT)
            yield {"list_name": question.name, "name": str(code), "label": label}


def missing_choices(question: Question) -> list[int]:
    """The missing codes that the form offers: those the chat has buttons for, and what any respondent may say."""
    if not question.recorded:
        return []
    return [code for code in MISSING_CODES if code in {*question.offer, REFUSAL, DONT_KNOW, NO_ANSWER}]


def _question_rows(instrument: Instrument, question: Question) -> Iterator[Row]:
    row = {
        "name": question.name,
        "label": question.in_person or question.text,
        "relevant": _relevant(instrument, question),
    }
    if question.scale is None:
        yield row | {
            "type": "text",
            "hint": "Write down what is said, word for word, without names and addresses. It may stay empty.",
            "appearance": "multiline",
            "constraint": f"string-length(.) <= {LONGEST_TEXT}",
            "constraint_message": f"At most {LONGEST_TEXT} characters.",
        }
        return
    yield row | {
        "type": f"select_one {question.name}",
        "hint": "Read the question and the choices out." if question.recorded else "Read it out.",
        "required": "yes",
        "required_message": "Choose one. There is a choice for those who do not answer."
        if question.recorded
        else "Choose one.",
    }
    yield from _afterwards(instrument, question)


def _afterwards(instrument: Instrument, question: Question) -> Iterator[Row]:
    """What follows a question: the end for those without consent or too young, and minutes where they were said."""
    if question.name == "consent":
        label = (
            "Thank the respondent. Nothing more is asked and nothing is kept but a count. Send the form all the same."
        )
        yield {"type": "note", "name": "no_consent", "label": label, "relevant": "${consent} = '2'"}
    if too_young := _screened_out(instrument, question):
        label = "Stop here and thank the respondent. Nothing is kept but a count. Send the form all the same."
        yield {"type": "note", "name": "too_young", "label": label, "relevant": _any_of(question.name, too_young)}
    if question.minutes:
        bands = " or ".join(
            f"(${{{question.name}}} = '{code}' and . >= {least} and . <= {most})"
            for code, (least, most) in EFFORT_MINUTES_BOUNDS.items()
        )
        yield {
            "type": "integer",
            "name": question.minutes,
            "label": "Minutes a month, if the respondent named an amount of time.",
            "hint": "Otherwise leave empty.",
            "relevant": f"{_relevant(instrument, question)} and {_any_of(question.name, EFFORT_MINUTES_BOUNDS)}",
            "constraint": bands,
            "constraint_message": "That is not the time chosen in the question before. Correct one of the two.",
        }


def _relevant(instrument: Instrument, question: Question) -> str:
    """The condition under which a question is asked, as an XPath expression; empty for consent."""
    if question.name == "consent":
        return ""
    conditions = {"consent": [1], **question.ask_if}
    asked = [_any_of(name, codes) for name, codes in conditions.items()]
    before = instrument.questions[: instrument.questions.index(question)]
    asked += [f"not({_any_of(each.name, codes)})" for each in before if (codes := _screened_out(instrument, each))]
    return " and ".join(asked)


def _screened_out(instrument: Instrument, question: Question) -> list[int]:
    scale = instrument.scale_of(question)
    return [category.code for category in scale.categories if category.screens_out] if scale else []


def _any_of(name: str, codes: object) -> str:
    tests = [f"${{{name}}} = '{code}'" for code in codes]  # type: ignore[attr-defined]
    return tests[0] if len(tests) == 1 else f"({' or '.join(tests)})"


def _consented(instrument: Instrument) -> str:
    young = [_any_of(q.name, codes) for q in instrument.questions if (codes := _screened_out(instrument, q))]
    return " and ".join(["${consent} = '1'", *(f"not({test})" for test in young)])


def _reference_rows() -> Iterator[Row]:
    """A reference code made by the form: eight signs drawn once, like `7K3M-QX9T`."""
    for place in range(1, REFERENCE_SIGNS + 1):
        yield _calculated(f"sign_{place}", f"once(int(random() * {len(ALPHABET)}))")
    signs = [f"substr('{ALPHABET}', ${{sign_{i}}}, ${{sign_{i}}} + 1)" for i in range(1, REFERENCE_SIGNS + 1)]
    half = REFERENCE_SIGNS // 2
    yield _calculated("reference", f"concat({', '.join(signs[:half])}, '-', {', '.join(signs[half:])})")


def _calculated(name: str, calculation: str) -> Row:
    return {"type": "calculate", "name": name, "calculation": calculation}

"""The parts of domain.yml that follow from the instrument, and writing them there."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import yaml

from coproduction.channels.payloads import answer_payload, payload
from coproduction.errors import UserError
from coproduction.records.recorder import ASK_AGAIN_PREFIX, ASK_PREFIX
from coproduction.survey.instrument import Instrument, Question

MARKER = "# --- from coproduction/survey/instrument.yml: `coproduction domain` writes what follows ---"

FILLED_SLOTS = ("language", "mode", "country", "interview_id", "reference", "person", "duration", "effort_min")
"""Slots beside the questions that messages fill: what the conversation was started with, and minutes a month."""

KEPT_SLOTS = ("suggested", "grounds", "on_show", "spoken_of", "chosen", "declined", "erased")
"""Slots that actions set: what was suggested and why, what became of it, and whether the answers were deleted."""

PAYLOAD_ENTITIES = ["question", "proposal", "opportunity", "reason", "wish"]
"""Entities that say something about a message and fill no slot."""


def instrument_domain(instrument: Instrument) -> dict[str, Any]:
    """Entities, slots and question responses that follow from the instrument, in the domain's form."""
    names = [question.name for question in instrument.questions]
    filled = [*names, *FILLED_SLOTS]
    return {
        "entities": [*filled, *PAYLOAD_ENTITIES],
        "slots": {
            **{name: _slot("from_entity", name) for name in filled},
            **{name: _slot("custom") for name in KEPT_SLOTS},
        },
        "responses": _responses(instrument),
    }


def answer_intents(instrument: Instrument) -> list[str]:
    """The intents whose examples teach the classifier the answer categories: `scale_category`."""
    without = {"consent", "background", "age"}  # yes and no, and numbers
    return [
        f"{scale}_{category.name}"
        for scale, content in instrument.scales.items()
        if scale not in without
        for category in content.categories
    ]


def _slot(mapping: str, entity: str | None = None) -> dict[str, Any]:
    mappings = [{"type": mapping, "entity": entity} if entity else {"type": mapping}]
    return {"type": "any", "influence_conversation": False, "mappings": mappings}


def _responses(instrument: Instrument) -> dict[str, Any]:
    responses = {}
    for question in instrument.questions:
        buttons = _buttons(instrument, question)
        scale = instrument.scale_of(question)
        again = question.again or (scale.again if scale else question.text)
        for prefix, text in ((ASK_PREFIX, question.text), (ASK_AGAIN_PREFIX, again)):
            responses[prefix + question.name] = [{"text": text, "buttons": buttons} if buttons else {"text": text}]
    return responses


def _buttons(instrument: Instrument, question: Question) -> list[dict[str, str]]:
    if question.name == "match":
        return [
            {"title": "Show me others", "payload": payload("show_others")},
            {"title": "Finish", "payload": payload("finish", match=1)},
        ]
    return [
        {"title": choice.title, "payload": answer_payload(question.name, choice.code)}
        for choice in instrument.choices(question.name)
    ]


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:
        return True


def _dump(content: dict[str, Any]) -> str:
    return yaml.dump(content, Dumper=_NoAliases, sort_keys=False, allow_unicode=True, width=110)


def write_domain(path: Path, instrument: Instrument) -> bool:
    """Write the instrument's part into a domain file, below its marker line; True when that changed it.

    The marker stands at the end of the file's own responses, which the questions' responses continue.

    Raises `UserError` (domain_marker) where the file has no marker line.
    """
    before = path.read_text(encoding="utf-8")
    own, marker, _ = before.partition(MARKER)
    if not marker:
        raise UserError("domain_marker", path=path, marker=MARKER)
    content = instrument_domain(instrument)
    responses = textwrap.indent(_dump(content.pop("responses")), "  ")
    after = f"{own}{marker}\n{responses}\n{_dump(content)}"
    path.write_text(after, encoding="utf-8")
    return after != before

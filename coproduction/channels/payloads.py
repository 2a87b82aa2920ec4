"""Payloads: what a button sends to Rasa, an intent with entities. Only the server makes and sees them."""

from __future__ import annotations

import json

from coproduction.survey.instrument import Code


def payload(intent: str, **entities: object) -> str:
    """`/intent{"entity": value}`, Rasa's notation for a message that needs no understanding."""
    return f"/{intent}{json.dumps(entities)}" if entities else f"/{intent}"


def answer_payload(variable: str, code: Code) -> str:
    """The payload of an answer to one question."""
    return payload("answer", **{variable: code})


def read_payload(text: str) -> tuple[str, dict[str, object]]:
    """Intent and entities of a payload made by `payload`."""
    intent, brace, entities = text.removeprefix("/").partition("{")
    return intent, json.loads(brace + entities) if brace else {}

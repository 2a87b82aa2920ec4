"""Dialogue events as the tracker store publishes them, for tests."""

import time
from itertools import count
from pathlib import Path

from coproduction.records.reference import reference_hash
from coproduction.records.spool import Said, Spool
from coproduction.secret import read_secret

_clock = count(1_800_000_000)

SECRET_KEY = "what only the installation of the tests knows"
KEY = read_secret(Path(), {"SECRET_KEY": SECRET_KEY})
"""The secret of the tests' databases."""

EMPTY_SPOOL = Spool(Path("no-such-folder"))
"""Where nothing was said while the database was away."""


def interview(identifier="i-1", reference="ABCD-EFGH"):
    return {
        "id": identifier,
        "mode": "web",
        "language": "en",
        "country": "GB",
        "reference_hash": reference_hash(reference),
    }


def slot(name, value, who=None, at=None):
    return {
        "event": "slot",
        "name": name,
        "value": value,
        "timestamp": float(next(_clock) if at is None else at),
        "interview": who or interview(),
    }


def action(name, who=None):
    return {"event": "action", "name": name, "timestamp": float(next(_clock)), "interview": who or interview()}


def typed(text, who=None, intent="answer", **entities):
    parsed = {"intent": {"name": intent}, "entities": [{"entity": k, "value": v} for k, v in entities.items()]}
    return {
        "event": "user",
        "text": text,
        "parse_data": parsed,
        "timestamp": float(next(_clock)),
        "interview": who or interview(),
    }


def said_now(conversation, interview_id, sequence, events):
    return Said(conversation, sequence, time.time(), events, interview_id)

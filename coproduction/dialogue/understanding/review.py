"""Review: a person turns texts that were asked again or corrected into training examples, one by one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from coproduction.dialogue.understanding.digressions import MISSING_INTENTS
from coproduction.records.tables import interviews, unclear_texts
from coproduction.survey.instrument import Instrument

Ask = Callable[[str], str]
Say = Callable[[str], object]

DISCARD, LATER, STOP = "d", "s", "q"
HINT = f"  something else: type an intent's name\n  {DISCARD}  discard    {LATER}  leave for later    {STOP}  stop"
PROMPT = "What is it? "
MARKUP = frozenset("[]{}")
"""Characters that Rasa reads as marks of entities."""

_ENTRY = re.compile(r"- (\w+): *(\S+)")
_EXAMPLE = re.compile(r"( +- +)(.*\S)")


@dataclass(frozen=True)
class _Kept:
    """A text kept to learn from."""

    interview_id: str
    at: float
    question: str
    text: str
    reason: str


@dataclass(frozen=True)
class _Example:
    """A line of training data; `line` counts from 0, `indent` is what stands before the text."""

    intent: str
    text: str
    file: Path
    line: int
    indent: str


def review(engine: Engine, instrument: Instrument, directory: Path, ask: Ask, say: Say) -> int:
    """Go through the kept texts of a language, oldest first; returns how many examples were added.

    `directory` holds the language's examples and is named after it; `ask` is like `input`, `say` like `print`.
    Raises `FileNotFoundError` where there is no such directory.
    """
    added = 0
    waiting = _waiting(engine, directory.name)
    if not waiting:
        say("No text is waiting.")
    for number, kept in enumerate(waiting, start=1):
        intents = list(dict.fromkeys(example.intent for example in _examples(directory)))
        offered = {name: label for name, label in _offered(instrument, kept.question).items() if name in intents}
        say(f"\n{number} of {len(waiting)}: {_question(instrument, kept.question)}")
        _present(kept, offered, say)
        reply = _reply(list(offered), intents, ask, say)
        if reply == STOP:
            break
        if reply != LATER:
            added += _settle(engine, kept, None if reply == DISCARD else reply, directory, say)
    return added


def _waiting(engine: Engine, language: str) -> list[_Kept]:
    query = (
        sa.select(unclear_texts)
        .join(interviews, interviews.c.interview_id == unclear_texts.c.interview_id)
        .where(interviews.c.language == language)
        .order_by(unclear_texts.c.at, unclear_texts.c.interview_id)
    )
    with engine.connect() as connection:
        return [_Kept(**row) for row in connection.execute(query).mappings()]


def _question(instrument: Instrument, name: str) -> str:
    return instrument.question(name).text if name in instrument else name


def _offered(instrument: Instrument, question: str) -> dict[str, str]:
    """Intents of the answers to a question, with the answers' words: its scale's, then the missing answers."""
    scale = instrument.question(question).scale if question in instrument else None
    categories = instrument.scales[scale].categories if scale is not None else []
    missing = {category.code: category.label for category in instrument.missing}
    answers = {f"{scale}_{category.name}": category.label for category in categories}
    return answers | {intent: missing[code] for intent, code in MISSING_INTENTS.items()}


def _present(kept: _Kept, offered: Mapping[str, str], say: Say) -> None:
    say(f"“{_printable(kept.text)}” ({kept.reason})")
    for number, (intent, label) in enumerate(offered.items(), start=1):
        say(f"  {number}  {label} ({intent})")
    say(HINT)


def _reply(offered: list[str], intents: Collection[str], ask: Ask, say: Say) -> str:
    """An intent, `DISCARD`, `LATER` or `STOP`; the end of the input and Ctrl-C stop too."""
    while True:
        try:
            reply = ask(PROMPT).strip().lower()
        except (EOFError, KeyboardInterrupt):
            return STOP
        if reply.isdecimal() and 1 <= int(reply) <= len(offered):
            return offered[int(reply) - 1]
        if reply in intents or reply in (DISCARD, LATER, STOP):
            return reply
        say(f"“{reply}” is no number above and no intent. There are: {', '.join(sorted(intents))}")


def _settle(engine: Engine, kept: _Kept, intent: str | None, directory: Path, say: Say) -> int:
    """Delete a text, made an example of an intent or not; returns how many examples were added.

    It stays where the example cannot be written, and gives none where it was erased in the meantime.
    """
    this = sa.and_(unclear_texts.c.interview_id == kept.interview_id, unclear_texts.c.at == kept.at)
    with engine.begin() as connection:
        if connection.execute(sa.delete(unclear_texts).where(this)).rowcount == 0:
            say("It was deleted in the meantime.")
            return 0
        return _add(directory, intent, _as_example(kept.text), say) if intent is not None else 0


def _add(directory: Path, intent: str, text: str, say: Say) -> int:
    examples = _examples(directory)
    same = next((example for example in examples if example.text.casefold() == text.casefold()), None)
    if not text:
        say("Nothing of it can be an example.")
    elif same is not None:
        say(f"It is an example of {same.intent} already.")
    else:
        _insert_after(_last_of_main_file([example for example in examples if example.intent == intent]), text)
        say(f"Added to {intent}.")
        return 1
    return 0


def _examples(directory: Path) -> list[_Example]:
    """All examples of all intents, in the order of the files' names and of their lines."""
    found = []
    for file in sorted(path for path in directory.iterdir() if path.suffix == ".yml"):
        intent = None
        for number, line in enumerate(file.read_bytes().decode().split("\n")):
            entry, example = _ENTRY.match(line), _EXAMPLE.match(line)
            if entry is not None:
                intent = entry[2] if entry[1] == "intent" else None
            elif example is not None and intent is not None:
                found.append(_Example(intent, example[2], file, number, example[1]))
    return found


def _last_of_main_file(examples: list[_Example]) -> _Example:
    """The last of an intent's examples in the file that has most of them."""
    main_file, _ = Counter(example.file for example in examples).most_common(1)[0]
    return [example for example in examples if example.file == main_file][-1]


def _insert_after(example: _Example, text: str) -> None:
    """Write a line below an example; every other byte of the file stays, also where writing is interrupted."""
    lines = example.file.read_bytes().decode().split("\n")
    ending = "\r" if lines[0].endswith("\r") else ""
    lines.insert(example.line + 1, example.indent + text + ending)
    new = example.file.with_suffix(".new")
    new.write_bytes("\n".join(lines).encode())
    new.chmod(example.file.stat().st_mode)
    new.replace(example.file)


def _printable(text: str) -> str:
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def _as_example(text: str) -> str:
    """A text as one line that Rasa reads as nothing but text."""
    plain = "".join(character for character in _printable(text) if character not in MARKUP)
    return " ".join(plain.split()).lstrip("/ ")

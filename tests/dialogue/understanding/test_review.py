"""Review: texts that were not understood become training examples, by a person's hand only."""

from pathlib import Path
from shutil import copy

import pytest
import sqlalchemy as sa
import yaml

from coproduction.dialogue.understanding.review import review
from coproduction.records.tables import interviews, unclear_texts
from coproduction.survey.instrument import current_instrument

EXAMPLES = Path("data/nlu/en")
FREQUENCY, GENERAL = "frequency.yml", "general_answers.yml"


@pytest.fixture
def directory(tmp_path):
    copies = tmp_path / "en"
    copies.mkdir()
    for name in (FREQUENCY, GENERAL):
        copy(EXAMPLES / name, copies)
    return copies


def keep(engine, *texts, question="env1", language="en", reason="asked again"):
    row = {"instrument": "coproduction-1.0", "mode": "web", "country": "GB", "started_at": 1.0, "last_at": 1.0}
    identifier = f"i-{language}-{question}"
    with engine.begin() as connection:
        connection.execute(
            sa.insert(interviews),
            {**row, "interview_id": identifier, "language": language, "reference_hash": identifier},
        )
        for at, text in enumerate(texts, start=1):
            kept = {"interview_id": identifier, "at": float(at), "question": question, "text": text, "reason": reason}
            connection.execute(sa.insert(unclear_texts), kept)


def waiting(engine):
    with engine.connect() as connection:
        return list(connection.execute(sa.select(unclear_texts.c.text).order_by(unclear_texts.c.at)).scalars())


class Person:
    """Someone who replies what was set down, and remembers what was said; then the input ends, or Ctrl-C is pressed."""

    def __init__(self, *replies, end=EOFError):
        self.replies = list(replies)
        self.end = end
        self.said = ""

    def ask(self, _prompt):
        if not self.replies:
            raise self.end
        return self.replies.pop(0)

    def say(self, line):
        self.said += line + "\n"


@pytest.fixture
def reviewed(sqlite_engine, directory):
    def run(*replies, end=EOFError):
        person = Person(*replies, end=end)
        person.added = review(sqlite_engine, current_instrument(), directory, person.ask, person.say)
        return person

    return run


def examples(directory, intent):
    entries = [entry for file in directory.iterdir() for entry in yaml.safe_load(file.read_bytes())["nlu"]]
    (found,) = [entry["examples"] for entry in entries if entry["intent"] == intent]
    return [line[2:] for line in found.splitlines()]


def contents(directory):
    return {file.name: file.read_bytes() for file in directory.iterdir()}


def test_the_question_the_text_and_numbered_answers_are_shown(sqlite_engine, reviewed):
    keep(sqlite_engine, "when the moon is right", reason="corrected")
    said = reviewed("s").said.splitlines()
    assert "1 of 1: How often do you sort your rubbish for recycling?" in said
    assert "“when the moon is right” (corrected)" in said
    assert [line.strip() for line in said if line.startswith("  ")][:6] == [
        "1  Often (frequency_often)",
        "2  Sometimes (frequency_sometimes)",
        "3  Never (frequency_never)",
        "4  Don't know (dont_know)",
        "5  Rather not say (refuse_answer)",
        "6  Does not apply to me (not_applicable)",
    ]


def test_a_chosen_text_becomes_the_last_example_of_its_intent(sqlite_engine, directory, reviewed):
    keep(sqlite_engine, "when the moon is right")
    before = examples(directory, "frequency_sometimes")
    assert reviewed("2").added == 1
    assert examples(directory, "frequency_sometimes") == [*before, "when the moon is right"]
    assert waiting(sqlite_engine) == []


def test_it_goes_where_most_examples_of_its_intent_are(sqlite_engine, directory, reviewed):
    copy(EXAMPLES / "harmless.yml", directory / "z_harmless.yml")
    keep(sqlite_engine, "when the moon is right")
    before = contents(directory)
    assert reviewed("2").added == 1
    assert [name for name, content in contents(directory).items() if content != before[name]] == [FREQUENCY]


@pytest.mark.parametrize("reply", ["1", "3", "5", "affirm"])
def test_the_rest_of_the_files_stays_byte_for_byte(sqlite_engine, directory, reviewed, reply):
    keep(sqlite_engine, "when the moon is right")
    before = contents(directory)
    reviewed(reply)
    after = contents(directory)
    assert after != before
    line = b"    - when the moon is right\n"
    assert {name: content.replace(line, b"") for name, content in after.items()} == before


def test_endings_of_lines_and_of_the_file_stay_as_they_are(sqlite_engine, directory, reviewed):
    file = directory / FREQUENCY
    windows = b"nlu:\r\n- intent: frequency_often\r\n  examples: |\r\n      - often"
    file.write_bytes(windows)
    keep(sqlite_engine, "blue moons", "red moons")
    assert reviewed("1", "1").added == 2
    assert file.read_bytes() == windows + b"\n      - blue moons\r\n      - red moons\r"


def test_the_oldest_text_comes_first(sqlite_engine, reviewed):
    keep(sqlite_engine, "one", "two", "three")
    said = reviewed("s", "s", "s").said
    assert said.index("“one”") < said.index("“two”") < said.index("“three”")


def test_a_text_is_left_for_later_or_discarded(sqlite_engine, directory, reviewed):
    keep(sqlite_engine, "later", "gone", "not reached")
    before = contents(directory)
    assert reviewed("s", "d", "q").added == 0
    assert waiting(sqlite_engine) == ["later", "not reached"]
    assert contents(directory) == before


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_the_end_of_the_input_or_ctrl_c_stops_and_keeps_what_was_done(sqlite_engine, reviewed, end):
    keep(sqlite_engine, "one", "two")
    assert reviewed("1", end=end).added == 1
    assert waiting(sqlite_engine) == ["two"]


def test_any_intent_may_be_typed(sqlite_engine, directory, reviewed):
    keep(sqlite_engine, "yessiree bob")
    reviewed(" Affirm ")
    assert examples(directory, "affirm")[-1] == "yessiree bob"


@pytest.mark.parametrize("reply", ["frequency_rarely", "0", "7", ""])
def test_what_is_no_choice_is_asked_again_with_the_intents_there_are(sqlite_engine, directory, reviewed, reply):
    keep(sqlite_engine, "when the moon is right")
    person = reviewed(reply, "1")
    assert f"“{reply}” is no number above and no intent. There are: affirm, deny, dont_know, frequency" in person.said
    assert person.added == 1


@pytest.mark.parametrize("question", ["topics", "comment", "agegrp", "consent", "of_an_older_version"])
def test_where_no_intent_is_an_answer_only_missing_answers_are_offered(sqlite_engine, reviewed, question):
    keep(sqlite_engine, "when the moon is right", question=question)
    said = reviewed("q").said
    assert "  1  Don't know (dont_know)\n  2  Rather not say (refuse_answer)\n" in said
    assert "frequency_" not in said


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[blue](colour) moons{x}", "blue(colour) moonsx"),
        ("//now and then, jo is at [e-mail]", "now and then, jo is at e-mail"),
        ("two\nlines\r\n  and\ta tab\u2028more", "two lines and a tab more"),
        ("a bell \x07 and \x1b[2J", "a bell and 2J"),
        ("- a dash: # and 'quotes' | 100%", "- a dash: # and 'quotes' | 100%"),
    ],
)
def test_an_example_is_one_line_of_plain_text(sqlite_engine, directory, reviewed, text, line):
    keep(sqlite_engine, text)
    assert reviewed("1").added == 1
    assert examples(directory, "frequency_often")[-1] == line


def test_nothing_reaches_the_terminal_but_text(sqlite_engine, reviewed):
    keep(sqlite_engine, "a bell \x07 and \x1b[2J")
    assert "“a bell  and [2J”" in reviewed("s").said


@pytest.mark.parametrize("text", ["Often", "[/]", "more often than not"])
def test_what_is_an_example_already_or_empty_is_not_added(sqlite_engine, directory, reviewed, text):
    keep(sqlite_engine, text)
    before = contents(directory)
    assert reviewed("3").added == 0
    assert contents(directory) == before
    assert waiting(sqlite_engine) == []


def test_a_text_erased_meanwhile_gives_no_example(sqlite_engine, directory):
    keep(sqlite_engine, "when the moon is right")
    before = contents(directory)

    def erase_first(_prompt):
        with sqlite_engine.begin() as connection:
            connection.execute(sa.delete(unclear_texts))
        return "1"

    assert review(sqlite_engine, current_instrument(), directory, erase_first, Person().say) == 0
    assert contents(directory) == before


def test_where_an_example_cannot_be_written_neither_text_nor_examples_are_lost(
    sqlite_engine, directory, reviewed, monkeypatch
):
    keep(sqlite_engine, "when the moon is right")
    before = contents(directory)

    def full_after_some_bytes(path, content):
        with path.open("wb") as file:
            file.write(content[:100])
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", full_after_some_bytes)
    with pytest.raises(OSError, match="no space"):
        reviewed("1")
    assert waiting(sqlite_engine) == ["when the moon is right"]
    assert {name: content for name, content in contents(directory).items() if name in before} == before


def test_files_keep_their_mode(sqlite_engine, directory, reviewed):
    (directory / FREQUENCY).chmod(0o640)
    keep(sqlite_engine, "when the moon is right")
    assert reviewed("1").added == 1
    assert (directory / FREQUENCY).stat().st_mode & 0o777 == 0o640


def test_texts_of_another_language_are_not_shown(sqlite_engine, reviewed):
    keep(sqlite_engine, "parfois", language="fr")
    assert reviewed().said == "No text is waiting.\n"
    assert waiting(sqlite_engine) == ["parfois"]


def test_a_language_without_examples_is_said_to_be_missing(sqlite_engine, tmp_path):
    keep(sqlite_engine, "parfois", language="fr")
    with pytest.raises(FileNotFoundError):
        review(sqlite_engine, current_instrument(), tmp_path / "fr", Person().ask, Person().say)
    assert waiting(sqlite_engine) == ["parfois"]

"""The command line: what each command writes, and what is said in one sentence where it cannot."""

import csv
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from coproduction import serve
from coproduction.cli import main
from coproduction.dialogue.understanding.classifier import IntentClassifier
from coproduction.dialogue.understanding.model_file import CLASSIFIER
from coproduction.records.recorder import Recorder
from coproduction.records.tables import counts
from coproduction.settings import QUIET_LIBRARIES
from coproduction.survey.instrument import current_instrument
from tests.disk import small_disk
from tests.opportunities.catalogue_files import activity, feed_bytes
from tests.records.events import action, interview, slot, typed


@pytest.fixture(autouse=True)
def environment(tmp_path, monkeypatch):
    """Settings of a fresh installation, with data in a temporary directory."""
    for name in ("PORT", "RASA_PORT", "ACTIONS_PORT", "DATABASE_URL", "COUNCIL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))


def run(capsys, *arguments):
    """Exit code, output and error output of a command."""
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def record(engine, *events):
    Recorder(engine, current_instrument()).record(events)


def one_sentence(error):
    """Whether an error is one line for people, not a traceback."""
    return error.count("\n") == 1 and error.endswith("\n") and "Traceback" not in error


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["export", "--output", "{}/nowhere/record.csv"], "nowhere/record.csv"),
        (["codebook", "--output", "{}/nowhere/codebook.md"], "nowhere/codebook.md"),
        (["codebook", "--output", "{}"], "cannot be used"),
        (["domain", "--file", "{}/nowhere.yml"], "nowhere.yml"),
        (["opportunities", "import", "{}/nowhere.csv"], "nowhere.csv"),
        (["opportunities", "review", "--reject", "council:nothing"], "council:nothing"),
        (["erase", "ABCD-EFGH"], "ABCD-EFGH"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_found_is_named_in_one_sentence(capsys, tmp_path, arguments, what):
    code, output, error = run(capsys, *(argument.format(tmp_path) for argument in arguments))
    assert (code, output) == (1, "")
    assert one_sentence(error)
    assert what in error


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "nonsense", "DATABASE_URL is no database address"),
        ("DATABASE_URL", "unheardof://host/name", "DATABASE_URL is no database address"),
        ("DATABASE_URL", "sqlite:////nowhere/at/all/file.db", "The database cannot be reached"),
        ("DATABASE_URL", "postgresql+psycopg2://127.0.0.1:1/name", "The database cannot be reached"),
        ("PORT", "http", "The setting PORT is 'http'"),
        ("PORT", "65535", "PORT 65535 leaves no room for RASA_PORT (65536) and ACTIONS_PORT (65537)"),
        ("RASA_PORT", "8080", "PORT and RASA_PORT are both 8080"),
        ("DATA_DIR", "/dev/null/data", "/dev/null/data cannot be used"),
    ],
)
def test_a_bad_setting_is_said_in_one_sentence(capsys, monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)
    code, output, error = run(capsys, "counts")
    assert (code, output) == (1, "")
    assert error.startswith(said)
    assert error.count("\n") == 1


def test_a_file_that_is_no_database_is_said_in_one_sentence(capsys, tmp_path, monkeypatch):
    (tmp_path / "letter.txt").write_text("Dear council, " * 100)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'letter.txt'}")
    code, _, error = run(capsys, "counts")
    assert code == 1
    assert one_sentence(error)


def test_a_database_without_a_driver_is_said_in_one_sentence(capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql+mysqldb://127.0.0.1/name")
    code, _, error = run(capsys, "counts")
    assert code == 1
    assert one_sentence(error)


def test_what_the_database_does_not_take_is_another_error_than_a_database_that_is_away(
    capsys, monkeypatch, sqlite_engine
):
    def refused(engine, *_):
        with engine.begin() as connection:
            connection.execute(sa.insert(counts), {"day": None, "disposition": "refused", "count": 1})

    monkeypatch.setattr("coproduction.reports.report_commands.without_a_record", refused)
    code, _, error = run(capsys, "counts")
    assert code == 1
    assert error.startswith("The database does not take what was to be stored (IntegrityError), so nothing was.")
    assert one_sentence(error)


def test_a_password_in_the_databases_address_is_not_repeated(capsys, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg2://me:geheim@127.0.0.1:1/name")
    _, output, error = run(capsys, "counts")
    assert "geheim" not in output + error


def test_a_fresh_installation_exports_the_columns_and_no_rows(capsys):
    code, output, error = run(capsys, "export")
    assert (code, error) == (0, "")
    (header,) = csv.reader(io.StringIO(output))
    assert {q.name for q in current_instrument().variables} - {"comment", "topics"} <= set(header)


def test_an_export_to_a_file_holds_each_consented_interview(capsys, tmp_path, sqlite_engine):
    record(sqlite_engine, slot("consent", 1), slot("sector", 2))
    record(sqlite_engine, slot("sector", 3, who=interview("i-2", "ZZZZ-ZZZZ")))
    file = tmp_path / "record.csv"
    assert run(capsys, "export", "--output", str(file)) == (0, "", "")
    (row,) = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))
    assert row["sector"] == "2"


@pytest.mark.parametrize(
    ("name", "options", "is_csv"),
    [
        ("codebook.csv", [], True),
        ("codebook.md", [], False),
        ("codebook", [], False),
        ("codebook.md", ["--format", "csv"], True),
        ("codebook.csv", ["--format", "markdown"], False),
    ],
)
def test_the_codebooks_format_follows_the_files_ending_unless_it_is_given(capsys, tmp_path, name, options, is_csv):
    file = tmp_path / name
    assert run(capsys, "codebook", "--output", str(file), *options) == (0, "", "")
    assert file.read_text(encoding="utf-8").startswith("#") is not is_csv


def test_an_ending_that_names_no_format_of_a_codebook_is_explained(capsys, tmp_path):
    code, output, error = run(capsys, "codebook", "--output", str(tmp_path / "codebook.docx"))
    assert (code, output) == (1, "")
    assert "csv, xml, md" in error
    assert not (tmp_path / "codebook.docx").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["codebook", "--output", "{}/old.xml"],
        ["erased", "--output", "{}/old.csv"],
        ["backup", "{}/old.backup"],
        ["export", "--output", "{}/old.csv"],
        ["export", "--output", "{}/old.sav"],
        ["export", "--output", "{}/old.parquet"],
        ["export", "--output", "{}/old.jsonl"],
    ],
    ids=" ".join,
)
def test_a_full_disk_is_said_in_one_sentence_and_leaves_the_file_that_was_there(
    capsys, tmp_path, sqlite_engine, arguments
):
    record(sqlite_engine, slot("consent", 1), slot("sector", 2))
    with small_disk(tmp_path / "disk") as disk:
        *_, name = arguments = [argument.format(disk) for argument in arguments]
        (disk / "fill").write_bytes(b"x" * 57344)
        Path(name).write_text("what was there")
        (disk / "last").write_bytes(b"x" * 4096)
        code, _, error = run(capsys, *arguments)
        assert code == 1
        assert one_sentence(error)
        assert Path(name).read_text() == "what was there"
        assert {path.name for path in disk.iterdir()} == {"fill", "last", Path(name).name}


def test_an_export_across_versions_says_which_questions_changed(capsys, tmp_path, monkeypatch, versions):
    monkeypatch.setattr("coproduction.reports.export_commands.known_versions", lambda: versions)
    _, output, error = run(capsys, "export")
    assert ",trust," in output
    assert "Version 0.9 of the questionnaire: trust no longer asked, more other wording." in error


def test_the_codebook_is_ddi_where_the_file_ends_in_xml(capsys, tmp_path):
    file = tmp_path / "codebook.xml"
    assert run(capsys, "codebook", "--output", str(file)) == (0, "", "")
    assert 'xmlns="ddi:codebook:2_5"' in file.read_text(encoding="utf-8")


def test_the_questionnaire_becomes_a_form_and_its_answers_become_records(capsys, tmp_path):
    form, responses = tmp_path / "form.xlsx", tmp_path / "responses.csv"
    assert run(capsys, "instrument", "--format", "xlsform", "--output", str(form))[0] == 0
    assert form.read_bytes().startswith(b"PK")
    names = ["start", "end", "instrument", "instanceID", "consent", *(q.name for q in current_instrument().variables)]
    values = {"start": "2024-05-04T10:00:00Z", "end": "2024-05-04T10:05:00Z", "instrument": "coproduction-1.0",
              "instanceID": "uuid:1", "consent": "1", "sector": "3"}  # fmt: skip
    with responses.open("w", newline="") as file:
        csv.writer(file).writerows([names, [values.get(name, "") for name in names]])
    said = "1 new, 0 known already, 0 without consent and 0 under 13 (counted only).\n"
    assert run(capsys, "import-responses", str(responses), "--dry-run") == (0, f"Would import: {said}", "")
    assert run(capsys, "import-responses", str(responses)) == (0, f"Imported: {said}", "")
    assert ",face-to-face," in run(capsys, "export")[1]


def test_without_a_file_the_codebook_is_printed_as_markdown(capsys):
    code, output, _ = run(capsys, "codebook")
    assert code == 0
    assert output.startswith("#")


@pytest.mark.parametrize("reference", ["ABCD-EFGH", "abcd efgh"])
def test_erasing_by_reference_takes_the_interview_out_of_the_record(capsys, sqlite_engine, reference):
    record(sqlite_engine, slot("consent", 1), slot("sector", 2))
    assert run(capsys, "erase", reference) == (0, "Deleted.\n", "")
    assert len(run(capsys, "export")[1].splitlines()) == 1
    assert run(capsys, "erase", reference)[0] == 1


def test_refusals_are_counted_by_month_and_small_counts_hidden(capsys, sqlite_engine):
    for at in [1_800_000_000] * 12 + [1_802_000_000] * 3 + [1_805_000_000] * 20:
        record(sqlite_engine, slot("consent", 2, at=at))
    lines = run(capsys, "counts")[1].splitlines()
    assert [line.split() for line in lines[2:7]] == [
        ["month", "refused", "ineligible", "all"],
        ["2027-01", "[c]", "0", "[c]"],
        ["2027-02", "[c]", "0", "[c]"],
        ["2027-03", "20", "0", "20"],
        ["all", "35", "0", "35"],
    ]
    assert "fewer than 10" in lines[8]


def test_the_report_says_who_takes_part_as_text_and_as_csv(capsys, tmp_path, sqlite_engine):
    for number in range(24):
        who = interview(f"i-{number}", f"CCCC-CC{number:02}")
        record(
            sqlite_engine, slot("consent", 1, who), slot("sector", 2, who), slot("agegrp", 3 if number % 2 else 4, who)
        )
    code, output, error = run(capsys, "report")
    assert (code, error) == (0, "")
    assert "25 to 34" in output
    assert "self-selected" in output
    file = tmp_path / "report.csv"
    assert run(capsys, "report", "--output", str(file)) == (0, "", "")
    rows = {tuple(row[:2]): row[2:] for row in csv.reader(io.StringIO(file.read_text())) if len(row) > 2}
    assert rows["sector", "age group"] == ["complete", "partial", "breakoff", "all"]
    assert rows["Local environment", "25 to 34"] == ["0", "0", "12", "12"]
    assert rows["all", "all"] == ["0", "0", "24", "24"]


def test_a_report_of_one_mode_does_not_tell_how_few_are_of_another(capsys, sqlite_engine):
    for number in range(43):
        who = interview(f"i-{number}", f"CCCC-CC{number:02}") | {"mode": "face-to-face" if number < 3 else "web"}
        record(sqlite_engine, slot("consent", 1, who), slot("sector", 2 if number < 30 else 3, who))
    everyone, web, form, both = (
        run(capsys, "report", *options)[1]
        for options in ([], ["--mode", "web"], ["--mode", "face-to-face"], ["--mode", "web", "face-to-face"])
    )
    assert "43" in everyone
    assert "40" not in web
    assert "3" not in form.replace("35 to 44", "").split("[c]:")[0].split()
    assert "13" in next(line for line in web.splitlines() if line.startswith("Public health"))  # all of them on the web
    assert both.split("[c]:")[0] == everyone.split("[c]:")[0]
    assert "a report of all would tell them" in " ".join(web.split())
    assert "a report of all would tell them" not in " ".join(everyone.split())


@pytest.mark.parametrize("command", ["report", "export"])
def test_a_mode_or_language_that_there_is_not_is_said(capsys, sqlite_engine, command):
    assert run(capsys, command, "--mode", "carrier-pigeon") == (
        1,
        "",
        "--mode knows no 'carrier-pigeon'. There are: face-to-face, web.\n",
    )
    assert run(capsys, command, "--language", "zz") == (1, "", "--language knows no 'zz'. There are: en.\n")


@pytest.mark.parametrize("changed", [True, False])
def test_the_domain_is_brought_up_to_date_with_the_instrument(capsys, tmp_path, changed):
    file = tmp_path / "domain.yml"
    with open("domain.yml", encoding="utf-8") as original:
        text = original.read()
    file.write_text(text.replace("How often do you sort", "How rarely do you sort") if changed else text)
    code, output, _ = run(capsys, "domain", "--file", str(file))
    assert (code, output) == (0, f"{file} {'was brought up to date' if changed else 'is up to date'}.\n")
    assert file.read_text() == text


@pytest.mark.parametrize("arguments", [[], ["sing"], ["export", "--format", "doc"], ["erase"]])
def test_a_command_that_does_not_exist_is_explained(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert capsys.readouterr().err.startswith("usage: coproduction")


@pytest.mark.parametrize(("name", "value"), [("PORT", "65535"), ("RASA_PORT", "8080")])
def test_nothing_is_started_where_the_ports_cannot_be_had(capsys, monkeypatch, name, value):
    monkeypatch.setattr(serve, "serve", lambda _settings: pytest.fail("serving began"))
    monkeypatch.setenv(name, value)
    code, output, error = run(capsys, "serve")
    assert (code, output) == (1, "")
    assert one_sentence(error)


def bare_python(*arguments, **environment):
    """Python run where nobody said that libraries should be quiet, with these variables."""
    bare = {name: value for name, value in os.environ.items() if name not in (*QUIET_LIBRARIES, "PYTHONWARNINGS")}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env={**bare, **environment}, capture_output=True, text=True, check=False)


def test_libraries_write_nothing_beside_what_a_command_says(tmp_path):
    (tmp_path / "feed.jsonld").write_bytes(feed_bytes(activity()))
    done = bare_python("-m", "coproduction.cli", "opportunities", "import", str(tmp_path / "feed.jsonld"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Imported from volunteering: 1 new")


@pytest.mark.parametrize("kilobytes", [4, 20, 36])
def test_a_workbook_that_has_no_room_leaves_nothing_there_and_says_so_once(tmp_path, sqlite_engine, kilobytes):
    record(sqlite_engine, slot("consent", 1), slot("sector", 2))
    with small_disk(tmp_path / "disk", kilobytes) as disk:
        done = bare_python("-m", "coproduction.cli", "export", "--output", str(disk / "record.xlsx"))
        assert done.returncode == 1
        assert "No space left" in done.stderr
        assert one_sentence(done.stderr)
        assert list(disk.iterdir()) == []


@pytest.mark.parametrize("library", ["tensorflow", "rasa.core.tracker_store"])
def test_libraries_are_quiet_whatever_a_command_imports(library):
    done = bare_python("-c", f"import coproduction.cli, {library}")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_libraries_are_told_by_whoever_starts_a_command_stays():
    program = "import os, coproduction.cli; print(os.environ['TF_CPP_MIN_LOG_LEVEL'])"
    assert bare_python("-c", program, TF_CPP_MIN_LOG_LEVEL="0").stdout == "0\n"


def test_what_each_layer_makes_of_a_text_is_printed(capsys, monkeypatch, tmp_path):
    texts = ["now and then", "now and again", "why", "why that", "hello", "hello there"]
    intents = ["frequency_sometimes", "frequency_sometimes", "ask_why", "ask_why", "greet", "greet"]
    IntentClassifier.train(texts, intents).save(tmp_path / CLASSIFIER)
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / CLASSIFIER, f"components/{CLASSIFIER}")
    monkeypatch.setattr(serve, "MODEL", tmp_path / "model.tar.gz")
    code, output, error = run(capsys, "understand", "now and then", "--question", "env1")
    assert (code, error) == (0, "")
    assert "decided by rules and facts: env1 = 2 (Sometimes)" in output
    code, output, error = run(
        capsys, "understand", "never for the last one", "--question", "env2", "--answered", "env1"
    )
    assert "decided by question before: env1 = 1 (Never)" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say which text"),
        (["   "], "Say which text"),
        (["often", "--question", "freq"], "There is no question 'freq'. There are: consent, sector,"),
        (["often", "--answered", "freq"], "There is no question 'freq'."),
        (["oft", "--language", "xx"], "There are no rules for the language 'xx'. There are rules for: en"),
        (["often"], "There is no trained model"),
    ],
    ids=str,
)
def test_what_cannot_be_explained_is_said_in_one_sentence(capsys, monkeypatch, tmp_path, arguments, said):
    monkeypatch.setattr(serve, "MODEL", tmp_path / "none.tar.gz")
    code, output, error = run(capsys, "understand", *arguments)
    assert (code, output) == (1, "")
    assert one_sentence(error)
    assert error.startswith(said)


def test_texts_that_were_not_understood_become_examples(capsys, monkeypatch, tmp_path, sqlite_engine):
    assert run(capsys, "understand", "--review") == (0, "No text is waiting.\n", "")
    for text in ("when the moon is right", "bananas"):
        record(sqlite_engine, slot("consent", 1), action("utter_ask_env1"), typed(text, intent="unclear"))
    examples = tmp_path / "data" / "nlu" / "en" / "frequency.yml"
    monkeypatch.chdir(tmp_path)
    code, _, error = run(capsys, "understand", "--review")
    assert (code, one_sentence(error)) == (1, True)
    examples.parent.mkdir(parents=True)
    examples.write_text("nlu:\n- intent: frequency_often\n  examples: |\n    - often\n")
    replies = iter(["1", "d"])
    monkeypatch.setattr("builtins.input", lambda _: next(replies))
    code, output, _ = run(capsys, "understand", "--review")
    assert output.endswith("Examples added: 1. The model is trained with them when the assistant is started next.\n")
    assert examples.read_text().endswith("    - often\n    - when the moon is right\n")
    assert run(capsys, "understand", "--review") == (0, "No text is waiting.\n", "")

"""What README.md and docs/ say stays true: commands, settings, columns, rules, thresholds, links."""

from __future__ import annotations

import argparse
import re
import subprocess
import typing
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import yaml

from coproduction.appearance import Palette
from coproduction.cli import build_parser
from coproduction.council import Council
from coproduction.dialogue.understanding import answers, likeness, suggestion_talk
from coproduction.dialogue.understanding.situation import current_thresholds
from coproduction.reports.columns import export_columns
from coproduction.reports.matches import COLUMNS as MATCH_COLUMNS
from coproduction.reports.matches import DECLINED_BECAUSE, GROUNDS
from coproduction.survey.instrument import current_instrument
from coproduction.survey.scoring import Disposition

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
USERS_PAGES = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
COMMON_DIRECTORIES = {"/", "/app", "/builds", "/home", "/opt", "/src", "/srv", "/tmp", "/usr/src", "/var/tmp"}
"""Where a checkout may stand and whose names say nothing about a machine."""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def subcommands(parser: argparse.ArgumentParser, name: str) -> Iterator[str]:
    """The full name of every command, those of commands included."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for sub, subparser in action.choices.items():
                yield f"{name} {sub}"
                yield from subcommands(subparser, f"{name} {sub}")


def settings_read() -> set[str]:
    """Names of environment variables that the package reads."""
    reading = re.compile(r"""(?:environ|environment)(?:\.get\(|,\s*|\[)\s*["']([A-Z][A-Z_]+)["']""")
    sources = sorted((ROOT / "coproduction").rglob("*.py"))
    return {name for source in sources for name in reading.findall(source.read_text(encoding="utf-8"))}


def slugs(text: str) -> set[str]:
    """Anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+\s+(.+?)\s*$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(text: str) -> list[str]:
    """Targets of links and images that are no web addresses."""
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S)
    found = re.findall(r"\]\(([^)\s]+)\)", prose) + re.findall(r"<(?:img|a)\b[^>]*?(?:src|href)=\"([^\"]+)\"", prose)
    return [target for target in found if not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize("command", ["make serve", "make test"])
def test_the_readme_names_both_commands(command):
    assert command in page("README.md")
    assert re.search(rf"^{command.split()[1]}:", page("Makefile"), re.M)


@pytest.mark.parametrize("command", sorted(subcommands(build_parser(), "coproduction")))
def test_every_command_is_documented(command):
    assert command in USERS_PAGES


def test_the_settings_are_found_where_they_are_read():
    assert {"PORT", "RASA_PORT", "DATA_DIR", "DATABASE_URL", "COUNCIL_FILE", "HOST"} <= settings_read()


@pytest.mark.parametrize("setting", sorted(settings_read()))
def test_every_setting_is_documented(setting):
    assert f"`{setting}`" in USERS_PAGES


@pytest.mark.parametrize("column", [column.name for column in export_columns(current_instrument())])
def test_every_column_of_the_export_is_documented(column):
    assert f"`{column}`" in page("docs/record.md")


@pytest.mark.parametrize("name", [*(column.name for column in MATCH_COLUMNS), *GROUNDS, *DECLINED_BECAUSE])
def test_every_column_and_code_of_the_matches_is_documented(name):
    assert f"`{name}`" in page("docs/record.md")


@pytest.mark.parametrize("ending", list(Disposition))
def test_every_disposition_is_documented_with_its_group(ending):
    assert re.search(rf"\| `{ending.value}` \|.*{re.escape(ending.aapor)}", page("docs/record.md"))


def council_keys() -> set[str]:
    """The names of everything that council.yml may have."""
    waiting, names = [Council, Palette], set()
    while waiting:
        for field in msgspec.structs.fields(waiting.pop()):
            names.add(field.name)
            kinds = [field.type, *typing.get_args(field.type)]
            waiting += [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
    return names


def test_keys_are_found_inside_others():
    assert {"name", "phone", "self_harm", "source", "dark", "brand"} <= council_keys()


@pytest.mark.parametrize("key", sorted(council_keys()))
def test_every_key_of_the_councils_file_is_documented(key):
    assert f"`{key}`" in page("docs/council.md")


def rules() -> list[str]:
    steps = [rule["steps"][0] for rule in yaml.safe_load(page("data/rules.yml"))["rules"]]
    return [step["intent"] for step in steps]


@pytest.mark.parametrize("intent", rules())
def test_every_digression_is_documented(intent):
    assert f"`{intent}`" in page("docs/dialogue.md")


def test_thresholds_are_documented_with_their_values():
    modules = (answers, likeness, suggestion_talk)
    named = {name: value for m in modules for name, value in vars(m).items() if name.startswith("LONGEST_")}
    named |= msgspec.structs.asdict(current_thresholds())
    documented = re.findall(r"^\| `([A-Za-z_]+)` \| ([\d.]+) \|", page("docs/understanding.md"), re.M)
    assert {name: float(value) for name, value in documented} == named


def linked() -> list[tuple[Path, str]]:
    return [(source, target) for source in PAGES for target in links(source.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("source", "target"), linked(), ids=lambda value: getattr(value, "name", value))
def test_every_local_link_leads_somewhere(source, target):
    path, _, anchor = target.partition("#")
    file = source.parent / path if path else source
    assert file.exists()
    if anchor:
        assert anchor in slugs(file.read_text(encoding="utf-8"))


def test_every_document_is_reached_from_the_readme():
    reached, waiting = set(), [README]
    while waiting:
        source = waiting.pop()
        reached.add(source)
        targets = {(source.parent / t.partition("#")[0]).resolve() for t in links(source.read_text(encoding="utf-8"))}
        waiting += [t for t in targets if t.suffix == ".md" and t not in reached and t.exists()]
    assert set(PAGES) <= reached


def test_pictures_are_small():
    pictures = list((ROOT / "docs" / "pictures").glob("*.png"))
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > 150_000] == []


def test_no_file_names_a_directory_of_this_machine():
    git = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True)
    if git.returncode != 0:
        pytest.skip("This is no checkout: which files belong to it is not known.")
    directories = {str(ROOT), str(ROOT.parent), str(Path.home())} - COMMON_DIRECTORIES
    named = re.compile(b"|".join(rb"(?<![\w.])%s(?![\w-])" % re.escape(d.encode()) for d in sorted(directories)))
    files = [ROOT / name for name in git.stdout.decode().split("\0") if name]
    assert [file.name for file in files if file.is_file() and named.search(file.read_bytes())] == []

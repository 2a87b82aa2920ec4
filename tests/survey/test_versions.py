"""Versions of the instrument: old records keep their meaning, and what changed is said."""

import pytest

from coproduction.errors import UserError
from coproduction.survey.instrument import InstrumentError, current_instrument
from coproduction.survey.versions import (
    Change,
    changes,
    fingerprint,
    known_versions,
    line_up,
    read_versions,
)
from tests.survey.instrument_files import version

MEANINGS = {"coproduction-1.0": "4d0798922cae82af"}
"""Each published version and the digest of what its codes mean. A published version never changes: if this test fails,
copy the instrument as it was to `instrument-VERSION.yml`, raise `version` in instrument.yml, and add a line here."""


@pytest.mark.parametrize("identifier", [*known_versions()])
def test_a_published_version_keeps_its_meaning(identifier):
    assert fingerprint(known_versions()[identifier]) == MEANINGS[identifier]


def test_versions_stand_in_their_order(versions):
    assert list(versions) == ["coproduction-0.8", "coproduction-0.9", "coproduction-1.0"]


def test_each_change_is_named_with_its_version_and_variable(versions):
    assert list(changes(versions)) == [
        Change("0.9", "trust", "no longer asked"),
        Change("0.9", "more", "other wording"),
        Change("1.0", "more", "other wording"),
        Change("1.0", "place", "other codes"),
    ]


def test_versions_line_up_by_variable_with_every_code_any_of_them_has(versions):
    together = line_up(versions)
    names = [question.name for question in together.variables]
    assert names.index("trust") == names.index("effic") + 1
    assert set(names) == {question.name for question in current_instrument().variables} | {"trust"}
    assert [c.code for c in together.scale_of(together.question("place")).categories] == [1, 2, 3, 4]
    assert together.label("trust", 4) == "A great deal"
    assert together.question("more").text == current_instrument().question("more").text


def test_the_present_version_is_not_touched_by_earlier_ones(versions):
    line_up(versions)
    now = versions["coproduction-1.0"]
    assert "trust" not in now
    assert not now.is_valid("place", 4)
    assert versions["coproduction-0.9"].is_valid("place", 4)


def test_an_unknown_version_is_a_named_error(versions):
    with pytest.raises(UserError) as caught:
        line_up(versions).of_version("coproduction-7.1")
    assert caught.value.code == "unknown_instrument"
    assert "coproduction-7.1" in str(caught.value)
    with pytest.raises(UserError, match="coproduction-7"):
        current_instrument().of_version("coproduction-7.1")


def test_a_file_under_the_wrong_name_is_refused(tmp_path):
    version(tmp_path, "0.9")
    (tmp_path / "instrument-0.9.yml").rename(tmp_path / "instrument-0.7.yml")
    with pytest.raises(InstrumentError, match=r"holds version 0\.9"):
        read_versions(tmp_path, current_instrument())


def test_a_version_cannot_stand_in_two_files(tmp_path):
    version(tmp_path, "1.0")
    with pytest.raises(InstrumentError, match="raise `version`"):
        read_versions(tmp_path, current_instrument())

"""Weights reach the council's margins, are trimmed, say what they cost, and impossible margins are refused."""

import csv
import io
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from coproduction.cli import main
from coproduction.errors import UserError
from coproduction.records.recorder import Recorder
from coproduction.reports.weighting import GREATEST_WEIGHT, LEAST_WEIGHT, rake, read_margins
from coproduction.survey.instrument import current_instrument
from tests.records.events import interview, slot

INSTRUMENT = current_instrument()
AGES = "".join(f"agegrp,{code},{share}\n" for code, share in enumerate([5, 10, 15, 15, 15, 15, 15, 10], start=1))
GENDERS = "gndr,1,49\ngndr,2 3,51\n"


def margins(tmp_path, lines):
    path = tmp_path / "margins.csv"
    path.write_text("variable,code,share\n" + lines)
    return path


def sample(size=4000, seed=3, women=0.7):
    dice = np.random.default_rng(seed)
    gender = np.where(dice.random(size) < women, 2, 1)
    gender[:20], gender[20:60] = 3, 77
    age = dice.choice(np.arange(1, 9), size, p=[0.02, 0.04, 0.1, 0.14, 0.2, 0.2, 0.2, 0.1])
    return pa.table({"agegrp": pa.array(age, pa.int8()), "gndr": pa.array(gender, pa.int8())})


def share(rows, weights, name, codes, among=(1, 2, 3, 4, 5, 6, 7, 8)):
    values = rows[name].to_numpy()
    return 100 * weights[np.isin(values, codes)].sum() / weights[np.isin(values, among)].sum()


def test_weighted_shares_are_those_of_the_margins(tmp_path):
    rows, path = sample(), margins(tmp_path, AGES + GENDERS)
    found = rake(rows, read_margins(path, INSTRUMENT), path, 10)
    assert share(rows, found.weights, "gndr", [1]) == pytest.approx(49, abs=0.1)
    assert share(rows, found.weights, "gndr", [2, 3]) == pytest.approx(51, abs=0.1)
    assert share(rows, found.weights, "agegrp", [1]) == pytest.approx(5, abs=0.1)
    assert found.weights.mean() == pytest.approx(1)
    assert found.off < 0.05


def test_those_who_did_not_say_keep_their_share(tmp_path):
    rows, path = sample(), margins(tmp_path, GENDERS)
    found = rake(rows, read_margins(path, INSTRUMENT), path, 10)
    assert found.weights[20:60] == pytest.approx(1)
    assert found.unknown == {"gndr": 40}


def test_design_effect_and_effective_size_are_those_of_kish(tmp_path):
    rows, path = sample(), margins(tmp_path, GENDERS)
    found = rake(rows, read_margins(path, INSTRUMENT), path, 10)
    w = found.weights
    assert found.design_effect == pytest.approx(len(w) * np.square(w).sum() / w.sum() ** 2)
    assert f"Effective sample size: {w.sum() ** 2 / np.square(w).sum():.0f}" in found.report()
    assert "No weighting makes it a probability sample" in found.report()


def test_great_weights_are_trimmed_and_it_is_said(tmp_path):
    rows, path = sample(women=0.97), margins(tmp_path, "gndr,1,60\ngndr,2 3,40\n")
    found = rake(rows, read_margins(path, INSTRUMENT), path, 10)
    assert found.trimmed > 0
    assert found.weights.max() <= GREATEST_WEIGHT + 0.001
    assert found.off > 1
    assert f"trimmed at 0.2 and 5: {found.trimmed}" in found.report()
    assert "weights beyond these: gndr 1, 60 %" in found.report()


def test_small_weights_are_trimmed_too_and_the_margin_that_asked_for_them_is_named(tmp_path):
    rows, path = sample(), margins(tmp_path, "gndr,1,0.01\ngndr,2 3,99.99\n")
    found = rake(rows, read_margins(path, INSTRUMENT), path, 10)
    assert found.weights.min() == pytest.approx(LEAST_WEIGHT, abs=0.001)
    assert found.weights.mean() == pytest.approx(1)
    assert "weights beyond these: gndr 1, 0.01 %" in found.report()


def test_numbers_of_few_respondents_are_not_in_the_report(tmp_path):
    rows, path = sample(), margins(tmp_path, GENDERS)
    found = replace(rake(rows, read_margins(path, INSTRUMENT), path, 10), trimmed=3)
    assert "their share kept as it is: gndr 40." in found.report()
    assert "and 5: fewer than 10." in found.report()
    found = replace(found, unknown={"gndr": len(found.weights) - 2}, trimmed=0)
    assert "their share kept as it is: gndr all but fewer than 10." in found.report()
    assert "and 5: 0." in found.report()


@pytest.mark.parametrize("size", [0, 3, 9])
def test_fewer_interviews_than_the_smallest_group_are_not_weighted_and_not_counted(tmp_path, size):
    path = margins(tmp_path, GENDERS)
    with pytest.raises(UserError, match="there are fewer than 10 interviews, too few to weight"):
        rake(sample().slice(100, size), read_margins(path, INSTRUMENT), path, 10)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("gndr,1,49\ngndr,2,50\n", "add up to 99 %"),
        ("gndr,1,49\ngndr,2,51\n", "gndr 3 has no share"),
        ("gndr,1,49\ngndr,4,51\n", "gndr has no code '4'"),
        ("gndr,1,49\ngndr,77,51\n", "gndr has no code '77'"),
        ("sex,1,100\n", "'sex' is none of agegrp, gndr, mnactic"),
        ("gndr,1,49\ngndr,1 2,51\n", "gndr 1 has a share already"),
        ("gndr,1,half\n", "'half' is no number"),
        ("gndr,1,nan\n", "'nan' is no number"),
        ("gndr,1,-3\n", "'-3' is no number above 0"),
        ("gndr,1\n", "is no number"),
        ("", "holds no margins"),
    ],
)
def test_impossible_margins_are_refused(tmp_path, lines, said):
    with pytest.raises(UserError, match=said):
        read_margins(margins(tmp_path, lines), INSTRUMENT)


def test_a_file_with_other_columns_is_refused(tmp_path):
    path = tmp_path / "margins.csv"
    path.write_text("variable;code;share\n")
    with pytest.raises(UserError, match="first line is not variable,code,share"):
        read_margins(path, INSTRUMENT)


@pytest.mark.parametrize("others", [0, 9])
def test_a_share_that_few_or_none_would_carry_is_refused_and_it_is_not_said_which(tmp_path, others):
    path = margins(tmp_path, "gndr,1,49\ngndr,2,50\ngndr,3,1\n")
    rows = pa.table({"gndr": pa.array([1, 2] * 20 + [3] * others, pa.int8())})
    with pytest.raises(UserError, match="gndr 3 has a share and fewer than 10 respondents"):
        rake(rows, read_margins(path, INSTRUMENT), path, 10)


def test_margins_that_contradict_each_other_are_refused(tmp_path):
    path = margins(tmp_path, "gndr,1,80\ngndr,2 3,20\nmnactic,1,20\nmnactic,2 3 4 5 6 7 8 9,80\n")
    rows = pa.table(
        {"gndr": pa.array([1] * 20 + [2] * 20, pa.int8()), "mnactic": pa.array([1] * 20 + [6] * 20, pa.int8())}
    )
    with pytest.raises(UserError, match="contradict each other"):
        rake(rows, read_margins(path, INSTRUMENT), path, 10)


class TestExport:
    """The command."""

    @pytest.fixture(autouse=True)
    def record(self, sqlite_engine, tmp_path, monkeypatch):
        for name in ("DATABASE_URL", "COUNCIL_FILE"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DATA_DIR", str(tmp_path))
        for number in range(50):
            who = interview(str(number), f"DDDD-DD{number:02}")
            gender = 1 if number < 10 else 2
            Recorder(sqlite_engine, INSTRUMENT).record([slot("consent", 1, who), slot("gndr", gender, who)])

    def test_there_are_weights_only_where_they_are_asked_for(self, capsys, tmp_path):
        assert main(["export"]) == 0
        assert "weight" not in capsys.readouterr().out.splitlines()[0]
        assert main(["export", "--weights", str(margins(tmp_path, "gndr,1,50\ngndr,2 3,50\n"))]) == 0
        captured = capsys.readouterr()
        rows = list(csv.DictReader(io.StringIO(captured.out)))
        assert [float(row["weight"]) for row in rows] == [2.5] * 10 + [0.625] * 40
        assert "Design effect of weighting (Kish): 1.56" in captured.err
        assert "Effective sample size: 32" in captured.err

    def test_the_weighting_is_reported_beside_the_file(self, capsys, tmp_path):
        output = tmp_path / "record.sav"
        path = margins(tmp_path, "gndr,1,50\ngndr,2 3,50\n")
        assert main(["export", "--output", str(output), "--weights", str(path)]) == 0
        assert (tmp_path / "record.sav.weighting.txt").read_text() == capsys.readouterr().err

    def test_matches_are_not_weighted(self, capsys, tmp_path):
        assert main(["export", "--table", "matches", "--weights", str(tmp_path / "m.csv")]) == 1
        assert "Only the table of interviews" in capsys.readouterr().err

    def test_refused_margins_leave_no_file(self, capsys, tmp_path):
        path = margins(tmp_path, "gndr,1,50\ngndr,2,40\ngndr,3,10\n")
        assert main(["export", "--output", str(tmp_path / "record.csv"), "--weights", str(path)]) == 1
        assert "has a share and fewer than 10 respondents" in capsys.readouterr().err
        assert list(tmp_path.glob("*record*")) == []
